"""SendGrid's Inbound Parse: a multipart form, its mail inside (raw) or taken apart (parsed), and its signature.

https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
"""

import base64
import binascii
import json
import logging
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import Misconfigured, Unauthenticated, Unprocessable
from app.mail.inbound import charsets, mime, structure
from app.mail.inbound.assembly import Body, build_attachment, build_mail
from app.mail.inbound.fingerprint import Fingerprint, digest_payloads, digest_text, fingerprint, from_headers
from app.mail.inbound.message import Attachment, InboundMail, Transport

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

_MAX_FIELDS = 1000

# It warns about every byte of a stranger's broken form; we raise one error instead.
logging.getLogger("python_multipart.multipart").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class FormFile:
    """An attachment as a form part: `name` is the field ("attachment1")."""

    name: str
    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class InboundForm:
    """The exact bytes of each field, the last one where a name repeats, and the files in their order."""

    fields: dict[str, bytes]
    files: tuple[FormFile, ...]

    def text(self, name: str) -> str:
        """A field decoded by its own entry in `charsets`, line ends normalised; empty where it is absent."""
        data = self.fields.get(name, b"")
        return mime.normalise(charsets.decode(data, self._charsets().get(name.lower()))[0])

    def json(self, name: str) -> dict[str, Any]:
        """A JSON object field; empty where it is absent or broken."""
        return _json_object(self.fields.get(name, b""))

    def _charsets(self) -> dict[str, str]:
        return {str(key).lower(): str(value) for key, value in self.json("charsets").items()}


def split_form(body: bytes, content_type: str) -> InboundForm:
    """Split a multipart/form-data body into exact bytes per field.

    Raises:
        Unprocessable: It is not multipart/form-data, or it is broken.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Unprocessable("The body is not multipart/form-data with a boundary.")
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks(), max_header_count=32, max_header_size=16 * 1024)
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Unprocessable("The multipart body is broken.") from error
    if not parts.is_complete:
        raise Unprocessable("The multipart body is cut off.")
    return InboundForm(parts.fields, tuple(parts.files))


class _Parts:
    """Collects what the parser's callbacks hand over."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}
        self.files: list[FormFile] = []
        self.is_complete = False
        self._count = 0
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._content: list[bytes] = []

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MAX_FIELDS:
            raise Unprocessable(f"The form has more than {_MAX_FIELDS} fields.")
        self._headers, self._content = {}, []

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end].lower()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name] = self._value
        self._name = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = charsets.decode(options.get(b"name", b""))[0]
        content = b"".join(self._content)
        if b"filename" not in options:
            self.fields[name] = content
            return
        kind, _ = parse_options_header(self._headers.get(b"content-type"))
        filename = charsets.decode(options[b"filename"])[0]
        self.files.append(FormFile(name, filename, charsets.decode(kind)[0].lower(), content))

    def _finish(self) -> None:
        self.is_complete = True


def read_form(form: InboundForm) -> InboundMail:
    """The mail in a form, of either mode. Never raises; a form without any mail gives an empty one with problems."""
    if "email" in form.fields:
        return mime.read(form.fields["email"])
    body = Body()
    chunk = mime.Chunk(plain=form.text("text"), html=form.text("html"))
    mime.finish_body(body, [chunk])
    body.attachments = _attachments(form)
    return build_mail(_headers(form, body.problems), body)


def form_fingerprint(form: InboundForm) -> Fingerprint:
    """The fingerprint of the mail in a form: the same for both modes wherever SendGrid keeps what it is made of."""
    if "email" in form.fields:
        return fingerprint(form.fields["email"])
    for name in ("text", "html"):
        text = form.text(name)
        if text and not text.isspace():
            return from_headers(_headers(form, []), digest_text(text))
    return from_headers(_headers(form, []), digest_payloads(one.content for one in form.files))


def read_transport(form: InboundForm) -> Transport:
    """What SendGrid's own receiving server found out about the delivery."""
    envelope = form.json("envelope")
    sender, recipients = envelope.get("from"), envelope.get("to")
    return Transport(
        spf=form.text("SPF").strip().lower() or None,
        dkim=form.text("dkim").strip() or None,
        spam_score=_number(form.text("spam_score")),
        envelope_from=sender if isinstance(sender, str) else None,
        envelope_to=tuple(one for one in recipients if isinstance(one, str))
        if isinstance(recipients, list)
        else (),
        sender_ip=form.text("sender_ip").strip() or None,
    )


def _headers(form: InboundForm, problems: list[str]) -> list[tuple[str, str]]:
    """The mail's own headers, and the form's fields for those that are not among them."""
    block = form.fields.get("headers", b"").rstrip(b"\r\n") + b"\n\n"
    headers, _ = structure.parse_headers(block, 0, len(block), problems)
    present = {name.lower() for name, _ in headers}
    for name in ("from", "to", "cc", "subject"):
        if name not in present and (value := form.text(name).strip()):
            headers.append((name.capitalize(), " ".join(value.split())))
    return headers


def _attachments(form: InboundForm) -> list[Attachment]:
    info = form.json("attachment-info")
    by_field = {name: cid for cid, name in form.json("content-ids").items() if isinstance(name, str)}
    found = []
    for one in form.files:
        entry = info.get(one.name)
        about: dict[str, Any] = entry if isinstance(entry, dict) else {}
        content_id = str(about.get("content-id") or by_field.get(one.name) or "").strip("<> ") or None
        found.append(
            build_attachment(
                one.content,
                filename=str(about.get("filename") or about.get("name") or one.filename),
                content_type=str(about.get("type") or one.content_type).lower(),
                inline=content_id is not None and str(about.get("content-disposition", "inline")) == "inline",
                content_id=content_id,
            )
        )
    return found


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def verify(
    public_key: str,
    body: bytes,
    signature: str | None,
    timestamp: str | None,
    *,
    now: float,
    window: float = 600.0,
) -> None:
    """Check a signed webhook: ECDSA P-256 with SHA-256 over the timestamp and the raw body.

    Inbound Parse (with a security policy) and the event webhook are signed the same way. `public_key` is as
    SendGrid shows it; `now` is Unix time, and a timestamp further away than `window` seconds is a replay.

    Raises:
        Unauthenticated: Signature or timestamp are missing, wrong or too old.
        Misconfigured: `public_key` is not such a key.
    """
    if not signature or not timestamp:
        raise Unauthenticated("The webhook is not signed.")
    if not timestamp.isascii() or not timestamp.isdecimal() or abs(now - int(timestamp[:15])) > window:
        raise Unauthenticated("The webhook's timestamp is missing or too old.")
    try:
        decoded = base64.b64decode(signature, validate=True)
        load_public_key(public_key).verify(decoded, timestamp.encode("ascii") + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Unauthenticated("The webhook's signature is wrong.") from error


@lru_cache(maxsize=256)
def load_public_key(public_key: str) -> ec.EllipticCurvePublicKey:
    """The key as SendGrid's settings page shows it.

    Raises:
        Misconfigured: It is not one.
    """
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise Misconfigured("The SendGrid verification key is not a base64 public key.") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Misconfigured("The SendGrid verification key is not an ECDSA P-256 key.")
    return key
