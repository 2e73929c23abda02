"""The pretend SendGrid's account: takes valid mail, keeps it in the outbox, tells what becomes of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from app.sandbox.clock import Clock
from app.sandbox.sendgrid.events import EventDispatcher, build_event
from app.sandbox.sendgrid.message import MailId, build_messages
from app.sandbox.sendgrid.outbox import Outbox, OutboxMessage
from app.sandbox.sendgrid.signing import Signer


class SendGrid:
    """One account with its key, outbox and event webhook.

    Attributes:
        api_key: The key that the API expects.
        outbox: The accepted mails.
        events: Posts delivery events; `events.url` may be set while it runs, None switches posting off.
        signer: Signs events and, as the inbound side, Inbound Parse posts.
    """

    def __init__(
        self,
        *,
        api_key: str,
        private_key: ec.EllipticCurvePrivateKey,
        now: Clock,
        event_webhook_url: str | None = None,
        event_delay: float = 0.2,
        outbox: Outbox | None = None,
    ) -> None:
        self.api_key = api_key
        self.now = now
        self.outbox = Outbox() if outbox is None else outbox
        self.signer = Signer(private_key)
        self.events = EventDispatcher(
            outbox=self.outbox, signer=self.signer, now=now, url=event_webhook_url, delay=event_delay
        )
        self._defaults = (event_webhook_url, event_delay)

    def accept(self, mail: dict[str, Any]) -> str:
        """Take a valid Mail Send body; returns the X-Message-Id."""
        at = self.now()
        mail_id = MailId.new()
        for message, item in zip(build_messages(mail, mail_id, at), mail["personalizations"], strict=True):
            self.outbox.add(message)
            send_at = item.get("send_at") or mail.get("send_at") or 0
            self.events.plan(message, wait=max(0.0, send_at - at.timestamp()))
        return mail_id.x_message_id

    def sign(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """The signature headers for a webhook post of `body`, now or at `timestamp` (Unix seconds)."""
        return self.signer.sign(body, int(self.now().timestamp()) if timestamp is None else timestamp)

    def post_event(
        self, message: OutboxMessage, kind: str, *, recipient: str | None = None, **changes: Any
    ) -> int:
        """Let `kind` happen to a mail now and post it; returns the receiver's HTTP status.

        Args:
            message: A mail of the outbox.
            kind: See `build_event`.
            recipient: One of its recipients; the first by default.
            changes: Fields to add or to replace.

        Raises:
            ValueError: No event webhook URL is set.
            httpx.HTTPError: The receiver cannot be reached.
        """
        timestamp = int(self.now().timestamp())
        event = build_event(message, recipient or message.recipients[0], kind, timestamp, **changes)
        self.outbox.add_event(message, event)
        return self.post_events([event])

    def post_events(self, events: Sequence[dict[str, Any]]) -> int:
        """Post ready-made events as one signed batch; returns the receiver's HTTP status.

        Raises:
            ValueError: No event webhook URL is set.
            httpx.HTTPError: The receiver cannot be reached.
        """
        if self.events.url is None:
            raise ValueError("Set an event webhook URL first.")
        body, headers = self.events.request(list(events))
        response = httpx.post(self.events.url, content=body, headers=headers, timeout=10, trust_env=False)
        return response.status_code

    def reset(self) -> None:
        """Forget mails and events, and post to where it was configured."""
        self.outbox.clear()
        self.events.url, self.events.delay = self._defaults
        self.events.automatic = True
        self.events.forget()

    async def run(self) -> None:
        """The background work, until cancelled."""
        try:
            await self.events.run()
        except asyncio.CancelledError:
            return
