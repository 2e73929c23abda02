"""What became of a mail that we sent, in our own words, whatever the provider calls it.

SendGrid's event webhook: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.errors import BadRequest


class DeliveryKind(StrEnum):
    PROCESSED = "processed"  # the provider took it and will deliver it
    DELIVERED = "delivered"
    DEFERRED = "deferred"  # the receiving host said "later"; the provider tries on
    BOUNCED = "bounced"
    DROPPED = "dropped"  # the provider never tried: suppressed, invalid
    SPAM_REPORT = "spam_report"
    OPEN = "open"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"
    UNKNOWN = "unknown"


_KINDS = {
    "processed": DeliveryKind.PROCESSED,
    "delivered": DeliveryKind.DELIVERED,
    "deferred": DeliveryKind.DEFERRED,
    "bounce": DeliveryKind.BOUNCED,
    "dropped": DeliveryKind.DROPPED,
    "spamreport": DeliveryKind.SPAM_REPORT,
    "open": DeliveryKind.OPEN,
    "click": DeliveryKind.CLICK,
    "unsubscribe": DeliveryKind.UNSUBSCRIBE,
    "group_unsubscribe": DeliveryKind.UNSUBSCRIBE,
}
# Everything else at the top of an event is one of our custom_args: SendGrid puts them beside its own.
_PROVIDER_FIELDS = frozenset(
    {
        "email", "timestamp", "smtp-id", "sg_event_id", "sg_message_id", "event", "category", "reason", "status", "response",
        "attempt", "ip", "tls", "type", "url", "url_offset", "useragent", "asm_group_id", "send_at", "cert_err",
        "bounce_classification", "sg_machine_open", "sg_content_type", "newsletter", "pool", "marketing_campaign_id",
        "marketing_campaign_name", "sg_template_id", "sg_template_name", "post_type",
        "singlesend_id", "singlesend_name", "phase_id", "template_id", "template_hash", "template_version_id",
        "mc_stats", "mc_auto_id", "mc_auto_name", "mc_pod_id",
    }
)  # fmt: skip


# Why SendGrid drops a mail because of whom it is for; the others are about the mail or the account.
_ADDRESS_DROPS = frozenset(
    {"bounced address", "spam reporting address", "unsubscribed address", "invalid", "invalid address"}
)


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One thing that happened to one mail and one recipient.

    Attributes:
        event_id: The provider's unique id: a repeated event has the same one. Empty where it gives none.
        smtp_id: The Message-ID that the mail really left with, with angle brackets.
        message_id: The provider's id of the mail, whose first part is the X-Message-Id of the send.
        reason: Why, in the receiving host's or the provider's words.
        status: Enhanced status code (RFC 3463), if there is one.
        custom_args: What we gave with the send.
        payload: The event as it came.
    """

    kind: DeliveryKind
    event_id: str
    recipient: str
    occurred_at: datetime | None
    smtp_id: str | None = None
    message_id: str | None = None
    reason: str | None = None
    status: str | None = None
    custom_args: Mapping[str, str] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_about_address(self) -> bool:
        """Whether it tells that this address is not to be written to: not that one mail was blocked, or that we may send no more."""
        if self.kind is DeliveryKind.SPAM_REPORT:
            return True
        if self.kind is DeliveryKind.BOUNCED:
            # "blocked" is SendGrid's word for what may succeed another time: a full mailbox, a bad day of its own hosts.
            return self.payload.get("type") != "blocked" and not (self.status or "").startswith("4")
        return self.kind is DeliveryKind.DROPPED and (self.reason or "").strip().lower() in _ADDRESS_DROPS

    @property
    def provider_id(self) -> str | None:
        """The id that the send returned (`Receipt.provider_id`)."""
        return self.message_id.partition(".")[0] if self.message_id else None


def parse_events(body: bytes) -> tuple[DeliveryEvent, ...]:
    """Normalise a batch of SendGrid's event webhook, in its order. Kinds that we do not know become `unknown`.

    Raises:
        BadRequest: The body is not a JSON list of objects.
    """
    try:
        batch = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The events are not JSON.") from error
    if not isinstance(batch, list) or not all(isinstance(one, dict) for one in batch):
        raise BadRequest("The events are not a JSON list of objects.")
    return tuple(_event(one) for one in batch)


def _event(raw: dict[str, Any]) -> DeliveryEvent:
    return DeliveryEvent(
        kind=_KINDS.get(str(raw.get("event")), DeliveryKind.UNKNOWN),
        event_id=_string(raw, "sg_event_id") or "",
        recipient=_string(raw, "email") or "",
        occurred_at=_moment(raw.get("timestamp")),
        smtp_id=_string(raw, "smtp-id"),
        message_id=_string(raw, "sg_message_id"),
        reason=_string(raw, "reason") or _string(raw, "response"),
        status=_string(raw, "status"),
        custom_args={
            name: value
            for name, value in raw.items()
            if name not in _PROVIDER_FIELDS and isinstance(value, str)
        },
        payload=raw,
    )


def _string(raw: dict[str, Any], name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) and value else None


def _moment(timestamp: object) -> datetime | None:
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float | str):
        return None
    try:
        return datetime.fromtimestamp(float(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
