"""Send a mail by SendGrid's Mail Send API, exactly one attempt a call. The only importer of SendGrid's SDK.

SendGrid has no idempotency key. So every failure is one of three: nothing left (`TryLater`), SendGrid
refused this mail (`NeedsPerson`), or nobody can tell (`InDoubt`), and the last is the default.
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from http.client import HTTPException
from typing import Any

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    CustomArg,
    Email,
    Header,
    Mail,
    OpenTracking,
    Personalization,
    ReplyTo,
    TrackingSettings,
)

from app.errors import InDoubt, Misconfigured, NeedsPerson, PasokhError, TryLater
from app.mail.outbound.compose import OutgoingMail, clean_header
from app.mail.outbound.connecting import Attempt, ConnectingHandler
from app.mail.outbound.mime import headers_of
from app.mail.outbound.port import OWNER_HAS_TO_MEND, Claim, Receipt, reason_given, unclaimed

SERVICE = "SendGrid"

# The socket's time-out is per read; an answer that drips must end too.
_TOTAL_FACTOR = 3
_THREADS = 32
_MAX_RETRY_AFTER = 3600.0
_LATER = frozenset({408, 425, 429})
_THIS_MAIL = frozenset({400, 413, 414, 415, 422, 431})

# At DEBUG it logs the API key and the customers' text.
logging.getLogger("python_http_client.client").setLevel(logging.INFO)


class SendGridSender:
    """Sends mails by one API key. Safe to use by many tasks at once; `timeout` is in seconds, per socket operation."""

    def __init__(
        self, api_key: str, base_url: str = "https://api.sendgrid.com", timeout: float = 10.0
    ) -> None:
        if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
            raise Misconfigured("The SendGrid API key is missing or has characters that no key has.")
        self._client = SendGridAPIClient(api_key, host=base_url.rstrip("/")).client
        self._client.timeout = timeout
        self._total = timeout * _TOTAL_FACTOR
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="sendgrid")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: to read all certificates takes longer than to send a mail."""
        return ssl.create_default_context()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        """Try to send a mail, once; see `Sender.send`.

        Raises:
            TryLater: Nothing was sent and a later try may succeed: SendGrid is busy (429), cannot be reached (no byte of
                the request was written), or refuses our key (401, 403), which the owner must mend while the mail waits.
            NeedsPerson: SendGrid will never take this mail (400, 413), with its own words.
            InDoubt: It may have been sent: time-out, cut-off or reset after the request went out, an answer that
                is not the documented 202 with X-Message-Id, and every 5xx. SendGrid documents a 500 as "an error
                occurred on a SendGrid server" and does not say that the mail was not accepted.
        """
        payload = build_payload(mail)
        response = await self._in_thread(
            self._client.mail.send, lambda client: client.post(request_body=payload), claim
        )
        provider_id = str(response.headers.get("X-Message-Id") or "").strip()
        if response.status_code != 202 or not provider_id:
            raise InDoubt(
                "SendGrid gave an answer that is not documented, so the mail may or may not have left."
            )
        return Receipt(provider_id)

    async def check(self) -> None:
        """Make sure, without sending, that SendGrid can be reached and that the key may send mail.

        Raises:
            Misconfigured: The key is refused, or may not send mail.
            TryLater: SendGrid cannot be reached, or answers something else.
        """
        try:
            response = await self._in_thread(self._client.scopes, lambda client: client.get(), unclaimed)
            scopes = _json_object(response.body).get("scopes")
        except TryLater as error:
            if error.code == OWNER_HAS_TO_MEND:
                raise Misconfigured(error.message) from error
            raise
        except (InDoubt, NeedsPerson):
            scopes = None  # a question leaves no doubt
        if not isinstance(scopes, list):
            raise TryLater("SendGrid does not answer as documented.", service=SERVICE)
        if "mail.send" not in scopes:
            raise Misconfigured("The SendGrid API key may not send mail: give it the Mail Send permission.")

    async def _in_thread(self, client: Any, call: Callable[[Any], Any], claim: Claim) -> Any:
        """Make one request of the SDK's. Once it has begun, a lost answer leaves a doubt."""
        attempt = Attempt(claim)
        _connect_by(client, ConnectingHandler(lambda: self._tls, attempt.begin))
        future = self._threads.submit(call, client)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._total)
        except HTTPError as error:
            raise _refusal(error) from None  # its text may hold addresses
        except (OSError, HTTPException) as error:  # TimeoutError and URLError are OSErrors
            if attempt.end():
                raise _lost("SendGrid's answer was lost") from error
            raise TryLater("SendGrid cannot be reached.", service=SERVICE) from error
        finally:
            attempt.end()


def _connect_by(client: Any, handler: ConnectingHandler) -> None:
    """Have the SDK's client of one request connect by a handler of ours: what it keeps apart for tests is the only place."""
    make_request = client._make_request  # noqa: SLF001 - the SDK offers no other

    def make(opener: Any, request: Any, timeout: float | None = None) -> Any:
        opener.add_handler(handler)
        return make_request(opener, request, timeout=timeout)

    client._make_request = make  # noqa: SLF001 - as above


def build_payload(mail: OutgoingMail) -> dict[str, Any]:
    """The JSON body of the Mail Send request."""
    message = Mail()
    message.from_email = Email(mail.from_address, clean_header(mail.from_name) or None)
    message.subject = clean_header(mail.subject) or "-"  # an empty one is refused
    if mail.reply_to:
        message.reply_to = ReplyTo(mail.reply_to)
    message.add_content(Content("text/plain", mail.text or " "))
    if mail.html:
        message.add_content(Content("text/html", mail.html))
    # Whatever the account's own setting is. Rewritten links are not the links that were checked and approved.
    message.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(enable=mail.track_clicks, enable_text=False),
        open_tracking=OpenTracking(enable=mail.track_opens),
    )
    personalization = Personalization()
    personalization.add_to(Email(mail.to))
    for name, value in headers_of(mail).items():
        personalization.add_header(Header(name, value))
    for name, value in mail.custom_args.items():
        personalization.add_custom_arg(CustomArg(name, value))
    message.add_personalization(personalization)
    payload: dict[str, Any] = message.get()
    return payload


def _refusal(error: HTTPError) -> PasokhError:
    """What a status says. A 4xx is the server's word that it has not done what was asked (RFC 9110, 15.5)."""
    status = error.status_code
    said = _provider_message(error.body)
    if status in _LATER:
        return TryLater("SendGrid is busy.", service=SERVICE, retry_after=_retry_after(error.headers))
    if status in _THIS_MAIL:
        return NeedsPerson(f"SendGrid does not take this mail: {said}", code="provider_refused")
    if 300 <= status < 500:
        text = f"SendGrid refuses our API key or sender ({status}): {said} Mail waits until this is mended."
        return TryLater(text, service=SERVICE, code=OWNER_HAS_TO_MEND)
    return _lost(f"SendGrid failed ({status})")


def _lost(what: str) -> InDoubt:
    return InDoubt(f"{what}: the mail may or may not have left.")


def _provider_message(body: object) -> str:
    """SendGrid's own words, without addresses."""
    errors = _json_object(body).get("errors")
    said = (
        [str(one.get("message") or "") for one in errors if isinstance(one, dict)]
        if isinstance(errors, list)
        else []
    )
    return reason_given(" ".join(said))


def _json_object(body: object) -> dict[str, Any]:
    try:
        value = json.loads(body) if isinstance(body, bytes | str) else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _retry_after(headers: Mapping[str, str] | None) -> float | None:
    """Seconds to wait, by Retry-After or SendGrid's X-RateLimit-Reset (Unix time)."""
    for name, offset in (("Retry-After", 0.0), ("X-RateLimit-Reset", time.time())):
        value = (headers or {}).get(name) or ""
        if value.strip().isdecimal():
            return min(max(float(value) - offset, 0.0), _MAX_RETRY_AFTER)
    return None
