"""deliver_reply: send a scheduled reply, exactly once as far as anybody can know.

Jobs run at least once, and no way out knows an idempotency key. So a run makes the reply its own first, and all that takes time:
the mail, the connection, the sign-in. It claims the reply in a committed transaction when nothing is left to do but to write
the first byte. A run that finds it claimed never sends, it says "in doubt", and a delivery event or a person settles that; one
that finds it with a run that died before goes on.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.crm.suppression import describe, find_suppression
from app.errors import InDoubt, NeedsPerson, TryLater
from app.inbox.handling import mark_reply
from app.inbox.stopping import SWITCHED_OFF, hold_back
from app.jobs import DELIVER_REPLY, defer_alone, patiently
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.port import Receipt, Sender
from app.models import Conversation, Reply
from app.models.columns import now
from app.pipeline.copies import defer_copy
from app.pipeline.desk import Desk
from app.pipeline.outgoing import Parties, compose_reply, mailbox_of, read_parties
from app.pipeline.patience import next_wait
from app.pipeline.sent import record_doubt, record_failed, record_sent
from app.pipeline.standing import TAKEN_BACK, has_open_mail
from app.replies.outbox import step
from app.vocabulary import Outbound, Outcome, ReplyState

log = logging.getLogger(__name__)

_LONGEST_ATTEMPT = timedelta(seconds=4)
"""Of each second that a call may take: no way out waits longer for its last answer."""
_TAKEN_OVER = "A person has taken this conversation over before the reply left."
_UNKNOWN_TO_PERSON = "That came after the reply was released, so it waits for a person again."
_DOUBT = "It is not certain whether this reply left."
_SETTLE = {
    Outbound.SENDGRID: "A delivery event will tell, or SendGrid's activity feed.",
    Outbound.SMTP: "The mailbox's folder of sent mails may tell.",
    Outbound.FOLDER: "Look into the outbox folder and settle it here.",
}


class _Overtaken(Exception):
    """Another run has the reply."""


@dataclass(frozen=True)
class _Leaving:
    """A reply that is ours to send, for as long as `since` stands in it."""

    reply_id: UUID
    store_id: UUID
    since: datetime
    mail: OutgoingMail
    sender: Sender
    way: Outbound


async def deliver_reply(desk: Desk, reply_id: UUID) -> None:
    """Run the job."""
    leaving = await _prepare(desk, reply_id)
    if leaving is None:
        return
    try:
        receipt = await leaving.sender.send(leaving.mail, lambda: _claim(desk, leaving))
    except _Overtaken:
        log.warning("reply_overtaken", extra={"reply": str(reply_id)})
    except (InDoubt, TryLater, NeedsPerson) as error:
        failure = error
        await patiently(lambda: _record_failure(desk, leaving, failure), DELIVER_REPLY, reply_id)
    else:
        await patiently(lambda: _record_success(desk, leaving, receipt), DELIVER_REPLY, reply_id)


async def _record_success(desk: Desk, leaving: _Leaving, receipt: Receipt) -> None:
    """Nobody but this run knows it: should the database be away, the run waits for it here."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, leaving.reply_id, lock=True)
        if found is not None:
            access, reply = found
            reply.provider_id = reply.provider_id or receipt.provider_id
            reply.smtp_id = reply.smtp_id or receipt.message_id
            await record_sent(access, reply, text=(leaving.mail.text, leaving.mail.html))
            if leaving.way is Outbound.SMTP:
                await defer_copy(access, reply)


async def _record_failure(desk: Desk, leaving: _Leaving, error: InDoubt | TryLater | NeedsPerson) -> None:
    """What became of this run's attempt, unless another run has the reply by now, or an event was faster."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, leaving.reply_id, lock=True)
        if found is None or found[1].state is not ReplyState.SENDING or found[1].send_after != leaving.since:
            return
        if isinstance(error, InDoubt):
            await _record_doubt(*found, error.message)
        else:
            await _record_unsent(desk, *found, error)


async def deliver_failed(desk: Desk, reply_id: UUID, error: Exception) -> None:
    """A reply of which no mail could be made, or any other fault of ours: after the claim it leaves a doubt."""
    if not isinstance(error, TryLater | NeedsPerson):
        log.error("deliver_reply_failed", extra={"reply": str(reply_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is None or found[1].state not in {ReplyState.SCHEDULED, ReplyState.SENDING}:
            return  # a delivery event was faster
        access, reply = found
        is_out = reply.state is ReplyState.SENDING and reply.claimed_at is not None
        if isinstance(error, TryLater | NeedsPerson):
            await _record_unsent(desk, access, reply, error)
        elif is_out:
            await _record_doubt(access, reply, f"{_our_fault(error)} while sending.")
        else:
            await record_failed(access, reply, f"{_our_fault(error)} before sending: it has not left.")


async def _record_unsent(
    desk: Desk, access: StoreAccess, reply: Reply, error: TryLater | NeedsPerson
) -> None:
    """Nothing left: wait for the way out, or show why it will never take this mail."""
    if isinstance(error, NeedsPerson) or not await _wait(desk, access, reply, error):
        await record_failed(access, reply, error.message)


def _our_fault(error: Exception) -> str:
    return f"Our own fault ({type(error).__name__})"


async def _prepare(desk: Desk, reply_id: UUID) -> _Leaving | None:
    """Make the reply ours to send, durably; None where it is not to be sent now."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is None:
            return None
        access, reply = found
        if reply.state is ReplyState.SENDING:
            if reply.claimed_at is not None:
                settled = reply.claimed_at + _LONGEST_ATTEMPT * desk.settings.call_timeout_seconds
                if settled > now():  # whoever sends it may live, or an event may tell
                    await defer_alone(access.session, DELIVER_REPLY, reply.id, at=settled)
                else:
                    await _record_doubt(access, reply, "")
                return None
            # Whose it was died before anything left; should they live, their claim will find that it is ours now.
            reply.state, reply.send_after = step(reply.state, ReplyState.SCHEDULED), now()
        if reply.state is not ReplyState.SCHEDULED:
            return None  # taken back, or sent
        parties = await read_parties(access, reply)
        if why := await _why_not(access, reply, parties):
            await _take_back(access, reply, why)
            return None
        since = reply.send_after = reply.send_after or now()
        if since > now():
            # Put off since this job was deferred, or our clock is behind the database's.
            await defer_alone(access.session, DELIVER_REPLY, reply.id, at=since)
            return None
        mail = await compose_reply(access, reply, parties.mailbox, thread_key=desk.thread_key)
        sender = await desk.senders.get(session, parties.mailbox)
        reply.state, reply.claimed_at = step(reply.state, ReplyState.SENDING), None
        reply.way = parties.mailbox.outbound
        return _Leaving(reply.id, reply.store_id, since, mail, sender, parties.mailbox.outbound)


async def _claim(desk: Desk, leaving: _Leaving) -> None:
    """Note durably that the mail may be out from now on: nothing comes between this and its first byte."""
    statement = (
        sa.update(Reply)
        .where(
            col(Reply.id) == leaving.reply_id,
            col(Reply.store_id) == leaving.store_id,
            col(Reply.state) == ReplyState.SENDING,
            col(Reply.send_after) == leaving.since,
            col(Reply.claimed_at).is_(None),
        )
        .values(claimed_at=now())
        .returning(col(Reply.id))
    )
    async with desk.db.transaction() as session:
        if (await session.execute(statement)).scalar_one_or_none() is None:
            raise _Overtaken


async def _why_not(access: StoreAccess, reply: Reply, parties: Parties) -> str:
    """What has happened since a reply was decided on or released, and speaks against it; empty where nothing has."""
    if reply.automatic:
        if not parties.store.automatic:
            return SWITCHED_OFF
        if parties.conversation.person_answering:
            return _TAKEN_OVER
        if not reply.tells_of_person and await has_open_mail(access, parties.conversation.id):
            return TAKEN_BACK
    found = await find_suppression(access, reply.to_address, contact_id=parties.contact.id)
    if found is None or (
        reply.known_evidence_at is not None and found.happened_at <= reply.known_evidence_at
    ):
        return ""
    return describe(found) if reply.automatic else f"{describe(found)} {_UNKNOWN_TO_PERSON}"


async def _take_back(access: StoreAccess, reply: Reply, why: str) -> None:
    """It waits for a person, unless somebody has answered already: then nobody needs it."""
    conversation = await access.get(Conversation, reply.conversation_id)
    if reply.automatic and conversation.person_answering and conversation.outcome is Outcome.ANSWERED:
        reply.state, reply.send_after = step(reply.state, ReplyState.DISCARDED), None
        reply.waiting_since, reply.error = None, why
    else:
        await hold_back(access, reply, why)


async def _wait(desk: Desk, access: StoreAccess, reply: Reply, error: TryLater) -> bool:
    """Put the reply back and come again later; False where that has lasted too long.

    Whoever took replies back meanwhile did not see this one: it was being sent.
    """
    since = reply.waiting_since or now()
    wait = next_wait(error, since, now(), desk.settings)
    if wait is None:
        return False
    reply.state = step(reply.state, ReplyState.SCHEDULED)
    parties = await read_parties(access, reply, lock=True)  # locked, so that no mail comes in unseen
    if why := await _why_not(access, reply, parties):
        await _take_back(access, reply, why)
        return True
    reply.waiting_since, reply.send_after, reply.error = since, wait.until, wait.sentence
    await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
    await mark_reply(access, reply, Outcome.WAITING, wait.sentence)
    log.warning("reply_waits", extra={"reply": str(reply.id), "code": error.code})
    return True


async def _record_doubt(access: StoreAccess, reply: Reply, why: str) -> None:
    way = reply.way or (await mailbox_of(access, reply)).outbound
    await record_doubt(access, reply, " ".join(filter(None, (why or _DOUBT, _SETTLE[way]))))
