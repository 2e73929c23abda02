"""Proof that an order is one's own: a code that is sent to the order's address, and comes back from another one.

Six digits, three tries, thirty minutes, a few codes an order and a day: one try hits with 1 in 1,000,000, and all that
are allowed in a day with less than 1 in 100,000. Whether the order exists shows in nothing: not in words, not in tries.
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
from app.models import OrderProof
from app.models.columns import now

DIGITS = 6
TRIES = 3
MINUTES = 30
PER_ORDER, PER_CLAIMANT = 3, 3
"""Codes within 24 hours: the owner of an order is not to be flooded, and nobody is to try many orders."""

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
    """Whether one more code may be sent for this order, and to satisfy this address, today."""
    since = now() - timedelta(days=1)
    for column, value, most in (
        (OrderProof.order_key, order_key(number), PER_ORDER),
        (OrderProof.claimant, normalise_address(claimant), PER_CLAIMANT),
    ):
        query = sa.select(sa.func.count()).where(
            col(OrderProof.store_id) == access.store_id,
            col(column) == value,
            col(OrderProof.created_at) > since,
        )
        if (await access.session.execute(query)).scalar_one() >= most:
            return False
    return True


async def try_codes(
    access: StoreAccess, conversation_id: UUID, claimant: str, codes: Sequence[str], key: bytes
) -> Attempt | None:
    """Hold the codes of a mail against what this address has still to prove here; each costs a try.

    None: there is nothing to prove, or its time is over. The tries are counted in the caller's transaction.
    """
    query = (
        access.select(OrderProof)
        .where(
            col(OrderProof.conversation_id) == conversation_id,
            col(OrderProof.claimant) == normalise_address(claimant),
            col(OrderProof.proven_at).is_(None),
            col(OrderProof.sent_at) > now() - timedelta(minutes=MINUTES),
            col(OrderProof.tries) < TRIES,
        )
        .order_by(col(OrderProof.sent_at).desc())
        .limit(1)
        .with_for_update()
    )
    proof = (await access.session.execute(query)).scalar_one_or_none()
    if proof is None:
        return None
    for code in codes:
        if proof.tries >= TRIES:
            break
        proof.tries += 1
        expected = proof.code_hash or b"\0" * hashlib.sha256().digest_size
        if hmac.compare_digest(hash_code(proof.id, code, key), expected):
            proof.proven_at = now()
            return Attempt(proof, is_right=True)
    return Attempt(proof, is_right=False)


async def proven_orders(access: StoreAccess, conversation_id: UUID, claimant: str) -> frozenset[str]:
    """Shopify's ids of the orders that this address has proven to be its own, in this conversation."""
    query = sa.select(col(OrderProof.order_id)).where(
        col(OrderProof.store_id) == access.store_id,
        col(OrderProof.conversation_id) == conversation_id,
        col(OrderProof.claimant) == normalise_address(claimant),
        col(OrderProof.proven_at).is_not(None),
        col(OrderProof.order_id).is_not(None),
    )
    return frozenset((await access.session.execute(query)).scalars())
