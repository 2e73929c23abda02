"""The tools against the pretend shop over HTTP: what its orders really give, and what a token with less is refused."""

from uuid import uuid4

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.identity import Identity
from app.shopify import ShopifyClient
from app.tools import TOOLS
from app.vocabulary import Authenticity, Ownership
from tests.sandbox.shopify.served import TOKEN, served

WITHOUT = {
    "no-returns": "read_returns",
    "no-old-orders": "read_all_orders",
    "no-customers": "read_customers",
    "no-products": "read_products",
    "no-policies": "read_legal_policies",
}
UNAPPROVED = {"no-data": ("data",), "no-email": ("email",), "no-address": ("address",)}


@pytest.fixture(scope="module")
def url(shop):
    from app.sandbox.shopify import Access, CostBucket, create_router
    from app.sandbox.shopify.access import CUSTOMER_DATA, SCOPES

    poor = {token: Access(tuple(s for s in SCOPES if s != scope)) for token, scope in WITHOUT.items()}
    unapproved = {
        token: Access(customer_data=tuple(d for d in CUSTOMER_DATA if d not in missing))
        for token, missing in UNAPPROVED.items()
    }
    router = create_router(shop, access_token=TOKEN, bucket=CostBucket(10**9), tokens={**poor, **unapproved})
    with served(router) as url:
        yield url


@pytest.fixture(scope="module")
def shop():
    from app.sandbox.shopify import DEMO_SHOP, Shop

    return Shop.load(DEMO_SHOP)


async def call(url, name, address, token=TOKEN, **args):
    asker = Identity(uuid4(), address, address, Authenticity.AUTHENTICATED)
    async with ShopifyClient(url, token) as shop:
        return await TOOLS[name].run(shop, asker, TOOLS[name].args(**args))


async def test_a_pre_order_says_when_work_on_it_begins_and_how_it_was_sold(url):
    found = (await call(url, "get_order", "mina.karimi@example.com", order_number="1027")).order
    (work,) = found.fulfillment_orders.nodes
    assert work.status == "SCHEDULED"
    assert work.fulfill_at > found.processed_at
    assert [line.remaining_quantity for line in work.line_items.nodes] == [1]
    assert found.line_items.nodes[0].selling_plan.name == "Pre-order"


async def test_an_order_says_what_was_promised_and_what_speaks_against_it(url):
    late = (await call(url, "get_order", "mina.karimi@example.com", order_number="1034")).order
    (work,) = late.fulfillment_orders.nodes
    assert work.fulfill_by < work.delivery_method.max_delivery_date_time
    risky = (await call(url, "get_order", "camille.dubois@example.com", order_number="1038")).order
    assert risky.risk.recommendation in {"INVESTIGATE", "CANCEL"}
    assert risky.fulfillment_orders.nodes[0].fulfillment_holds[0].reason == "HIGH_RISK_OF_FRAUD"


async def test_a_parcels_whole_way_is_read(url):
    found = await call(url, "get_tracking", "lucia.fernandez@example.com", order_number="1040")
    (parcel,) = found.staff_facts()["parcels"]
    assert parcel["events"]
    assert parcel["numbers"][0]["url"].startswith("https://")


async def test_a_refund_that_the_bank_still_holds_is_pending(url):
    found = await call(url, "get_refunds", "wei.chen@example.com", order_number="1022")
    assert found.pending.amount > 0
    assert found.failed is None
    assert found.staff_facts()["refunds"][0]["items"]


async def test_a_return_says_what_comes_back_and_what_goes_out_instead(url):
    found = await call(url, "get_returns", "sanne.devries@example.net", order_number="1019")
    (one,) = found.staff_facts()["returns"]
    assert (one["status"], one["items"][0]["quantity"]) == ("OPEN", 2)
    assert one["instead"] == [{"title": "Laleh Bowl, Large / Sand", "quantity": 2}]


@pytest.mark.parametrize(
    ("tool", "number", "address", "is_allowed"),
    [
        ("propose_cancel", "1059", "lena.hoffmann@example.com", True),
        ("propose_cancel", "1024", "yusuf.almasri@example.com", False),
        ("propose_cancel", "1010", "hugo.lefevre@example.net", False),
        ("propose_cancel", "1049", "layla.haddad@example.net", True),
        ("propose_refund", "1024", "yusuf.almasri@example.com", True),
        ("propose_refund", "1004", "olivia.bennett@example.com", False),
        ("propose_return", "1024", "yusuf.almasri@example.com", True),
        ("propose_return", "1059", "lena.hoffmann@example.com", False),
        ("propose_return", "1007", "camille.dubois@example.com", False),
    ],
)
async def test_a_proposal_says_what_the_shop_would_say(url, shop, tool, number, address, is_allowed):
    nodes = {node["number"]: node for node in shop.catalogs["orders"].nodes}
    owner = nodes[int(number)]["email"] or address
    result = await call(url, tool, owner, order_number=number)
    assert result.proposal.is_allowed == is_allowed, result.outcome


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("darjeling", "Darjeeling First Flush"),
        ("isfahn teapot", "Isfahan Teapot"),
        ("chamomlie & rose", "Chamomile & Rose"),
        ("Hojica", "Hojicha Roasted Green Tea"),
    ],
)
async def test_a_typing_mistake_is_forgiven(url, query, title):
    found = await call(url, "search_products", "eve@example.net", product_query=query)
    assert found.matches[0].product.title == title
    assert found.matches[0].is_whole


async def test_a_price_is_that_of_the_customers_market(url):
    own = await call(url, "search_products", "eve@example.net", product_query="saffron honey")
    japan = await call(url, "search_products", "kenji.tanaka@example.org", product_query="saffron honey")
    assert own.country is None
    assert own.matches[0].product.variants.nodes[0].price_in("EUR").currency_code == "EUR"
    assert japan.country == "JP"
    price = japan.matches[0].product.variants.nodes[0].price_in("EUR")
    assert (price.currency_code, int(price.amount)) == ("JPY", 2364)


async def test_of_several_orders_the_one_with_the_goods_is_named(url):
    found = await call(url, "list_orders", "mina.karimi@example.com", goods="Where is my Nowruz platter?")
    assert [order.name for order in found.named] == ["#1027"]
    assert len(found.orders) == 3
    none = await call(url, "list_orders", "mina.karimi@example.com", goods="Where is my order?")
    assert none.named == ()


@pytest.mark.parametrize(
    ("token", "tool", "args", "says"),
    [
        ("no-returns", "get_returns", {"order_number": "1059"}, "read_returns"),
        ("no-returns", "propose_return", {"order_number": "1059"}, "read_returns"),
        ("no-customers", "get_order", {"order_number": "1059"}, "read_customers"),
        ("no-customers", "get_customer", {}, "read_customers"),
        ("no-products", "search_products", {"product_query": "tea"}, "read_products"),
        ("no-policies", "get_policy", {"policy": "refund"}, "read_legal_policies"),
        ("no-data", "get_order", {"order_number": "1059"}, "protected customer data"),
        ("no-data", "list_orders", {}, "protected customer data"),
        ("no-email", "get_order", {"order_number": "1059"}, "(email"),
        ("no-address", "propose_address_change", {"order_number": "1059", "city": "Köln"}, "(shippingAddress)"),
        ("no-old-orders", "get_order", {"order_number": "1001"}, "older than what Shopify shows"),
        ("no-old-orders", "propose_cancel", {"order_number": "۱۰۰۱"}, "read_all_orders"),
    ],
)  # fmt: skip
async def test_what_a_token_may_not_see_is_told_to_staff_as_what_it_is(url, token, tool, args, says):
    found = await call(url, tool, "lena.hoffmann@example.com", token, **args)
    assert found.ownership is Ownership.OUT_OF_REACH
    assert says in found.outcome
    assert found.staff_facts() == {}


@pytest.mark.parametrize("number", ["1001", "1059"])
async def test_a_missing_scope_that_an_answer_does_not_need_changes_nothing(url, number):
    for token in ("no-returns", "no-products", "no-policies", "no-address"):
        found = await call(url, "get_order", "lena.hoffmann@example.com", token, order_number=number)
        assert found.ownership is Ownership.ON_ORDER


async def test_a_number_that_is_not_old_is_just_not_there(url):
    found = await call(url, "get_order", "lena.hoffmann@example.com", "no-old-orders", order_number="9001")
    assert found.ownership is Ownership.NOT_FOUND
    assert "read_all_orders" in found.outcome


async def test_a_customer_whose_orders_are_all_old_is_known_to_have_some():
    from app.sandbox.shopify import DEMO_SHOP, Access, Shop, create_router, read_shop

    files = read_shop(DEMO_SHOP)
    old = Shop(files.model_copy(update={"orders": files.orders[:10]}))
    router = create_router(old, access_token=TOKEN, access=Access(("read_orders", "read_customers")))
    with served(router) as url:
        gone = await call(url, "list_orders", "lena.hoffmann@example.com")
        unknown = await call(url, "list_orders", "eve@example.net")
        named = await call(url, "get_order", "lena.hoffmann@example.com", order_number="1001")
    assert gone.ownership is Ownership.OUT_OF_REACH
    assert "There are 3 older ones." in gone.outcome
    assert unknown.ownership is Ownership.NOT_FOUND
    assert "read_all_orders" in named.outcome


async def test_without_the_customers_country_prices_are_the_shops_own(url):
    found = await call(
        url, "search_products", "kenji.tanaka@example.org", "no-address", product_query="saffron honey"
    )
    assert found.country is None
    assert found.matches
