"""The stop switch of a store: one move, and no automatic reply leaves any more, scheduled ones included."""

from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.inbox.handling import hold, mark_reply
from app.inbox.notices import raise_notice
from app.models import Reply, Store
from app.models.columns import now
from app.replies.outbox import step
from app.vocabulary import Outcome, ReplyState

SWITCHED_OFF = "Automatic replies were switched off before this one had left."
_TRIPPED = "Pasokh did that itself: more were to leave within an hour than are allowed (PASOKH_AUTOMATIC_MAILS_PER_STORE)."
_TRIPPED_NOTICE = (
    "More automatic replies were to leave within an hour than this installation allows a store "
    "(PASOKH_AUTOMATIC_MAILS_PER_STORE), so Pasokh has switched them off. Nothing leaves without a person until you switch them "
    "on again on the store's page; drafts are still made. Look into the inbox first: if it is full of mails that no customer "
    "wrote, a robot is writing to you. If it is only a busy day, raise the limit."
)


async def set_switch(access: StoreAccess, *, automatic: bool, by: str) -> bool:
    """Let automatic replies leave, or stop them all; whether that changed anything.

    What is scheduled does not leave either: the send asks for the switch. `hold_scheduled` shows that at once, in a
    transaction after this one: it waits for conversations that are being decided on, and their decision may want the store.
    """
    store = await lock_store(access)
    if store.automatic == automatic:
        return False
    store.automatic = automatic
    store.stop_reason = "" if automatic else f"{by} did that on {now():%d %B %Y at %H:%M} UTC."
    await announce(access.session, access.store_id)
    return True


async def hold_scheduled(access: StoreAccess) -> int:
    """Take back all automatic replies that wait for the end of their undo window; how many there were.

    One that is being sent at this moment is passed over.
    """
    query = (
        access.select(Reply)
        .where(col(Reply.state) == ReplyState.SCHEDULED, col(Reply.automatic).is_(True))
        .order_by(col(Reply.id))
        .with_for_update(skip_locked=True)
    )
    replies = (await access.session.execute(query)).scalars().all()
    for reply in replies:
        await hold_back(access, reply, SWITCHED_OFF)
    return len(replies)


async def hold_back(access: StoreAccess, reply: Reply, why: str) -> None:
    """A scheduled reply waits for a person instead, or is not sent at all; the caller holds its lock."""
    if reply.tells_of_person:
        reply.state, reply.send_after = step(reply.state, ReplyState.DISCARDED), None
        reply.error = why
        return
    hold(reply)
    await mark_reply(access, reply, Outcome.DRAFTED, why)


async def trip(access: StoreAccess) -> None:
    """Stop all automatic replies, and tell the owners: no single count was out of order, but all of them together are."""
    store = await lock_store(access)
    if not store.automatic:
        return
    store.automatic, store.stop_reason = False, _TRIPPED
    await raise_notice(
        access,
        f"stop_switch:{now():%Y-%m-%dT%H}",
        title=f"{store.name}: automatic replies were stopped",
        text=_TRIPPED_NOTICE,
    )


async def lock_store(access: StoreAccess) -> Store:
    """Against another change of what owners set alone: every mail that comes in refers to the store, and none may wait for it."""
    return await access.session.get_one(
        Store, access.store_id, populate_existing=True, with_for_update={"key_share": True}
    )
