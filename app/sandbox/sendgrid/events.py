"""Delivery events: what happens to a mail after it was accepted, posted signed to the event webhook.

Shapes: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import asyncio
import base64
import contextlib
import heapq
import itertools
import json
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.sandbox.clock import Clock
from app.sandbox.sendgrid.outbox import Outbox, OutboxMessage
from app.sandbox.sendgrid.signing import Signer

logger = logging.getLogger(__name__)

BATCH = 128
RETRY_FOR = 600.0
_GATHER = 0.02
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 5.0
_IP = "192.0.2.25"  # RFC 5737: for documentation

# What happens to a recipient whose local part (before any +) or first domain label is such a word.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "bounce": ("processed", "bounce"),
    "blocked": ("processed", "blocked"),
    "deferred": ("processed", "deferred", "delivered"),
    "dropped": ("dropped",),
    "spamreport": ("processed", "delivered", "spamreport"),
    "silent": ("processed",),
}
_DELIVERED = ("processed", "delivered")

_DETAILS: dict[str, dict[str, Any]] = {
    "processed": {},
    "delivered": {"response": "250 2.0.0 OK", "ip": _IP, "tls": 1},
    "deferred": {"response": "451 4.7.1 Please try again later", "attempt": "1", "ip": _IP, "tls": 1},
    "bounce": {
        "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
        "status": "5.1.1",
        "type": "bounce",
        "bounce_classification": "Invalid Address",
        "ip": _IP,
        "tls": 1,
    },
    "blocked": {
        "event": "bounce",
        "reason": "552 5.2.2 The mailbox is full.",
        "status": "5.2.2",
        "type": "blocked",
        "bounce_classification": "Mailbox Unavailable",
        "ip": _IP,
        "tls": 1,
    },
    "dropped": {"reason": "Bounced Address", "status": "5.0.0"},
    "spamreport": {},
    "open": {"ip": _IP, "useragent": "Mozilla/5.0", "sg_machine_open": False},
    "click": {"ip": _IP, "useragent": "Mozilla/5.0", "url": "https://example.com/"},
}


def outcome_for(address: str) -> tuple[str, ...]:
    """The events that a mail to `address` goes through: `bounce@…`, `x@bounce.example.com` and so on."""
    local, _, domain = address.lower().rpartition("@")
    for word in (local.partition("+")[0], domain.partition(".")[0]):
        if word in OUTCOMES:
            return OUTCOMES[word]
    return _DELIVERED


def build_event(
    message: OutboxMessage, recipient: str, kind: str, timestamp: int, **changes: Any
) -> dict[str, Any]:
    """One event in SendGrid's shape, the mail's custom_args among its own fields.

    Args:
        message: The mail.
        recipient: One of its recipients.
        kind: `processed`, `delivered`, `deferred`, `bounce`, `blocked`, `dropped`, `spamreport`, `open`, `click`.
        timestamp: Unix seconds.
        changes: Fields to add or to replace.
    """
    index = message.id.removeprefix(message.x_message_id).lstrip("-") or "0"
    event_id = base64.urlsafe_b64encode(f"{kind}-0-{secrets.token_hex(12)}".encode()).decode().rstrip("=")
    event: dict[str, Any] = {
        **message.custom_args,
        "email": recipient,
        "event": kind,
        "sg_event_id": event_id,
        "sg_message_id": f"{message.x_message_id}.recvd-sandbox-0-1-0.{index}",
        "smtp-id": message.message_id,
        "timestamp": timestamp,
        **_DETAILS.get(kind, {}),
    }
    if message.categories:
        event["category"] = list(message.categories)
    return {**event, **changes}


def encode_batch(events: list[dict[str, Any]]) -> bytes:
    """A batch as SendGrid writes it: a JSON array, each event on its line, CRLF."""
    return (
        "[" + ",\r\n".join(json.dumps(event, separators=(",", ":")) for event in events) + "]\r\n"
    ).encode()


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    message: OutboxMessage = field(compare=False)
    recipient: str = field(compare=False)
    kind: str = field(compare=False)


_Told = tuple[float, dict[str, Any]]
"""When an event happened (monotonic seconds), and the event."""


class EventDispatcher:
    """Lets accepted mails have their fate and posts it, in order, in batches, until the receiver takes it.

    `plan` may be called from any thread; `run` is a task on the server's loop. A receiver that is
    down or answers anything but 2xx gets the batch again with growing waits, for `RETRY_FOR` seconds
    an event; so it may get an event twice, as from the real one.

    Attributes:
        url: Where to post; None: events happen and are not told.
        delay: Seconds between the events of a mail.
        automatic: False: nothing happens by itself, a test posts what it wants.
        given_up: Events that the receiver did not take in time.
    """

    def __init__(self, *, outbox: Outbox, signer: Signer, now: Clock, url: str | None, delay: float) -> None:
        self.url = url
        self.delay = delay
        self.automatic = True
        self.given_up = 0
        self._outbox = outbox
        self._signer = signer
        self._now = now
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._due: list[_Due] = []
        self._pending: list[_Told] = []
        self._epoch = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned = asyncio.Event()
        self._forgotten = asyncio.Event()

    def forget(self) -> None:
        """Drop what is planned and what the receiver has not taken yet."""
        with self._lock:
            self._epoch += 1
            self._due.clear()
            self._pending.clear()
            self.given_up = 0
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._forgotten.set)

    def plan(self, message: OutboxMessage, wait: float = 0.0) -> None:
        """Queue the events of every recipient: the first after `wait`, each next one `delay` later."""
        if not self.automatic:
            return
        start = time.monotonic() + wait
        with self._lock:
            for recipient in message.recipients:
                for step, kind in enumerate(outcome_for(recipient)):
                    at = start + step * self.delay
                    heapq.heappush(self._due, _Due(at, next(self._order), message, recipient, kind))
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._planned.set)

    async def run(self) -> None:
        """Dispatch until cancelled."""
        with self._lock:
            self._loop = asyncio.get_running_loop()
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                await self._dispatch(client)
        finally:
            with self._lock:
                self._loop = None

    async def _dispatch(self, client: httpx.AsyncClient) -> None:
        wait = _FIRST_WAIT
        while True:
            epoch, batch = self._next_batch()
            if not batch:
                await self._until_due()
            elif await self._post(client, self.url or "", [event for _, event in batch]):
                self._remove(epoch, len(batch))
                wait = _FIRST_WAIT
            else:
                await self._back_off(wait)
                wait = min(wait * 2, _LONGEST_WAIT)

    def _next_batch(self) -> tuple[int, list[_Told]]:
        """What is to be posted next, and the epoch in which it was taken."""
        happened = self._happen()
        oldest = time.monotonic() - RETRY_FOR
        with self._lock:
            told = [*self._pending, *happened] if self.url else []
            self._pending = [entry for entry in told if entry[0] >= oldest]
            self.given_up += len(told) - len(self._pending)
            return self._epoch, self._pending[:BATCH]

    def _remove(self, epoch: int, count: int) -> None:
        with self._lock:
            if epoch == self._epoch:
                del self._pending[:count]

    async def _back_off(self, seconds: float) -> None:
        """Wait after a failed post; less, if there is nothing left to post."""
        self._forgotten.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._forgotten.wait()

    async def _until_due(self) -> None:
        """Sleep until the next event is due or another mail comes, and a moment longer: batches are cheaper."""
        with self._lock:
            self._planned.clear()
            wait = self._due[0].at - time.monotonic() if self._due else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._planned.wait()
        await asyncio.sleep(_GATHER)

    def _happen(self) -> list[_Told]:
        """The events that are due by now, noted on their mails."""
        now = time.monotonic()
        timestamp = int(self._now().timestamp())
        due: list[_Due] = []
        with self._lock:
            while self._due and self._due[0].at <= now:
                due.append(heapq.heappop(self._due))
        events = []
        for item in due:
            event = build_event(item.message, item.recipient, item.kind, timestamp)
            self._outbox.add_event(item.message, event)
            events.append((now, event))
        return events

    async def _post(self, client: httpx.AsyncClient, url: str, events: list[dict[str, Any]]) -> bool:
        body, headers = self.request(events)
        try:
            response = await client.post(url, content=body, headers=headers)
        except httpx.HTTPError as error:
            logger.debug("event webhook unreachable", extra={"error": repr(error)})
            return False
        return response.is_success

    def request(self, events: list[dict[str, Any]]) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a signed post of `events`."""
        body = encode_batch(events)
        headers = self._signer.sign(body, int(self._now().timestamp()))
        return body, {"Content-Type": "application/json", "User-Agent": "SendGrid Event API", **headers}
