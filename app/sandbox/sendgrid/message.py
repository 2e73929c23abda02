"""Builds the mail that a recipient gets, as SendGrid does from the JSON of Mail Send.

Only for bodies that `validation.validate` has passed.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from app.sandbox.sendgrid.outbox import OutboxMessage

_HOST = "geopod-ismtpd-sandbox-0"
_FOLD_AT = 76


@dataclass(frozen=True, slots=True)
class MailId:
    """The id that SendGrid gives a request. Any Message-ID of the caller's is replaced by it.

    Attributes:
        x_message_id: What the answer's X-Message-Id says: the first part of the Message-ID.
    """

    x_message_id: str

    @classmethod
    def new(cls) -> "MailId":
        return cls(secrets.token_urlsafe(16))

    @property
    def message_id(self) -> str:
        return f"<{self.x_message_id}@{_HOST}>"


def build_messages(mail: dict[str, Any], mail_id: MailId, at: datetime) -> list[OutboxMessage]:
    """One message per personalization of a valid Mail Send body."""
    return [_build(mail, item, index, mail_id, at) for index, item in enumerate(mail["personalizations"])]


def _build(
    mail: dict[str, Any], item: dict[str, Any], index: int, mail_id: MailId, at: datetime
) -> OutboxMessage:
    sender = item.get("from") or mail["from"]
    reply_to = mail.get("reply_to_list") or [r for r in (mail.get("reply_to"),) if r]
    subject = item.get("subject") or mail["subject"]
    headers = _own_headers(mail_id, at, sender, item, reply_to, subject)
    headers += _callers_headers({**(mail.get("headers") or {}), **(item.get("headers") or {})})
    body = _body(mail)
    mime = body.as_bytes(policy=SMTP)  # chooses the boundaries that its headers name
    return OutboxMessage(
        id=mail_id.x_message_id if index == 0 else f"{mail_id.x_message_id}-{index}",
        x_message_id=mail_id.x_message_id,
        message_id=mail_id.message_id,
        at=at,
        from_=sender["email"],
        from_name=sender.get("name") or "",
        to=_emails(item.get("to")),
        cc=_emails(item.get("cc")),
        bcc=_emails(item.get("bcc")),
        reply_to=_emails(reply_to),
        subject=subject,
        text=_content(mail, "text/plain"),
        html=_content(mail, "text/html"),
        headers=dict([*headers, *((name, str(value)) for name, value in body.items())]),
        custom_args={**(mail.get("custom_args") or {}), **(item.get("custom_args") or {})},
        categories=list(mail.get("categories") or ()),
        attachments=[attachment["filename"] for attachment in mail.get("attachments") or ()],
        raw="".join(_fold(name, value) for name, value in headers).encode("ascii") + mime,
    )


def _own_headers(
    mail_id: MailId,
    at: datetime,
    sender: dict[str, Any],
    item: dict[str, Any],
    reply_to: list[dict[str, Any]],
    subject: str,
) -> list[tuple[str, str]]:
    pairs = [
        ("Received", f"by {_HOST} with HTTP id {mail_id.x_message_id}; {format_datetime(at)}"),
        ("Date", format_datetime(at)),
        ("From", _mailboxes([sender])),
        ("Message-ID", mail_id.message_id),
        ("Subject", subject),
        ("Reply-To", _mailboxes(reply_to)),
        ("To", _mailboxes(item["to"])),
        ("Cc", _mailboxes(item.get("cc") or ())),
    ]
    return [(name, value) for name, value in pairs if value]


def _callers_headers(headers: dict[str, str]) -> list[tuple[str, str]]:
    """The caller's headers, except those of which a mail may have one only and SendGrid sets it."""
    own = {"message-id", "date", "mime-version"}
    return [(name, value) for name, value in headers.items() if name.lower() not in own]


def _mailboxes(people: Iterable[dict[str, Any]]) -> str:
    return ", ".join(str(_mailbox(person)) for person in people)


def _mailbox(person: dict[str, Any]) -> Address:
    return Address(display_name=person.get("name") or "", addr_spec=person["email"])


def _emails(people: Iterable[dict[str, Any]] | None) -> list[str]:
    return [person["email"] for person in people or ()]


def _content(mail: dict[str, Any], kind: str) -> str | None:
    return next((block["value"] for block in mail["content"] if block["type"].lower() == kind), None)


def _body(mail: dict[str, Any]) -> EmailMessage:
    """The MIME tree: alternatives of the content, around them the attachments."""
    message = EmailMessage(policy=SMTP)
    blocks = sorted(mail["content"], key=lambda block: not block["type"].lower().startswith("text/"))
    for index, block in enumerate(blocks):
        maintype, _, subtype = block["type"].lower().partition("/")
        if maintype != "text":
            message.add_attachment(block["value"].encode(), maintype=maintype, subtype=subtype)
        elif index == 0:
            message.set_content(block["value"], subtype=subtype, cte="quoted-printable")
        else:
            message.add_alternative(block["value"], subtype=subtype, cte="quoted-printable")
    for attachment in mail.get("attachments") or ():
        _attach(message, attachment)
    for part in message.walk():
        if part is not message:
            del part["MIME-Version"]  # the package adds it to parts too; it belongs to the top (RFC 2045, 4)
    return message


def _attach(message: EmailMessage, attachment: dict[str, Any]) -> None:
    kind = attachment.get("type") or "application/octet-stream"
    maintype, _, subtype = kind.partition(";")[0].strip().partition("/")
    content_id = attachment.get("content_id")
    message.add_attachment(
        base64.b64decode(attachment["content"]),
        maintype=maintype,
        subtype=subtype,
        filename=attachment["filename"],
        disposition=attachment.get("disposition") or "attachment",
        cid=f"<{content_id}>" if content_id else None,
    )


def _fold(name: str, value: str) -> str:
    """One header, folded at white space, with encoded words only where it is not ASCII (RFC 5322, 2047).

    The email package encodes long ASCII tokens too, which breaks message ids in References.
    """
    if not value.isascii() or name in {"From", "To", "Cc", "Reply-To"}:
        return str(SMTP.header_factory(name, value).fold(policy=SMTP))
    lines, line = [], f"{name}:"
    for word in value.split():
        if len(line) + 1 + len(word) > _FOLD_AT and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"
