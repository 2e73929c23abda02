"""Where one parcel is: from what Shopify shows for a fulfilment and from its carrier's latest events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.intents.situation import Item, Parcel
from app.intents.thresholds import (
    ATTEMPTED_DAYS,
    EXPECTED_OVERDUE_DAYS,
    LABEL_WITHOUT_SCAN_DAYS,
    NO_SCAN_DAYS,
    OUT_FOR_DELIVERY_DAYS,
    PICKUP_DAYS,
)
from app.shopify.schemas import FulfillmentEvent, LineItem, Shipment
from app.shopify.statuses import FulfillmentDisplayStatus as Shown
from app.shopify.statuses import FulfillmentEventStatus as Event
from app.shopify.statuses import FulfillmentStatus


class Phase(Enum):
    """How far a parcel is."""

    LABEL = auto()  # announced to the carrier, never scanned
    LABEL_OVERDUE = auto()  # the same, for too long
    NO_EVENTS = auto()  # sent under a number of which the carrier says nothing
    MOVING = auto()
    DELAYED = auto()  # the carrier says so
    ATTEMPTED = auto()  # the carrier was there, and could not hand it over
    OUT_FOR_DELIVERY = auto()
    PICKUP = auto()  # waits for the customer
    STALLED = auto()  # silent or late
    FAILED = auto()  # given up by the carrier: it comes back, or is lost
    DELIVERED = auto()
    COLLECTED = auto()  # by the customer
    UNKNOWN = auto()


ARRIVED = frozenset({Phase.DELIVERED, Phase.COLLECTED})
# The carrier's day of delivery says nothing more of what waits for its recipient or has come to an end.
_NOT_EXPECTED = ARRIVED | {Phase.PICKUP, Phase.FAILED}
_ON_THEIR_WAY = frozenset({Phase.NO_EVENTS, Phase.MOVING, Phase.DELAYED, Phase.OUT_FOR_DELIVERY})

_PHASES: Mapping[Shown, Phase] = {
    Shown.LABEL_PRINTED: Phase.LABEL,
    Shown.LABEL_PURCHASED: Phase.LABEL,
    Shown.SUBMITTED: Phase.LABEL,
    Shown.CARRIER_PICKED_UP: Phase.MOVING,
    Shown.IN_TRANSIT: Phase.MOVING,
    Shown.ATTEMPTED_DELIVERY: Phase.ATTEMPTED,
    Shown.OUT_FOR_DELIVERY: Phase.OUT_FOR_DELIVERY,
    Shown.READY_FOR_PICKUP: Phase.PICKUP,
    Shown.DELIVERED: Phase.DELIVERED,
    Shown.PICKED_UP: Phase.COLLECTED,
    Shown.DELAYED: Phase.DELAYED,
    Shown.NOT_DELIVERED: Phase.FAILED,
    Shown.FAILURE: Phase.FAILED,
}
# The shop says that it has sent it, or nothing at all. CONFIRMED is Shopify's default where no other information is there.
_QUIET = frozenset({Shown.CONFIRMED, Shown.FULFILLED, Shown.MARKED_AS_FULFILLED, None})
_EVENT_PHASES: Mapping[Event, Phase] = {
    Event.LABEL_PRINTED: Phase.LABEL,
    Event.LABEL_PURCHASED: Phase.LABEL,
    Event.CARRIER_PICKED_UP: Phase.MOVING,
    Event.IN_TRANSIT: Phase.MOVING,
    Event.ATTEMPTED_DELIVERY: Phase.ATTEMPTED,
    Event.OUT_FOR_DELIVERY: Phase.OUT_FOR_DELIVERY,
    Event.READY_FOR_PICKUP: Phase.PICKUP,
    Event.DELIVERED: Phase.DELIVERED,
    Event.DELAYED: Phase.DELAYED,
    Event.FAILURE: Phase.FAILED,
}
_DEAD = frozenset({Shown.CANCELED, Shown.LABEL_VOIDED})
_DEAD_STATUSES = frozenset({FulfillmentStatus.CANCELLED, FulfillmentStatus.ERROR, FulfillmentStatus.FAILURE})


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
    phase, person = _over_time(shipment, _phase(shipment), now)
    return ParcelState(_parcel(shipment, phase, lines, now, timezone), phase, person)


def _phase(shipment: Shipment) -> Phase:
    newest = next((e for e in shipment.events.nodes if e.status in _EVENT_PHASES), None)
    told = _EVENT_PHASES[newest.status] if newest else None
    if newest is not None and _came_back(shipment, newest):
        return Phase.FAILED
    if shipment.delivered_at or told is Phase.DELIVERED:
        return Phase.DELIVERED
    if shipment.display_status in _QUIET:
        return told or _quiet_phase(shipment)
    phase = _PHASES.get(shipment.display_status or Shown.UNKNOWN, Phase.UNKNOWN)
    if phase is Phase.LABEL:
        return _scanned_phase(shipment, told)
    return phase


def _came_back(shipment: Shipment, newest: FulfillmentEvent) -> bool:
    """The carrier gives up after it said that it had delivered: the later word counts."""
    has_failed = newest.status is Event.FAILURE
    return has_failed and (shipment.delivered_at is None or newest.happened_at > shipment.delivered_at)


def _quiet_phase(shipment: Shipment) -> Phase:
    if shipment.in_transit_at:
        return Phase.MOVING
    is_tracked = any(info.number for info in shipment.tracking_info)
    return Phase.NO_EVENTS if is_tracked else Phase.MOVING


def _scanned_phase(shipment: Shipment, told: Phase | None) -> Phase:
    """Of a parcel that shows as a label: a scan tells more than the label's status."""
    if told is not None and told is not Phase.LABEL:
        return told
    scans = {_EVENT_PHASES.get(e.status, Phase.LABEL) for e in shipment.events.nodes}
    return Phase.MOVING if shipment.in_transit_at or scans - {Phase.LABEL} else Phase.LABEL


def _last_news(shipment: Shipment) -> datetime:
    moments = [shipment.created_at, shipment.in_transit_at, *(e.happened_at for e in shipment.events.nodes)]
    return max(m for m in moments if m is not None)


def _over_time(shipment: Shipment, phase: Phase, now: datetime) -> tuple[Phase, str | None]:
    """The phase, once time is looked at too, and why a person should look."""
    age, silence = (now - shipment.created_at).days, (now - _last_news(shipment)).days
    if phase is Phase.LABEL and age > LABEL_WITHOUT_SCAN_DAYS:
        why = f"The label was made {age} days ago and the carrier has not scanned the parcel."
        return Phase.LABEL_OVERDUE, why
    if phase in _ON_THEIR_WAY and (why_stalled := _stalled(shipment, phase, silence, now)):
        return Phase.STALLED, why_stalled
    return phase, _standing(phase, silence)


def _standing(phase: Phase, silence: int) -> str | None:
    """Why a person should look at a parcel that is where the carrier says it is."""
    if phase is Phase.FAILED:
        return "The carrier could not deliver: the parcel comes back, or is lost."
    if phase is Phase.ATTEMPTED and silence > ATTEMPTED_DAYS:
        return f"The carrier tried to deliver {silence} days ago, and nothing has come since."
    if phase is Phase.PICKUP and silence > PICKUP_DAYS:
        return f"The parcel has been waiting to be picked up for {silence} days: it may go back."
    return None


def _stalled(shipment: Shipment, phase: Phase, silence: int, now: datetime) -> str | None:
    """Why a parcel that should move does not."""
    late = (now - shipment.estimated_delivery_at).days if shipment.estimated_delivery_at else 0
    if phase is Phase.OUT_FOR_DELIVERY and silence > OUT_FOR_DELIVERY_DAYS:
        return f"The parcel has been out for delivery for {silence} days."
    if phase is not Phase.OUT_FOR_DELIVERY and silence > NO_SCAN_DAYS:
        return _silent(shipment, silence)
    if late > EXPECTED_OVERDUE_DAYS:
        return f"The parcel is {late} days later than the carrier expected."
    return None


def _silent(shipment: Shipment, days: int) -> str:
    if shipment.events.nodes or shipment.in_transit_at:
        return f"The tracking has not moved for {days} days."
    return f"Sent {days} days ago, and no carrier reports on the parcel."


def _parcel(
    shipment: Shipment, phase: Phase, lines: Mapping[str, LineItem], now: datetime, timezone: ZoneInfo
) -> Parcel:
    tracking = shipment.tracking_info[0] if shipment.tracking_info else None
    events = shipment.events.nodes
    arrivals = (event.happened_at for event in events if event.status is Event.DELIVERED)
    delivered_at = shipment.delivered_at or next(arrivals, None)
    expected_on = local_date(shipment.estimated_delivery_at, timezone)
    is_ahead = expected_on is not None and expected_on >= now.astimezone(timezone).date()
    has_left = phase not in {Phase.LABEL, Phase.LABEL_OVERDUE}
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
        expected_on=expected_on if is_ahead and phase not in _NOT_EXPECTED else None,
        delivered_on=local_date(delivered_at, timezone) if phase in ARRIVED else None,
    )


def item_of(line: LineItem, quantity: int) -> Item:
    """A line with the quantity that is spoken of."""
    return named_item(line.title, line.variant_title, quantity)


def named_item(title: str, variant_title: str | None, quantity: int) -> Item:
    """What Shopify calls `Default Title` is the only variant of a product."""
    return Item(title, None if variant_title in {"", "Default Title"} else variant_title, quantity)


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
