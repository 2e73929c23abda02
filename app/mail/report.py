"""What was read from a mail, as the JSON object of `pasokh mail parse --json`. The keys are a contract."""

from collections.abc import Collection
from typing import Any

from app.mail.address import Address
from app.mail.inbound.authentication import Judgement, judge
from app.mail.inbound.message import Attachment, InboundMail, Transport
from app.mail.inbound.quoting import Cut, cut, newly_written
from app.mail.inbound.screening import Screening, screen
from app.mail.inbound.shop_mail import unwrap
from app.vocabulary import Authenticity, MailKind


def describe(
    mail: InboundMail,
    *,
    file: str,
    own_addresses: Collection[str] = (),
    transport: Transport | None = None,
    trusted_hosts: Collection[str] = (),
) -> dict[str, Any]:
    """Everything that was read from a mail, unwrapped where a contact form brought it."""
    mail = unwrap(mail, own_addresses=own_addresses)
    return {
        "file": file,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "from": _address(mail.from_),
        "customer": _address(mail.customer),
        "reply_to": [_address(one) for one in mail.reply_to],
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        **_text(mail.text, newly_written(mail)),
        "attachments": [_attachment(one) for one in mail.attachments],
        **_screening(screen(mail, own_addresses=own_addresses, transport=transport)),
        "authenticity": _judgement(
            judge(mail, transport, trusted_hosts=trusted_hosts, own_addresses=own_addresses)
        ),
        "problems": list(mail.problems),
    }


def describe_body(text: str, *, file: str) -> dict[str, Any]:
    """The same object for a plain text body without headers."""
    nobody = _address(Address())
    return {
        "file": file,
        "message_id": None,
        "in_reply_to": None,
        "references": [],
        "from": nobody,
        "customer": nobody,
        "reply_to": [],
        "to": [],
        "cc": [],
        "subject": "",
        "date": None,
        **_text(text, cut(text)),
        "attachments": [],
        **_screening(Screening(MailKind.CUSTOMER, answerable=True)),
        "authenticity": _judgement(Judgement(Authenticity.UNAUTHENTICATED, None, None, None, ())),
        "problems": [],
    }


def _address(one: Address) -> dict[str, str]:
    return {"name": one.name, "address": one.address}


def _text(text: str, parts: Cut) -> dict[str, str]:
    return {"text": text, "reply": parts.reply, "quoted": parts.quoted, "forwarded": parts.forwarded}


def _attachment(one: Attachment) -> dict[str, Any]:
    return {
        "filename": one.filename,
        "content_type": one.content_type,
        "size": one.size,
        "sha256": one.sha256,
        "inline": one.inline,
    }


def _screening(found: Screening) -> dict[str, Any]:
    check = found.forwarding_check
    return {
        "kind": found.kind.value,
        "answerable": found.answerable,
        "reasons": list(found.reasons),
        "bounces": [
            {"recipient": one.recipient, "permanent": one.permanent, "status": one.status}
            for one in found.bounces
        ],
        "forwarding_check": {"code": check.code, "link": check.link} if check else None,
    }


def _judgement(found: Judgement) -> dict[str, Any]:
    return {
        "result": found.result.value,
        "spf": found.spf,
        "dkim": found.dkim,
        "dmarc": found.dmarc,
        "reasons": list(found.reasons),
    }
