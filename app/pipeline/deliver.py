"""deliver_reply: send a scheduled reply, exactly once as far as anybody can know.

Jobs run at least once, and SendGrid knows no idempotency key. So the send claims its reply in a committed transaction
before the call: a run that finds it claimed never sends, it says "in doubt", and a delivery event or a person settles that.
"""

import logging
from uuid import UUID

from app.access import StoreAccess, open_store_of
from app.errors import InDoubt, NeedsPerson, TryLater
from app.inbox.handling import mark_reply
from app.inbox.stopping import hold_back
from app.jobs import DELIVER_REPLY, defer_alone
from app.mail.inbound.threading import LOOP_HEADER, is_anchor, make_anchor, make_token, reply_address
from app.mail.outbound.compose import (
    OutgoingMail,
    automatic_headers,
    cut_references,
    loop_headers,
)
from app.models import Conversation, Mailbox, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.patience import next_wait
from app.pipeline.rendering import render_reply
from app.pipeline.sent import record_doubt, record_failed, record_sent
from app.replies.outbox import step
from app.vocabulary import Outcome, ReplyState

log = logging.getLogger(__name__)

_DOUBT = (
    "It is not certain whether this reply left. A delivery event will tell; if none comes, look into SendGrid's activity "
    "feed and settle it here."
)


async def deliver_reply(desk: Desk, reply_id: UUID) -> None:
    """Run the job."""
    mail = await _claim(desk, reply_id)
    if mail is None:
        return
    try:
        receipt = await desk.sender.send(mail)
    except InDoubt as error:
        await _doubt(desk, reply_id, error.message)
        return
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is not None:
            access, reply = found
            reply.provider_id = receipt.provider_id
            await record_sent(access, reply, ReplyState.SENT)


async def deliver_failed(desk: Desk, reply_id: UUID, error: Exception) -> None:
    """Nothing left: wait for SendGrid, or show why it will never take this mail. Any other fault leaves a doubt."""
    is_known = isinstance(error, TryLater | NeedsPerson)
    if not is_known:
        log.error("deliver_reply_failed", extra={"reply": str(reply_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is None:
            return
        access, reply = found
        if reply.state is ReplyState.SCHEDULED and not is_known:
            await record_failed(access, reply, f"{_our_fault(error)} before sending: it has not left.")
        elif reply.state is not ReplyState.SENDING:
            return  # a delivery event was faster
        elif isinstance(error, TryLater):
            if not await _wait(desk, access, reply, error):
                await record_failed(access, reply, error.message)
        elif isinstance(error, NeedsPerson):
            await record_failed(access, reply, error.message)
        else:
            await record_doubt(access, reply, f"{_our_fault(error)} while sending. {_DOUBT}")


def _our_fault(error: Exception) -> str:
    return f"Our own fault ({type(error).__name__})"


async def _claim(desk: Desk, reply_id: UUID) -> OutgoingMail | None:
    """Make the reply ours to send, durably; None where it is not to be sent now."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is None:
            return None
        access, reply = found
        if reply.state is ReplyState.SENDING:
            await record_doubt(access, reply, _DOUBT)
            return None
        if reply.state is not ReplyState.SCHEDULED:
            return None  # taken back, or sent
        store = await session.get_one(Store, access.store_id)  # which writing the text wants again
        if reply.automatic and not store.automatic:
            await hold_back(access, reply)  # switched off since it was decided on
            return None
        if reply.send_after is not None and reply.send_after > now():
            # Put off since this job was deferred, or our clock is behind the database's.
            await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
            return None
        mail = await _compose(desk, access, reply)
        reply.state = step(reply.state, ReplyState.SENDING)
        reply.claimed_at = now()
        return mail


async def _compose(desk: Desk, access: StoreAccess, reply: Reply) -> OutgoingMail:
    conversation = await access.get(Conversation, reply.conversation_id)
    mailbox = await access.get(Mailbox, conversation.mailbox_id)
    text, html = await render_reply(access, reply)
    token = make_token(conversation.id, desk.thread_key)
    anchor = make_anchor(conversation.id, desk.thread_key, mailbox.address.rpartition("@")[2])
    # Whoever writes in another's thread has its anchor too, and gets this conversation's alone.
    references = (anchor, *(one for one in reply.references if not is_anchor(one)))
    return OutgoingMail(
        from_name=mailbox.from_name,
        from_address=mailbox.address,
        to=reply.to_address,
        subject=reply.subject,
        text=text,
        html=html,
        reply_to=reply_address(mailbox.address, token) if mailbox.plus_addressing else mailbox.address,
        message_id=reply.rfc_message_id,
        in_reply_to=reply.in_reply_to,
        references=cut_references(references, reply.in_reply_to),
        headers={
            **(automatic_headers() if reply.automatic else loop_headers()),
            LOOP_HEADER: reply.rfc_message_id,
        },
        custom_args={"reply_id": str(reply.id)},
    )


async def _wait(desk: Desk, access: StoreAccess, reply: Reply, error: TryLater) -> bool:
    """Put the reply back and come again later; False where that has lasted too long."""
    since = reply.waiting_since or now()
    wait = next_wait(error, since, now(), desk.settings)
    if wait is None:
        return False
    reply.state = step(reply.state, ReplyState.SCHEDULED)
    reply.waiting_since, reply.send_after, reply.error = since, wait.until, wait.sentence
    await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
    await mark_reply(access, reply, Outcome.WAITING, wait.sentence)
    log.warning("reply_waits", extra={"reply": str(reply.id), "code": error.code})
    return True


async def _doubt(desk: Desk, reply_id: UUID, why: str) -> None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is not None:
            await record_doubt(*found, f"{why} {_DOUBT}")
