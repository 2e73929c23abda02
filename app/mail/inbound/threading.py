"""How a mail is tied to a conversation: our own Message-IDs, a signed token in the reply address, references.

Message-IDs alone are not enough: SendGrid replaces the id that we set, and mail programs rewrite References.
So every reply carries a token in its Reply-To address (RFC 5233 sub-addressing, "plus address"). Both
are signed, as an id that a stranger may choose must not open somebody else's conversation.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.mail.address import Address
from app.mail.inbound.message import InboundMail

LOOP_HEADER = "X-Pasokh-Loop"
"""On every mail that we send; one that comes back with it is our own."""

CONVERSATION_HEADER = "X-Pasokh-Conversation"
"""Carries the token where the mailbox's host refuses plus addresses."""

_TOKEN_MAC = 10
_ID_MAC = 10
# 26 bytes are 42 base32 characters: with "support+" they fit the 64 octets of a local part (RFC 5321, 4.5.3.1.1).
_TOKEN = re.compile(r"[a-z2-7]{42}")
_OWN_ID = re.compile(r"<?p\.([0-9a-f]{32})\.([a-z2-7]{16})@[^<>@\s]+>?")
_MAX_LOCAL_PART = 64


@dataclass(frozen=True, slots=True)
class ThreadHints:
    """What a mail says about where it belongs. Hints only: who may join is decided elsewhere.

    Attributes:
        conversation_id: From a signed token in the addresses that the mail was sent to.
        reply_ids: Our own replies that it refers to, newest first, their signatures checked.
        referenced: All ids of In-Reply-To and References, newest first, with angle brackets.
    """

    conversation_id: UUID | None
    reply_ids: tuple[UUID, ...]
    referenced: tuple[str, ...]


def make_message_id(reply_id: UUID, key: bytes, domain: str) -> str:
    """Our Message-ID for a reply, with angle brackets."""
    return f"<p.{reply_id.hex}.{_sign(b'message-id', reply_id, key, _ID_MAC)}@{domain}>"


def find_own_id(message_id: str, key: bytes) -> UUID | None:
    """The reply that a Message-ID of ours names, or None where it is not ours or its signature is wrong."""
    match = _OWN_ID.fullmatch(message_id.strip().lower())
    if match is None:
        return None
    reply_id = UUID(hex=match[1])
    is_ours = hmac.compare_digest(_sign(b"message-id", reply_id, key, _ID_MAC), match[2])
    return reply_id if is_ours else None


def make_token(conversation_id: UUID, key: bytes) -> str:
    """The signed token of a conversation: 42 characters of lower-case base32, as hosts fold case."""
    mac = _mac(b"conversation", conversation_id, key, _TOKEN_MAC)
    return _base32(conversation_id.bytes + mac)


def read_token(token: str, key: bytes) -> UUID | None:
    """The conversation of a token, in any case, or None where it is not one of ours."""
    folded = token.strip().lower()
    if not _TOKEN.fullmatch(folded):
        return None
    try:
        data = base64.b32decode(folded.upper() + "=" * (-len(folded) % 8))
    except binascii.Error:
        return None
    conversation_id = UUID(bytes=data[:16])
    is_ours = hmac.compare_digest(_mac(b"conversation", conversation_id, key, _TOKEN_MAC), data[16:])
    # A second spelling of the same bytes (the last character has spare bits) is not a token that we made.
    return conversation_id if is_ours and _base32(data) == folded else None


def find_token(addresses: Iterable[str], key: bytes) -> UUID | None:
    """The conversation named by the first good token among addresses such as support+token@shop.example."""
    for address in addresses:
        _, plus, detail = address.rpartition("@")[0].partition("+")
        if plus and (found := read_token(detail.rpartition("+")[2], key)) is not None:
            return found
    return None


def reply_address(address: str, token: str) -> str:
    """The Reply-To address that carries a token; the plain address where the local part would get too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= _MAX_LOCAL_PART else address


def thread_hints(mail: InboundMail, key: bytes, *, envelope_to: Iterable[str] = ()) -> ThreadHints:
    """Collect what a mail says about its thread.

    `envelope_to` are the addresses that the transport delivered to: a mail that was forwarded or sent by BCC
    has the token only there.
    """
    referenced = _referenced(mail)
    addressed = (*envelope_to, *(one.address for one in _recipients(mail)))
    by_header = (read_token(value, key) for value in mail.all_headers(CONVERSATION_HEADER))
    return ThreadHints(
        conversation_id=find_token(addressed, key) or next((found for found in by_header if found), None),
        reply_ids=tuple(dict.fromkeys(found for one in referenced if (found := find_own_id(one, key)))),
        referenced=referenced,
    )


def _recipients(mail: InboundMail) -> Iterable[Address]:
    delivered = (Address(address=value.strip("<> ")) for value in mail.all_headers("Delivered-To"))
    return (*mail.to, *mail.cc, *delivered)


def _referenced(mail: InboundMail) -> tuple[str, ...]:
    newest_first = (mail.in_reply_to, *reversed(mail.references))
    return tuple(dict.fromkeys(one for one in newest_first if one))


def _mac(purpose: bytes, subject: UUID, key: bytes, length: int) -> bytes:
    return hmac.new(key, purpose + b"\0" + subject.bytes, hashlib.sha256).digest()[:length]


def _sign(purpose: bytes, subject: UUID, key: bytes, length: int) -> str:
    return _base32(_mac(purpose, subject, key, length))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
