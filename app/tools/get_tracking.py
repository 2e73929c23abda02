"""Look up where an order's parcels are, with every scan that the carrier told of."""

from dataclasses import dataclass

from app.classifier.mentions import tracking_carrier
from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import OrderReference, TrackedOrder, TrackedShipment, TrackingInfo
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.owned_order import Owned, find_owned, read_owned
from app.tools.plain import iso, word
from app.vocabulary import Ownership

NAME = "get_tracking"


class Args(OrderArgs):
    """Which order."""


@dataclass(frozen=True)
class Result:
    """`order` is there exactly when the asker owns it; `outcome` is for staff."""

    ownership: Ownership
    outcome: str
    order: TrackedOrder | None = None

    def staff_facts(self) -> dict[str, Json]:
        if self.order is None:
            return {}
        parcels = [_parcel(shipment) for shipment in self.order.shipments]
        return {"order": self.order.name, "parcels": parcels, "is_complete": self.order.is_complete}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """The parcels of the order of that number, if it is the asker's.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    return _result(await find_owned(shop, asker, args.order_number, shop.get_tracking))


async def read_listed(shop: ShopifyClient, asker: Identity, listed: OrderReference) -> Result:
    """The parcels of an order that was found before, under the same rules and errors as `run`."""
    return _result(await read_owned(asker, listed, shop.get_tracking))


def _result(found: Owned[TrackedOrder]) -> Result:
    return Result(found.ownership, found.outcome, found.order)


def _parcel(shipment: TrackedShipment) -> Json:
    return {
        "status": word(shipment.display_status),
        "created_at": iso(shipment.created_at),
        "expected_at": iso(shipment.estimated_delivery_at),
        "delivered_at": iso(shipment.delivered_at),
        "numbers": [_number(info) for info in shipment.tracking_info],
        "events": [
            {
                "at": iso(scan.happened_at),
                "status": scan.status.value,
                "place": ", ".join(part for part in (scan.city, scan.country) if part) or None,
                "message": scan.message,
            }
            for scan in shipment.events.nodes
        ],
    }


def _number(info: TrackingInfo) -> Json:
    """`looks_like`: the carrier that the number's shape and check digit tell; where it is another one, look twice."""
    plain = "".join(c for c in info.number or "" if c.isalnum()).upper()
    return {
        "carrier": info.company,
        "number": info.number,
        "looks_like": tracking_carrier(plain),
        "url": info.url,
    }
