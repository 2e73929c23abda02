"""What a query costs is told in the docs, and stays so."""

import re

import pytest

from app.shopify.documents import document
from tests.conftest import ROOT
from tests.shopify.test_schemas import MOST_ASKED, OPERATIONS

graphql = pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

TOLD = re.findall(
    r"^\| `(\w+)` \| (\d+) \| (\d+) \|", (ROOT / "docs/shopify.md").read_text("utf-8"), re.MULTILINE
)
FIRST = {"list_orders": MOST_ASKED, "list_orders_with_items": MOST_ASKED, "search_products": MOST_ASKED}


def test_the_docs_tell_what_every_query_asks_for():
    from app.sandbox.shopify.cost import QueryCost
    from app.sandbox.shopify.schema import executable_schema

    schema = executable_schema()

    def asked(name):
        tree = graphql.parse(document(name))
        operation = graphql.get_operation_ast(tree)
        return QueryCost(schema, tree, operation, {"first": FIRST.get(name, 5)}).requested

    assert {name: int(points) for name, points, _ in TOLD} == {name: asked(name) for name in OPERATIONS}


@pytest.mark.parametrize(("name", "charged"), [(name, int(points)) for name, _, points in TOLD if name.startswith("get_") and name.endswith(("order", "tracking", "refunds", "returns"))])  # fmt: skip
def test_an_order_of_the_demo_shop_is_charged_what_the_docs_say(name, charged):
    from app.sandbox.clock import system_clock
    from app.sandbox.shopify import DEMO_SHOP, CostBucket, Shop
    from app.sandbox.shopify.engine import Engine

    shop = Shop.load(DEMO_SHOP)
    engine = Engine(shop, system_clock, CostBucket(10**9))
    costs = [
        engine.run(document(name), {"id": node["id"]}, None)["extensions"]["cost"]["actualQueryCost"]
        for node in shop.catalogs["orders"].nodes[::3]
    ]
    assert abs(sum(costs) / len(costs) - charged) < 1.5
