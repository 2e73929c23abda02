"""Finding a conversation by a name, an address or a subject, at a cost that does not grow with the inbox."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.listing import Page, load_rows
from app.models import Contact, ContactAddress, Conversation
from app.vocabulary import ConversationState

SCOPE = 3_000
"""How many of the newest conversations, open and closed each, are looked through."""
MOST = 50
_LONGEST = 200


async def search(access: StoreAccess, words: str) -> Page:
    """Conversations whose subject, name or address holds the words, newest first; MOST at most.

    Looks through the newest SCOPE open and closed ones; a whole address is found however old its mails are.
    """
    words = " ".join(words.split())[:_LONGEST]
    if not words:
        return Page([], None)
    lanes = [_recent(access, state, words) for state in ConversationState]
    merged = sa.union(
        *(sa.select(lane.subquery()) for lane in (*lanes, _by_address(access, words)))
    ).subquery()
    query = sa.select(merged.c.id).order_by(merged.c.at.desc(), merged.c.id.desc()).limit(MOST)
    found = (await access.session.execute(query)).scalars().all()
    return Page(await load_rows(access, found), None)


def _recent(access: StoreAccess, state: ConversationState, words: str) -> sa.Select[UUID, datetime]:
    """Those of the newest that hold the words.

    Names and addresses are scalar subqueries, so that PostgreSQL looks them up for these rows alone: as joins it
    reads whole tables of contacts.
    """
    name = sa.select(col(Contact.name)).where(col(Contact.id) == col(Conversation.contact_id))
    addresses = sa.select(sa.func.string_agg(col(ContactAddress.address), " ")).where(
        col(ContactAddress.contact_id) == col(Conversation.contact_id),
        col(ContactAddress.store_id) == access.store_id,
    )
    hay = (col(Conversation.subject), name.scalar_subquery(), addresses.scalar_subquery())
    newest = (
        sa.select(
            col(Conversation.id).label("id"),
            col(Conversation.last_message_at).label("at"),
            sa.func.concat_ws("\n", *hay).label("hay"),
        )
        .where(col(Conversation.store_id) == access.store_id, col(Conversation.state) == state)
        .order_by(col(Conversation.last_message_at).desc(), col(Conversation.id).desc())
        .limit(SCOPE)
        .subquery()
    )
    return sa.select(newest.c.id, newest.c.at).where(newest.c.hay.icontains(words, autoescape=True))


def _by_address(access: StoreAccess, words: str) -> sa.Select[UUID, datetime]:
    return (
        sa.select(col(Conversation.id).label("id"), col(Conversation.last_message_at).label("at"))
        .join(ContactAddress, col(ContactAddress.contact_id) == col(Conversation.contact_id))
        .where(
            col(Conversation.store_id) == access.store_id,
            col(ContactAddress.store_id) == access.store_id,
            col(ContactAddress.address) == words.lower(),
        )
        .order_by(col(Conversation.last_message_at).desc())
        .limit(MOST)
    )
