"""Received mails that no conversation shows: ignored ones, and ones that could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.errors import BadRequest, NotFound
from app.inbox.handling import Stale
from app.inbox.listing import Cursor
from app.inbox.people import Person
from app.jobs import RECEIVE_MESSAGE, defer
from app.models import InboundMail, RawMail
from app.models.inbound import SENT
from app.vocabulary import MailKind, Outcome

PAGE = 30


class Shelf(StrEnum):
    """Which of them. These words stand in addresses: add, never rename."""

    IGNORED = "ignored"
    FAILED = "failed"


@dataclass(frozen=True)
class Mails:
    """Some of them, newest first; `after` leads to the next ones, None at the end."""

    rows: Sequence[InboundMail]
    after: Cursor | None


async def list_mails(
    access: StoreAccess, shelf: Shelf, *, after: Cursor | None = None, size: int = PAGE
) -> Mails:
    """One page of a shelf, newest first. Those that have a conversation are found there.

    What staff have in their Sent folder is none of the others' business: it is not listed at all.
    """
    query = access.select(InboundMail).where(
        col(InboundMail.outcome) == Outcome(shelf.value),
        col(InboundMail.conversation_id).is_(None),
        col(InboundMail.source) != SENT,
    )
    if after is not None:
        mark = sa.tuple_(sa.literal(after.at, sa.DateTime(timezone=True)), sa.literal(after.conversation_id))
        query = query.where(sa.tuple_(col(InboundMail.received_at), col(InboundMail.id)) < mark)
    query = query.order_by(col(InboundMail.received_at).desc(), col(InboundMail.id).desc()).limit(size + 1)
    found = (await access.session.execute(query)).scalars().all()
    last = found[size - 1] if len(found) > size else None
    return Mails(found[:size], Cursor(last.received_at, last.id) if last else None)


async def answer_anyway(access: StoreAccess, inbound_id: UUID, *, by: Person) -> InboundMail:
    """Have a mail answered that was ignored or could not be taken in. It is not screened again.

    Raises:
        NotFound: There is no such mail in this store.
        Stale: It is being answered already.
        BadRequest: It is one that staff sent.
    """
    inbound = await access.get(InboundMail, inbound_id, lock=True)
    if inbound.source == SENT:
        raise BadRequest("Your staff sent this mail, so there is nobody to answer.")
    if inbound.outcome not in {Outcome.IGNORED, Outcome.FAILED} or inbound.conversation_id is not None:
        raise Stale("This mail is being answered already. Look for it in the inbox.")
    inbound.kind, inbound.outcome = MailKind.CUSTOMER, Outcome.WAITING
    inbound.outcome_reason = f"{by.name} asked for it to be answered anyway."
    inbound.ended_at = None
    await defer(access.session, RECEIVE_MESSAGE, inbound.id)
    await announce(access.session, access.store_id)
    return inbound


@dataclass(frozen=True)
class RawCopy:
    """A received mail byte for byte, with the content type that tells how to read it."""

    content: bytes
    content_type: str
    received_at: datetime


async def read_raw(access: StoreAccess, inbound_id: UUID) -> RawCopy:
    """The bytes of a mail of this store.

    Raises:
        NotFound: There is no such mail in this store, or its bytes are gone.
    """
    inbound = await access.get(InboundMail, inbound_id)
    raw = await access.session.get(RawMail, inbound.id)
    if raw is None:
        raise NotFound("The bytes of this mail are not kept any more.")
    return RawCopy(raw.content, raw.content_type, inbound.received_at)
