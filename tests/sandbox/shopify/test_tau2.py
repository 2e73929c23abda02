"""A retail database of τ²-bench becomes a shop: each state as Shopify would show it."""

import json

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.sandbox.shopify import Shop, read_shop

ADDRESS = {
    "address1": "1 Elm St",
    "address2": "",
    "city": "Boston",
    "country": "USA",
    "state": "MA",
    "zip": "02108",
}


def order(number, status, **more):
    sent = [{"tracking_id": [f"33{number}"], "item_ids": ["11", "12"]}] if status != "pending" else []
    return {
        "order_id": f"#W{number}",
        "user_id": "ann_1",
        "address": ADDRESS,
        "items": [{"item_id": "11"}, {"item_id": "12"}],
        "status": status,
        "fulfillments": sent,
        "payment_history": [{"payment_method_id": "paypal_7"}],
        **more,
    }


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    variants = {
        sku: {"item_id": sku, "options": {"color": color}, "available": sku == "11", "price": 10.5}
        for sku, color in (("11", "red"), ("12", "blue"), ("13", "green"))
    }
    database = {
        "products": {"1": {"name": "Tea Kettle", "product_id": "1", "variants": variants}},
        "users": {"ann_1": {"user_id": "ann_1", "name": {"first_name": "Ann", "last_name": "Lee"}, "address": ADDRESS, "email": "ann@example.com"}},
        "orders": {
            str(n): one
            for n, one in enumerate(
                (
                    order("1000001", "pending"),
                    order("1000002", "processed"),
                    order("1000003", "delivered"),
                    order("1000004", "cancelled", cancel_reason="no longer needed"),
                    order("1000005", "return requested", return_items=["11"]),
                    order("1000006", "exchange requested", exchange_items=["11"], exchange_new_items=["13"]),
                    order("1000007", "pending (item modified)"),
                )
            )
        },
    }  # fmt: skip
    path = tmp_path_factory.mktemp("tau2") / "db.json"
    path.write_text(json.dumps(database))
    shop = Shop(read_shop(f"tau2:{path}"))
    return {node["name"]: node for node in shop.catalogs["orders"].nodes}


@pytest.mark.parametrize(
    ("name", "paid", "sent", "parcels", "returned"),
    [
        ("#W1000001", "PAID", "UNFULFILLED", [], "NO_RETURN"),
        ("#W1000002", "PAID", "FULFILLED", ["IN_TRANSIT"], "NO_RETURN"),
        ("#W1000003", "PAID", "FULFILLED", ["DELIVERED"], "NO_RETURN"),
        ("#W1000004", "REFUNDED", "UNFULFILLED", [], "NO_RETURN"),
        ("#W1000005", "PAID", "FULFILLED", ["DELIVERED"], "RETURN_REQUESTED"),
        ("#W1000006", "PAID", "FULFILLED", ["DELIVERED"], "RETURN_REQUESTED"),
        ("#W1000007", "PAID", "UNFULFILLED", [], "NO_RETURN"),
    ],
)
def test_a_status_becomes_what_shopify_would_show(orders, name, paid, sent, parcels, returned):
    found = orders[name]
    assert found["displayFinancialStatus"] == paid
    assert found["displayFulfillmentStatus"] == sent
    assert [parcel["displayStatus"] for parcel in found["fulfillments"]] == parcels
    assert found["returnStatus"] == returned


def test_an_exchange_says_what_goes_out_instead(orders):
    (one,) = orders["#W1000006"]["returns"]
    assert [line["variantTitle"] for x in one["exchangeLineItems"] for line in x["lineItems"]] == ["green"]


def test_everything_happened_before_now_and_in_order(orders):
    for found in orders.values():
        events = [event["happenedAt"] for parcel in found["fulfillments"] for event in parcel["events"]]
        assert [found["createdAt"], *events] == sorted([found["createdAt"], *events])
        assert all(at.total_seconds() < 0 for at in [found["createdAt"], *events])


def test_another_file_is_refused_with_a_reason(tmp_path):
    (tmp_path / "db.json").write_text('{"orders": {}}')
    with pytest.raises(ValueError, match="products"):
        read_shop(f"tau2:{tmp_path / 'db.json'}")
