"""The mails that the pretend SendGrid has accepted: in memory, bounded, for tests and for a look at /outbox."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_MESSAGES = 2000


@dataclass(slots=True)
class OutboxMessage:
    """One mail as its recipients get it; a request makes one per personalization.

    Attributes:
        id: Name in the outbox: the X-Message-Id, with `-1`, `-2` … for further personalizations.
        x_message_id: What the API's answer said.
        message_id: The Message-ID header that SendGrid gave it, in angle brackets (`smtp-id` in events).
        at: When it was accepted.
        from_: Address in From; its display name is in `from_name`.
        to: Addresses, as are `cc` and `bcc`.
        reply_to: Addresses in Reply-To.
        text: The text/plain content, None if there is none; `html` likewise.
        headers: All headers of the mail, decoded, by name as on the wire.
        custom_args: The strings that come back in every event.
        raw: The RFC 5322 message, CRLF line ends.
        events: What has happened to it, in the shape of the event webhook.
    """

    id: str
    x_message_id: str
    message_id: str
    at: datetime
    from_: str
    from_name: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    reply_to: list[str]
    subject: str
    text: str | None
    html: str | None
    headers: dict[str, str]
    custom_args: dict[str, str]
    categories: list[str]
    attachments: list[str]
    raw: bytes
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        return [*self.to, *self.cc, *self.bcc]

    @property
    def state(self) -> str:
        """The last event's name, `accepted` before the first."""
        return str(self.events[-1]["event"]) if self.events else "accepted"

    def header(self, name: str) -> str | None:
        """A header by its name in any case."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def as_json(self) -> dict[str, Any]:
        """Everything but `raw`, which /outbox/{id}.eml gives."""
        return {
            "id": self.id,
            "x_message_id": self.x_message_id,
            "message_id": self.message_id,
            "at": self.at.isoformat(),
            "from": self.from_,
            "from_name": self.from_name,
            "to": self.to,
            "cc": self.cc,
            "bcc": self.bcc,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": self.headers,
            "custom_args": self.custom_args,
            "categories": self.categories,
            "attachments": self.attachments,
            "state": self.state,
            "events": list(self.events),
        }


class Outbox:
    """Keeps the last `limit` mails. Thread-safe: the server's thread adds, tests look."""

    def __init__(self, limit: int = KEPT_MESSAGES) -> None:
        self._limit = limit
        self._changed = threading.Condition()
        self._messages: OrderedDict[str, OutboxMessage] = OrderedDict()
        self._total = 0

    def add(self, message: OutboxMessage) -> None:
        with self._changed:
            self._messages[message.id] = message
            self._total += 1
            while len(self._messages) > self._limit:
                self._messages.popitem(last=False)
            self._changed.notify_all()

    def add_event(self, message: OutboxMessage, event: dict[str, Any]) -> None:
        with self._changed:
            message.events.append(event)
            self._changed.notify_all()

    @property
    def messages(self) -> list[OutboxMessage]:
        """All that are kept, oldest first."""
        with self._changed:
            return list(self._messages.values())

    @property
    def total(self) -> int:
        """How many were accepted since the start or the last `clear`, kept or not."""
        with self._changed:
            return self._total

    def __len__(self) -> int:
        with self._changed:
            return len(self._messages)

    def find(self, message_id: str) -> OutboxMessage | None:
        """By its `id` in the outbox."""
        with self._changed:
            return self._messages.get(message_id)

    def to(self, address: str) -> list[OutboxMessage]:
        """The mails of one recipient, oldest first."""
        wanted = address.lower()
        return [m for m in self.messages if wanted in (r.lower() for r in m.recipients)]

    def wait_for(self, count: int, timeout: float = 60.0) -> list[OutboxMessage]:
        """Block until `count` mails were accepted, and return what is kept.

        Raises:
            TimeoutError: Fewer came within `timeout` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._total >= count, timeout):
                raise TimeoutError(f"{self._total} of {count} mails came within {timeout} s.")
            return list(self._messages.values())

    def wait_for_event(self, message: OutboxMessage, name: str, timeout: float = 60.0) -> dict[str, Any]:
        """Block until the event `name` happened to `message`, and return it.

        Raises:
            TimeoutError: It did not within `timeout` seconds.
        """

        def found() -> dict[str, Any] | None:
            return next((event for event in message.events if event["event"] == name), None)

        with self._changed:
            event = self._changed.wait_for(found, timeout)
            if event is None:
                raise TimeoutError(f"No {name} event within {timeout} s.")
            return event

    def clear(self) -> None:
        with self._changed:
            self._messages.clear()
            self._total = 0
            self._changed.notify_all()
