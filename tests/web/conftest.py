"""The real pages over a test's own database: as an ASGI client, and served on loopback for a browser."""

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from fastapi import FastAPI

from app.db import Database
from app.models import Store, User
from app.sealing import Sealer
from app.settings import Settings
from app.shopify.client import ShopifyClient
from app.web import passwords
from app.web.pages import create_pages_app
from app.web.passwords import hash_password
from app.web.session import start_session
from tests.inbox.seeds import Shop, add_shop
from tests.serving import serving

PASSWORD = "correct horse battery"
# A hash that is worth its name costs tens of milliseconds: hundreds of sign-ins here need none.
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODY = passwords._HASHER.hash("")
HASH = hash_password(PASSWORD)
SECRET = "0123456789abcdef" * 4


@dataclass
class Desk:
    """What pages need of the real desk."""

    db: Database
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None, secret_key=SECRET))
    sealer: Sealer = field(default_factory=lambda: Sealer(SECRET.encode()))
    shopify: ShopifyClient | None = None

    @property
    def thread_key(self) -> bytes:
        return self.sealer.derive("threading")

    def shop(self, store: Store) -> ShopifyClient:
        return self.shopify or ShopifyClient(store.shop_domain, "token", http=httpx.AsyncClient())


class Visitor:
    """A browser without scripts: keeps cookies, follows to results, fills the forms that it is shown."""

    def __init__(self, app: FastAPI, base_url: str = "http://127.0.0.1:8000") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 4711))
        self.http = httpx.AsyncClient(transport=transport, base_url=base_url, follow_redirects=True)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, **options)

    async def post(self, path: str, page: str = "/inbox", **fields: Any) -> httpx.Response:
        """Post a form with the token that `page` shows."""
        shown = await self.get(page)
        return await self.http.post(path, data={"csrf": token_of(shown.text), **fields})

    async def sign_in(self, email: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.post("/sign-in", "/sign-in", email=email, password=password, **fields)


def token_of(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    return found[1] if found else ""


def field_of(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create_pages_app(desk)


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database, password_hash=HASH)


@pytest.fixture
async def new_visitor(app: FastAPI) -> AsyncIterator[Callable[[], Visitor]]:
    async with contextlib.AsyncExitStack() as stack:

        def make() -> Visitor:
            visitor = Visitor(app)
            stack.push_async_callback(visitor.http.aclose)
            return visitor

        yield make


async def open_session(desk: Desk, shop: Shop, user: User) -> str:
    """A session's cookie without the slow hash of a password."""
    async with desk.db.transaction() as session:
        return await start_session(session, user.id, shop.store.id)


@pytest.fixture
async def agent(new_visitor: Callable[[], Visitor], desk: Desk, shop: Shop) -> Visitor:
    """The store's agent, signed in."""
    visitor = new_visitor()
    visitor.http.cookies.set("pasokh", await open_session(desk, shop, shop.agent), domain="127.0.0.1")
    return visitor


@pytest.fixture
async def owner(new_visitor: Callable[[], Visitor], desk: Desk, shop: Shop) -> Visitor:
    """The store's owner, signed in."""
    visitor = new_visitor()
    visitor.http.cookies.set("pasokh", await open_session(desk, shop, shop.owner), domain="127.0.0.1")
    return visitor


@pytest_asyncio.fixture(loop_scope="session")
async def session_desk(database_url: str) -> AsyncIterator[Desk]:
    """As `desk`, on the loop that browsers run on."""
    database = Database(database_url, pool=10)
    yield Desk(database)
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(session_desk: Desk) -> AsyncIterator[str]:
    """Address of the pages, served for a browser."""
    async with serving(create_pages_app(session_desk)) as address:
        yield address
