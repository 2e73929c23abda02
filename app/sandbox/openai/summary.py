"""One English line that says what a mail asks."""

from collections.abc import Mapping, Sequence
from typing import Final

_PHRASES: Final[Mapping[str, str]] = {
    "order_status": "asks where {order} is",
    "delivery_problem": "reports a problem with the delivery of {order}",
    "change_address": "wants the address of {order} changed",
    "change_order": "wants {order} changed",
    "cancel_order": "wants {order} cancelled",
    "return_request": "wants to return or exchange something from {order}",
    "refund_request": "wants the money for {order} back",
    "refund_status": "asks about the refund for {order}",
    "return_policy": "asks about the rules for returns, refunds or cancelling",
    "shipping_question": "asks about shipping",
    "product_question": "asks about {product}",
    "ordering_help": "needs help with placing an order",
    "payment_problem": "reports a problem with a payment",
    "payment_question": "asks how one can pay",
    "invoice_request": "asks for the invoice of {order}",
    "account_help": "needs help with the account",
    "newsletter": "writes about the newsletter",
    "complaint": "complains",
    "feedback": "gives feedback",
    "human_request": "wants to speak to a person",
    "business_inquiry": "makes a business inquiry",
    "other": "writes about something else",
}
# An address or an account is changed without any order, too.
_WITHOUT_ORDER: Final[Mapping[str, str]] = {
    "change_address": "wants an address changed",
    "return_request": "wants to return or exchange something",
    "refund_status": "asks about a refund",
    "refund_request": "wants money back",
    "invoice_request": "asks for an invoice",
}


def summarise(requests: Sequence[tuple[str, str | None, str | None]]) -> str:
    """Says e.g. "Asks where order #1001 is and asks for the invoice of order #1001.".

    Args:
        requests: (intent, order number, product words) of each.
    """
    phrases = list(dict.fromkeys(_phrase(*request) for request in requests))
    if not phrases:
        return "Asks for nothing."
    joined = phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
    return f"{joined[0].upper()}{joined[1:]}."


def _phrase(intent: str, order: str | None, product: str | None) -> str:
    if order is None and intent in _WITHOUT_ORDER:
        return _WITHOUT_ORDER[intent]
    phrase = _PHRASES.get(intent, f"writes about {intent.replace('_', ' ')}")
    return phrase.format(
        order=f"order #{order}" if order else "an order",
        product=f"the product “{product}”" if product else "a product",
    )
