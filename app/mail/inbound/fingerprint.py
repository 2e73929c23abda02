"""What makes a mail that same mail, read cheaply at the moment it is accepted.

A mailbox may get one mail twice: by webhook and by IMAP, or again because the provider repeats. The key
joins the mailbox, Message-ID, From, Date and a digest of the text, so that copies meet whichever way they
came, while a forged Message-ID cannot suppress somebody else's mail.
"""

import hashlib
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from app.mail.address import parse_addresses
from app.mail.inbound import charsets, structure
from app.mail.inbound.headers import MAX_HEADER, decode_words, parse_date, parse_ids, text_of
from app.mail.inbound.structure import Part

_SPACE = string.whitespace.encode()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The parts of a mail's identity; those that a mail lacks are empty strings.

    Attributes:
        message_id: With angle brackets.
        from_address: Case-folded.
        date: ISO 8601 in UTC, or the header as it came where it cannot be read.
        body_digest: SHA-256, hexadecimal, of the text without white space (which transports change).
    """

    message_id: str
    from_address: str
    date: str
    body_digest: str


def fingerprint(raw: bytes) -> Fingerprint:
    """The fingerprint of a mail's bytes. Decodes the first text and nothing else. Never raises."""
    root = structure.parse(raw, [])
    return from_headers(root.headers, _digest_parts(list(root.leaves())))


def from_headers(headers: Sequence[tuple[str, str]], body_digest: str) -> Fingerprint:
    """The fingerprint of raw headers and an already digested body."""
    first: dict[str, str] = {}
    for name, value in headers:
        first.setdefault(name.lower(), value)
    ids = parse_ids(_line(first, "message-id"))
    senders = parse_addresses(_line(first, "from"), decode_words)
    written = _line(first, "date")
    date = parse_date(written)
    return Fingerprint(
        message_id=ids[0] if ids else "",
        from_address=senders[0].key if senders else "",
        date=date.astimezone(UTC).isoformat() if date is not None else " ".join(written.split()),
        body_digest=body_digest,
    )


def digest_text(text: str) -> str:
    """The digest of a text without ASCII white space: transports break lines anew, and touch no other space."""
    data = text.encode("utf-8", "surrogatepass").translate(None, delete=_SPACE)
    return hashlib.sha256(data).hexdigest()


def digest_payloads(payloads: Iterable[bytes]) -> str:
    """The digest of a mail without any text: of its attachments, in their order."""
    total = hashlib.sha256()
    for payload in payloads:
        total.update(hashlib.sha256(payload).digest())
    return total.hexdigest()


def dedup_key(mailbox_id: UUID | str, fingerprint: Fingerprint) -> str:
    """The unique key of a mail in a mailbox: 64 hexadecimal characters.

    A part that the mail lacks is replaced by the body digest, so that two mails without, say, a Message-ID
    are one only if they say the same.
    """
    body = fingerprint.body_digest
    parts = (
        str(mailbox_id),
        fingerprint.message_id or body,
        fingerprint.from_address or body,
        fingerprint.date or body,
        body,
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _line(headers: dict[str, str], name: str) -> str:
    return text_of(headers.get(name, "")[:MAX_HEADER])


def _digest_parts(leaves: list[Part]) -> str:
    for wanted in ("text/plain", "text/html"):
        for leaf in leaves:
            if leaf.content_type.value != wanted or leaf.disposition.value == "attachment":
                continue
            data, _ = leaf.payload()
            text, _ = charsets.decode(data, leaf.content_type.parameters.get("charset"))
            if text and not text.isspace():
                return digest_text(text)
    return digest_payloads(leaf.payload()[0] for leaf in leaves)
