"""What each intent needs and can end in. An intent is one module with a SPEC, and one line in INTENTS."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents import (
    account_help,
    business_inquiry,
    cancel_order,
    change_address,
    change_order,
    complaint,
    delivery_problem,
    feedback,
    human_request,
    invoice_request,
    newsletter,
    order_status,
    ordering_help,
    other,
    payment_problem,
    payment_question,
    product_question,
    refund_request,
    refund_status,
    return_policy,
    return_request,
    shipping_question,
)
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.tools.lookup import Lookup
from app.vocabulary import Intent

INTENTS: Mapping[Intent, IntentSpec] = {
    Intent.ACCOUNT_HELP: account_help.SPEC,
    Intent.BUSINESS_INQUIRY: business_inquiry.SPEC,
    Intent.CANCEL_ORDER: cancel_order.SPEC,
    Intent.CHANGE_ADDRESS: change_address.SPEC,
    Intent.CHANGE_ORDER: change_order.SPEC,
    Intent.COMPLAINT: complaint.SPEC,
    Intent.DELIVERY_PROBLEM: delivery_problem.SPEC,
    Intent.FEEDBACK: feedback.SPEC,
    Intent.HUMAN_REQUEST: human_request.SPEC,
    Intent.INVOICE_REQUEST: invoice_request.SPEC,
    Intent.NEWSLETTER: newsletter.SPEC,
    Intent.ORDER_STATUS: order_status.SPEC,
    Intent.ORDERING_HELP: ordering_help.SPEC,
    Intent.OTHER: other.SPEC,
    Intent.PAYMENT_PROBLEM: payment_problem.SPEC,
    Intent.PAYMENT_QUESTION: payment_question.SPEC,
    Intent.PRODUCT_QUESTION: product_question.SPEC,
    Intent.REFUND_REQUEST: refund_request.SPEC,
    Intent.REFUND_STATUS: refund_status.SPEC,
    Intent.RETURN_POLICY: return_policy.SPEC,
    Intent.RETURN_REQUEST: return_request.SPEC,
    Intent.SHIPPING_QUESTION: shipping_question.SPEC,
}

__all__ = ["INTENTS", "IntentSpec", "Lookup", "Request", "Resolution", "resolve", "resolve_all"]


async def resolve(
    request: Request, shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> Resolution:
    """Look up what a request needs, in the identity of the asker, and say which situation it is.

    Args:
        request: One of the things that a mail asks for.
        shop: The store's shop.
        asker: Whose data may be read: from the server, never from the mail's text.
        now: An aware moment.
        timezone: The shop's, for dates.

    Raises:
        TryLater: Shopify is down, busy or closed to us.
        NeedsPerson: Shopify's answer is not understood.
    """
    return await INTENTS[request.intent].resolve(request, shop, asker, now=now, timezone=timezone)


async def resolve_all(
    requests: Sequence[Request], shop: ShopifyClient, asker: Identity, *, now: datetime, timezone: ZoneInfo
) -> list[Resolution]:
    """`resolve` for each request of a mail, one after the other."""
    return [await resolve(request, shop, asker, now=now, timezone=timezone) for request in requests]
