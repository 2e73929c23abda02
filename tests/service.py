"""The real service on loopback, over a test's own database and the sandbox: what tests of the whole path drive."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any

import httpx
import sqlalchemy as sa
from sqlmodel import select

from app.main import create_app
from app.models import InboundMail, Mailbox, Store, Touchpoint
from app.pipeline.desk import Desk, open_desk
from app.sealing import digest, new_token
from app.settings import Settings
from app.vocabulary import Intent, Mode, Outcome, ReplyState
from tests.patience import PATIENCE
from tests.serving import serving

if TYPE_CHECKING:
    from app.sandbox.server import SandboxServer

SECRET = "0123456789abcdef" * 4
SUPPORT = "support@saffron-and-clay.example"
CUSTOMERS = [
    ("Olivia Martinez <olivia.martinez@example.net>", "Where is my order #1035?"),
    ("Emily Clarke <emily.clarke@example.com>", "Has my order #1045 been delivered?"),
    ("Jonas Weber <jonas.weber@example.org>", "Wo ist meine Bestellung 1033?"),
    ("Mina Karimi <mina.karimi@example.com>", "سفارش ۱۰۵۱ من کجاست؟"),
]
"""Customers of the sandbox's shop, each asking for an order of their own."""
UNFINISHED = [ReplyState.SCHEDULED.value, ReplyState.SENDING.value]
_IS_SETTLED = f"""
SELECT (SELECT count(*) FROM inbound_mail WHERE outcome <> '{Outcome.WAITING.value}') >= %(count)s
   AND NOT EXISTS (SELECT FROM reply WHERE state = ANY(%(unfinished)s))
"""


def make_settings(sandbox: "SandboxServer", **changes: Any) -> Settings:
    """Settings as in production, with the sandbox at the other end and short waits."""
    values = {
        "secret_key": SECRET,
        "openai_api_key": sandbox.config.openai_key,
        "openai_base_url": sandbox.openai_url,
        "openai_model": "sandbox",
        "sendgrid_api_key": sandbox.config.sendgrid_key,
        "sendgrid_base_url": sandbox.sendgrid_url,
        "sendgrid_event_public_key": sandbox.event_public_key,
        "shopify_base_url": sandbox.shopify_url,
        "quiet_seconds": 0,
        "undo_seconds": 0,
        "undo_by_hand_seconds": 0,
        "retry_first_seconds": 0.3,
        "retry_longest_seconds": 1,
        "worker_poll_seconds": 0.1,
        "worker_stalled_seconds": 30,  # who tests a worker's death names less: a busy machine starves those that live
        "call_timeout_seconds": 30,  # nothing that answers is to be late; who tests lateness names less
        "dns_servers": "off",
        # No test or benchmark meets a budget that it does not name.
        **{name: 100_000 for name in Settings.model_fields if name.startswith("automatic_mails_")},
    }
    return Settings(_env_file=None, **{**values, **changes})


async def add_store(
    desk: Desk, sandbox: "SandboxServer", *, slug: str = "demo", address: str = SUPPORT, **values: Any
) -> str:
    """A store with everything automatic and one mailbox with both webhooks open. Returns the mailbox's key."""
    key = new_token()
    async with desk.db.transaction() as session:
        store = Store(
            slug=slug,
            name="Saffron & Clay",
            shop_domain="pasokh-demo.myshopify.com",
            shop_token_sealed=desk.sealer.seal(sandbox.config.shopify_token),
            timezone="Europe/Amsterdam",
            signature="Your Saffron & Clay team",
            # No test meets a rule for one who asks twice that it does not name.
            **{"modes": {intent.value: Mode.AUTO.value for intent in Intent}, "repeat_hours": 0, **values},
        )
        session.add(store)
        await session.flush()
        session.add(
            Mailbox(
                store_id=store.id,
                address=address,
                from_name=store.name,
                key_hash=digest(key),
                key_sealed=desk.sealer.seal(key),
                parse_public_key=sandbox.event_public_key,
                raw_token_hash=digest("raw-token"),
            )
        )
    return key


def make_mail(
    sender: str,
    subject: str,
    text: str,
    *,
    to: str = SUPPORT,
    headers: dict[str, str] | None = None,
    message_id: str | None = None,
    date: str | None = None,
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = date or format_datetime(datetime.now(UTC))
    mail["Message-ID"] = message_id or make_msgid(domain="customer.example")
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


@dataclass
class Service:
    """A running service and what a test asks of it."""

    desk: Desk
    url: str
    key: str
    sandbox: "SandboxServer"
    http: httpx.AsyncClient

    async def post_raw(
        self, raw: bytes, *, key: str | None = None, token: str = "raw-token"
    ) -> httpx.Response:
        """Hand a mail to /hooks/raw."""
        headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {token}"}
        return await self.http.post(f"{self.url}/hooks/raw/{key or self.key}", content=raw, headers=headers)

    async def post_form(self, body: bytes, content_type: str, *, key: str | None = None) -> httpx.Response:
        """Post as SendGrid's Inbound Parse does, signed."""
        headers = {"Content-Type": content_type, **self.sandbox.sendgrid.sign(body)}
        return await self.http.post(
            f"{self.url}/hooks/sendgrid/inbound/{key or self.key}", content=body, headers=headers
        )

    async def write(self, sender: str, subject: str, text: str, **more: Any) -> bytes:
        """A customer's mail with SPF and DKIM passed, through the webhook. Returns its bytes."""
        from app.sandbox.sendgrid.inbound import build_raw_post

        raw = make_mail(sender, subject, text, **more)
        address = sender.rpartition("<")[2].rstrip(">")
        domain = address.rpartition("@")[2]
        response = await self.post_form(
            *build_raw_post(raw, to=[SUPPORT], from_=address, spf="pass", dkim={domain: "pass"})
        )
        assert response.status_code == 202, response.text
        return raw

    async def rows(self, model: Any) -> list[Any]:
        async with self.desk.db.transaction() as session:
            order = (
                "received_at"
                if model is InboundMail
                else "occurred_at"
                if model is Touchpoint
                else "created_at"
            )
            return [*(await session.exec(select(model).order_by(sa.text(order)))).all()]

    async def exchanges(self) -> list[Touchpoint]:
        """The mails that came and went, without what became of them on their way."""
        return [one for one in await self.rows(Touchpoint) if not one.event]

    async def only(self, model: Any) -> Any:
        """The one row that a table holds."""
        (row,) = await self.rows(model)
        return row

    async def settled(self, count: int, *, seconds: float = PATIENCE) -> list[InboundMail]:
        """Wait until that many mails have come to an end and no reply is on its way."""

        async def is_settled() -> bool:
            return bool(await self._ask_database(_IS_SETTLED, {"count": count, "unfinished": UNFINISHED}))

        await eventually(is_settled, seconds=seconds)
        mails: list[InboundMail] = await self.rows(InboundMail)
        return mails

    async def _ask_database(self, query: str, values: dict[str, Any] | None = None) -> Any:
        """One value, at a tenth of a session's price: this is asked again and again."""
        async with self.desk.db.bare_connection() as connection:
            found = await (await connection.execute(query, values)).fetchone()
            return found[0] if found else None

    async def outbox_holds(self, count: int) -> None:
        """Wait for that many sent mails, without a query of ours."""

        async def is_there() -> bool:
            return len(self.sandbox.outbox.messages) >= count

        await eventually(is_there)

    async def ask(self, sender: str, subject: str, text: str, **more: Any) -> InboundMail:
        """Write one mail, and wait for its end."""
        before = await self._ask_database("SELECT count(*) FROM inbound_mail")
        await self.write(sender, subject, text, **more)
        return (await self.settled(before + 1))[-1]

    def sent(self) -> list[Any]:
        """What customers got, oldest first."""
        return sorted(self.sandbox.outbox.messages, key=lambda message: message.at)


async def eventually(check: Callable[[], Any], *, seconds: float = PATIENCE) -> None:
    """Wait until a check holds; fail with the check's name where it does not."""
    deadline = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < deadline, f"{check.__qualname__} did not come true in {seconds} s"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def open_service(
    database_url: str,
    sandbox: "SandboxServer",
    *,
    model: Any = None,
    store: dict[str, Any] | None = None,
    **changes: Any,
) -> AsyncIterator[Service]:
    """A service over a fresh database, with one store; its delivery events come back to it."""
    desk = open_desk(make_settings(sandbox, **changes), database_url)
    if model is not None:
        desk.model = model
    key = await add_store(desk, sandbox, **(store or {}))
    async with serving(create_app(desk)) as url, httpx.AsyncClient(timeout=PATIENCE) as http:
        sandbox.sendgrid.events.url = f"{url}/hooks/sendgrid/events"
        try:
            yield Service(desk, url, key, sandbox, http)
        finally:
            sandbox.sendgrid.events.url = None
    await desk.close()
