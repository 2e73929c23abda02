"""Propose to send an order to another address: possible until it leaves, and within the country only.

Another country changes shipping, taxes and customs, which no change of the address pays for.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.schemas import ChangeableOrder, PostalAddress, Shop
from app.shopify.statuses import DeliveryMethodType
from app.tools.lookup import Json
from app.tools.order_args import OrderArgs
from app.tools.order_checks import (
    check_not_cancelled,
    check_nothing_left,
    check_service,
    is_held_for_address,
    open_work,
    warn_of_work,
)
from app.tools.owned_order import find_owned
from app.tools.proposal import Checklist, Proposal, ProposalResult, ProposedAction, outcome_of

NAME = "propose_address_change"

_DELIVERED = frozenset({DeliveryMethodType.SHIPPING, DeliveryMethodType.LOCAL})

Text = Annotated[str, Field(min_length=1, max_length=120)]


class Args(OrderArgs):
    """The parts of the address that change; what is left out stays as it is. Codes are ISO 3166, as `DE` and `ON`.

    No part at all asks only whether another address may be set: which one, a person reads in the mail.
    """

    deliver_to: Text | None = None
    street: Text | None = None
    unit: Text | None = None
    city: Text | None = None
    postal_code: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    province_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")] | None = None
    country_code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None

    @property
    def is_said(self) -> bool:
        """Whether any part of the new address is given."""
        return bool(self.model_fields_set - {"order_number"})


@dataclass(frozen=True)
class Result(ProposalResult):
    """`proposal` is there exactly when the asker owns the order; its details are `from`, and `to` where it is said."""


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:
    """A proposal to change the address of the order of that number, if it is the asker's. Nothing is changed.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    found = await find_owned(shop, asker, args.order_number, shop.get_changeable_order)
    if found.order is None:
        return Result(found.ownership, found.outcome)
    proposal = propose(found.order, args, await shop.get_shop())
    return Result(found.ownership, outcome_of(proposal), proposal)


def propose(order: ChangeableOrder, args: Args, shop: Shop) -> Proposal:
    checklist = Checklist()
    check_not_cancelled(checklist, order, shop)
    check_nothing_left(checklist, order, "only the carrier could send it elsewhere.")
    check_service(checklist, order, may_take_back=False)
    methods = {work.delivery_method.method_type for work in open_work(order) if work.delivery_method}
    checklist.require(
        order.requires_shipping and order.shipping_address and methods <= _DELIVERED,
        "It is sent to an address.",
        "It is not sent to an address: it is picked up, or nothing of it is shipped.",
    )
    details: dict[str, Json] = {}
    if order.shipping_address is not None and not args.is_said:
        checklist.warn(applies=True, caution="The new address is in the mail, if the customer has told it.")
        details = {"from": order.shipping_address.model_dump()}
    elif order.shipping_address is not None:
        _check_change(checklist, order.shipping_address, args)
        details = {
            "from": order.shipping_address.model_dump(),
            "to": _changed(order.shipping_address, args).model_dump(),
        }
    warn_of_work(checklist, order)
    checklist.warn(
        is_held_for_address(order), "The hold for its address has to be released by hand afterwards."
    )
    return checklist.proposal(ProposedAction.CHANGE_ADDRESS, order, details=details)


def _check_change(checklist: Checklist, now: PostalAddress, args: Args) -> None:
    to = _changed(now, args)
    checklist.require(
        to.country_code_v2 == now.country_code_v2,
        "It stays in the country.",
        "Another country changes shipping, taxes and customs: cancel it and order again.",
    )
    checklist.require(to != now, "The address is another one.", "That address stands on it already.")
    checklist.warn(to.province_code != now.province_code, "Another province may change the taxes.")
    is_moved = to.address1 != now.address1 and to.zip == now.zip and to.city == now.city
    checklist.warn(is_moved, "Street without a postal code or city: make sure that they still fit.")


def _changed(now: PostalAddress, args: Args) -> PostalAddress:
    """The address with what the mail says. A new street takes the old one's flat away."""
    parts = {
        "name": args.deliver_to,
        "address1": args.street,
        "address2": args.unit,
        "city": args.city,
        "province_code": args.province_code,
        "zip": args.postal_code,
        "country_code_v2": args.country_code,
    }
    said: dict[str, str | None] = {name: value for name, value in parts.items() if value is not None}
    if args.street is not None and args.unit is None:
        said["address2"] = None
    return now.model_copy(update=said)
