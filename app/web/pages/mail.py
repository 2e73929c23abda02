"""The mails themselves: a customer's HTML in a frame, attachments, and the raw bytes."""

import asyncio
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.access import StoreAccess
from app.errors import NotFound
from app.inbox.unanswered import RawCopy, read_raw
from app.mail.inbound.message import Attachment, InboundMail
from app.models import Message
from app.pipeline.reading import read_content
from app.web.sanitising import FRAME_POLICY, SafeHtml, picture_type, sanitise
from app.web.session import Agent, Visitor, desk_of

router = APIRouter()

_MESSAGE = "message/rfc822"
_FRAME = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Mail</title><meta name="viewport" content="width=device-width">
<style>
body {{ margin: 0; padding: 12px; background: #fff; color: #1d1d1f;
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }}
img {{ max-width: 100%; height: auto; }} table {{ max-width: 100%; }} pre {{ white-space: pre-wrap; }}
.note {{ margin: 0 0 12px; padding: 6px 10px; border-radius: 6px; background: #f1efe9; color: #55524a; font-size: 13px; }}
</style></head><body dir="auto">{note}{body}</body></html>"""


@router.get("/conversations/{conversation_id}/messages/{message_id}/html")
async def show_html(request: Request, conversation_id: UUID, message_id: UUID, visitor: Agent) -> Response:
    """A mail's HTML, harmless, for the sandboxed frame on the conversation's page."""
    message, raw = await _load(request, visitor, conversation_id, message_id)
    if not message.html:
        raise NotFound("This mail has no HTML.")
    safe = await asyncio.to_thread(_sanitise, message.html, raw)
    note = f'<p class="note">{_blocked(safe.blocked)}</p>' if safe.blocked else ""
    headers = {"Content-Security-Policy": FRAME_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(_FRAME.format(note=note, body=safe.html), headers=headers)


@router.get("/conversations/{conversation_id}/messages/{message_id}/attachments/{index}")
async def download_attachment(
    request: Request, conversation_id: UUID, message_id: UUID, index: int, visitor: Agent
) -> Response:
    """The bytes of an attachment, taken out of the raw mail. Nothing of it runs in our origin."""
    message, raw = await _load(request, visitor, conversation_id, message_id)
    listed = message.attachments[index] if 0 <= index < len(message.attachments) else None
    if listed is None or raw is None:
        raise NotFound("This attachment does not exist.")
    mail = await asyncio.to_thread(_read, raw)
    found = _find(mail, index, listed["sha256"])
    if found is None:
        raise NotFound("This attachment is not in the mail any more.")
    name = found.filename or f"attachment-{index + 1}"
    return _download(found.content, name, picture_type(found.content))


@router.get("/mails/{inbound_id}/raw")
async def download_raw(request: Request, inbound_id: UUID, visitor: Agent) -> Response:
    """A received mail byte for byte."""
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        raw = await read_raw(access, inbound_id, for_owner=visitor.is_owner)
    suffix = "eml" if raw.content_type == _MESSAGE else "form.txt"
    return _download(raw.content, f"mail-{raw.received_at:%Y-%m-%d}-{inbound_id.hex[:8]}.{suffix}", None)


async def _load(
    request: Request, visitor: Visitor, conversation_id: UUID, message_id: UUID
) -> tuple[Message, RawCopy | None]:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        message = await access.get(Message, message_id)
        if message.conversation_id != conversation_id:
            raise NotFound("There is no such mail in this conversation.")
        has_raw = message.inbound_id is not None and (message.attachments or message.html)
        raw = await read_raw(access, message.inbound_id) if message.inbound_id and has_raw else None
    return message, raw


def _read(raw: RawCopy) -> InboundMail:
    return read_content(raw.content, raw.content_type)[0]


def _sanitise(html: str, raw: RawCopy | None) -> SafeHtml:
    needs_pictures = raw is not None and "cid:" in html
    return sanitise(html, _read(raw).attachments if raw is not None and needs_pictures else ())


def _find(mail: InboundMail, index: int, sha256: str) -> Attachment | None:
    """The attachment that is listed at this place: told by its digest, as a later reader may count otherwise."""
    candidates = [*mail.attachments[index : index + 1], *mail.attachments]
    return next((one for one in candidates if one.sha256 == sha256), None)


def _blocked(count: int) -> str:
    pictures = "One picture lies" if count == 1 else f"{count} pictures lie"
    return (
        f"{pictures} on another server and is not loaded: loading tells the sender that this mail was read."
    )


def _download(content: bytes, name: str, picture: str | None) -> Response:
    """As a file to save (RFC 6266). Only pictures keep their type, so that the page can show them small."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=picture or "application/octet-stream", headers=headers)
