"""Received mails that no conversation shows: ignored ones, and ones that could not be read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.errors import BadRequest, Forbidden, NotFound
from app.inbox.handling import Stale
from app.inbox.listing import Cursor
from app.inbox.notices import raise_notice
from app.inbox.people import Person
from app.jobs import RECEIVE_MESSAGE, defer
from app.mail.address import Address
from app.mail.inbound.shop_mail import is_own
from app.models import InboundMail, Mailbox, RawMail
from app.models.inbound import SENT
from app.vocabulary import MailKind, Outcome

PAGE = 30


class Shelf(StrEnum):
    """Which of them. These words stand in addresses: add, never rename."""

    IGNORED = "ignored"
    FAILED = "failed"


class Unanswerable(BadRequest):
    """An answer to this mail would reach nobody. 409."""

    code = "unanswerable"
    status = 409


@dataclass(frozen=True)
class Mails:
    """Some of them, newest first.

    Attributes:
        after: Leads to the next ones, None at the end.
        obstacles: Of those that "answer anyway" cannot help, why.
    """

    rows: Sequence[InboundMail]
    after: Cursor | None
    obstacles: Mapping[UUID, str]


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
    own = await _own_addresses(access)
    obstacles = {mail.id: why for mail in found[:size] if (why := find_obstacle(mail, own)) is not None}
    return Mails(found[:size], Cursor(last.received_at, last.id) if last else None, obstacles)


def find_obstacle(mail: InboundMail, own_addresses: Collection[str]) -> str | None:
    """Why no answer to a mail could reach anybody, or None where one could. A mail that was not read yet may hold anything."""
    if mail.kind is None:
        return None
    if "@" not in mail.from_address:
        return "It names no address, so there is nobody to answer."
    if is_own(Address(address=mail.from_address), own_addresses):
        return "It comes from this store's own address: an answer would come back to you."
    if mail.kind is MailKind.FORWARDING_CHECK:
        return "Nobody reads answers to it: use its code or its link."
    return None


async def _own_addresses(access: StoreAccess) -> frozenset[str]:
    found = await access.session.execute(access.select(Mailbox))
    return frozenset(mailbox.address for mailbox in found.scalars())


async def answer_anyway(access: StoreAccess, inbound_id: UUID, *, by: Person) -> InboundMail:
    """Have a mail answered that was ignored or could not be taken in. It is not screened again.

    Raises:
        NotFound: There is no such mail in this store.
        Stale: It is being answered already.
        Unanswerable: There is nobody whom an answer could reach.
    """
    inbound = await access.get(InboundMail, inbound_id, lock=True)
    if inbound.source == SENT:
        raise Unanswerable("Your staff sent this mail, so there is nobody to answer.")
    if inbound.outcome not in {Outcome.IGNORED, Outcome.FAILED} or inbound.conversation_id is not None:
        raise Stale("This mail is being answered already. Look for it in the inbox.")
    if (obstacle := find_obstacle(inbound, await _own_addresses(access))) is not None:
        raise Unanswerable(f"This mail cannot be answered. {obstacle}")
    inbound.kind, inbound.outcome = MailKind.CUSTOMER, Outcome.WAITING
    inbound.outcome_reason = f"{by.name} asked for it to be answered anyway."
    inbound.ended_at = None
    await defer(access.session, RECEIVE_MESSAGE, inbound.id)
    await announce(access.session, access.store_id)
    return inbound


async def tell_of_forwarding(access: StoreAccess, inbound: InboundMail) -> None:
    """Tell the owners that a provider's code waits for them; once a day, as anybody can write such a mail."""
    await raise_notice(
        access,
        f"forwarding_check:{inbound.received_at:%Y-%m-%d}",
        title="A mail provider asks whether mail may be forwarded to you",
        text=(
            f"{inbound.outcome_reason} Its code and its link stand under “Ignored”. "
            "If you did not set up any forwarding, do nothing."
        ),
    )


@dataclass(frozen=True)
class RawCopy:
    """A received mail byte for byte, with the content type that tells how to read it."""

    content: bytes
    content_type: str
    received_at: datetime


async def read_raw(access: StoreAccess, inbound_id: UUID, *, for_owner: bool = False) -> RawCopy:
    """The bytes of a mail of this store.

    Raises:
        NotFound: There is no such mail in this store, or its bytes are gone.
        Forbidden: It holds a code that lets somebody's mail be forwarded here, which owners alone may see.
    """
    inbound = await access.get(InboundMail, inbound_id)
    if inbound.kind is MailKind.FORWARDING_CHECK and not for_owner:
        raise Forbidden("This mail holds a code for owners: only an owner of this store may download it.")
    raw = await access.session.get(RawMail, inbound.id)
    if raw is None:
        raise NotFound("The bytes of this mail are not kept any more.")
    return RawCopy(raw.content, raw.content_type, inbound.received_at)
