"""The sandbox as one web app: three pretend services on one port, their faults, and pages to look at."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from starlette.middleware import Middleware

from app.sandbox.clock import Clock, system_clock
from app.sandbox.control import create_router as create_control_router
from app.sandbox.faults import Faults
from app.sandbox.injection import FaultMiddleware
from app.sandbox.lazy import LazyService
from app.sandbox.sendgrid.api import create_router as create_sendgrid_router
from app.sandbox.sendgrid.outbox import KEPT_MESSAGES, Outbox
from app.sandbox.sendgrid.pages import create_router as create_outbox_router
from app.sandbox.sendgrid.service import SendGrid
from app.sandbox.sendgrid.signing import generate_private_key
from app.sandbox.traffic import Traffic

if TYPE_CHECKING:
    from app.sandbox.shopify import Access


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """What a sandbox is made of. The default keys are public and open nothing but a sandbox.

    Attributes:
        openai_key: Bearer token that the pretend OpenAI expects.
        shopify_token: X-Shopify-Access-Token that the pretend Shopify expects.
        sendgrid_key: Bearer token that the pretend SendGrid expects.
        event_webhook_url: Where delivery events go; None switches posting off, it may be set later.
        event_private_key: Signs events and Inbound Parse posts; a fresh P-256 key by default.
        event_delay: Seconds between the events of a mail.
        now: The clock that all three services go by.
        outbox_size: How many mails are kept.
        shop: Folder of the shop's data files, or `tau2:FILE`; None is the demo shop.
        shopify_tokens: Other tokens for the same shop, each with what it may read.
        shop_points: How many query points the shop holds and gives back a second; its plan decides (Shopify's table:
            https://shopify.dev/docs/api/usage/limits). Those of a standard plan by default.
        warm: Begin to train the text model at start-up instead of on the first request.
    """

    openai_key: str = "sandbox-openai-key"
    shopify_token: str = "sandbox-shopify-token"  # noqa: S105  public on purpose
    sendgrid_key: str = "sandbox-sendgrid-key"
    event_webhook_url: str | None = None
    event_private_key: ec.EllipticCurvePrivateKey = field(default_factory=generate_private_key)
    event_delay: float = 0.2
    now: Clock = system_clock
    outbox_size: int = KEPT_MESSAGES
    shop: Path | str | None = None
    shopify_tokens: "Mapping[str, Access]" = field(default_factory=dict)
    shop_points: tuple[float, float] = (2000, 100)
    warm: bool = False


@dataclass(frozen=True, slots=True)
class SandboxState:
    """All that a running sandbox holds, on `app.state.sandbox`."""

    config: SandboxConfig
    faults: Faults
    traffic: Traffic
    sendgrid: SendGrid
    openai: LazyService
    shopify: LazyService
    closing: threading.Event


def create_sandbox(config: SandboxConfig | None = None) -> FastAPI:
    """The app of one sandbox; independent of any other in the process."""
    config = config or SandboxConfig()
    state = _create_state(config)
    guard = Middleware(
        FaultMiddleware, faults=state.faults, traffic=state.traffic, now=config.now, closing=state.closing
    )
    app = FastAPI(
        title="Pasokh sandbox",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[guard],
    )
    app.state.sandbox = state
    app.include_router(create_control_router(state.faults, state.traffic))
    app.include_router(create_outbox_router(state.sendgrid.outbox))
    app.include_router(create_sendgrid_router(state.sendgrid))
    app.mount("/v1", state.openai)
    app.mount("/admin", state.shopify)
    return app


def _create_state(config: SandboxConfig) -> SandboxState:
    return SandboxState(
        config=config,
        faults=Faults(),
        traffic=Traffic(),
        sendgrid=SendGrid(
            api_key=config.sendgrid_key,
            private_key=config.event_private_key,
            now=config.now,
            event_webhook_url=config.event_webhook_url,
            event_delay=config.event_delay,
            outbox=Outbox(config.outbox_size),
        ),
        openai=LazyService("openai", lambda: _create_openai(config)),
        shopify=LazyService("shopify", lambda: _create_shopify(config)),
        closing=threading.Event(),
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: SandboxState = app.state.sandbox
    if state.config.warm:
        state.shopify.start()
        state.openai.start()
    events = asyncio.create_task(state.sendgrid.run())
    yield
    events.cancel()
    await asyncio.gather(events, return_exceptions=True)


def _create_openai(config: SandboxConfig) -> FastAPI:
    from app.sandbox.openai import TextModel, create_router  # noqa: PLC0415  scikit-learn takes seconds to load

    app = FastAPI(openapi_url=None)
    app.include_router(create_router(TextModel.train(), api_key=config.openai_key))
    return app


def _create_shopify(config: SandboxConfig) -> FastAPI:
    from app.sandbox.shopify import DEMO_SHOP, CostBucket, Shop, create_router, read_shop  # noqa: PLC0415  graphql-core takes its time

    app = FastAPI(openapi_url=None)
    shop = Shop(read_shop(config.shop or DEMO_SHOP))
    router = create_router(
        shop,
        access_token=config.shopify_token,
        now=config.now,
        bucket=CostBucket(*config.shop_points),
        tokens=config.shopify_tokens,
    )
    app.include_router(router)
    return app
