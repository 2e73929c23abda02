"""What could still be given back of an order: the refund that Shopify would suggest, and what may be returned."""

from collections import Counter
from typing import Any

from graphql import GraphQLError

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.nodes.draft import Draft
from app.sandbox.shopify.nodes.lines import Line
from app.sandbox.shopify.nodes.money import ZERO, Amount, total
from app.sandbox.shopify.nodes.payments import Bill

# A return in one of these states takes nothing away from what may still come back.
_OVER = frozenset({"CANCELED", "DECLINED"})


def suggested_refund(draft: Draft, bill: Bill) -> Any:
    """The resolver of `Order.suggestedRefund`."""
    lines = {line.node["id"]: line for line in draft.lines.values()}

    def suggest(
        _context: Context,
        *,
        suggestFullRefund: bool,  # noqa: N803  the schema's names
        refundLineItems: list[dict[str, Any]] | None = None,  # noqa: N803
        refundShipping: bool | None = None,  # noqa: N803
    ) -> Node:
        if suggestFullRefund:
            chosen = [(line, line.current) for line in lines.values()]
        else:
            chosen = [_chosen(lines, wish) for wish in refundLineItems or []]
        goods = total([line.value(units) for line, units in chosen])
        plain = total([line.unit_price * units for line, units in chosen])
        shipping = bill.current_shipping if refundShipping or suggestFullRefund else ZERO
        amount = _at_most(goods + shipping, bill.net)
        bag = draft.bag
        return {
            "amountSet": bag(amount),
            "discountedSubtotalSet": bag(goods),
            "subtotalSet": bag(plain),
            "maximumRefundableSet": bag(bill.net),
            "shipping": {"amountSet": bag(shipping), "maximumRefundableSet": bag(bill.current_shipping)},
        }

    return suggest


def _chosen(lines: dict[str, Line], wish: dict[str, Any]) -> tuple[Line, int]:
    line = lines.get(wish["lineItemId"])
    if line is None or not 0 < wish["quantity"] <= line.current:
        raise GraphQLError(
            "Quantity cannot refund more items than were purchased", extensions={"code": "BAD_REQUEST"}
        )
    return line, wish["quantity"]


def _at_most(amount: Amount, most: Amount) -> Amount:
    return most if amount.shop > most.shop else amount


def returnable_nodes(draft: Draft) -> list[Node]:
    """`ReturnableFulfillment`s: parcels that left, less what was refunded or is coming back already."""
    taken: Counter[str] = Counter()
    for record in draft.order.returns:
        if record.status not in _OVER:
            taken.update({item.sku: item.quantity for item in record.items})
    for sku, line in draft.lines.items():
        taken[sku] = max(taken[sku], line.returned)
    nodes = []
    for parcel in draft.node["fulfillments"]:
        if parcel["status"] != "SUCCESS" or draft.order.cancelled:
            continue
        contents = [
            entry
            for entry in (_returnable_line(sent, taken) for sent in parcel["fulfillmentLineItems"])
            if entry
        ]
        if contents:
            fields = {"fulfillment": parcel, "returnableFulfillmentLineItems": contents}
            nodes.append(draft.add("ReturnableFulfillment", fields))
    return nodes


def _returnable_line(sent: Node, taken: Counter[str]) -> Node | None:
    sku = sent["lineItem"]["sku"]
    gone = min(taken[sku], sent["quantity"])
    taken[sku] -= gone
    left = sent["quantity"] - gone
    if left <= 0 or not sent["lineItem"]["requiresShipping"]:
        return None
    return {"fulfillmentLineItem": sent, "quantity": left, "id": sent["id"]}
