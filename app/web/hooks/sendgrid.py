"""SendGrid's two webhooks: Inbound Parse brings mail, the event webhook tells what became of ours."""

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.errors import NotFound
from app.mail.inbound.sendgrid import verify
from app.mail.outbound.events import parse_events
from app.models import Mailbox
from app.pipeline.desk import Desk
from app.pipeline.sent import record_events
from app.settings import Settings
from app.web.hooks.body import read_body

router = APIRouter()

_MAX_EVENTS_BYTES = 5_000_000
_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


@router.post("/sendgrid/inbound/{mailbox_key}", status_code=202)
async def receive_inbound(mailbox_key: str, request: Request) -> JSONResponse:
    """Inbound Parse, parsed fields or raw MIME, signed by its security policy."""
    desk: Desk = request.app.state.desk
    await desk.mailboxes.admit(mailbox_key, _require_parse_key)
    body = await read_body(request, desk.settings.max_body_bytes)
    accepted = await desk.mailboxes.accept(
        mailbox_key,
        lambda mailbox: _verify(request, _require_parse_key(mailbox), body, desk.settings),
        body,
        content_type=request.headers.get("content-type", ""),
        source="sendgrid",
    )
    return JSONResponse({"accepted": True, "new": accepted.is_new}, status_code=202)


@router.post("/sendgrid/events", status_code=202)
async def receive_events(request: Request) -> JSONResponse:
    """Delivery events of the replies that we sent."""
    desk: Desk = request.app.state.desk
    key = desk.settings.sendgrid_event_public_key
    if not key:
        raise NotFound("The event webhook is off: PASOKH_SENDGRID_EVENT_PUBLIC_KEY is not set.")
    body = await read_body(request, _MAX_EVENTS_BYTES)
    _verify(request, key, body, desk.settings)
    events = parse_events(body)
    await record_events(desk, events)
    return JSONResponse({"accepted": True, "events": len(events)}, status_code=202)


def _require_parse_key(mailbox: Mailbox) -> str:
    if mailbox.parse_public_key is None:
        raise NotFound("Inbound Parse is off for this mailbox: it has no verification key.")
    return mailbox.parse_public_key


def _verify(request: Request, key: str, body: bytes, settings: Settings) -> None:
    verify(
        key,
        body,
        request.headers.get(_SIGNATURE),
        request.headers.get(_TIMESTAMP),
        now=time.time(),
        window=settings.sendgrid_event_window_seconds,
    )
