"""SendGrid's inbound side: the multipart bodies that Inbound Parse posts for a received mail.

Two modes: raw (the whole mail in the field `email`) and the default (parsed fields, each in a charset
that `charsets` names, attachments as files). Sign either with `SendGrid.sign`.
https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

_BOUNDARY = "xYzZY"
_SENDER_IP = "192.0.2.10"  # RFC 5737: for documentation


@dataclass(frozen=True, slots=True)
class _Field:
    """One form field: its exact bytes, and what a file has beyond that."""

    name: str
    value: bytes
    filename: str | None = None
    content_type: str | None = None


def build_raw_post(
    raw_mime: bytes,
    *,
    to: Sequence[str],
    from_: str,
    spf: str = "pass",
    dkim: Mapping[str, str] | None = None,
    sender_ip: str = _SENDER_IP,
    spam_score: float | None = None,
    spam_report: str | None = None,
) -> tuple[bytes, str]:
    """A post in raw mode.

    Args:
        raw_mime: The mail as received.
        to: Envelope recipients (RCPT TO).
        from_: Envelope sender (MAIL FROM); empty for a bounce.
        spf: Result for the envelope sender's domain: `pass`, `fail`, `softfail`, `none` …
        dkim: Result per signing domain, `{"example.com": "pass"}`; None where the mail is not signed.
        sender_ip: The host that delivered it.
        spam_score: SpamAssassin's score; None where the check is off.
        spam_report: Its report.

    Returns:
        The body and its Content-Type.
    """
    mail = message_from_bytes(raw_mime)
    shown = _shown_headers(mail)
    fields = [
        _Field("dkim", _dkim(dkim)),
        _Field("email", raw_mime),
        *shown,
        _Field("sender_ip", sender_ip.encode()),
        _Field("envelope", _envelope(to, from_)),
        *_spam(spam_score, spam_report),
        _Field("charsets", _json({field.name: "UTF-8" for field in shown})),
        _Field("SPF", spf.encode()),
    ]
    return _multipart(fields)


def build_parsed_post(
    raw_mime: bytes,
    *,
    to: Sequence[str],
    from_: str,
    spf: str = "pass",
    dkim: Mapping[str, str] | None = None,
    sender_ip: str = _SENDER_IP,
    spam_score: float | None = None,
    spam_report: str | None = None,
) -> tuple[bytes, str]:
    """A post in the default mode; arguments and result as of `build_raw_post`.

    Headers arrive decoded to UTF-8; `text` and `html` keep the bytes and the charset of their parts.
    """
    mail = message_from_bytes(raw_mime)
    shown = _shown_headers(mail)
    bodies = {kind: part for kind in ("text", "html") if (part := _find_body(mail, kind)) is not None}
    files = [part for part in _leaves(mail) if not any(part is body for body in bodies.values())]
    charsets = {field.name: "UTF-8" for field in shown}
    charsets |= {kind: str(part.get_content_charset("us-ascii")) for kind, part in bodies.items()}
    fields = [
        _Field("headers", _header_block(raw_mime)),
        _Field("dkim", _dkim(dkim)),
        *shown,
        *(_Field(kind, _payload(part)) for kind, part in bodies.items()),
        _Field("sender_ip", sender_ip.encode()),
        _Field("envelope", _envelope(to, from_)),
        _Field("attachments", str(len(files)).encode()),
        *_spam(spam_score, spam_report),
        _Field("charsets", _json(charsets)),
        _Field("SPF", spf.encode()),
        *_attachments(files),
    ]
    return _multipart(fields)


def _shown_headers(mail: Message) -> list[_Field]:
    """The decoded headers that both modes repeat as fields."""
    return [
        _Field(name.lower(), _decode(mail[name]).encode("utf-8", "replace"))
        for name in ("To", "Cc", "From", "Subject")
        if mail[name] is not None
    ]


def _decode(value: object) -> str:
    """A header's text; as it stands where its encoded words are broken."""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, HeaderParseError, ValueError):
        text = str(value)
    return " ".join(text.split())


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that carry content; a forwarded mail is one of them, unopened."""
    if mail.get_content_maintype() == "multipart" and isinstance(mail.get_payload(), list):
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield mail


def _find_body(mail: Message, kind: str) -> Message | None:
    wanted = {"text": "text/plain", "html": "text/html"}[kind]
    return next(
        (
            part
            for part in _leaves(mail)
            if part.get_content_type() == wanted and part.get_content_disposition() != "attachment"
        ),
        None,
    )


def _payload(part: Message) -> bytes:
    """A part's bytes after its transfer encoding; a forwarded mail's own bytes."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    items = inner if isinstance(inner, list) else []
    return b"".join(item.as_bytes() for item in items if isinstance(item, Message))


def _header_block(raw_mime: bytes) -> bytes:
    return raw_mime.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"


def _attachments(parts: list[Message]) -> list[_Field]:
    """The files, and the two JSON fields that describe them; nothing for a mail without any."""
    if not parts:
        return []
    files: list[_Field] = []
    info: dict[str, dict[str, str]] = {}
    content_ids: dict[str, str] = {}
    for number, part in enumerate(parts, 1):
        key = f"attachment{number}"
        filename = _decode(part.get_filename() or f"unknown{number}")
        kind = part.get_content_type()
        info[key] = {"filename": filename, "name": filename, "type": kind}
        if charset := part.get_content_charset():
            info[key]["charset"] = charset
        if content_id := str(part.get("Content-ID", "")).strip().strip("<>"):
            info[key]["content-id"] = content_id
            content_ids[content_id] = key
        files.append(_Field(key, _payload(part), filename, kind))
    described = [_Field("attachment-info", _json(info))]
    if content_ids:
        described.append(_Field("content-ids", _json(content_ids)))
    return [*described, *files]


def _dkim(results: Mapping[str, str] | None) -> bytes:
    if not results:
        return b"none"
    return ("{" + ", ".join(f"@{domain} : {result}" for domain, result in results.items()) + "}").encode()


def _envelope(to: Sequence[str], from_: str) -> bytes:
    return _json({"to": list(to), "from": from_})


def _spam(score: float | None, report: str | None) -> list[_Field]:
    fields = []
    if score is not None:
        fields.append(_Field("spam_score", f"{score:g}".encode()))
    if report is not None:
        fields.append(_Field("spam_report", report.encode()))
    return fields


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _multipart(fields: list[_Field]) -> tuple[bytes, str]:
    boundary = _BOUNDARY
    while any(boundary.encode() in field.value for field in fields):
        boundary = f"{_BOUNDARY}{secrets.token_hex(8)}"
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + _part(field) + b"\r\n" for field in fields)
    return body + b"--" + boundary.encode() + b"--\r\n", f"multipart/form-data; boundary={boundary}"


def _part(field: _Field) -> bytes:
    disposition = f'form-data; name="{field.name}"'
    if field.filename is not None:
        disposition += f'; filename="{_quoted(field.filename)}"'
    head = f"Content-Disposition: {disposition}\r\n"
    if field.content_type is not None:
        head += f"Content-Type: {field.content_type}\r\n"
    return head.encode("utf-8", "replace") + b"\r\n" + field.value


def _quoted(filename: str) -> str:
    """A file name for a quoted parameter, escaped as forms are (HTML, multipart/form-data encoding)."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
