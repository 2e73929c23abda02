"""The HTTP side of the pretend SendGrid: Mail Send, and what a client asks to check its connection."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.sandbox.sendgrid.service import SendGrid
from app.sandbox.sendgrid.validation import Finding, validate

MAX_REQUEST = 30_000_000
_SCOPES = ["mail.send", "user.webhooks.event.settings.read"]


def create_router(service: SendGrid) -> APIRouter:
    """The API of `service` under /v3, errors in SendGrid's shape."""
    router = APIRouter()

    @router.post("/v3/mail/send")
    async def send_mail(request: Request) -> Response:
        if refusal := _unauthorized(request, service):
            return refusal
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refuse(415, "Content-Type should be application/json.")
        body = await request.body()
        if len(body) > MAX_REQUEST:
            return _refuse(413, "The JSON payload is larger than 30 MB.")
        return _send(service, body)

    @router.get("/v3/scopes")
    async def scopes(request: Request) -> Response:
        return _unauthorized(request, service) or JSONResponse({"scopes": _SCOPES})

    @router.get("/v3/user/webhooks/event/settings/signed")
    async def event_key(request: Request) -> Response:
        return _unauthorized(request, service) or JSONResponse({"public_key": service.signer.public_key})

    @router.api_route("/v3/mail/send", methods=["GET", "PUT", "PATCH", "DELETE"])
    async def wrong_method() -> Response:
        return _refuse(405, "method not allowed")

    @router.api_route("/v3/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def unknown() -> Response:
        return _refuse(404, "not found")

    return router


def _send(service: SendGrid, body: bytes) -> Response:
    try:
        mail = json.loads(body)
        json.dumps(mail, ensure_ascii=False, allow_nan=False).encode()  # lone surrogates cannot be mailed
    except (ValueError, RecursionError):
        return _refuse(400, "Bad Request")
    if findings := validate(mail, service.now()):
        return _errors(400, findings)
    if _is_sandbox_mode(mail):
        return Response(status_code=200)
    return Response(status_code=202, headers={"X-Message-Id": service.accept(mail)})


def _is_sandbox_mode(mail: dict[str, Any]) -> bool:
    """SendGrid's own sandbox mode: checked, not sent, answered with 200."""
    setting = (mail.get("mail_settings") or {}).get("sandbox_mode")
    return isinstance(setting, dict) and setting.get("enable") is True


def _unauthorized(request: Request, service: SendGrid) -> Response | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip() == service.api_key:
        return None
    if not key:
        return _refuse(401, "Permission denied, wrong credentials")
    return _refuse(401, "The provided authorization grant is invalid, expired, or revoked")


def _refuse(status: int, message: str) -> Response:
    return _errors(status, [Finding(message, None)])


def _errors(status: int, findings: list[Finding]) -> Response:
    return JSONResponse({"errors": [finding.as_json() for finding in findings]}, status_code=status)
