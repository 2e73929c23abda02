"""What it means that SendGrid tells nothing of a reply, and does tell of those that were handed over after it.

A mail that SendGrid takes is told of as "processed" within seconds. What it could not tell, since we were not there, it repeats at
growing intervals for up to 24 hours (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/troubleshooting).
So its silence says something only where we know that we were there: that it told of other replies meanwhile.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.access import StoreAccess
from app.mail.outbound.events import DeliveryKind
from app.models import DeliveryEvent, Reply
from app.models.columns import now
from app.vocabulary import Outbound, ReplyState

ENOUGH = 3
"""Later replies that were told of. One may have been let through while others hung."""
_SOON = timedelta(minutes=15)
"""Events come within seconds; on SendGrid's bad days it takes minutes."""
_THERE = timedelta(hours=12)
"""Half of the time for which SendGrid repeats: who was there in it has met a repetition, whichever the intervals."""
FINAL = timedelta(hours=25)
"""When nothing is repeated any more."""

_CAUTION = "Should it have left all the same, the customer gets it twice."


async def tell_silence(access: StoreAccess, reply: Reply) -> str:
    """What a person may conclude of a doubt by now, in sentences; empty where there is nothing to conclude."""
    if reply.state is not ReplyState.IN_DOUBT or reply.claimed_at is None:
        return ""
    if reply.way is Outbound.SMTP:
        return (
            "No mail server tells what became of a mail: a copy in the folder of sent mails, a mail that came back or the "
            "customer's answer settles this by itself; otherwise you do."
        )
    if reply.claimed_at > now() - _SOON:
        return ""
    count = await count_told_since(access, reply)
    if count < ENOUGH:
        return ""
    return (
        f"SendGrid has told of {count} replies that were handed over after this one, and of this one nothing: most likely "
        f"it never took it. Send it again. {_CAUTION}"
    )


def assume_unsent(count: int) -> str:
    """What is written to a reply that counts as not sent."""
    return (
        f"SendGrid told nothing of this reply for a day, and of {count} that were handed over after it: most likely it "
        "never took it."
    )


ADVICE_ASSUMED = f"It counts as not sent. Send it again, or leave it unsent. {_CAUTION} If SendGrid tells of it after all, that counts."


async def count_told_since(access: StoreAccess, reply: Reply) -> int:
    """Of how many replies that were handed over after one SendGrid has told that it took them; 0 where it is not asked for that one.

    Those alone that speak for this one: handed over and told of while SendGrid would have told of it, too.
    """
    if reply.way is not Outbound.SENDGRID or reply.claimed_at is None:
        return 0
    query = sa.select(_told_since(sa.literal(reply.store_id), sa.literal(reply.claimed_at)))
    return int((await access.session.execute(query)).scalar_one())


def is_unheard_of() -> sa.ColumnElement[bool]:
    """Whether a reply is in doubt for which SendGrid's silence is final, as a part of a query."""
    return sa.and_(
        col(Reply.state) == ReplyState.IN_DOUBT,
        col(Reply.way) == Outbound.SENDGRID,
        col(Reply.claimed_at) < now() - FINAL,
        _told_since(col(Reply.store_id), col(Reply.claimed_at)) >= ENOUGH,
    )


def is_final(reply: Reply, at: datetime) -> bool:
    """Whether nothing will be repeated of a doubt any more."""
    return (
        reply.state is ReplyState.IN_DOUBT and reply.claimed_at is not None and reply.claimed_at < at - FINAL
    )


def _told_since(
    store_id: sa.SQLColumnExpression[UUID], claimed_at: sa.SQLColumnExpression[Any]
) -> sa.ScalarSelect[int]:
    later = aliased(Reply)
    return (
        sa.select(sa.func.count(sa.distinct(col(later.id))))
        .join(DeliveryEvent, col(DeliveryEvent.reply_id) == col(later.id))
        .where(
            col(later.store_id) == store_id,
            col(later.way) == Outbound.SENDGRID,
            col(later.claimed_at) > claimed_at,
            col(later.claimed_at) < claimed_at + _THERE,
            # Owners may have ticked others only, and those may take three days to come.
            col(DeliveryEvent.kind) == DeliveryKind.PROCESSED.value,
            col(DeliveryEvent.created_at) < claimed_at + _THERE,
        )
        .correlate(Reply)
        .scalar_subquery()
    )
