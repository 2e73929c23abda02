"""What Shopify would add to an order of tests.intents.orders for each query that reads one: an order that may be changed."""

import re
from importlib.resources import files
from typing import Any

from tests.intents.orders import ago, money

QUERIES = frozenset(
    name[1]
    for path in files("app.shopify").joinpath("queries").iterdir()
    if (name := re.search(r"^query (\w+)", path.read_text("utf-8"), re.MULTILINE))
)
ADDRESS = {
    "name": "Ann Example",
    "address1": "Oranienstr. 25",
    "address2": "3rd floor",
    "city": "Berlin",
    "provinceCode": None,
    "zip": "10999",
    "countryCodeV2": "DE",
}
LINE = {"id": "gid://shopify/LineItem/Mug", "title": "Mug", "variantTitle": None}


def work(status: str = "OPEN", request: str = "UNSUBMITTED", *actions: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/FulfillmentOrder/1",
        "status": status,
        "requestStatus": request,
        "supportedActions": [{"action": action} for action in actions],
        "fulfillmentHolds": [],
        "deliveryMethod": {"methodType": "SHIPPING"},
        **more,
    }


def changeable(**more: Any) -> dict[str, Any]:
    return {
        "cancelReason": None,
        "returnStatus": "NO_RETURN",
        "refundable": True,
        "merchantEditable": True,
        "merchantEditableErrors": [],
        "capturable": False,
        "requiresShipping": True,
        "netPaymentSet": money("40.00"),
        "shippingAddress": ADDRESS,
        "fulfillments": [],
        "transactions": [{"kind": "SALE", "status": "SUCCESS"}],
        "fulfillmentOrders": {"nodes": [work()], "pageInfo": {"hasNextPage": False}},
        **more,
    }


def refundable(**more: Any) -> dict[str, Any]:
    return {
        "refundable": True,
        "returnStatus": "NO_RETURN",
        "lineItems": {
            "nodes": [{**LINE, "quantity": 2, "refundableQuantity": 2, "isGiftCard": False}],
            "pageInfo": {"hasNextPage": False},
        },
        "transactions": [{"kind": "SALE", "status": "SUCCESS"}],
        **more,
    }


def suggested(amount: str = "40.00") -> dict[str, Any]:
    return {"suggestedRefund": {"amountSet": money(amount), "maximumRefundableSet": money("40.00")}}


def paid(*transactions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "totalReceivedSet": money("40.00"),
        "totalOutstandingSet": money("0.00"),
        "transactions": list(transactions) or [transaction()],
        **more,
    }


def transaction(
    kind: str = "SALE", status: str = "SUCCESS", amount: str = "40.00", *, days: float = 1
) -> dict[str, Any]:
    return {
        "kind": kind,
        "status": status,
        "formattedGateway": "Visa",
        "processedAt": ago(days),
        "amountSet": money(amount),
    }


def returnable(**more: Any) -> dict[str, Any]:
    sent = {"id": "gid://shopify/FulfillmentLineItem/1", "lineItem": LINE}
    parcel = {
        "id": "gid://shopify/ReturnableFulfillment/1",
        "fulfillment": {"deliveredAt": "2030-01-02T10:00:00Z"},
        "returnableFulfillmentLineItems": {
            "nodes": [{"quantity": 1, "fulfillmentLineItem": sent}],
            "pageInfo": {"hasNextPage": False},
        },
    }
    return {
        "displayFulfillmentStatus": "FULFILLED",
        "returnStatus": "NO_RETURN",
        "returns": {"nodes": []},
        "returnableFulfillments": {"nodes": [parcel]},
        **more,
    }


def details() -> dict[str, dict[str, Any]]:
    """By operation: what it adds to an order, if it takes an `id`; else its whole answer."""
    return {
        "GetChangeableOrder": changeable(),
        "GetRefundableOrder": refundable(),
        "SuggestRefund": suggested(),
        "GetReturnableOrder": returnable(),
        "GetPayments": paid(),
        "GetTracking": {"shipments": []},
        "GetRefunds": {"refunds": []},
        "GetReturns": {"returnStatus": "NO_RETURN", "returns": {"nodes": []}},
    }
