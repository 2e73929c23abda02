"""`/api/v1/mailboxes`: whether each mailbox's mail comes in, for an alarm; pause and resume reading it over IMAP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.intake.accounts import list_mailboxes, pause, resume, smtp_accounts
from app.intake.health import describe
from app.models import ImapAccount, Mailbox, ReadingState, SmtpAccount
from app.pipeline.desk import Desk
from app.vocabulary import Outbound
from app.web.api.keys import Access
from app.web.pages.view import format_ago

router = APIRouter()

_BY = "a program with a key to the API"


class ReadingOut(BaseModel):
    """Reading over IMAP. `is_well`: nobody has to do anything. `sentence`, `advice`: as the owner's page tells it."""

    host: str
    folders: list[str]
    sent_folder: str | None
    state: ReadingState
    state_since: datetime
    is_well: bool
    sentence: str
    advice: str
    paused_at: datetime | None
    paused_by: str
    checked_at: datetime | None
    last_mail_at: datetime | None
    backlog: int


class MailboxOut(BaseModel):
    """`reading` is null where the mailbox is not read over IMAP, `smtp_host` where its mails do not leave by SMTP."""

    id: UUID
    address: str
    inbound_parse: bool
    raw: bool
    reading: ReadingOut | None
    outbound: Outbound
    smtp_host: str | None


class MailboxesOut(BaseModel):
    mailboxes: list[MailboxOut]


class PausedIn(BaseModel):
    paused: bool


@router.get("/mailboxes")
async def get_mailboxes(access: Access) -> MailboxesOut:
    sending = await smtp_accounts(access)
    found = await list_mailboxes(access)
    return MailboxesOut(mailboxes=[_out(*row, sending.get(row[0].id)) for row in found])


@router.put("/mailboxes/{mailbox_id}/paused")
async def put_paused(request: Request, access: Access, mailbox_id: UUID, wanted: PausedIn) -> ReadingOut:
    """Pause reading a mailbox, or resume it; resuming one that is not paused tries again now."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        changed = pause(own, mailbox_id, by=_BY) if wanted.paused else resume(own, mailbox_id)
        return _reading(await changed)


def _out(mailbox: Mailbox, account: ImapAccount | None, smtp: SmtpAccount | None) -> MailboxOut:
    return MailboxOut(
        id=mailbox.id,
        address=mailbox.address,
        inbound_parse=bool(mailbox.parse_public_key),
        raw=bool(mailbox.raw_token_hash),
        reading=_reading(account) if account else None,
        outbound=mailbox.outbound,
        smtp_host=smtp.host if smtp and mailbox.outbound is Outbound.SMTP else None,
    )


def _reading(account: ImapAccount) -> ReadingOut:
    health = describe(account, clock=lambda moment: f"{moment:%Y-%m-%d %H:%M} UTC", ago=format_ago)
    return ReadingOut(
        **account.model_dump(include=set(ReadingOut.model_fields)),
        is_well=health.tone != "bad",
        sentence=health.sentence,
        advice=health.advice,
    )
