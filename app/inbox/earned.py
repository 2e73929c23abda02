"""What became of replies, by intent and situation, as an owner reads it before they let such replies leave by themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from app.access import StoreAccess
from app.intents import INTENTS
from app.models import Conversation, ModeChange, Reply, Store, TrackEntry
from app.models.store import mode_key
from app.replies.earning import NEWEST, Deed, Evidence, weigh
from app.vocabulary import Intent, Mode, Verdict

_SHOWN = 10


@dataclass(frozen=True)
class Entry:
    """One thing that became of a reply, with the conversation in which it can be read."""

    reply_id: UUID
    conversation_id: UUID
    subject: str
    verdict: Verdict
    changed: float
    created_at: datetime


@dataclass(frozen=True)
class SituationRecord:
    """A situation's mode, and what speaks for and against making it automatic.

    Attributes:
        has_own_mode: It goes by a mode of its own, not by its intent's.
        evidence: Of what came after the last time that it fell back.
        newest: What became of it last, newest first.
        fell_back_at: When it was last put on draft by itself.
    """

    intent: Intent
    situation: str
    mode: Mode
    has_own_mode: bool
    evidence: Evidence
    newest: Sequence[Entry]
    fell_back_at: datetime | None

    @property
    def is_offered(self) -> bool:
        return self.mode is Mode.DRAFT and self.evidence.is_earned


@dataclass(frozen=True)
class IntentRecord:
    """An intent's mode, and those of its situations of which there is something to tell."""

    intent: Intent
    mode: Mode
    situations: Sequence[SituationRecord]


async def read_records(access: StoreAccess, store: Store) -> Sequence[IntentRecord]:
    """All intents of a store. However long its history is, the newest of each situation alone is read."""
    entries, fallen = await _newest(access), await _fall_backs(access)
    return [
        IntentRecord(
            intent,
            store.mode(intent),
            [
                _record(store, intent, situation, entries[intent, situation], fallen.get((intent, situation)))
                for situation in spec.situations
                if entries[intent, situation] or mode_key(intent, situation) in store.modes
            ],
        )
        for intent, spec in INTENTS.items()
    ]


def _record(
    store: Store, intent: Intent, situation: str, entries: Sequence[Entry], fell_back_at: datetime | None
) -> SituationRecord:
    counted = [one for one in entries if fell_back_at is None or one.created_at > fell_back_at]
    return SituationRecord(
        intent=intent,
        situation=situation,
        mode=store.mode(intent, situation),
        has_own_mode=mode_key(intent, situation) in store.modes,
        evidence=weigh([Deed(one.reply_id, one.verdict, one.changed) for one in counted]),
        newest=entries[:_SHOWN],
        fell_back_at=fell_back_at,
    )


async def _newest(access: StoreAccess) -> Mapping[tuple[Intent, str], Sequence[Entry]]:
    """Of each situation, newest first."""
    known = [(intent.value, situation) for intent, spec in INTENTS.items() for situation in spec.situations]
    pairs = (
        sa.func.unnest(
            *(sa.cast([pair[place] for pair in known], ARRAY(sa.Text)) for place in (0, 1)),
        )
        .table_valued("intent", "situation", name="pair")
        .render_derived()
    )
    entry = (
        sa.select(
            col(TrackEntry.reply_id),
            col(Conversation.id).label("conversation_id"),
            col(Conversation.subject),
            col(TrackEntry.verdict),
            col(TrackEntry.changed),
            col(TrackEntry.created_at),
        )
        .join(Reply, col(Reply.id) == col(TrackEntry.reply_id))
        .join(Conversation, col(Conversation.id) == col(Reply.conversation_id))
        .where(
            col(TrackEntry.store_id) == access.store_id,
            sa.cast(col(TrackEntry.intent), sa.Text) == pairs.c.intent,
            col(TrackEntry.situation) == pairs.c.situation,
        )
        .order_by(col(TrackEntry.created_at).desc())
        .limit(NEWEST)
        .lateral("entry")
    )
    query = sa.select(pairs.c.intent, pairs.c.situation, *entry.c).select_from(pairs.join(entry, sa.true()))
    found: defaultdict[tuple[Intent, str], list[Entry]] = defaultdict(list)
    for row in (await access.session.execute(query)).mappings():
        values: dict[str, Any] = {**row}
        found[Intent(values.pop("intent")), values.pop("situation")].append(Entry(**values))
    return found


async def _fall_backs(access: StoreAccess) -> Mapping[tuple[Intent, str], datetime]:
    query = (
        sa.select(col(ModeChange.intent), col(ModeChange.situation), sa.func.max(col(ModeChange.created_at)))
        .where(col(ModeChange.store_id) == access.store_id, col(ModeChange.is_fall_back))
        .group_by(col(ModeChange.intent), col(ModeChange.situation))
    )
    return {(intent, situation): at for intent, situation, at in (await access.session.execute(query)).all()}
