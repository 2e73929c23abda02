"""How a mail is tied to a conversation: our own Message-IDs, a signed token in the reply address, references.

Message-IDs alone are not enough: SendGrid replaces the id that we set, and mail programs rewrite References. So every
mail of ours says which conversation it belongs to in two places that come back with an answer to it:

- its Reply-To address bears a token (RFC 5233 sub-addressing, "plus address");
- its References begin with an *anchor*, an id of no mail at all. A program that answers copies the references of what
  it answers (RFC 5322, 3.6.4), and one that shortens them keeps the first. This is what remains where the mailbox's
  host refuses plus addresses, and where somebody writes to the plain address from their address book.

All of them are signed, as an id that a stranger may choose must not open somebody else's conversation. And all of them
are hints: whoever forwards a mail gives them away, so who may join is decided elsewhere, by who writes.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from app.mail.address import parse_addresses
from app.mail.inbound.headers import decode_words
from app.mail.inbound.message import InboundMail

LOOP_HEADER = "X-Pasokh-Loop"
"""On every mail that we send, with its Message-ID; one that comes back with it is our own."""

DELIVERY_HEADERS = (
    "Delivered-To",
    "X-Original-To",
    "X-Delivered-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
    "X-Forwarded-For",
)
"""Where hosts and forwarders write the address that a mail was delivered to: a BCC stands nowhere else."""

_TOKEN_MAC = 10
_ID_MAC = 10
# 26 bytes are 42 base32 characters: with "support+" they fit the 64 octets of a local part (RFC 5321, 4.5.3.1.1).
_TOKEN = re.compile(r"[a-z2-7]{42}")
_TOKEN_WITHIN = re.compile(r"(?<![a-z0-9])[a-z2-7]{42}(?![a-z0-9])")
_OWN_ID = re.compile(r"<?p\.([0-9a-f]{32})\.([a-z2-7]{16})@[^<>@\s]+>?")
_ANCHOR = re.compile(r"<?c\.([0-9a-f]{32})\.([a-z2-7]{16})@[^<>@\s]+>?")
_MAX_LOCAL_PART = 64
_MAX_REFERENCED = 100


@dataclass(frozen=True, slots=True)
class ThreadHints:
    """What a mail says about where it belongs. Hints only: who may join is decided elsewhere.

    Attributes:
        conversation_ids: From signed tokens in the addresses that the mail was sent to, then from anchors, newest first.
        reply_ids: Our own replies that it refers to, newest first, their signatures checked.
        referenced: The other ids of In-Reply-To and References, newest first, with angle brackets.
    """

    conversation_ids: tuple[UUID, ...] = ()
    reply_ids: tuple[UUID, ...] = ()
    referenced: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conversation_ids or self.reply_ids or self.referenced)


def make_message_id(reply_id: UUID, key: bytes, domain: str) -> str:
    """Our Message-ID for a reply, with angle brackets."""
    return f"<p.{reply_id.hex}.{_sign(b'message-id', reply_id, key, _ID_MAC)}@{domain}>"


def find_own_id(message_id: str, key: bytes) -> UUID | None:
    """The reply that a Message-ID of ours names, or None where it is not ours or its signature is wrong."""
    return _read_id(_OWN_ID, b"message-id", message_id, key)


def make_anchor(conversation_id: UUID, key: bytes, domain: str) -> str:
    """The id, with angle brackets, that the References of all our mails of a conversation begin with."""
    return f"<c.{conversation_id.hex}.{_sign(b'anchor', conversation_id, key, _ID_MAC)}@{domain}>"


def find_anchor(message_id: str, key: bytes) -> UUID | None:
    """The conversation that an anchor of ours names, or None."""
    return _read_id(_ANCHOR, b"anchor", message_id, key)


def is_anchor(message_id: str) -> bool:
    """Whether an id has the form of an anchor, whoever signed it."""
    return _ANCHOR.fullmatch(message_id.lower()) is not None


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


def find_tokens(addresses: Iterable[str], key: bytes) -> tuple[UUID, ...]:
    """The conversations named by good tokens in the local parts of addresses such as support+token@shop.example.

    Whatever stands around a token (gateways write + as %2B, = or -), its signature tells that it is one.
    """
    found = (
        read_token(match, key)
        for address in addresses
        for match in _TOKEN_WITHIN.findall(unquote(address.rpartition("@")[0]).lower())
    )
    return tuple(dict.fromkeys(one for one in found if one is not None))


def reply_address(address: str, token: str) -> str:
    """The Reply-To address that carries a token; the plain address where the local part would get too long."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged.encode()) <= _MAX_LOCAL_PART else address


def without_detail(address: str) -> str:
    """An address without its plus detail, case-folded: support+token@shop.example is support@shop.example."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def thread_hints(mail: InboundMail, key: bytes, *, envelope_to: Iterable[str] = ()) -> ThreadHints:
    """Collect what a mail says about its thread.

    `envelope_to` are the addresses that the transport delivered to: a mail that was forwarded or sent by BCC
    has the token only there.
    """
    newest_first = dict.fromkeys((mail.in_reply_to, *reversed(mail.references)))
    ids = [one for one in newest_first if one][:_MAX_REFERENCED]
    anchors = {one: found for one in ids if (found := find_anchor(one, key)) is not None}
    tokens = find_tokens((*envelope_to, *_addressed(mail)), key)
    return ThreadHints(
        conversation_ids=tuple(dict.fromkeys((*tokens, *anchors.values()))),
        reply_ids=tuple(dict.fromkeys(found for one in ids if (found := find_own_id(one, key)))),
        referenced=tuple(one for one in ids if one not in anchors),
    )


def own_reply_ids(mail: InboundMail, key: bytes) -> tuple[UUID, ...]:
    """The replies of ours that a mail is a copy of, as its Message-ID and its loop mark say; mostly one or none."""
    said = (mail.message_id or "", *mail.all_headers(LOOP_HEADER))
    return tuple(dict.fromkeys(found for one in said if (found := find_own_id(one, key)) is not None))


def _addressed(mail: InboundMail) -> Iterable[str]:
    yield from (one.address for one in (*mail.to, *mail.cc))
    for name in DELIVERY_HEADERS:
        for value in mail.all_headers(name):
            # Several addresses of one header are parted by commas, or by nothing but spaces (Gmail's X-Forwarded-For).
            for word in value.split():
                yield from (one.address for one in parse_addresses(word, decode_words))


def _read_id(form: re.Pattern[str], purpose: bytes, message_id: str, key: bytes) -> UUID | None:
    match = form.fullmatch(message_id.strip().lower())
    if match is None:
        return None
    subject = UUID(hex=match[1])
    return subject if hmac.compare_digest(_sign(purpose, subject, key, _ID_MAC), match[2]) else None


def _mac(purpose: bytes, subject: UUID, key: bytes, length: int) -> bytes:
    return hmac.new(key, purpose + b"\0" + subject.bytes, hashlib.sha256).digest()[:length]


def _sign(purpose: bytes, subject: UUID, key: bytes, length: int) -> str:
    return _base32(_mac(purpose, subject, key, length))


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
