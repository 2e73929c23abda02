"""Where one parcel is: from what Shopify shows for a fulfilment and from its carrier's latest events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.intents.situation import Item, Parcel
from app.intents.thresholds import (
    EXPECTED_OVERDUE_DAYS,
    LABEL_WITHOUT_SCAN_DAYS,
    NO_SCAN_DAYS,
    OUT_FOR_DELIVERY_DAYS,
)
from app.shopify.schemas import LineItem, Shipment
from app.shopify.statuses import FulfillmentDisplayStatus as Shown
from app.shopify.statuses import FulfillmentEventStatus as Event
from app.shopify.statuses import FulfillmentStatus


class Phase(Enum):
    """How far a parcel is."""

    LABEL = auto()  # announced to the carrier, never scanned
    MOVING = auto()
    OUT_FOR_DELIVERY = auto()
    DELIVERED = auto()
    STALLED = auto()  # silent, late, or given back by the carrier
    PICKUP = auto()  # waits for the customer
    UNKNOWN = auto()


_PHASES: Mapping[Shown, Phase] = {
    Shown.LABEL_PRINTED: Phase.LABEL,
    Shown.LABEL_PURCHASED: Phase.LABEL,
    Shown.CONFIRMED: Phase.LABEL,  # Shopify's default for a tracked parcel of which nothing is known
    Shown.SUBMITTED: Phase.LABEL,
    Shown.FULFILLED: Phase.MOVING,  # the shop says that it has sent it
    Shown.MARKED_AS_FULFILLED: Phase.MOVING,
    Shown.CARRIER_PICKED_UP: Phase.MOVING,
    Shown.IN_TRANSIT: Phase.MOVING,
    Shown.ATTEMPTED_DELIVERY: Phase.MOVING,
    Shown.OUT_FOR_DELIVERY: Phase.OUT_FOR_DELIVERY,
    Shown.DELIVERED: Phase.DELIVERED,
    Shown.PICKED_UP: Phase.DELIVERED,
    Shown.DELAYED: Phase.STALLED,
    Shown.NOT_DELIVERED: Phase.STALLED,
    Shown.FAILURE: Phase.STALLED,
    Shown.READY_FOR_PICKUP: Phase.PICKUP,
}
_DEAD = frozenset({Shown.CANCELED, Shown.LABEL_VOIDED})
_DEAD_STATUSES = frozenset({FulfillmentStatus.CANCELLED, FulfillmentStatus.ERROR, FulfillmentStatus.FAILURE})
_SCANS = frozenset(
    {
        Event.CARRIER_PICKED_UP,
        Event.IN_TRANSIT,
        Event.OUT_FOR_DELIVERY,
        Event.ATTEMPTED_DELIVERY,
        Event.DELAYED,
    }
)
_WHY: Mapping[Shown, str] = {
    Shown.ATTEMPTED_DELIVERY: "The carrier tried to deliver and could not.",
    Shown.DELAYED: "The carrier reports a delay.",
    Shown.NOT_DELIVERED: "The carrier reports that it could not deliver.",
    Shown.FAILURE: "The carrier reports that the delivery failed.",
    Shown.READY_FOR_PICKUP: "A parcel waits at a pick-up point.",
}


@dataclass(frozen=True)
class ParcelState:
    """A parcel as a reply may tell it, how far it is, and why a person should look (None: nobody needs to)."""

    parcel: Parcel
    phase: Phase
    person: str | None = None


def is_live(shipment: Shipment) -> bool:
    """Whether a fulfilment still stands, or is void."""
    return shipment.status not in _DEAD_STATUSES and shipment.display_status not in _DEAD


def parcel_state(
    shipment: Shipment, lines: Mapping[str, LineItem], now: datetime, timezone: ZoneInfo
) -> ParcelState:
    """Where the parcel of one live fulfilment is. `lines` are the order's lines by their id."""
    phase = _phase(shipment)
    person = (
        _WHY.get(shipment.display_status)
        if shipment.display_status and phase is not Phase.DELIVERED
        else None
    )
    overdue = _overdue(shipment, phase, now)
    if overdue is not None:
        phase = phase if phase is Phase.LABEL else Phase.STALLED
        person = overdue
    return ParcelState(_parcel(shipment, phase, lines, now, timezone), phase, person)


def _phase(shipment: Shipment) -> Phase:
    if shipment.delivered_at or any(e.status is Event.DELIVERED for e in shipment.events.nodes[:1]):
        return Phase.DELIVERED
    # No display status: Shopify knows of no tracking, the shop has just fulfilled it.
    phase = _PHASES.get(shipment.display_status or Shown.FULFILLED, Phase.UNKNOWN)
    was_scanned = shipment.in_transit_at or any(e.status in _SCANS for e in shipment.events.nodes)
    return Phase.MOVING if phase is Phase.LABEL and was_scanned else phase


def _last_news(shipment: Shipment) -> datetime:
    moments = [shipment.created_at, shipment.in_transit_at, *(e.happened_at for e in shipment.events.nodes)]
    return max(m for m in moments if m is not None)


def _overdue(shipment: Shipment, phase: Phase, now: datetime) -> str | None:
    """Why the parcel has been in its phase for too long; None if it has not."""
    age = (now - shipment.created_at).days
    silence = (now - _last_news(shipment)).days
    late = (now - shipment.estimated_delivery_at).days if shipment.estimated_delivery_at else 0
    if phase is Phase.LABEL and age > LABEL_WITHOUT_SCAN_DAYS:
        return f"The label was made {age} days ago and the carrier has not scanned the parcel."
    if phase is Phase.MOVING and silence > NO_SCAN_DAYS:
        is_tracked = shipment.events.nodes or shipment.in_transit_at
        untracked = f"Sent {silence} days ago, and no carrier reports on the parcel."
        return f"The tracking has not moved for {silence} days." if is_tracked else untracked
    if phase is Phase.OUT_FOR_DELIVERY and silence > OUT_FOR_DELIVERY_DAYS:
        return f"The parcel has been out for delivery for {silence} days."
    if phase in {Phase.MOVING, Phase.OUT_FOR_DELIVERY} and late > EXPECTED_OVERDUE_DAYS:
        return f"The parcel is {late} days later than the carrier expected."
    return None


def _parcel(
    shipment: Shipment, phase: Phase, lines: Mapping[str, LineItem], now: datetime, timezone: ZoneInfo
) -> Parcel:
    tracking = shipment.tracking_info[0] if shipment.tracking_info else None
    events = shipment.events.nodes
    delivered_at = shipment.delivered_at or (
        events[0].happened_at if phase is Phase.DELIVERED and events else None
    )
    expected_on = local_date(shipment.estimated_delivery_at, timezone)
    is_expected = (
        phase is not Phase.DELIVERED and expected_on and expected_on >= now.astimezone(timezone).date()
    )
    has_left = phase is not Phase.LABEL
    return Parcel(
        items=tuple(
            item_of(lines[entry.line_item.id], entry.quantity)
            for entry in shipment.fulfillment_line_items.nodes
            if entry.line_item.id in lines and entry.quantity
        ),
        carrier=(tracking.company or None) if tracking else None,
        tracking_number=(tracking.number or None) if tracking else None,
        tracking_url=_web_url(tracking.url) if tracking else None,
        shipped_on=local_date(shipment.in_transit_at or shipment.created_at, timezone) if has_left else None,
        last_event_on=local_date(events[0].happened_at, timezone) if events else None,
        expected_on=expected_on if is_expected else None,
        delivered_on=local_date(delivered_at, timezone),
    )


def item_of(line: LineItem, quantity: int) -> Item:
    """A line with the quantity that is spoken of. Shopify calls the only variant of a product `Default Title`."""
    variant = line.variant_title if line.variant_title not in {None, "", "Default Title"} else None
    return Item(line.title, variant, quantity)


def local_date(moment: datetime | None, timezone: ZoneInfo) -> date | None:
    """The day on which something happened, where the shop is."""
    return moment.astimezone(timezone).date() if moment else None


def _web_url(url: str | None) -> str | None:
    """The URL if it is one that a mail may link to: a shop's staff can type anything into this field."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
