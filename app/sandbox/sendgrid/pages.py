"""The outbox to look at: a list, one mail with its parts and events, the raw file, and the same as JSON."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from unicodedata import bidirectional

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from app.sandbox.pages import SECURITY_HEADERS, render, stylesheet
from app.sandbox.sendgrid.outbox import Outbox, OutboxMessage

PAGE_SIZE = 50
_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg)\s*:\s*)+", re.IGNORECASE)
Part = Literal["text", "html", "headers", "events"]

# A mail is a stranger's HTML, even in a sandbox: no scripts, no forms, nothing loaded, an origin of its own.
_MAIL_HEADERS = {
    **SECURITY_HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
    ),
}


def create_router(outbox: Outbox) -> APIRouter:
    """Pages and JSON under /outbox."""
    router = APIRouter()

    @router.get("/outbox")
    async def list_mails(request: Request) -> HTMLResponse:
        return _list_page(outbox, request)

    @router.get("/outbox.json")
    async def list_json() -> list[dict[str, Any]]:
        return [message.as_json() for message in reversed(outbox.messages)]

    @router.delete("/outbox", status_code=204)
    async def clear() -> Response:
        outbox.clear()
        return Response(status_code=204)

    @router.get("/outbox/{message_id}.eml")
    async def download(message_id: str) -> Response:
        def answer(message: OutboxMessage) -> Response:
            name = {"Content-Disposition": f'attachment; filename="{message.id}.eml"'}
            return Response(message.raw, media_type="message/rfc822", headers={**SECURITY_HEADERS, **name})

        return _with(outbox, message_id, answer)

    @router.get("/outbox/{message_id}/body.html")
    async def html_body(message_id: str) -> Response:
        return _with(
            outbox, message_id, lambda message: HTMLResponse(message.html or "", headers=_MAIL_HEADERS)
        )

    @router.get("/outbox/{message_id}.json")
    async def one_json(message_id: str) -> Response:
        return _with(outbox, message_id, lambda message: JSONResponse(message.as_json()))

    @router.get("/outbox/{message_id}")
    async def show(message_id: str, part: Part | None = None) -> Response:
        return _with(outbox, message_id, lambda message: _mail_page(message, part))

    @router.get("/sandbox/static/sandbox.css")
    async def css() -> Response:
        return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=60"})

    return router


def _with(outbox: Outbox, message_id: str, answer: Callable[[OutboxMessage], Response]) -> Response:
    message = outbox.find(message_id)
    return answer(message) if message else render("missing.html", status=404)


def _list_page(outbox: Outbox, request: Request) -> HTMLResponse:
    messages = outbox.messages[::-1]
    try:
        page = max(1, int(request.query_params.get("page", "1")))
    except ValueError:
        page = 1
    start = (page - 1) * PAGE_SIZE
    return render(
        "outbox.html",
        mails=[_row(message) for message in messages[start : start + PAGE_SIZE]],
        kept=len(messages),
        total=outbox.total,
        page=page,
        pages=max(1, -(-len(messages) // PAGE_SIZE)),
    )


def _row(message: OutboxMessage) -> dict[str, Any]:
    body = " ".join((message.text or "").split())
    return {
        "message": message,
        "to": ", ".join(message.recipients),
        "start": body[:140],
        "at": _readable(message.at),
        "dir": direction(message.subject),
    }


def _mail_page(message: OutboxMessage, part: Part | None) -> HTMLResponse:
    available = {"text": message.text is not None, "html": message.html is not None}
    parts = [name for name in get_args(Part) if available.get(name, True)]
    return render(
        "mail.html",
        message=message,
        at=_readable(message.at),
        parts=parts,
        part=part if part in parts else parts[0],
        dir=direction(message.subject),
        text_dir=direction(message.text or ""),
        size=len(message.raw),
        events=[{**event, "when": _readable(_moment(event))} for event in message.events],
    )


def _moment(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["timestamp"], tz=UTC)


def _readable(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def direction(text: str) -> Literal["rtl", "ltr"]:
    """The side that a text starts on: that of its first strong letter (Unicode UAX #9, rule P2).

    A reply prefix does not count: a subject is as right-to-left as the one that it answers.
    """
    kinds = (bidirectional(character) for character in _PREFIX.sub("", text))
    strong = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return "ltr" if strong == "L" else "rtl"
