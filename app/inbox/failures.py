"""Replies that did not simply arrive: what happened to each, what to do, and the ways to be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.crm.suppression import describe
from app.inbox.drafts import Release, find_evidence, refuse_second, schedule
from app.inbox.handling import Stale, mark_reply
from app.inbox.people import Person
from app.inbox.silence import ADVICE_ASSUMED, tell_silence
from app.models import Conversation, Mailbox, Reply
from app.models.columns import now
from app.replies.addressing import copy_of
from app.replies.outbox import step
from app.vocabulary import Outbound, Outcome, ReplyState

LONG = timedelta(minutes=15)
"""A reply that waits for a mail provider for less is nobody's business."""
_MOST = 200


class Trouble(StrEnum):
    """What is wrong with a reply."""

    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    BOUNCED = "bounced"
    WAITING = "waiting"


ADVICE: Mapping[Trouble, str] = {
    Trouble.IN_DOUBT: "It is never sent again by itself. Find out whether it left, then say what is true.",
    Trouble.FAILED: "It has not left. Mend what it says, then send it again; or leave it unsent.",
    Trouble.BOUNCED: "The customer did not get it. Look whether the address is right and reach them another way, or send it "
    "again. Nothing is written there by itself until an owner says so.",
    Trouble.WAITING: "It goes on by itself as soon as the provider takes it. Take it back in its conversation if it is too late.",
}
_BY_STATE = {
    ReplyState.IN_DOUBT: Trouble.IN_DOUBT,
    ReplyState.FAILED: Trouble.FAILED,
    ReplyState.BOUNCED: Trouble.BOUNCED,
}
_OTHERWISE = {
    Trouble.IN_DOUBT: "It is not certain whether this reply left.",
    Trouble.FAILED: "The mail provider refused it.",
    Trouble.BOUNCED: "The reply came back.",
    Trouble.WAITING: "The mail provider does not take it yet.",
}


@dataclass(frozen=True)
class Failure:
    """One reply in trouble.

    Attributes:
        what: What happened, in a sentence for an agent.
        advice: What to do, in another.
        since: When it was to leave.
        suppressed: What else speaks against writing to its address; whoever sends it again has to say that they know.
        may_have_left: Nobody knows for sure; a person may know better.
        is_silent: SendGrid's silence speaks for sending it again.
    """

    reply: Reply
    trouble: Trouble
    what: str
    advice: str
    since: datetime
    suppressed: str = ""
    may_have_left: bool = False
    is_silent: bool = False


async def list_failures(access: StoreAccess) -> Sequence[Failure]:
    """All that somebody has to look at, those in doubt first, then the newest."""
    query = access.select(Reply).where(_is_in_trouble()).order_by(col(Reply.created_at).desc()).limit(_MOST)
    replies = (await access.session.execute(query)).scalars().all()
    found = [await describe_trouble(access, reply) for reply in replies]
    return sorted(found, key=lambda one: [*Trouble].index(one.trouble))


def count_failures(store_id: UUID | sa.SQLColumnExpression[UUID]) -> sa.ScalarSelect[int]:
    """How many there are in a store, as a part of a query."""
    found = sa.select(sa.func.count()).where(col(Reply.store_id) == store_id, _is_in_trouble())
    return found.correlate_except(Reply).scalar_subquery()


async def leave(access: StoreAccess, reply_id: UUID, *, by: Person) -> Reply:
    """Leave a reply as it is: one that failed or is in doubt is not sent any more, one that came back is seen.

    Raises:
        NotFound: There is no such reply in this store.
        Stale: It is in no such trouble any more.
    """
    reply = await access.get(Reply, reply_id, lock=True)
    if reply.state is ReplyState.BOUNCED and reply.acknowledged_at is None:
        reply.acknowledged_at, reply.acknowledged_by = now(), by.user_id
        await mark_reply(access, reply, Outcome.HANDED_OVER, f"{by.name} has seen that the reply came back.")
        return reply
    if reply.state not in {ReplyState.FAILED, ReplyState.IN_DOUBT}:
        raise Stale("This reply is not in trouble any more, so nothing was changed.")
    was_in_doubt = reply.state is ReplyState.IN_DOUBT or reply.is_assumed_unsent
    reply.state = step(reply.state, ReplyState.DISCARDED)
    told = (
        "left the reply, which may or may not have left." if was_in_doubt else "left the failed reply unsent."
    )
    await mark_reply(access, reply, Outcome.HANDED_OVER, f"{by.name} {told}")
    return reply


async def send_anew(access: StoreAccess, reply_id: UUID, release: Release, *, thread_key: bytes) -> Reply:
    """Send the text of a reply that came back once more, as a reply of its own. Whoever does so knows that it came back.

    Raises:
        NotFound: There is no such reply in this store.
        Stale: It did not come back, somebody was faster, or another reply of its conversation is leaving.
        Suppressed: Something else speaks against its address, and they have not said that they know.
    """
    old = await access.get(Reply, reply_id, lock=True)
    if old.state is not ReplyState.BOUNCED or old.acknowledged_at is not None:
        raise Stale("This reply did not come back, or a colleague was faster. Nothing was sent.")
    await refuse_second(access, old)
    conversation = await access.get(Conversation, old.conversation_id)
    mailbox = await access.get(Mailbox, conversation.mailbox_id)
    old.acknowledged_at, old.acknowledged_by = now(), release.by.user_id
    new = copy_of(old, mailbox, thread_key=thread_key, state=ReplyState.DRAFTED)
    access.session.add(new)
    await access.session.flush()
    await schedule(access, new, release, read=old.id)
    return new


def _is_in_trouble() -> sa.ColumnElement[bool]:
    return sa.or_(
        col(Reply.state).in_([ReplyState.FAILED, ReplyState.IN_DOUBT]),
        sa.and_(col(Reply.state) == ReplyState.BOUNCED, col(Reply.acknowledged_at).is_(None)),
        sa.and_(
            col(Reply.state).in_([ReplyState.SCHEDULED, ReplyState.SENDING]),
            sa.or_(col(Reply.waiting_since) < now() - LONG, col(Reply.claimed_at) < now() - LONG),
        ),
    )


async def tell_evidence(access: StoreAccess, reply: Reply) -> str:
    """What speaks against writing to a reply's address, besides what became of the reply; empty where nothing does."""
    found = await find_evidence(access, reply)
    return describe(found) if found is not None and found.reply_id != reply.id else ""


async def describe_trouble(access: StoreAccess, reply: Reply) -> Failure:
    """What happened to a reply that is in trouble, and what to do."""
    trouble = _BY_STATE.get(reply.state, Trouble.WAITING)
    since = reply.waiting_since or reply.claimed_at or reply.send_after or reply.created_at
    suppressed = await tell_evidence(access, reply)
    silence = ADVICE_ASSUMED if reply.is_assumed_unsent else await tell_silence(access, reply)
    return Failure(
        reply,
        trouble,
        reply.error or _OTHERWISE[trouble],
        silence or ADVICE[trouble],
        since,
        suppressed,
        may_have_left=trouble is Trouble.IN_DOUBT or reply.is_assumed_unsent,
        is_silent=bool(silence) and reply.way is Outbound.SENDGRID,
    )
