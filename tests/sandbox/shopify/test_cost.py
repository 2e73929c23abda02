"""Points: what queries cost, and what happens when there are none left."""

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.sandbox.shopify import CostBucket, create_router
from tests.sandbox.shopify.served import TOKEN, Admin, served

VARIANTS = "query ($id: ID!) { product(id: $id) { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }"


def cost(answer):
    return answer["extensions"]["cost"]


@pytest.mark.parametrize(
    ("query", "requested"),
    [
        # As shops really answered, written down by clients of the real API.
        ("{ customers(first: 1) { edges { node { id } } } }", 3),
        ('{ productVariants(query: "sku:x", first: 1) { edges { node { id product { id } } } } }', 4),
        ("{ products(first: 200) { pageInfo { hasNextPage } edges { cursor node { id } } } }", 12),
        ("{ shop { name } }", 1),
        # By the same rules: an order 1, its list of refunds 1, amounts and scalars nothing.
        (
            '{ order(id: "gid://shopify/Order/1") { id refunds(first: 9) { totalRefundedSet { shopMoney { amount } } } } }',
            2,
        ),
        # Of an interface's choices the dearest.
        (
            '{ node(id: "gid://shopify/Order/1") { id ... on Order { customer { id lastOrder { id } } } ... on Product { seo { title } } } }',
            3,
        ),
    ],
)
def test_the_requested_cost_is_the_real_ones(admin, query, requested):
    assert cost(admin.ask(query))["requestedQueryCost"] == requested


def test_what_was_not_there_is_not_charged(admin):
    found = cost(admin.ask(VARIANTS, id="gid://shopify/Product/1"))
    assert (found["requestedQueryCost"], found["actualQueryCost"]) == (25, 1)
    empty = cost(admin.ask('{ customers(first: 250, query: "email:nobody") { nodes { id } } }'))
    assert (empty["requestedQueryCost"], empty["actualQueryCost"]) == (13, 3)


def test_sizes_come_from_variables_and_their_defaults_too(admin):
    query = "query ($n: Int = 100) { orders(first: $n) { nodes { id } } }"
    literal = cost(admin.ask("{ orders(first: 100) { nodes { id } } }"))["requestedQueryCost"]
    assert cost(admin.ask(query))["requestedQueryCost"] == literal
    assert cost(admin.ask(query, n=1))["requestedQueryCost"] == 3


def test_the_same_cost_with_fragments_as_without(admin):
    plain = "{ orders(first: 50) { nodes { customer { id } } } }"
    with_fragments = """
        { orders(first: 50) { ...Page } }
        fragment Page on OrderConnection { nodes { ...Who } }
        fragment Who on Order { ... on Order { customer { id } } }
    """
    assert cost(admin.ask(plain)) | {"throttleStatus": 0} == cost(admin.ask(with_fragments)) | {
        "throttleStatus": 0
    }


def test_a_query_that_asks_for_too_much_is_refused(admin):
    nested = "nodes { customer { orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } } }"
    answer = admin.ask(f"{{ orders(first: 250) {{ {nested} }} }}")
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["cost"] > error["extensions"]["maxCost"] == 1000


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def small(shop, clock):
    router = create_router(
        shop, access_token=TOKEN, bucket=CostBucket(maximum=30, restore_rate=5, clock=clock)
    )
    with served(router) as url, Admin(url) as admin:
        yield admin


def test_an_empty_bucket_throttles_and_fills_again(small, clock):
    query = "{ orders(first: 10) { nodes { customer { id } } } }"  # asks for 2 + 2 × 4, and gets it
    for left in (20, 10, 0):
        answer = small.ask(query)
        assert cost(answer)["throttleStatus"] == {
            "maximumAvailable": 30,
            "currentlyAvailable": left,
            "restoreRate": 5,
        }
    refused = small.ask(query)
    assert "data" not in refused
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["THROTTLED"]
    assert cost(refused)["actualQueryCost"] is None
    assert cost(refused)["requestedQueryCost"] == 10
    clock.now += 1
    assert small.ask(query)["errors"][0]["message"] == "Throttled"
    clock.now += 1
    assert small.ask(query)["data"]["orders"]["nodes"]
    clock.now += 1000
    assert cost(small.ask("{ shop { name } }"))["throttleStatus"]["currentlyAvailable"] == 29


def test_what_a_query_did_not_use_is_given_back(small):
    answer = small.ask(VARIANTS, id="gid://shopify/Product/1")
    assert cost(answer)["throttleStatus"]["currentlyAvailable"] == 29
