"""What staff may know of the codes of a conversation: whether one was sent, and what came of it. Never the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess
from app.models import OrderProof
from app.replies.proofs import MINUTES, TRIES

_MOST = 50


class ProofStatus(StrEnum):
    """These words stand in the API: add, never rename."""

    NOT_SENT = "not_sent"  # the reply that tells of it has not left, or a person took that out of it
    LATE = "late"  # Shopify or SendGrid is down
    NO_ORDER = "no_order"  # no order of that number has an address, or it has had too many codes today
    OPEN = "open"
    EXPIRED = "expired"
    REFUSED = "refused"
    PROVEN = "proven"


@dataclass(frozen=True)
class Proof:
    """One code. `sent_at` is there exactly where a code was really sent."""

    id: UUID
    reply_id: UUID | None
    order_number: str
    status: ProofStatus
    tries_left: int
    sent_at: datetime | None
    proven_at: datetime | None


async def read_proofs(access: StoreAccess, conversation_id: UUID, at: datetime) -> Sequence[Proof]:
    """The codes of a conversation, oldest first, as they stand at that moment."""
    query = (
        access.select(OrderProof)
        .where(col(OrderProof.conversation_id) == conversation_id)
        .order_by(col(OrderProof.created_at).desc())
        .limit(_MOST)
    )
    found = (await access.session.execute(query)).scalars().all()
    return [
        Proof(
            id=one.id,
            reply_id=one.reply_id,
            order_number=one.order_number,
            status=status_of(one, at),
            tries_left=max(0, TRIES - one.tries),
            sent_at=one.sent_at if one.code_hash else None,
            proven_at=one.proven_at,
        )
        for one in reversed(found)
    ]


def status_of(proof: OrderProof, at: datetime) -> ProofStatus:
    """How a code stands at a moment."""
    if proof.proven_at is not None:
        return ProofStatus.PROVEN
    if proof.sent_at is None:
        return ProofStatus.LATE if proof.waiting_since else ProofStatus.NOT_SENT
    if proof.code_hash is None:
        return ProofStatus.NO_ORDER
    if proof.tries >= TRIES:
        return ProofStatus.REFUSED
    return ProofStatus.EXPIRED if at > proof.sent_at + timedelta(minutes=MINUTES) else ProofStatus.OPEN
