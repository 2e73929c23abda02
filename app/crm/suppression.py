"""Addresses that came back or whose owner complained: a person decides whether they are written to again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import StoreAccess, of_store
from app.mail.domains import canonical_address
from app.models import Suppression
from app.models.columns import now
from app.vocabulary import SuppressionCause

_SENTENCES = {
    SuppressionCause.BOUNCED: "Mail to this address came back on {day}",
    SuppressionCause.DROPPED: "The mail provider would not write to this address on {day}",
    SuppressionCause.SPAM_REPORT: "This customer reported a mail of yours as spam on {day}",
}


@dataclass(frozen=True)
class Evidence:
    """What was learned about an address. `detail` is what the receiving host or the provider said."""

    cause: SuppressionCause
    detail: str
    happened_at: datetime
    reply_id: UUID | None = None


async def suppress(
    access: StoreAccess, address: str, evidence: Evidence, *, contact_id: UUID | None = None
) -> None:
    """Write to an address no more, without a person.

    The newest evidence stands. What happened before an owner lifted it changes nothing, however late it is told.
    """
    new = insert(Suppression).values(
        **Suppression(
            store_id=access.store_id,
            address_key=canonical_address(address),
            address=address,
            contact_id=contact_id,
            cause=evidence.cause,
            detail=evidence.detail,
            reply_id=evidence.reply_id,
            happened_at=evidence.happened_at,
        ).model_dump()
    )
    kept = ("cause", "detail", "reply_id", "happened_at", "lifted_at", "lifted_by", "contact_id")
    # The same second may hold two of them: whichever order they are told in, the same one stays.
    is_news = sa.tuple_(new.excluded.happened_at, new.excluded.cause, new.excluded.detail) > sa.tuple_(
        col(Suppression.happened_at), col(Suppression.cause), col(Suppression.detail)
    )
    is_after = new.excluded.happened_at > sa.func.coalesce(col(Suppression.lifted_at), sa.text("'-infinity'"))
    await access.session.execute(
        new.on_conflict_do_update(
            index_elements=["store_id", "address_key"],
            set_={name: new.excluded[name] for name in kept},
            where=sa.and_(is_news, is_after),
        )
    )


_HAS_COMPLAINED = sa.and_(
    col(Suppression.contact_id) == sa.bindparam("contact"),
    col(Suppression.cause) == SuppressionCause.SPAM_REPORT,
)
_IN_FORCE = (
    of_store(Suppression)
    .where(
        sa.or_(col(Suppression.address_key) == sa.bindparam("address"), _HAS_COMPLAINED),
        col(Suppression.lifted_at).is_(None),
    )
    .order_by(col(Suppression.happened_at).desc())
    .limit(1)
)


async def find_suppression(
    access: StoreAccess, address: str, *, contact_id: UUID | None = None
) -> Suppression | None:
    """Why an address is not to be written to: by itself, or because its owner reported spam; None where it may be."""
    rows = await access.run(_IN_FORCE, address=canonical_address(address), contact=contact_id)
    found: Suppression | None = rows.scalar_one_or_none()
    return found


async def list_suppressions(access: StoreAccess, *, limit: int = 500) -> Sequence[Suppression]:
    """Those in force, newest first."""
    query = (
        access.select(Suppression)
        .where(col(Suppression.lifted_at).is_(None))
        .order_by(col(Suppression.happened_at).desc(), col(Suppression.id))
        .limit(limit)
    )
    return (await access.session.execute(query)).scalars().all()


async def lift(access: StoreAccess, suppression_id: UUID, *, by: UUID | None = None) -> Suppression:
    """Let an address be written to again; lifted already, nothing changes.

    Raises:
        NotFound: there is none of that id in this store.
    """
    found = await access.get(Suppression, suppression_id, lock=True)
    if found.lifted_at is None:
        found.lifted_at, found.lifted_by = now(), by
    return found


def describe(found: Suppression) -> str:
    """Why, in a sentence for an agent."""
    sentence = _SENTENCES[found.cause].format(day=f"{found.happened_at:%d %B %Y}")
    return f"{sentence}: {found.detail.rstrip('. ')}." if found.detail else f"{sentence}."
