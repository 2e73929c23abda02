"""`POST /hooks/raw/{mailbox_key}`: one email as message/rfc822, with a bearer token. Off where no token is set."""

import hmac
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.errors import NotFound, Unauthenticated, Unprocessable
from app.intake.accept import MESSAGE
from app.models import Mailbox
from app.pipeline.desk import Desk
from app.sealing import digest
from app.web.hooks.body import read_body

router = APIRouter()


@router.post("/raw/{mailbox_key}", status_code=202)
async def receive_raw(mailbox_key: str, request: Request) -> JSONResponse:
    desk: Desk = request.app.state.desk
    check = partial(_authorise, header=request.headers.get("authorization", ""))
    await desk.mailboxes.admit(mailbox_key, check)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MESSAGE:
        raise Unprocessable(f"Send the email itself, with Content-Type: {MESSAGE}.")
    content = await read_body(request, desk.settings.max_message_bytes)
    if not content.strip():
        raise Unprocessable("The body is empty.")
    accepted = await desk.mailboxes.accept(mailbox_key, check, content, content_type=MESSAGE, source="raw")
    return JSONResponse({"accepted": True, "new": accepted.is_new}, status_code=202)


def _authorise(mailbox: Mailbox, *, header: str) -> None:
    if mailbox.raw_token_hash is None:
        raise NotFound("This endpoint is off for this mailbox: it has no bearer token.")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(digest(token.strip()), mailbox.raw_token_hash):
        raise Unauthenticated("The bearer token is missing or wrong.")
