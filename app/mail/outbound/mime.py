"""An outgoing mail as the bytes of an email (RFC 5322, RFC 2045): ASCII alone, so that every server takes it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from app.errors import NeedsPerson
from app.mail.outbound.compose import OutgoingMail, clean_header

_ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})


class _Policy(EmailPolicy):
    """The standard library's for SMTP, but that ids are never encoded, and that names come back as they were.

    It takes an id of more than 78 characters for text and makes an encoded word of it, which no program finds again
    (RFC 2047, 5: an encoded word must not appear in a msg-id). Where it breaks a long name, it adds a blank to it.
    """

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _ID_HEADERS:
            ids = "\r\n ".join(value.split())
            return f"{name}: {ids}\r\n"
        if name.lower() == "from" and not str(value).isascii():
            return _fold_sender(name, value)
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _ID_HEADERS or (name.lower() == "from" and not str(value).isascii()):
            return self.fold(name, value).encode("ascii", "replace")
        folded: bytes = super().fold_binary(name, value)
        return folded


def _fold_sender(name: str, value: Any) -> str:
    """The one sender, with the name in encoded words that programs put together again (RFC 2047, 2 and 6.2)."""
    (sender,) = value.addresses
    words = Header(sender.display_name, "utf-8").encode(linesep="\r\n")
    return f"{name}: {words}\r\n <{sender.addr_spec}>\r\n"


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)


def build_message(mail: OutgoingMail) -> bytes:
    """The whole mail, CRLF line ends, no line longer than 998 octets (RFC 5322, 2.1.1).

    Raises:
        NeedsPerson: an address cannot be written in ASCII, or is none.
    """
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = Address(clean_header(mail.from_name), addr_spec=ascii_address(mail.from_address))
        message["To"] = Address(addr_spec=ascii_address(mail.to))
        for name, value in headers_of(mail).items():
            message[name] = value
        if mail.reply_to:
            message["Reply-To"] = Address(addr_spec=ascii_address(mail.reply_to))
    except (ValueError, HeaderParseError, IndexError) as error:
        raise NeedsPerson(
            "An address of this mail is written in a way that mail servers do not take.",
            code="provider_refused",
        ) from error
    message["Subject"] = clean_header(mail.subject) or "-"
    message["Date"] = format_datetime(mail.date or datetime.now(UTC))
    message.set_content(mail.text or " ")
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def headers_of(mail: OutgoingMail) -> Mapping[str, str]:
    """The headers besides those of every mail, each on one line."""
    return dict(_headers(mail))


def ascii_address(address: str) -> str:
    """An address with its domain as DNS has it (RFC 5891).

    Raises:
        ValueError: what stands before the @ is not ASCII, or there is no @. Few servers take such an address (RFC 6531).
    """
    local, at, domain = address.strip().rpartition("@")
    if not (at and local.isascii() and local.isprintable() and " " not in local):
        raise ValueError("no ASCII address")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def _headers(mail: OutgoingMail) -> Iterator[tuple[str, str]]:
    for name, value in mail.headers.items():
        yield name, clean_header(value)
    if mail.message_id:
        yield "Message-ID", clean_header(mail.message_id)
    if mail.in_reply_to:
        yield "In-Reply-To", clean_header(mail.in_reply_to)
    if mail.references:
        yield "References", " ".join(mail.references)
