"""Mails to the store's own people: in the name of its first mailbox, and never twice.

A page shows in any case what they say, so here a mail too few is better than one too many: whoever is to get one is noted as
served in a committed transaction before their mail is sent, and only where it surely did not leave that is taken back.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess
from app.errors import InDoubt, NeedsPerson, TryLater
from app.mail.inbound.threading import make_message_id
from app.mail.outbound.compose import OutgoingMail, loop_headers
from app.mail.outbound.markdown import render_markdown
from app.mail.outbound.port import Sender
from app.models import Mailbox, Store
from app.pipeline.desk import Desk

log = logging.getLogger(__name__)

Leaving = tuple[Sender, OutgoingMail]


@dataclass(frozen=True)
class Letter:
    """What is to be said to whom. `subject` follows the store's name; `about` names the row that it comes from."""

    to: str
    subject: str
    markdown: str
    about: tuple[str, UUID]


async def address_letter(desk: Desk, access: StoreAccess, letter: Letter) -> Leaving | None:
    """The mail and its way out; None where the store has no mailbox to send it from."""
    query = access.select(Mailbox).order_by(col(Mailbox.created_at)).limit(1)
    mailbox: Mailbox | None = (await access.session.execute(query)).scalar_one_or_none()
    if mailbox is None:
        return None
    store = await access.session.get_one(Store, access.store_id)
    text, html = render_markdown(letter.markdown, rtl=False, lang="en")
    name, row_id = letter.about
    mail = OutgoingMail(
        from_name=f"Pasokh · {store.name}",
        from_address=mailbox.address,
        to=letter.to,
        subject=f"{store.name}: {letter.subject}",
        text=text,
        html=html,
        message_id=make_message_id(row_id, desk.thread_key, mailbox.address.rpartition("@")[2]),
        headers={"Auto-Submitted": "auto-generated", **loop_headers()},
        custom_args={name: str(row_id)},
    )
    return await desk.senders.get(access.session, mailbox), mail


async def send_each(
    take_next: Callable[[], Awaitable[Leaving | None]], put_back: Callable[[str], Awaitable[None]]
) -> None:
    """Send whatever there is to take.

    Args:
        take_next: Notes durably that the next one is served, and gives their mail; None where there is nobody left.
        put_back: Takes that back for an address: nothing has left.

    Raises:
        TryLater: The way out is closed for now.
    """
    while (leaving := await take_next()) is not None:
        sender, mail = leaving
        try:
            await sender.send(mail)
        except (InDoubt, NeedsPerson) as error:
            log.warning("staff_mail_not_sent", extra={**mail.custom_args, "code": error.code})
        except TryLater:
            await put_back(mail.to)
            raise
