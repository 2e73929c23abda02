"""Signing in: one wording and one cost for whatever is wrong, and a bound on tries by account and by network address."""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.db import Database
from app.errors import Forbidden, NotAllowed, Unauthenticated
from app.models import SignInAttempt, User
from app.models.columns import now
from app.sealing import Sealer
from app.web.passwords import is_password
from app.web.session import list_stores, start_session

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 8
TRIES_PER_ADDRESS = 40
"""An office shares one address."""


class Throttled(NotAllowed):
    """Too many failed sign-ins. 429."""

    code = "too_many_attempts"
    status = 429


@dataclass(frozen=True)
class SignedIn:
    """A new session. `stores`: how many the user may choose from."""

    token: str
    stores: int


async def sign_in(db: Database, sealer: Sealer, *, email: str, password: str, address: str) -> SignedIn:
    """Check a password and start a session in the user's first store.

    Args:
        db: The database.
        sealer: Keys the hashes under which tries are kept.
        email: As typed.
        password: As typed.
        address: The network address that the request comes from.

    Raises:
        Throttled: Too many tries failed within WINDOW, for this account or from this address.
        Unauthenticated: There is no such account, or the password is another one.
        Forbidden: The account belongs to no store.
    """
    account = email.strip().lower()
    limits = {
        _subject(sealer, f"account:{account}"): TRIES_PER_ACCOUNT,
        _subject(sealer, f"address:{_network(address)}"): TRIES_PER_ADDRESS,
    }
    attempts = await _note_attempt(db, list(limits))
    await _check(db, limits, attempts)
    async with db.transaction() as session:
        query = select(User).where(sa.func.lower(col(User.email)) == account)
        user = (await session.execute(query)).scalars().first()
    if not await is_password(password, user.password_hash if user else None) or user is None:
        raise Unauthenticated("Email address and password do not belong together.", code="wrong_password")
    await _forget(db, attempts)
    async with db.transaction() as session:
        stores = await list_stores(session, user.id)
        if not stores:
            raise Forbidden("Your account belongs to no store yet. Ask the owner to add you.")
        return SignedIn(await start_session(session, user.id, stores[0][0].id), len(stores))


async def _note_attempt(db: Database, subjects: Sequence[str]) -> Sequence[UUID]:
    """Written down before the password is looked at: tries made at the same time count each other."""
    rows = [SignInAttempt(subject_hash=subject) for subject in subjects]
    async with db.transaction() as session:
        await session.execute(sa.delete(SignInAttempt).where(col(SignInAttempt.at) < now() - WINDOW))
        session.add_all(rows)
    return [row.id for row in rows]


async def _check(db: Database, limits: dict[str, int], attempts: Sequence[UUID]) -> None:
    async with db.transaction() as session:
        query = (
            sa.select(col(SignInAttempt.subject_hash), sa.func.count())
            .where(col(SignInAttempt.subject_hash).in_(limits), col(SignInAttempt.at) > now() - WINDOW)
            .group_by(col(SignInAttempt.subject_hash))
        )
        counts = dict((await session.execute(query)).all())
    if any(counts.get(subject, 0) > limit for subject, limit in limits.items()):
        await _forget(db, attempts)  # or whoever keeps trying would never get in again
        minutes = int(WINDOW.total_seconds() // 60)
        raise Throttled(f"Too many failed sign-ins. Wait {minutes} minutes, then try again.")


async def _forget(db: Database, attempts: Sequence[UUID]) -> None:
    async with db.transaction() as session:
        await session.execute(sa.delete(SignInAttempt).where(col(SignInAttempt.id).in_(attempts)))


def _subject(sealer: Sealer, value: str) -> str:
    """Under a key of ours: the table tells nobody who tried to sign in from where."""
    return hmac.new(sealer.derive("sign-in"), value.encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """An IPv6 customer has a /64 of addresses to try from: they count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
