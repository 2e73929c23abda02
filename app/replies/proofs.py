"""Proof that an order is one's own: a code that is sent to the order's address, and comes back from another one.

Six digits, three tries, thirty minutes, a few codes an order and a day: one try hits with 1 in 1,000,000, and all that
are allowed in a day with less than 1 in 100,000. Whether the order exists shows in nothing: not in words, not in tries.
What is counted twice, and why, stands in docs/adr/0023-proof-by-code.md.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.classifier.evidence import fold
from app.identity import normalise_address
from app.mail.domains import canonical_address
from app.models import OrderProof, Reply
from app.models.columns import now
from app.replies.addressing import budgeted_domain
from app.vocabulary import ReplyState

DIGITS = 6
TRIES = 3
MINUTES = 30
PER_ORDER, PER_CLAIMANT, PER_DOMAIN = 3, 3, 10
"""Offers within 24 hours, by what the customer wrote, by who wrote, and by whose addresses these are."""
PER_OWNER = 6
"""Codes within 24 hours to one address, whatever its orders: nobody is to be flooded in our name."""

_DAY = timedelta(days=1)
_NEVER_LEFT = (ReplyState.FAILED, ReplyState.DISCARDED)
_MOST_OPEN = 10
_CODE = re.compile(r"(?<!\d)\d{3}[ \u00a0-]?\d{3}(?!\d)")


@dataclass(frozen=True)
class Attempt:
    """What became of a code in a mail. `proof`: what it was tried on; `is_right` settles it."""

    proof: OrderProof
    is_right: bool

    @property
    def tries_left(self) -> int:
        return max(0, TRIES - self.proof.tries)


def find_codes(text: str) -> tuple[str, ...]:
    """What may be a code in a mail, each once, in digits 0-9."""
    found = (re.sub(r"\D", "", match) for match in _CODE.findall(fold(text)))
    return tuple(dict.fromkeys(found))


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hash_code(proof_id: UUID, code: str, key: bytes) -> bytes:
    """Keyed, and bound to the proof: a leaked table opens nothing."""
    return hmac.digest(key, proof_id.bytes + code.encode(), hashlib.sha256)


def order_key(number: str) -> str:
    """One spelling of an order number, so that `#1001` and `۱۰۰۱` share a budget."""
    return "".join(char for char in fold(number) if char.isalnum())[:64]


async def may_offer(access: StoreAccess, number: str, claimant: str) -> bool:
    """Whether one more code may be offered for this number, and to this person, today.

    A person is known by the mailbox that is reached, however it is spelled, and by the domain unless everybody has one
    there. Offers count whose replies have left or may leave.
    """
    domain = budgeted_domain(claimant)
    limits = [
        (col(OrderProof.order_key) == order_key(number), PER_ORDER),
        (col(Reply.recipient_key) == canonical_address(claimant), PER_CLAIMANT),
        *([(col(Reply.recipient_domain) == domain, PER_DOMAIN)] if domain else []),
    ]
    for condition, most in limits:
        query = (
            sa.select(sa.func.count())
            .select_from(OrderProof)
            .join(Reply, col(Reply.id) == col(OrderProof.reply_id))
            .where(
                col(OrderProof.store_id) == access.store_id,
                col(OrderProof.created_at) > now() - _DAY,
                col(Reply.state).not_in(_NEVER_LEFT),
                condition,
            )
        )
        if (await access.session.execute(query)).scalar_one() >= most:
            return False
    return True


async def may_send(access: StoreAccess, order_id: str, owner: str) -> bool:
    """Whether one more code may go out for this order, and to this address, today.

    Offers go by what the customer wrote, and several may be made at once; this goes by the order itself, and nobody else
    asks it about the same address before the caller's transaction ends.
    """
    await access.session.execute(
        sa.select(
            sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{access.store_id} code {owner}", 0))
        )
    )
    is_same_order = col(OrderProof.order_id) == order_id
    query = sa.select(sa.func.count(), sa.func.count().filter(is_same_order)).where(
        col(OrderProof.store_id) == access.store_id,
        col(OrderProof.owner) == owner,
        col(OrderProof.sent_at) > now() - _DAY,
    )
    to_owner, for_order = (await access.session.execute(query)).one()
    return bool(to_owner < PER_OWNER and for_order < PER_ORDER)


async def try_codes(
    access: StoreAccess, conversation_id: UUID, claimant: str, codes: Sequence[str], key: bytes
) -> Attempt | None:
    """Hold the codes of a mail against all that this address has still to prove here; each costs each a try.

    None: there is nothing to prove, or its time is over. The tries are counted in the caller's transaction.
    """
    waiting = await _find_waiting(access, conversation_id, claimant)
    numbers = {proof.order_key for proof in waiting}
    guesses = [code for code in codes if code not in numbers]  # a shop may count its orders with six digits
    if not waiting or not guesses:
        return None
    for code in guesses:
        tried = [proof for proof in waiting if proof.tries < TRIES]
        right = next((proof for proof in tried if _is_right(proof, code, key)), None)
        for proof in [right] if right else tried:
            proof.tries += 1
        if right is not None:
            right.proven_at = now()
            return Attempt(right, is_right=True)
    return Attempt(waiting[0], is_right=False)


async def _find_waiting(access: StoreAccess, conversation_id: UUID, claimant: str) -> Sequence[OrderProof]:
    """What may still be proven, newest first, locked. A code that is late has been promised all the same."""
    is_late = sa.and_(col(OrderProof.sent_at).is_(None), col(OrderProof.waiting_since).is_not(None))
    query = (
        access.select(OrderProof)
        .where(
            col(OrderProof.conversation_id) == conversation_id,
            col(OrderProof.claimant) == normalise_address(claimant),
            col(OrderProof.proven_at).is_(None),
            sa.or_(col(OrderProof.sent_at) > now() - timedelta(minutes=MINUTES), is_late),
            col(OrderProof.tries) < TRIES,
        )
        .order_by(col(OrderProof.created_at).desc())
        .limit(_MOST_OPEN)
        .with_for_update()
    )
    return (await access.session.execute(query)).scalars().all()


def _is_right(proof: OrderProof, code: str, key: bytes) -> bool:
    expected = proof.code_hash or b"\0" * hashlib.sha256().digest_size
    return hmac.compare_digest(hash_code(proof.id, code, key), expected)


async def proven_orders(
    access: StoreAccess, conversation_id: UUID, claimant: str
) -> frozenset[tuple[str, str]]:
    """The orders that this address has proven to be its own in this conversation: Shopify's id, and whose it was then."""
    query = sa.select(col(OrderProof.order_id), col(OrderProof.owner)).where(
        col(OrderProof.store_id) == access.store_id,
        col(OrderProof.conversation_id) == conversation_id,
        col(OrderProof.claimant) == normalise_address(claimant),
        col(OrderProof.proven_at).is_not(None),
        col(OrderProof.order_id).is_not(None),
        col(OrderProof.owner).is_not(None),
    )
    return frozenset((order_id, owner) for order_id, owner in await access.session.execute(query))


async def find_asked(access: StoreAccess, conversation_id: UUID, owner: str) -> OrderProof | None:
    """The newest code of a conversation that went to this address."""
    query = (
        access.select(OrderProof)
        .where(
            col(OrderProof.conversation_id) == conversation_id,
            col(OrderProof.owner) == normalise_address(owner),
        )
        .order_by(col(OrderProof.created_at).desc())
        .limit(1)
    )
    found: OrderProof | None = (await access.session.execute(query)).scalar_one_or_none()
    return found
