"""Is everything there that an email needs? For `doctor`, which tells all, and for `serve`, which stops at the first."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from sqlmodel import select

from app.errors import Misconfigured, PasokhError, TryLater
from app.models import Mailbox, Store
from app.pipeline.desk import Desk, open_desk
from app.settings import Settings
from app.shopify.client import OPTIONAL_SCOPES, REQUIRED_SCOPES


@dataclass(frozen=True)
class Finding:
    """One connection. `sentence` says what to do where it is not ok; `stops` says that nothing works without it."""

    name: str
    is_ok: bool
    sentence: str
    stops: bool = False


def check_start(settings: Settings, url: str) -> None:
    """Misconfigured, with one sentence, where the settings cannot work. A service that is merely down stops nothing."""

    async def run() -> None:
        async for finding in examine(settings, url):
            if not finding.is_ok and finding.stops:
                raise Misconfigured(finding.sentence)

    asyncio.run(run())


async def examine(settings: Settings, url: str) -> AsyncIterator[Finding]:
    """Every connection in turn."""
    try:
        settings.require_secret_key()
        desk = open_desk(settings, url)
    except Misconfigured as error:
        yield Finding("settings", is_ok=False, sentence=error.message, stops=True)
        return
    try:
        yield await _try("database", desk.db.check, "answers, and its tables are there")
        yield await _try("OpenAI", desk.model_check, f"knows the key and the model {settings.openai_model}")
        yield await _try("SendGrid", desk.sender.check, "knows the key")
        yield _events(settings)
        async for finding in _stores(desk):
            yield finding
    finally:
        await desk.close()


async def _try(name: str, check: Callable[[], Awaitable[None]], fine: str) -> Finding:
    try:
        await check()
    except TryLater as error:
        # A key that is refused, or a model that is unknown, never heals by waiting; an outage does.
        return Finding(name, is_ok=False, sentence=error.message, stops=error.code != "try_later")
    except PasokhError as error:
        return Finding(name, is_ok=False, sentence=error.message, stops=True)
    return Finding(name, is_ok=True, sentence=fine)


def _events(settings: Settings) -> Finding:
    if settings.sendgrid_event_public_key:
        return Finding("delivery events", is_ok=True, sentence="are verified")
    return Finding(
        "delivery events",
        is_ok=False,
        sentence="PASOKH_SENDGRID_EVENT_PUBLIC_KEY is not set: nobody will know whether a reply arrived.",
    )


async def _stores(desk: Desk) -> AsyncIterator[Finding]:
    """Each shop and its mailboxes. One shop of several that refuses its token stops nobody else's mail."""
    async with desk.db.transaction() as session:
        stores = (await session.exec(select(Store).order_by(Store.slug))).all()
        mailboxes = (await session.exec(select(Mailbox))).all()
    if not stores:
        yield Finding("stores", is_ok=False, sentence="There is no store yet. Add one: `pasokh store add`.")
    for store in stores:
        name = f"shop {store.slug}"
        found = await _try(
            name, functools.partial(_check_shop, desk, store), "knows the token and grants the scopes"
        )
        yield replace(found, stops=found.stops and len(stores) == 1)
        if found.is_ok:
            async for optional in _optional_scopes(desk, store, name):
                yield optional
        own = [mailbox for mailbox in mailboxes if mailbox.store_id == store.id]
        if not own:
            yield Finding(name, is_ok=False, sentence="It has no mailbox yet. Add one: `pasokh mailbox add`.")
        for mailbox in own:
            yield _mailbox(mailbox)


async def _optional_scopes(desk: Desk, store: Store, name: str) -> AsyncIterator[Finding]:
    granted = await desk.shop(store).granted_scopes()
    for scope, opens in OPTIONAL_SCOPES.items():
        if scope not in granted:
            yield Finding(
                name, is_ok=False, sentence=f"Without the scope {scope} Shopify does not show {opens}."
            )


def _mailbox(mailbox: Mailbox) -> Finding:
    name = f"mailbox {mailbox.address}"
    if mailbox.parse_public_key or mailbox.raw_token_hash:
        return Finding(name, is_ok=True, sentence="has a webhook that is verified")
    return Finding(
        name, is_ok=False, sentence="Both of its webhooks are off: it has no verification key and no token."
    )


async def _check_shop(desk: Desk, store: Store) -> None:
    shop = desk.shop(store)
    await shop.get_shop()
    missing = REQUIRED_SCOPES.keys() - await shop.granted_scopes()
    if missing:
        raise Misconfigured(
            f"The app's token lacks the scopes {', '.join(sorted(missing))}. Grant them in Shopify."
        )
