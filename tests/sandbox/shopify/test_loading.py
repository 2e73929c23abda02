"""Other shops than the demo one: loaded from JSON, large, or with mistakes in them."""

import json
import shutil
import tomllib
from functools import partial

import pytest

from tests.costs import is_at_most

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.sandbox.clock import system_clock
from app.sandbox.shopify import DEMO_SHOP, CostBucket, Shop
from app.sandbox.shopify.engine import Engine

LIST = """query ($q: String) { orders(first: 10, query: $q, sortKey: PROCESSED_AT, reverse: true) { nodes {
  id name email lineItems(first: 10) { nodes { title quantity } } fulfillments(first: 5) { displayStatus } } } }"""


def read(name):
    return tomllib.loads((DEMO_SHOP / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    """A copy of the demo shop that a test may spoil."""
    return shutil.copytree(DEMO_SHOP, tmp_path / "shop")


def write(folder, name, content):
    (folder / f"{name}.toml").unlink()
    (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def tiny(**order):
    return {"orders": [{"number": 7, "placed": "-1d", "items": [{"sku": "TEA-DAR-50"}], **order}]}


def test_a_shop_may_be_json(folder):
    for name in ("shop", "products", "customers", "orders"):
        write(folder, name, read(name))
    assert len(Shop.load(folder).catalogs["orders"].nodes) == len(read("orders")["orders"])


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"items": [{"sku": "NOPE"}]}, "SKU NOPE"),
        ({"items": [{"sku": "TEA-DAR-50"}, {"sku": "TEA-DAR-50"}]}, "twice"),
        ({"customer": "nobody"}, "no customer nobody"),
        ({"refunds": [{"at": "-1h", "items": [{"sku": "TEA-DAR-50", "quantity": 2}]}]}, "has no 2 × TEA-DAR-50"),
        ({"returns": [{"requested": "-1h", "status": "OPEN", "items": [{"sku": "TEA-DAR-50", "reason": "x", "reason_handle": "x"}]}]}, "never left"),
        ({"placed": "yesterday"}, "offset from now"),
        ({"plcaed": "-1d"}, "plcaed"),
        ({"payment": "MAYBE"}, "MAYBE"),
        ({"items": []}, "items"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(folder, order, says):
    write(folder, "orders", tiny(**order))
    with pytest.raises(ValueError, match=says):
        Shop.load(folder)


def test_a_missing_file_is_named(folder):
    (folder / "customers.toml").unlink()
    with pytest.raises(FileNotFoundError, match=r"customers\.toml"):
        Shop.load(folder)


def test_an_own_number_format_is_shown_and_found(folder):
    shop = read("shop")
    shop["shop"] |= {"order_prefix": "EU-", "order_suffix": "/W"}
    write(folder, "shop", shop)
    write(folder, "orders", tiny())
    engine = Engine(Shop.load(folder), system_clock, CostBucket())
    answer = engine.run(LIST, {"q": 'name:"EU-7/W"'}, None)
    assert [node["name"] for node in answer["data"]["orders"]["nodes"]] == ["EU-7/W"]


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    folder = shutil.copytree(DEMO_SHOP, tmp_path_factory.mktemp("big") / "shop")
    orders = read("orders")["orders"]
    copies = [
        {**order, "number": 2000 + at * len(orders) + place}
        for at in range(20)
        for place, order in enumerate(orders)
    ]
    write(folder, "orders", {"orders": copies})
    return Shop.load(folder)


@pytest.mark.parametrize(
    "query", ['name:"#2500"', 'email:"mina.karimi@example.com"', "sku:TEA-DAR-100 status:open"]
)
def test_a_look_up_among_a_thousand_orders_costs_about_what_it_does_among_sixty(shop, thousand, query):
    assert len(thousand.catalogs["orders"].nodes) == 1220
    small, large = (Engine(one, system_clock, CostBucket(maximum=10**9)) for one in (shop, thousand))

    def look_up(engine):
        for _ in range(5):
            assert "errors" not in engine.run(LIST, {"q": query}, None)

    full_page = len(large.run(LIST, {"q": query}, None)["data"]["orders"]["nodes"]) == 10
    assert is_at_most(partial(look_up, large), partial(look_up, small), 20 if full_page else 6)
