"""What came back: refunds and returns."""

from collections import Counter
from decimal import Decimal

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.draft import Draft
from app.sandbox.shopify.nodes.lines import Line, fill_line_node
from app.sandbox.shopify.nodes.money import ZERO, Amount
from app.sandbox.shopify.nodes.payments import refund_amount, transaction_node, was_paid
from app.sandbox.shopify.records import ItemRecord, OrderRecord, RefundRecord, ReturnItemRecord, ReturnRecord

_RETURN_STATUS = {
    "REQUESTED": "RETURN_REQUESTED",
    "OPEN": "IN_PROGRESS",
    "CLOSED": "RETURNED",
    "DECLINED": "RETURN_FAILED",
    "CANCELED": "NO_RETURN",
}


def refunds_of(order: OrderRecord) -> list[RefundRecord]:
    """The refunds of the file, and the one that a cancellation makes of all that was left."""
    if order.cancelled is None:
        return order.refunds
    taken: Counter[str] = Counter()
    for refund in order.refunds:
        taken.update({item.sku: item.quantity for item in refund.items})
    left = [
        ItemRecord(sku=item.sku, quantity=item.quantity - taken[item.sku])
        for item in order.items
        if item.quantity > taken[item.sku]
    ]
    if not left:
        return order.refunds
    charged = order.shipping.price if order.shipping else Decimal(0)
    end = RefundRecord(
        at=order.cancelled.at,
        items=left,
        shipping=charged - sum(refund.shipping for refund in order.refunds),
        amount=None if order.cancelled.refund else Decimal(0),
        restock="CANCEL",
        note=order.cancelled.note,
    )
    return [*order.refunds, end]


def count_refunded(draft: Draft, refunds: list[RefundRecord]) -> None:
    """Tell the lines what was taken off them."""
    for refund in refunds:
        for item in refund.items:
            line = draft.find_line(item)
            if refund.restock == "CANCEL":
                line.cancelled += item.quantity
            else:
                line.returned += item.quantity


def refund_node(draft: Draft, refund: RefundRecord) -> Node:
    """A `Refund`, tied to its return. The order must have its transactions and returns by now."""
    amount = draft.bag(refund_amount(draft, refund))
    transactions = []
    if was_paid(draft.order):
        transaction = transaction_node(draft, ("REFUND", refund.transaction), amount, refund.at)
        transaction["parentTransaction"] = draft.node["transactions"][0]
        transactions.append(transaction)
    is_paid_back = was_paid(draft.order) and refund.transaction != "FAILURE"
    node = draft.add(
        "Refund",
        {
            "order": draft.node,
            "note": refund.note,
            "return": None,
            "totalRefundedSet": amount if is_paid_back else draft.bag(ZERO),
            "transactions": transactions,
            "refundLineItems": [_refund_line(draft, refund, item) for item in refund.items],
            "refundShippingLines": _refund_shipping(draft, refund),
            "createdAt": refund.at,
            "processedAt": refund.at,
            "updatedAt": refund.at,
        },
    )
    if refund.for_return is not None:
        node["return"] = draft.node["returns"][refund.for_return - 1]
        node["return"]["refunds"].append(node)
    return node


def _refund_line(draft: Draft, refund: RefundRecord, item: ItemRecord) -> Node:
    line = draft.find_line(item)
    value = line.value(item.quantity)
    return draft.add(
        "RefundLineItem",
        {
            "lineItem": line.node,
            "quantity": item.quantity,
            "priceSet": draft.bag(line.unit_price),
            "subtotalSet": draft.bag(value),
            "totalTaxSet": draft.bag(draft.tax_in(value)),
            "restockType": refund.restock,
            "restocked": refund.restock != "NO_RESTOCK",
        },
    )


def _refund_shipping(draft: Draft, refund: RefundRecord) -> list[Node]:
    if not refund.shipping:
        return []
    value = draft.currencies.amount(refund.shipping)
    return [
        draft.add(
            "RefundShippingLine",
            {
                "shippingLine": draft.node["shippingLine"],
                "subtotalAmountSet": draft.bag(value),
                "taxAmountSet": draft.bag(draft.tax_in(value)),
            },
        )
    ]


def return_node(draft: Draft, record: ReturnRecord, position: int) -> Node:
    """A `Return`; its refunds attach themselves later. The order must have its fulfilments by now."""
    decline = {"reason": record.decline, "note": record.decline_note} if record.decline else None
    return draft.add(
        "Return",
        {
            "order": draft.node,
            "name": f"{draft.node['name']}-R{position}",
            "status": record.status,
            "decline": decline,
            "totalQuantity": sum(item.quantity for item in record.items),
            "returnLineItems": [_return_line(draft, record, item) for item in record.items],
            "exchangeLineItems": [_exchange_line(draft, item) for item in record.exchanges],
            "refunds": [],
            "createdAt": record.requested,
            "requestApprovedAt": record.approved,
            "closedAt": record.closed,
        },
    )


def _return_line(draft: Draft, record: ReturnRecord, item: ReturnItemRecord) -> Node:
    line = draft.find_line(item)
    is_closed = record.status == "CLOSED"
    processed = item.quantity if record.inspected or is_closed else 0
    reason = {"name": item.reason, "handle": item.reason_handle, "deleted": False}
    return draft.add(
        "ReturnLineItem",
        {
            "fulfillmentLineItem": _sent_with(draft, line.node),
            "quantity": item.quantity,
            "processableQuantity": item.quantity - processed,
            "processedQuantity": processed,
            "unprocessedQuantity": item.quantity - processed,
            "refundableQuantity": 0 if is_closed else item.quantity,
            "refundedQuantity": item.quantity if is_closed else 0,
            "returnReasonDefinition": draft.add("ReturnReasonDefinition", reason),
            "returnReasonNote": item.note,
            "customerNote": item.customer_note,
            "withCodeDiscountedTotalPriceSet": draft.bag(line.value(item.quantity)),
        },
    )


def _exchange_line(draft: Draft, item: ItemRecord) -> Node:
    stock = draft.parts.assortment.by_sku.get(item.sku)
    if stock is None:
        raise ValueError(f"Order {draft.order.number}: SKU {item.sku} is unknown")
    price = draft.currencies.amount(stock.record.price)
    line = Line(stock, item.quantity, price, Amount(), draft.currencies, draft.add("LineItem", {}))
    fill_line_node(line, is_open=True)
    return draft.add("ExchangeLineItem", {"quantity": item.quantity, "lineItems": [line.node]})


def _sent_with(draft: Draft, line_node: Node) -> Node:
    """The line of the parcel that an item left with; what never left can't come back."""
    sent = (entry for parcel in draft.node["fulfillments"] for entry in parcel["fulfillmentLineItems"])
    found: Node | None = next((entry for entry in sent if entry["lineItem"] is line_node), None)
    if found is None:
        raise ValueError(f"Order {draft.order.number}: an item is returned that never left")
    return found


def return_status(order: OrderRecord) -> str:
    """`returnStatus`, by the newest return."""
    if not order.returns:
        return "NO_RETURN"
    newest = max(order.returns, key=lambda record: record.requested)
    if newest.status == "OPEN" and newest.inspected:
        return "INSPECTION_COMPLETE"
    return _RETURN_STATUS[newest.status]
