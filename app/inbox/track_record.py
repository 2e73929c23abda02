"""What became of replies that Pasokh drafted, kept for each situation that they answer; the ground of earned automation.

Counted is what could have left by itself: where the facts themselves ask for a person, their release says nothing.
"""

from collections.abc import Collection
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.modes import fall_back
from app.models import Answer, Reply, TrackEntry
from app.models.columns import now
from app.replies.earning import share_changed
from app.vocabulary import Intent, ReplyOrigin, Verdict

Told = tuple[Intent, str]
"""An intent and its situation."""


async def record_left(access: StoreAccess, reply: Reply) -> None:
    """A reply has left: by itself, as a person released it, or in a person's words."""
    before = reply.drafted_markdown
    if reply.automatic:
        await record(access, reply, Verdict.AUTOMATIC)
    elif before is not None and before != reply.markdown:
        await record(access, reply, Verdict.EDITED, changed=share_changed(before, reply.markdown))
    else:
        await record(access, reply, Verdict.UNTOUCHED)


async def record(
    access: StoreAccess,
    reply: Reply,
    verdict: Verdict,
    *,
    changed: float = 0,
    only: Collection[Intent] = tuple(Intent),
) -> list[Told]:
    """Add a verdict to all that a reply answers, or to some intents `only`; what of it is new.

    The same told twice is one. A reply that answers several things has its verdict in each: nobody says which was meant.
    """
    told = await _told(access, reply)
    rows = [
        {
            "id": uuid4(),
            "store_id": access.store_id,
            "reply_id": reply.id,
            "intent": intent,
            "situation": situation,
            "verdict": verdict,
            "changed": changed,
            "created_at": now(),
        }
        for intent, situation in told
        if intent in only
    ]
    if not rows:
        return []
    added = insert(TrackEntry).values(rows).on_conflict_do_nothing()
    found = await access.session.execute(added.returning(col(TrackEntry.intent), col(TrackEntry.situation)))
    return [(intent, situation) for intent, situation in found.all()]


async def forget(access: StoreAccess, reply: Reply, verdict: Verdict) -> None:
    """A slip was undone: it never was."""
    gone = sa.delete(TrackEntry).where(
        col(TrackEntry.store_id) == access.store_id,
        col(TrackEntry.reply_id) == reply.id,
        col(TrackEntry.verdict) == verdict,
    )
    await access.session.execute(gone)


async def record_bad_outcome(
    access: StoreAccess, reply: Reply, verdict: Verdict, *, only: Collection[Intent] = tuple(Intent)
) -> None:
    """A customer was not helped by a reply in our words: what of it is automatic is not any more.

    What a person wrote or changed says nothing about what we would have written.
    """
    if reply.written_by is not None or reply.edited:
        return
    for intent, situation in await record(access, reply, verdict, only=only):
        await fall_back(access, intent, situation, reply, verdict)


async def _told(access: StoreAccess, reply: Reply) -> list[Told]:
    """What a template of ours answers in a reply; nothing where a person had to say what the mail wants."""
    if reply.answer_id is None or reply.origin is not ReplyOrigin.TEMPLATE:
        return []
    answer = await access.get(Answer, reply.answer_id)
    if answer.corrected_by is not None:
        return []
    told = {
        (Intent(one["intent"]), str(one["name"])): one["person"]
        for one in answer.situations
        if one["name"] in reply.situations
    }
    return sorted(pair for pair, person in told.items() if person is None)
