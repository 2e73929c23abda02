"""Who looks at a page: the signed-in browser, its user, the store that they work in, and what they may do there.

The cookie holds an unguessable token, the database its hash. A session ends after half a day without a request, after a
week in any case, on sign-out, and at once when the membership behind it is taken away.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Protocol
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database
from app.errors import Forbidden, Unauthenticated
from app.inbox.failures import count_failures
from app.inbox.people import Person
from app.models import Membership, Store, User, WebSession
from app.models.columns import now
from app.sealing import Sealer, digest, new_token
from app.settings import Settings
from app.shopify.client import ShopifyClient
from app.vocabulary import Role
from app.web.hub import live_hub

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_RENEW_AFTER = timedelta(minutes=15)


class FrontDesk(Protocol):
    """What pages need of `app.pipeline.desk.Desk`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def sealer(self) -> Sealer: ...
    @property
    def thread_key(self) -> bytes: ...
    def shop(self, store: Store) -> ShopifyClient: ...


def desk_of(request: Request) -> FrontDesk:
    desk: FrontDesk = request.app.state.desk
    return desk


@dataclass(frozen=True)
class Visitor:
    """A signed-in member of a store's staff."""

    token: str
    user: User
    store: Store
    role: Role
    stores: int
    """How many stores they may work in."""
    failures: int = 0
    """How many replies of this store somebody has to look at."""
    mark: str = ""
    """How far this process had heard of the store before any of its mails was read; see `LiveHub.mark`."""

    @property
    def person(self) -> Person:
        return Person(self.user.id, self.user.name)

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


async def find_visitor(request: Request) -> Visitor | None:
    """Who sends this request, or None. Looked up once a request."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = await _load(request)
    found: Visitor | None = request.state.visitor
    return found


async def get_visitor(request: Request) -> Visitor:
    """Who sends this request.

    Raises:
        Unauthenticated: Nobody who is signed in.
    """
    visitor = await find_visitor(request)
    if visitor is None:
        raise Unauthenticated("Sign in to see this page.")
    return visitor


async def get_owner(request: Request) -> Visitor:
    """Who sends this request, where only owners may.

    Raises:
        Unauthenticated: Nobody who is signed in.
        Forbidden: They are no owner of this store.
    """
    visitor = await get_visitor(request)
    if not visitor.is_owner:
        raise Forbidden("Only an owner of this store may see or change this. Ask one of them.")
    return visitor


Agent = Annotated[Visitor, Depends(get_visitor)]
Owner = Annotated[Visitor, Depends(get_owner)]


async def _load(request: Request) -> Visitor | None:
    token = request.cookies.get(cookie_name(desk_of(request).settings))
    if not token:
        return None
    async with desk_of(request).db.transaction() as session:
        query = (
            sa.select(
                WebSession,
                User,
                Store,
                col(Membership.role),
                _store_count(),
                count_failures(col(WebSession.store_id)),
            )
            .join(User, col(User.id) == col(WebSession.user_id))
            .join(Store, col(Store.id) == col(WebSession.store_id))
            .join(
                Membership,
                sa.and_(
                    col(Membership.user_id) == col(WebSession.user_id),
                    col(Membership.store_id) == col(WebSession.store_id),
                ),
            )
            .where(col(WebSession.token_hash) == digest(token), col(WebSession.expires_at) > now())
        )
        row = (await session.execute(query)).one_or_none()
        if row is None:
            return None
        kept, user, store, role, stores, failures = row
        _renew(kept)
        mark = live_hub(request.app).mark(store.id)
        return Visitor(token, user, store, Role(role), stores, failures, mark)


def _store_count() -> sa.ScalarSelect[int]:
    mine = sa.select(sa.func.count()).where(col(Membership.user_id) == col(WebSession.user_id))
    return mine.correlate(WebSession).scalar_subquery()


def _renew(kept: WebSession) -> None:
    """Give a session that is used more time; not at each request, as that would write at each."""
    due = min(now() + IDLE, kept.created_at + LONGEST)
    if due - kept.expires_at > _RENEW_AFTER:
        kept.expires_at = due


async def start_session(session: AsyncSession, user_id: UUID, store_id: UUID) -> str:
    """A new session; its token goes into the cookie. Sessions that have ended are forgotten."""
    await session.execute(sa.delete(WebSession).where(col(WebSession.expires_at) < now()))
    token = new_token()
    session.add(
        WebSession(token_hash=digest(token), user_id=user_id, store_id=store_id, expires_at=now() + IDLE)
    )
    return token


async def end_session(session: AsyncSession, token: str) -> None:
    await session.execute(sa.delete(WebSession).where(col(WebSession.token_hash) == digest(token)))


async def list_stores(session: AsyncSession, user_id: UUID) -> list[tuple[Store, Role]]:
    """The stores that a user may work in, by name, with their role in each."""
    query = (
        select(Store, Membership.role)
        .join(Membership, col(Membership.store_id) == col(Store.id))
        .where(col(Membership.user_id) == user_id)
        .order_by(col(Store.name), col(Store.id))
    )
    return [(store, Role(role)) for store, role in (await session.execute(query))]


async def switch_store(session: AsyncSession, token: str, store_id: UUID) -> None:
    """Go on working in another store.

    Raises:
        Forbidden: The session's user is no member of it.
    """
    kept = await session.get(WebSession, digest(token), with_for_update=True)
    if kept is None or await session.get(Membership, (kept.user_id, store_id)) is None:
        raise Forbidden("You are no member of that store. Ask its owner for access.")
    kept.store_id = store_id


def cookie_name(settings: Settings) -> str:
    """`__Host-` (RFC 6265bis) binds the cookie to exactly this host; browsers take it over TLS only."""
    return "__Host-pasokh" if is_secure(settings) else "pasokh"


def is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def set_cookie(response: Response, name: str, value: str, settings: Settings, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(settings),
    )


def csrf_token(sealer: Sealer, secret: str) -> str:
    """The token that a form of this browser carries: derived from its cookie, which other sites cannot read."""
    mac = hmac.digest(sealer.derive("csrf"), secret.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
