"""What was charged, received and given back, and the transactions that show it."""

from dataclasses import dataclass
from datetime import timedelta

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.draft import Draft
from app.sandbox.shopify.nodes.money import ZERO, Amount, total
from app.sandbox.shopify.records import OrderRecord, RefundRecord

_RECEIVED = ("PAID", "PARTIALLY_PAID")
_MANUAL_GATEWAYS = frozenset({"bank_deposit", "cash_on_delivery", "money_order", "manual"})
# What the first transaction of an order is, by the state of its payment.
_FIRST_KIND = {"AUTHORIZED": "AUTHORIZATION", "EXPIRED": "AUTHORIZATION", "VOIDED": "AUTHORIZATION"}


@dataclass(frozen=True)
class Bill:
    """The money of one order, taxes included.

    Attributes:
        returned: What the items and the shipping are worth that were taken off the order.
        refunded: What went back to the shopper.
    """

    items: Amount
    discount: Amount
    shipping: Amount
    received: Amount
    returned_items: Amount
    returned_shipping: Amount
    refunded: Amount

    @property
    def subtotal(self) -> Amount:
        return self.items - self.discount

    @property
    def charged(self) -> Amount:
        return self.subtotal + self.shipping

    @property
    def current_subtotal(self) -> Amount:
        return self.subtotal - self.returned_items

    @property
    def current_shipping(self) -> Amount:
        return self.shipping - self.returned_shipping

    @property
    def current(self) -> Amount:
        return self.current_subtotal + self.current_shipping

    @property
    def net(self) -> Amount:
        return self.received - self.refunded

    @property
    def outstanding(self) -> Amount:
        owed = self.current - self.net
        return owed if owed.shop > 0 else ZERO


def was_paid(order: OrderRecord) -> bool:
    """Whether any money arrived."""
    return order.payment in _RECEIVED


def refund_amount(draft: Draft, refund: RefundRecord) -> Amount:
    """What a refund gives back: its own amount, else the value of its items and shipping."""
    if refund.amount is not None:
        return draft.currencies.amount(refund.amount)
    return refund_value(draft, refund) + draft.currencies.amount(refund.shipping)


def refund_value(draft: Draft, refund: RefundRecord) -> Amount:
    """What the items of a refund were charged at."""
    return total([draft.find_line(item).value(item.quantity) for item in refund.items])


def make_bill(draft: Draft, refunds: list[RefundRecord]) -> Bill:
    """Add up an order."""
    order, amount = draft.order, draft.currencies.amount
    items = total([line.price for line in draft.lines.values()])
    discount = amount(order.discount)
    shipping = amount(order.shipping.price) if order.shipping else ZERO
    received = {
        "PAID": items - discount + shipping,
        "PARTIALLY_PAID": amount(order.paid) if order.paid else ZERO,
    }.get(order.payment, ZERO)
    paid_back = [refund for refund in refunds if was_paid(order) and refund.transaction != "FAILURE"]
    return Bill(
        items=items,
        discount=discount,
        shipping=shipping,
        received=received,
        returned_items=total([refund_value(draft, refund) for refund in refunds]),
        returned_shipping=total([amount(refund.shipping) for refund in refunds]),
        refunded=total([refund_amount(draft, refund) for refund in paid_back]),
    )


def financial_status(order: OrderRecord, bill: Bill) -> str:
    """`displayFinancialStatus`."""
    if not bill.refunded:
        return order.payment
    return "REFUNDED" if bill.refunded.shop >= bill.received.shop else "PARTIALLY_REFUNDED"


def payment_transactions(draft: Draft, bill: Bill) -> list[Node]:
    """The transactions of the payment itself; those of refunds come with the refunds."""
    order = draft.order
    kind = _FIRST_KIND.get(order.payment, "SALE")
    amount = bill.received if order.payment == "PARTIALLY_PAID" else bill.charged
    status = "PENDING" if order.payment == "PENDING" else "SUCCESS"
    first = transaction_node(draft, (kind, status), draft.bag(amount), order.placed)
    tried = []
    if order.declined is not None:
        tried = [transaction_node(draft, ("SALE", "FAILURE"), draft.bag(bill.charged), order.declined)]
    if order.payment != "VOIDED":
        return [*tried, first]
    ended = order.cancelled.at if order.cancelled else order.placed
    void = transaction_node(draft, ("VOID", "SUCCESS"), draft.bag(ZERO), ended)
    void["parentTransaction"] = first
    return [*tried, first, void]


def transaction_node(draft: Draft, kind_and_status: tuple[str, str], amount: Node, at: timedelta) -> Node:
    """An `OrderTransaction` of the order."""
    kind, status = kind_and_status
    gateway = draft.order.gateway
    return draft.add(
        "OrderTransaction",
        {
            "order": draft.node,
            "kind": kind,
            "status": status,
            "amountSet": amount,
            "gateway": gateway,
            "formattedGateway": gateway.replace("_", " ").title(),
            "manualPaymentGateway": gateway in _MANUAL_GATEWAYS,
            "errorCode": None,
            "parentTransaction": None,
            "test": False,
            "createdAt": at,
            "processedAt": None if status == "PENDING" else at,
        },
    )
