"""An owner's page about the store's mailboxes: how the mail of each comes in, and whether it does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.intake.accounts import list_mailboxes, pause, resume, smtp_accounts
from app.intake.health import Health, describe
from app.models import ImapAccount, Mailbox, SmtpAccount
from app.models.columns import now
from app.vocabulary import Outbound
from app.web.forms import Posted
from app.web.pages.facts import format_stamp
from app.web.pages.view import format_ago, go, render, zone_of
from app.web.pages.words import Status
from app.web.session import Owner, desk_of

router = APIRouter(prefix="/mailboxes")

_LABELS = {"good": "Reading", "busy": "Under way", "bad": "Not read", "quiet": "Paused"}
_WEBHOOK = Health("good", "A webhook brings its mail the moment it is sent there.")
_CLOSED = Health(
    "bad",
    "Nothing brings its mail.",
    "Open a webhook, or have it read over IMAP: `pasokh mailbox add … --replace`.",
)


@dataclass(frozen=True, slots=True)
class _Row:
    mailbox: Mailbox
    account: ImapAccount | None
    status: Status
    health: Health
    way_out: str


@router.get("")
async def show_mailboxes(request: Request, visitor: Owner) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        found, sending = await list_mailboxes(access), await smtp_accounts(access)
    zone = zone_of(visitor.store.timezone)
    rows = [_row(mailbox, account, sending.get(mailbox.id), zone) for mailbox, account in found]
    return render(request, "mailboxes.html", visitor=visitor, rows=rows)


@router.post("/{mailbox_id}/pause")
async def do_pause(request: Request, mailbox_id: UUID, visitor: Owner, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await pause(StoreAccess(session, visitor.store.id), mailbox_id, by=visitor.user.name)
    return go("/mailboxes")


@router.post("/{mailbox_id}/resume")
async def do_resume(request: Request, mailbox_id: UUID, visitor: Owner, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await resume(StoreAccess(session, visitor.store.id), mailbox_id)
    return go("/mailboxes")


def _row(mailbox: Mailbox, account: ImapAccount | None, smtp: SmtpAccount | None, zone: ZoneInfo) -> _Row:
    way_out = _way_out(mailbox, smtp)
    if account is None:
        is_open = bool(mailbox.parse_public_key or mailbox.raw_token_hash)
        health = _WEBHOOK if is_open else _CLOSED
        return _Row(mailbox, None, Status("Webhook" if is_open else "No mail", health.tone), health, way_out)
    health = describe(account, clock=lambda moment: _clock(moment, zone), ago=format_ago)
    return _Row(mailbox, account, Status(_LABELS[health.tone], health.tone), health, way_out)


def _way_out(mailbox: Mailbox, smtp: SmtpAccount | None) -> str:
    """By what way its mails leave, in a sentence."""
    if mailbox.outbound is Outbound.FOLDER:
        return "Its replies are written to files on the server. Nothing is sent."
    if mailbox.outbound is Outbound.SENDGRID:
        return "Its replies leave by SendGrid."
    if smtp is None:
        return "Its replies are to leave by SMTP, and no server is named: they wait."
    who = f" as {smtp.username}" if smtp.username else ""
    return f"Its replies leave by {smtp.host}{who}."


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time alone where that is clear."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now().astimezone(zone).date() else format_stamp(moment, zone)
