"""What an intent says about itself."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.shopify.client import ShopifyClient
from app.vocabulary import Intent, Mode


class Resolver(Protocol):
    """Looks up what a request needs and says which situation it is.

    Raises:
        TryLater: Shopify is down or busy.
        NeedsPerson: Shopify's answer is not understood.
    """

    def __call__(
        self, request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
    ) -> Awaitable[Resolution]: ...


@dataclass(frozen=True)
class IntentSpec:
    """One intent, as its file declares it.

    Attributes:
        intent: Its name in the vocabulary.
        tools: The tools that it may call.
        situations: The situations that it can end in, beside being handed over.
        default_mode: What a new store may do with it.
        resolve: Does it.
    """

    intent: Intent
    tools: tuple[str, ...]
    situations: tuple[str, ...]
    default_mode: Mode
    resolve: Resolver
