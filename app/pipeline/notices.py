"""send_notice: mail a notice to each owner, never twice to the same.

The page shows it in any case, so here a mail too few is better than one too many: an owner leaves the list in a
committed transaction before their mail is sent, and is put back only where it surely did not leave.
"""

import logging
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.errors import InDoubt, NeedsPerson, TryLater
from app.jobs import SEND_NOTICE, defer_alone
from app.mail.inbound.threading import make_message_id
from app.mail.outbound.compose import OutgoingMail, loop_headers
from app.mail.outbound.markdown import render_markdown
from app.mail.outbound.port import Sender
from app.models import Mailbox, Notice, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.patience import next_wait

log = logging.getLogger(__name__)


async def send_notice(desk: Desk, notice_id: UUID) -> None:
    """Run the job."""
    while (leaving := await _take_next(desk, notice_id)) is not None:
        sender, mail = leaving
        try:
            await sender.send(mail)
        except (InDoubt, NeedsPerson) as error:
            log.warning("notice_not_mailed", extra={"notice": str(notice_id), "code": error.code})
        except TryLater:
            await _put_back(desk, notice_id, mail.to)
            raise


async def notice_failed(desk: Desk, notice_id: UUID, error: Exception) -> None:
    """Wait for the way out for as long as for a reply; after that the page alone tells it."""
    log.warning("notice_waits", extra={"notice": str(notice_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is None or not isinstance(error, TryLater):
            return
        notice = found[1]
        notice.waiting_since = notice.waiting_since or now()
        wait = next_wait(error, notice.waiting_since, now(), desk.settings)
        if wait is None:
            notice.mail_to = []
        else:
            await defer_alone(session, SEND_NOTICE, notice_id, at=wait.until)


async def _take_next(desk: Desk, notice_id: UUID) -> tuple[Sender, OutgoingMail] | None:
    """The mail to the next owner, who is taken off the list, and its way out; None where there is nobody left."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is None:
            return None
        access, notice = found
        mailbox = await _mailbox(access)
        if not notice.mail_to or mailbox is None:
            return None
        first, *others = notice.mail_to
        notice.mail_to = others
        store = await session.get_one(Store, access.store_id)
        sender = await desk.senders.get(session, mailbox)
        return sender, _compose(desk, notice, store, mailbox, str(first))


async def _mailbox(access: StoreAccess) -> Mailbox | None:
    """Whose name it is sent in: the store's first."""
    query = access.select(Mailbox).order_by(col(Mailbox.created_at)).limit(1)
    found: Mailbox | None = (await access.session.execute(query)).scalar_one_or_none()
    return found


async def _put_back(desk: Desk, notice_id: UUID, address: str) -> None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is not None:
            found[1].mail_to = [address, *found[1].mail_to]


def _compose(desk: Desk, notice: Notice, store: Store, mailbox: Mailbox, owner: str) -> OutgoingMail:
    page = f"{desk.settings.public_url.rstrip('/')}/inbox"
    text, html = render_markdown(f"{notice.text}\n\n[{page}]({page})\n", rtl=False, lang="en")
    return OutgoingMail(
        from_name=f"Pasokh · {store.name}",
        from_address=mailbox.address,
        to=owner,
        subject=f"{store.name}: {notice.title}",
        text=text,
        html=html,
        message_id=make_message_id(notice.id, desk.thread_key, mailbox.address.rpartition("@")[2]),
        headers={"Auto-Submitted": "auto-generated", **loop_headers()},
        custom_args={"notice_id": str(notice.id)},
    )
