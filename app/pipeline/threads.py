"""Which conversations a mail may belong to: by what it refers to, and by what its writer has asked lately.

What is found here are candidates. Who may join one is decided by who writes (`placing`, `staff_copies`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.access import StoreAccess
from app.mail.inbound.subjects import read_subject
from app.mail.inbound.threading import ThreadHints
from app.models.columns import now

_ID_BYTES = 900
_RECENT = timedelta(days=14)
_CLOSED_LATELY = timedelta(days=3)
_MOST_RECENT = 20

# One round trip. A place is the rank of what a conversation was found by: what we have signed ourselves comes first.
_KNOWN = sa.text("""
SELECT conversation.id, conversation.contact_id, conversation.mailbox_id, mailbox.address FROM (
    SELECT named.id, named.place FROM unnest(CAST(:conversations AS uuid[])) WITH ORDINALITY AS named (id, place)
    UNION ALL
    SELECT conversation_id, 1000 + array_position(CAST(:replies AS uuid[]), id)
        FROM reply WHERE id = ANY(CAST(:replies AS uuid[]))
    UNION ALL
    SELECT conversation_id, 2000 + array_position(CAST(:ids AS text[]), rfc_message_id)
        FROM message WHERE store_id = :store AND rfc_message_id = ANY(CAST(:ids AS text[]))
    UNION ALL
    SELECT conversation_id, 2000 + array_position(CAST(:ids AS text[]), smtp_id)
        FROM reply WHERE store_id = :store AND smtp_id = ANY(CAST(:ids AS text[]))
) AS found (id, place) JOIN conversation ON conversation.id = found.id AND conversation.store_id = :store
    JOIN mailbox ON mailbox.id = conversation.mailbox_id
GROUP BY conversation.id, mailbox.id ORDER BY min(found.place)
""")

_LATELY = sa.text("""
SELECT conversation.id, conversation.subject, conversation.related_id,
    bool_or(message.rfc_message_id = ANY(CAST(:referenced AS text[]))
        OR jsonb_exists_any(message."references", CAST(:kin AS text[]))) AS is_kin,
    coalesce(bool_or(inbound_mail.authenticity = 'authenticated'), false) AS is_proven
FROM conversation JOIN message ON message.conversation_id = conversation.id
    LEFT JOIN inbound_mail ON inbound_mail.id = message.inbound_id
WHERE conversation.store_id = :store AND conversation.contact_id = :contact
    AND (CAST(:mailbox AS uuid) IS NULL OR conversation.mailbox_id = :mailbox)
    AND conversation.last_message_at > :since
    AND (conversation.closed_at IS NULL OR conversation.closed_at > :closed_since)
GROUP BY conversation.id ORDER BY conversation.last_message_at DESC LIMIT :most
""")

_TURN = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")


@dataclass(frozen=True)
class Known:
    """A conversation of the store that a mail refers to. `address`: its mailbox's."""

    id: UUID
    contact_id: UUID
    mailbox_id: UUID
    address: str


@dataclass(frozen=True)
class Clues:
    """What of a mail may show that it continues a conversation that it does not refer to.

    Attributes:
        message_id: Its own: an answer to it may have been faster than it was.
        referenced: The ids that it refers to, none of which we have: another mail may refer to the same.
        subject: As it was written; empty where subjects may not decide.
        is_proven: SPF, DKIM or DMARC back its sender.
    """

    message_id: str | None
    referenced: Sequence[str]
    subject: str
    is_proven: bool


async def find_known(access: StoreAccess, hints: ThreadHints) -> Sequence[Known]:
    """The conversations that a mail refers to, best first.

    By our tokens and anchors, by our signed Message-IDs, then by ids of mails that we have got or sent; of those sent,
    as the provider has made them too.
    """
    if not hints:
        return ()
    values = {
        "store": access.store_id,
        "conversations": [*hints.conversation_ids],
        "replies": [*hints.reply_ids],
        "ids": [clip_id(one) for one in hints.referenced],
    }
    rows = await access.session.execute(_KNOWN, values)
    return [Known(row.id, row.contact_id, row.mailbox_id, row.address) for row in rows]


async def find_continued(
    access: StoreAccess,
    contact_id: UUID,
    mailbox_id: UUID | None,
    clues: Clues,
    *,
    related: Collection[UUID] = (),
) -> UUID | None:
    """The recent conversation of one contact that a mail continues, or None where nothing says so.

    By ids that they share, then as the one that the contact began in `related`, another's thread, and last by its
    subject. A subject decides only where it tells something, and the mail is as well proven as those before it. Mails of one
    contact that come here at once are looked at one by one: the second may continue what the first begins.
    """
    await take_turn(access, str(contact_id))
    values = {
        "store": access.store_id,
        "contact": contact_id,
        "mailbox": mailbox_id,
        "referenced": [clip_id(one) for one in clues.referenced],
        "kin": [clip_id(one) for one in (*clues.referenced, clues.message_id or "") if one],
        "since": now() - _RECENT,
        "closed_since": now() - _CLOSED_LATELY,
        "most": _MOST_RECENT,
    }
    rows = (await access.session.execute(_LATELY, values)).all()
    wanted = read_subject(clues.subject)
    for is_it in (
        lambda row: row.is_kin,
        lambda row: row.related_id in related,
        lambda row: (
            wanted.is_telling
            and read_subject(row.subject).bare == wanted.bare
            and (clues.is_proven or not row.is_proven)
        ),
    ):
        found: UUID | None = next((row.id for row in rows if is_it(row)), None)
        if found is not None:
            return found
    return None


async def take_turn(access: StoreAccess, subject: str) -> None:
    """Until the end of the transaction, whoever else of this store asks for a turn about the subject waits.

    Take it before a conversation's lock, never while holding one.
    """
    await access.session.execute(_TURN, {"subject": f"{access.store_id}:{subject}"})


def clip_id(message_id: str) -> str:
    """A Message-ID short enough for an index: PostgreSQL's entries end at 2,704 bytes, RFC 5322 lines at 998."""
    return message_id.encode("utf-8", "replace")[:_ID_BYTES].decode("utf-8", "ignore")
