"""An owner's page about the store's mailboxes: how the mail of each comes in, and whether it does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.intake.accounts import list_mailboxes, pause, resume
from app.intake.health import Health, describe
from app.models import ImapAccount, Mailbox
from app.models.columns import now
from app.web.forms import Posted
from app.web.pages.view import format_ago, format_stamp, go, render, zone_of
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


@router.get("")
async def show_mailboxes(request: Request, visitor: Owner) -> Response:
    async with desk_of(request).db.transaction() as session:
        found = await list_mailboxes(StoreAccess(session, visitor.store.id))
    zone = zone_of(visitor.store.timezone)
    rows = [_row(mailbox, account, zone) for mailbox, account in found]
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


def _row(mailbox: Mailbox, account: ImapAccount | None, zone: ZoneInfo) -> _Row:
    if account is None:
        is_open = bool(mailbox.parse_public_key or mailbox.raw_token_hash)
        health = _WEBHOOK if is_open else _CLOSED
        return _Row(mailbox, None, Status("Webhook" if is_open else "No mail", health.tone), health)
    health = describe(account, clock=lambda moment: _clock(moment, zone), ago=format_ago)
    return _Row(mailbox, account, Status(_LABELS[health.tone], health.tone), health)


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time alone where that is clear."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now().astimezone(zone).date() else format_stamp(moment, zone)
