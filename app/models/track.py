"""What became of replies, and what owners and Pasokh made of it."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.columns import created, key, link, mention, prose, word
from app.vocabulary import Intent, Mode, Verdict


class TrackEntry(SQLModel, table=True):
    """One thing that became of a reply, for each intent and situation that it answers.

    Only ever added to, but where a person undoes a slip of theirs.
    """

    __tablename__ = "track_entry"
    __table_args__ = (
        sa.UniqueConstraint("reply_id", "intent", "situation", "verdict"),
        # The newest of one situation.
        sa.Index(
            "ix_track_entry_store_id_intent_situation_created_at",
            "store_id",
            "intent",
            "situation",
            "created_at",
        ),
    )

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    reply_id: UUID = link("reply.id", index=False)
    intent: Intent = word(Intent)
    situation: str
    verdict: Verdict = word(Verdict)
    changed: float = 0
    """Of an edited reply: the share of its words that a person changed, 0 to 1."""
    created_at: datetime = created()


class ModeChange(SQLModel, table=True):
    """An intent or situation was set to a mode: by whom, or by itself and why. Only ever added to."""

    __tablename__ = "mode_change"
    __table_args__ = (sa.Index("ix_mode_change_store_id_created_at", "store_id", "created_at"),)

    id: UUID = key()
    store_id: UUID = link("store.id", index=False)
    intent: Intent = word(Intent)
    situation: str = ""
    """Empty: the whole intent."""
    mode: Mode = word(Mode)
    is_fall_back: bool = False
    """Pasokh did it itself, after a bad outcome: what was counted before does not count any more."""
    why: str = prose()
    """Whole sentences."""
    conversation_id: UUID | None = mention("conversation.id", default=None)
    """Where the bad outcome can be read."""
    created_at: datetime = created()
