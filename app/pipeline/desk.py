"""What every job needs: the database and the three services, made once per process."""

import asyncio
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

import httpx

from app.classifier.model import Model, OpenAIModel
from app.db import Database
from app.intake.mailboxes import Mailboxes
from app.mail.inbound.key_directory import DnsKeys
from app.mail.outbound.port import Sender
from app.mail.outbound.sendgrid import SendGridSender
from app.models import Store
from app.pipeline.senders import NoWayOut, Senders
from app.sealing import Sealer
from app.settings import Settings
from app.shopify.client import ShopifyClient


@dataclass
class Desk:
    """One process's hold on everything outside. Close it when done."""

    settings: Settings
    db: Database
    sealer: Sealer
    model: Model
    sendgrid: Sender
    http: httpx.AsyncClient
    _shops: dict[UUID, tuple[bytes, ShopifyClient]] = field(default_factory=dict)

    @property
    def thread_key(self) -> bytes:
        """Signs Message-IDs and reply addresses."""
        return self.sealer.derive("threading")

    @cached_property
    def keys(self) -> DnsKeys | None:
        """Where keys of DKIM signatures are looked up; None where that is switched off."""
        servers = self.settings.name_servers
        if servers is None:
            return None
        return DnsKeys(servers, timeout=self.settings.dns_timeout_seconds)

    @property
    def proof_key(self) -> bytes:
        """Keys the digests of codes that prove whose an order is."""
        return self.sealer.derive("order-proof")

    @cached_property
    def senders(self) -> Senders:
        """By what way the mails of each mailbox leave."""
        return Senders(self.settings, self.db, self.sealer, self.http, self.sendgrid)

    @cached_property
    def mailboxes(self) -> Mailboxes:
        """What this process remembers of the mailboxes that mail comes to."""
        return Mailboxes(self.db)

    def shop(self, store: Store) -> ShopifyClient:
        """A store's shop: one client per store, so that it knows the shop's rate limit; a new token makes a new one."""
        known = self._shops.get(store.id)
        if known is not None and known[0] == store.shop_token_sealed:
            return known[1]
        client = ShopifyClient(
            self.settings.shopify_base_url or store.shop_domain,
            self.sealer.open(store.shop_token_sealed),
            http=self.http,
        )
        self._shops[store.id] = (store.shop_token_sealed, client)
        return client

    async def model_check(self) -> None:
        """TryLater where the model does not answer or refuses our key."""
        if isinstance(self.model, OpenAIModel):
            await self.model.check()

    async def close(self) -> None:
        if isinstance(self.model, OpenAIModel):
            await self.model.close()
        self.senders.close()
        await asyncio.gather(self.http.aclose(), self.db.close())


def open_desk(settings: Settings, url: str) -> Desk:
    """A desk over the services that the settings name. Nothing is called yet.

    Raises:
        Misconfigured: a key is missing or is a placeholder.
    """
    settings.require_keys()
    return Desk(
        settings=settings,
        db=Database(url, pool=settings.database_pool),
        sealer=Sealer(settings.require_secret_key()),
        model=OpenAIModel(
            settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url,
            model=settings.openai_model,
            timeout=settings.call_timeout_seconds,
            input_usd=settings.openai_input_usd,
            output_usd=settings.openai_output_usd,
        ),
        sendgrid=_sendgrid(settings),
        http=httpx.AsyncClient(timeout=settings.call_timeout_seconds),
    )


def _sendgrid(settings: Settings) -> Sender:
    key = settings.sendgrid_api_key.get_secret_value()
    if not key:
        return NoWayOut("SENDGRID_API_KEY is not set.")
    return SendGridSender(key, base_url=settings.sendgrid_base_url, timeout=settings.call_timeout_seconds)
