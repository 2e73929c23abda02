"""Orders."""

import hashlib
from decimal import Decimal

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.addresses import mailing_address
from app.sandbox.shopify.nodes.draft import Draft
from app.sandbox.shopify.nodes.fulfillments import (
    fulfillment_nodes,
    fulfillment_order_nodes,
    fulfillment_status,
)
from app.sandbox.shopify.nodes.journeys import journey_summary
from app.sandbox.shopify.nodes.lines import build_lines, fill_line_node
from app.sandbox.shopify.nodes.money import ZERO, Currencies
from app.sandbox.shopify.nodes.parts import ShopParts
from app.sandbox.shopify.nodes.payments import Bill, financial_status, make_bill, payment_transactions
from app.sandbox.shopify.nodes.returns import (
    count_refunded,
    refund_node,
    refunds_of,
    return_node,
    return_status,
)
from app.sandbox.shopify.nodes.suggestions import returnable_nodes, suggested_refund
from app.sandbox.shopify.records import OrderRecord, RiskRecord

# An order's own number in its global id, so that #1001 is found by eye in a log.
_ID_BASE = 5_900_000_000_000


def order_node(parts: ShopParts, order: OrderRecord) -> Node:
    """An `Order` with all that hangs on it, except what its customer's other orders tell.

    Raises:
        ValueError: The record contradicts itself or names a product or customer that is not there.
    """
    draft = _start(parts, order)
    node = draft.node
    refunds = refunds_of(order)
    node |= _identity(draft) | _people(draft)
    node |= _shipping(draft)
    node["fulfillments"] = fulfillment_nodes(draft)
    count_refunded(draft, refunds)
    bill = make_bill(draft, refunds)
    node |= _state(draft, bill) | _amounts(draft, bill)
    for line in draft.lines.values():
        fill_line_node(line, is_open=not node["closed"])
    node["lineItems"] = [line.node for line in draft.lines.values()]
    node["fulfillmentOrders"] = fulfillment_order_nodes(draft, node["fulfillments"])
    for fulfillment in node["fulfillments"]:
        fulfillment["fulfillmentOrders"] = [
            entry for entry in node["fulfillmentOrders"] if fulfillment in entry["fulfillments"]
        ]
    node["transactions"] = payment_transactions(draft, bill)
    node["returns"] = [return_node(draft, record, place) for place, record in enumerate(order.returns, 1)]
    node["refunds"] = [refund_node(draft, refund) for refund in refunds]
    node["transactions"] += [paid for refund in node["refunds"] for paid in refund["transactions"]]
    node["suggestedRefund"] = suggested_refund(draft, bill)
    node["returnable"] = returnable_nodes(draft)
    node["customerJourneySummary"] = journey_summary(parts.registry, order, parts.shop.host)
    node |= _counts(node)
    return node


def _start(parts: ShopParts, order: OrderRecord) -> Draft:
    if order.customer is not None and order.customer not in parts.customers:
        raise ValueError(f"Order {order.number}: no customer {order.customer}")
    number = _ID_BASE + order.number
    name = f"{parts.shop.order_prefix}{order.number}{parts.shop.order_suffix}"
    node = parts.registry.add("Order", {"name": name, "number": order.number}, number=number)
    currencies = Currencies(parts.shop.currency, order.currency or parts.shop.currency, order.rate)
    customer = parts.customers.get(order.customer or "")
    home = customer["defaultAddress"] if customer else None
    country = order.ship_to.country if order.ship_to else home["countryCodeV2"] if home else ""
    tax_rate = parts.shop.tax_rates.get(country, Decimal(0))
    return Draft(parts, order, node, currencies, build_lines(parts, order, currencies), tax_rate)


def _identity(draft: Draft) -> Node:
    order, parts = draft.order, draft.parts
    digest = hashlib.sha256(f"{parts.shop.id}/{order.number}".encode()).hexdigest()
    ended = order.cancelled.at if order.cancelled else order.closed
    return {
        "confirmationNumber": digest[:9].upper(),
        "statusPageUrl": f"https://{parts.shop.host}/{parts.shop.id}/orders/{digest[:32]}/authenticate",
        "sourceName": order.source,
        "poNumber": None,
        "note": order.note,
        "tags": sorted(order.tags, key=str.casefold),
        "customAttributes": [{"key": key, "value": value} for key, value in order.attributes.items()],
        "test": False,
        "edited": False,
        "confirmed": True,
        "createdAt": order.placed,
        "processedAt": order.placed,
        "updatedAt": order.updated or ended or order.placed,
        "closed": order.closed is not None,
        "closedAt": order.closed,
        "cancelledAt": order.cancelled.at if order.cancelled else None,
        "cancelReason": order.cancelled.reason if order.cancelled else None,
        "cancellation": {"staffNote": order.cancelled.note} if order.cancelled else None,
        "risk": _risk(order.risk, draft.parts.app),
    }


def _risk(record: RiskRecord | None, app: Node) -> Node:
    if record is None:
        return {
            "recommendation": "ACCEPT",
            "assessments": [{"riskLevel": "LOW", "provider": None, "facts": []}],
        }
    facts = [{"description": fact.text, "sentiment": fact.sentiment} for fact in record.facts]
    assessment = {"riskLevel": record.level, "provider": app if facts else None, "facts": facts}
    return {"recommendation": record.recommendation, "assessments": [assessment]}


def _people(draft: Draft) -> Node:
    order, parts = draft.order, draft.parts
    customer = parts.customers.get(order.customer or "")
    address = customer["defaultEmailAddress"] if customer else None
    email = order.email if order.email is not None else address and address["emailAddress"]
    phone = customer["defaultPhoneNumber"] if customer else None
    return {
        "customer": customer,
        "email": email or None,
        "phone": order.phone or (phone["phoneNumber"] if phone else None),
        "customerLocale": order.locale or (customer["locale"] if customer else None),
        "customerAcceptsMarketing": bool(address and address["marketingState"] == "SUBSCRIBED"),
        "canNotifyCustomer": bool(email),
    }


def _shipping(draft: Draft) -> Node:
    order, registry = draft.order, draft.parts.registry
    customer = draft.node["customer"]
    home = customer["defaultAddress"] if customer else None
    names = (customer["firstName"], customer["lastName"]) if customer else (None, None)
    to = mailing_address(registry, order.ship_to, *names) if order.ship_to else home
    bill_to = mailing_address(registry, order.bill_to, *names) if order.bill_to else to or home
    is_shipped = order.shipping is not None and not order.pickup
    line = _shipping_line(draft)
    return {
        "requiresShipping": order.shipping is not None,
        "shippingAddress": to if is_shipped else None,
        "billingAddress": bill_to,
        "displayAddress": to if is_shipped else bill_to,
        "billingAddressMatchesShippingAddress": is_shipped and bill_to is to,
        "shippingLine": line,
        "shippingLines": [line] if line else [],
    }


def _shipping_line(draft: Draft) -> Node | None:
    record = draft.order.shipping
    if record is None:
        return None
    price = draft.bag(draft.currencies.amount(record.price))
    return draft.add(
        "ShippingLine",
        {
            "title": record.title,
            "code": record.code,
            "source": "shopify",
            "carrierIdentifier": None,
            "custom": False,
            "isRemoved": False,
            "originalPriceSet": price,
            "discountedPriceSet": price,
            "currentDiscountedPriceSet": price,
        },
    )


def _state(draft: Draft, bill: Bill) -> Node:
    order, lines = draft.order, draft.lines.values()
    is_owed = bool(bill.outstanding) and order.cancelled is None
    return {
        "displayFinancialStatus": financial_status(order, bill),
        "displayFulfillmentStatus": fulfillment_status(order, draft.lines),
        "returnStatus": return_status(order),
        "fullyPaid": bool(bill.received) and not bill.outstanding,
        "unpaid": not bill.received,
        "capturable": order.payment == "AUTHORIZED",
        "canMarkAsPaid": is_owed and order.payment in {"PENDING", "PARTIALLY_PAID"},
        "refundable": bill.net.shop > 0,
        "restockable": any(line.item.ships and line.current for line in lines),
        "merchantEditable": not (why_not := _why_not_editable(order)),
        "merchantEditableErrors": why_not,
        "fulfillable": order.cancelled is None and any(line.unfulfilled for line in lines),
        "paymentGatewayNames": [order.gateway],
        "discountCode": order.discount_code,
        "discountCodes": [order.discount_code] if order.discount_code else [],
        "taxesIncluded": True,
        "taxExempt": False,
        "estimatedTaxes": False,
        "dutiesIncluded": False,
        "currencyCode": draft.currencies.shop,
        "presentmentCurrencyCode": draft.currencies.presentment,
    }


def _why_not_editable(order: OrderRecord) -> list[str]:
    if order.cancelled is not None:
        return ["Canceled orders can't be edited"]
    return ["Voided orders can't be edited"] if order.payment == "VOIDED" else []


def _amounts(draft: Draft, bill: Bill) -> Node:
    amounts = {
        "totalPriceSet": bill.charged,
        "originalTotalPriceSet": bill.charged,
        "subtotalPriceSet": bill.subtotal,
        "totalShippingPriceSet": bill.shipping,
        "totalTaxSet": draft.tax_in(bill.charged),
        "totalDiscountsSet": bill.discount,
        "totalReceivedSet": bill.received,
        "totalRefundedSet": bill.refunded,
        "totalRefundedShippingSet": bill.returned_shipping if bill.refunded else ZERO,
        "refundDiscrepancySet": ZERO,
        "netPaymentSet": bill.net,
        "totalOutstandingSet": bill.outstanding,
        "totalCapturableSet": bill.charged if draft.order.payment == "AUTHORIZED" else ZERO,
        "currentTotalPriceSet": bill.current,
        "currentSubtotalPriceSet": bill.current_subtotal,
        "currentShippingPriceSet": bill.current_shipping,
        "currentTotalTaxSet": draft.tax_in(bill.current),
        "currentTotalDiscountsSet": bill.discount,
    }
    return {name: draft.bag(amount) for name, amount in amounts.items()}


def _counts(node: Node) -> Node:
    return {
        "subtotalLineItemsQuantity": sum(line["quantity"] for line in node["lineItems"]),
        "currentSubtotalLineItemsQuantity": sum(line["currentQuantity"] for line in node["lineItems"]),
        "fulfillmentsCount": {"count": len(node["fulfillments"]), "precision": "EXACT"},
        "transactionsCount": {"count": len(node["transactions"]), "precision": "EXACT"},
    }
