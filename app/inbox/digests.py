"""Which member of staff is due a mail about what waits for a person, and what stands in it.

A period has one row for each of them, so that any number of workers plan it once. Nothing of what customers write is in
such a mail but their subjects: it leaves the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from app.access import StoreAccess
from app.errors import NotFound, Unprocessable
from app.inbox.due import NEEDS_PERSON, due_order
from app.inbox.listing import COUNT_BOUND, Filter, Row, count_filters, list_page
from app.jobs import SEND_DIGEST, defer_alone
from app.models import Conversation, Digest, Membership, Store
from app.models.columns import now
from app.replies.hours import OpeningHours, hours_of
from app.vocabulary import ConversationState, DigestPace

SHOWN = 20
_KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """What decides whether somebody is written to.

    Attributes:
        pace: How often they want it.
        hour: From which hour of the store's clock, where that is daily.
        has_overdue: Something is overdue.
        has_news: Something has become overdue since they were last written to.
    """

    pace: DigestPace
    hour: int
    has_overdue: bool
    has_news: bool


@dataclass(frozen=True)
class Waiting:
    """What a digest tells, the first due first. Counts end at COUNT_BOUND + 1."""

    overdue: Sequence[Row]
    others: Sequence[Row]
    overdue_count: int
    waiting_count: int


def find_periods(standing: Standing, hours: OpeningHours, moment: datetime) -> Sequence[str]:
    """The periods that a mail may be due for now; the first of which there was none is sent."""
    local = moment.astimezone(hours.timezone)
    if standing.pace is DigestPace.HOURLY:
        return [f"hour:{local:%Y-%m-%dT%H}"] if standing.has_overdue and hours.is_open(moment) else []
    if standing.pace is not DigestPace.DAILY:
        return []
    periods = []
    if local.hour >= standing.hour and hours.works_on(local.date()):
        periods.append(f"day:{local:%Y-%m-%d}")
    if standing.has_news and hours.is_open(moment):
        periods.append(f"overdue:{local:%Y-%m-%d}")
    return periods


async def plan_digests(session: AsyncSession) -> int:
    """Put a row and its job down for everybody who is due a mail, in all stores; how many there were.

    The day's row is put down also where nothing waits at that hour: what comes later is not told one by one.
    """
    planned = 0
    query = sa.select(Membership, Store, *_facts()).join(Store, col(Store.id) == col(Membership.store_id))
    for member, store, has_overdue, has_news in (
        await session.execute(query.where(col(Membership.digest) != DigestPace.OFF))
    ).all():
        standing = Standing(member.digest, member.digest_hour, has_overdue, has_news)
        for period in find_periods(standing, hours_of(store), now()):
            if await _plan(session, member, period):
                planned += 1
                break
    return planned


def _facts() -> tuple[sa.ColumnElement[bool], ...]:
    waits = sa.and_(
        col(Conversation.store_id) == col(Membership.store_id),
        col(Conversation.state) == ConversationState.OPEN,
        col(Conversation.outcome).in_(NEEDS_PERSON),
        due_order() < now(),
    )
    last = (
        sa.select(sa.func.max(col(Digest.created_at)))
        .where(
            col(Digest.user_id) == col(Membership.user_id), col(Digest.store_id) == col(Membership.store_id)
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    return (
        sa.exists().where(waits),
        sa.exists().where(waits, due_order() > sa.func.coalesce(last, sa.text("'-infinity'::timestamptz"))),
    )


async def _plan(session: AsyncSession, member: Membership, period: str) -> bool:
    row = {
        "id": uuid4(),
        "store_id": member.store_id,
        "user_id": member.user_id,
        "period": period,
        "created_at": now(),
    }
    added = insert(Digest).values(row).on_conflict_do_nothing().returning(col(Digest.id))
    digest_id = (await session.execute(added)).scalar_one_or_none()
    if digest_id is None:
        return False
    await session.execute(
        sa.delete(Digest).where(
            col(Digest.user_id) == member.user_id,
            col(Digest.store_id) == member.store_id,
            col(Digest.created_at) < now() - _KEPT,
        )
    )
    await defer_alone(session, SEND_DIGEST, digest_id)
    return True


async def read_waiting(access: StoreAccess) -> Waiting:
    """What waits for a person in a store at this moment."""
    overdue = (await list_page(access, Filter.OVERDUE, size=SHOWN)).rows
    known = {row.conversation.id for row in overdue}
    waiting = (await list_page(access, Filter.NEEDS_ME, size=2 * SHOWN)).rows
    counts = await count_filters(access)
    return Waiting(
        overdue=overdue,
        others=[row for row in waiting if row.conversation.id not in known][:SHOWN],
        overdue_count=min(counts[Filter.OVERDUE], COUNT_BOUND + 1),
        waiting_count=min(counts[Filter.NEEDS_ME], COUNT_BOUND + 1),
    )


async def get_membership(access: StoreAccess, user_id: UUID) -> Membership:
    """What somebody may do in this store, and what they are told of it.

    Raises:
        NotFound: They are no member of it.
    """
    found = await access.session.get(Membership, (user_id, access.store_id))
    if found is None:
        raise NotFound("You are no member of this store any more.")
    return found


async def set_digest(access: StoreAccess, user_id: UUID, pace: DigestPace, hour: int) -> Membership:
    """How often somebody is mailed about this store.

    Raises:
        NotFound: They are no member of this store.
        Unprocessable: That is no hour of the day.
    """
    if not 0 <= hour <= 23:
        raise Unprocessable("Choose an hour from 0 to 23, by the store's clock.")
    member = await get_membership(access, user_id)
    member.digest, member.digest_hour = pace, hour
    return member
