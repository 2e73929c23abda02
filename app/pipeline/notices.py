"""send_notice: mail a notice to each owner, never twice to the same; the page shows it in any case."""

import logging
from uuid import UUID

from app.access import open_store_of
from app.errors import TryLater
from app.jobs import SEND_NOTICE
from app.models import Notice
from app.pipeline.desk import Desk
from app.pipeline.patience import wait_longer
from app.pipeline.staff_mail import Leaving, Letter, address_letter, send_each

log = logging.getLogger(__name__)


async def send_notice(desk: Desk, notice_id: UUID) -> None:
    """Run the job."""
    await send_each(lambda: _take_next(desk, notice_id), lambda address: _put_back(desk, notice_id, address))


async def notice_failed(desk: Desk, notice_id: UUID, error: Exception) -> None:
    """Wait for the way out for as long as for a reply; after that the page alone tells it."""
    log.warning("notice_waits", extra={"notice": str(notice_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is None or not isinstance(error, TryLater):
            return
        if not await wait_longer(session, found[1], SEND_NOTICE, error, desk.settings):
            found[1].mail_to = []


async def _take_next(desk: Desk, notice_id: UUID) -> Leaving | None:
    """The mail to the next owner, who is taken off the list."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is None or not found[1].mail_to:
            return None
        access, notice = found
        first, *others = notice.mail_to
        page = f"{desk.settings.public_url.rstrip('/')}/inbox"
        letter = Letter(
            to=str(first),
            subject=notice.title,
            markdown=f"{notice.text}\n\n[{page}]({page})\n",
            about=("notice_id", notice.id),
        )
        leaving = await address_letter(desk, access, letter)
        if leaving is not None:
            notice.mail_to = others
        return leaving


async def _put_back(desk: Desk, notice_id: UUID, address: str) -> None:
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Notice, notice_id, lock=True)
        if found is not None:
            found[1].mail_to = [address, *found[1].mail_to]
