"""The shop never grows old: only dates change when time passes."""

import re
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.sandbox.clock import MovableClock
from app.sandbox.shopify import CostBucket, create_router
from app.sandbox.shopify.offsets import parse_offset
from tests.sandbox.shopify.served import TOKEN, Admin, served

START = datetime(2030, 1, 15, 12, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SHOP = "{ shop { createdAt updatedAt timezoneOffset shopPolicies { body updatedAt } } }"
PRODUCTS = "{ products(first: 250) { nodes { title createdAt publishedAt variants(first: 9) { nodes { sku price inventoryQuantity updatedAt } } } } }"
CUSTOMERS = "{ customers(first: 250, sortKey: UPDATED_AT) { nodes { displayName createdAt updatedAt lifetimeDuration amountSpent { amount } numberOfOrders lastOrder { name } } } }"
ORDERS = """query ($search: String) { orders(first: 60, query: $search, sortKey: PROCESSED_AT, reverse: true) { nodes {
  name createdAt processedAt updatedAt closedAt cancelledAt displayFinancialStatus displayFulfillmentStatus returnStatus
  totalPriceSet { presentmentMoney { amount } } statusPageUrl
  fulfillments { createdAt displayStatus estimatedDeliveryAt inTransitAt deliveredAt events(first: 20) { nodes { status happenedAt } } }
  fulfillmentOrders(first: 3) { nodes { status fulfillAt } }
  refunds { createdAt processedAt } returns(first: 3) { nodes { status createdAt closedAt } }
  transactions { kind createdAt }
  customerJourneySummary { daysToConversion firstVisit { occurredAt } } } } }"""


def ages(value, now):
    """The same answer with each date as its distance from now."""
    if isinstance(value, dict):
        return {key: ages(part, now) for key, part in value.items()}
    if isinstance(value, list):
        return [ages(part, now) for part in value]
    if isinstance(value, str) and _DATE.fullmatch(value):
        return datetime.fromisoformat(value) - now
    return value


def test_in_a_year_nothing_has_changed_but_the_dates(shop):
    clock = MovableClock(lambda: START)
    router = create_router(shop, access_token=TOKEN, now=clock, bucket=CostBucket(maximum=10**6))

    def look(admin):
        answers = [admin.data(query) for query in (SHOP, PRODUCTS, CUSTOMERS, ORDERS)]
        answers.append(admin.data(ORDERS, search="status:open -financial_status:paid"))
        answers.append(admin.data(ORDERS, search=f"created_at:>{(clock() - timedelta(days=5)).date()}"))
        return answers

    with served(router) as url, Admin(url) as admin:
        before = look(admin)
        then = ages(before, clock())
        clock.advance(timedelta(days=365))
        after = look(admin)
    assert ages(after, clock()) == then
    assert after != before
    assert len(before[-1]["orders"]["nodes"]) > 5


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("-3d4h", timedelta(days=-3, hours=-4)),
        ("+45m", timedelta(minutes=45)),
        ("-2h", timedelta(hours=-2)),
        ("-1d2h3m", -timedelta(days=1, hours=2, minutes=3)),
    ],
)
def test_offsets_are_read(text, span):
    assert parse_offset(text) == span


@pytest.mark.parametrize("text", ["", "-", "3d", "-3", "-3h4d", "2026-11-21", "-1.5d", 3, None])
def test_what_is_no_offset_is_refused(text):
    with pytest.raises(ValueError, match="offset from now"):
        parse_offset(text)
