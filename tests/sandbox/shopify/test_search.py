"""The `query:` argument: what Shopify's search syntax finds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("name:1001", [1001]),
        ("name:#1001", [1001]),
        ('name:"#1001"', [1001]),
        ("name:'#1001'", [1001]),
        ("#1001", [1001]),
        ("1001", [1001]),
        ("name:100", []),
        ("name:100*", [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009]),
        ("name:1001 OR name:1003", [1001, 1003]),
        ("name:1001 name:1003", []),
        ("name:1001 AND name:1003", []),
        ("(name:1001 OR name:1002) AND email:lena*", [1001]),
        ("name:1001 OR name:1002 email:lena*", [1001]),
        ("email:lena.hoffmann@example.com -name:1001 NOT name:1005", [1009, 1015, 1032, 1059]),
        ("EMAIL:Lena.Hoffmann@EXAMPLE.com name:1001", [1001]),
        ("Lena Hoffmann name:1001", [1001]),
        ("financial_status:voided", [1014]),
        ("financial_status:PENDING", [1047, 1057, 1060]),
        ("financial_status:expired,partially_paid", [1011, 1016]),
        ("fulfillment_status:on_hold", [1032, 1038]),
        ("fulfillment_status:partial", [1026, 1040]),
        ("fulfillment_status:scheduled", [1027]),
        ("status:cancelled", [1010, 1014, 1053]),
        ("return_status:return_requested", [1033]),
        ("risk_level:high -status:cancelled", [1038]),
        ("tag:WHOLESALE", [1016, 1048]),
        ("tag:wholesale tag_not:'pre-order' financial_status:paid", [1048]),
        ("sku:SAM-BRA-3", [1006, 1014, 1038]),
        ("discount_code:danke10", [1015]),
        ("00340434000000001044", [1044]),
        ("created_at:>now", []),
        ("orders@clarke-osei.example.org", [1036]),
    ],
)  # fmt: skip
def test_orders_are_found(admin, query, numbers):
    assert admin.names(query) == [f"#{number}" for number in numbers]


def test_an_order_is_found_by_its_customers_id(admin):
    (customer,) = admin.data(
        '{ customers(first: 9, query: "email:mina.karimi@example.com") { nodes { id } } }'
    )["customers"]["nodes"]
    number = customer["id"].rpartition("/")[2]
    assert admin.names(f"customer_id:{number}") == ["#1027", "#1034", "#1051"]


def test_open_and_cancelled_and_closed_are_all_orders(admin):
    everything = admin.names("")
    parts = [set(admin.names(f"status:{status}")) for status in ("open", "closed", "cancelled")]
    assert set().union(*parts) == set(everything)
    assert sum(map(len, parts)) == len(everything) >= 44


def test_an_email_is_tokenised_so_a_client_has_to_look_again(admin):
    phrase = admin.names('email:"emily.clarke@example.com"', "customers", "displayName")
    assert phrase == ["Emily Clarke", "Emily Clarke-Osei"]
    assert len(admin.names("email:example.com", "customers", "displayName")) > 10
    assert admin.names('email:"example.emily"', "customers", "displayName") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title:teapot", ["Isfahan Teapot"]),
        ("teapot", ["Isfahan Teapot"]),
        ("tea*", None),
        ("sku:MUG-ANA-TUR", ["Anar Mug"]),
        ("title:'Anar Mug'", ["Anar Mug"]),
        ("title:'Mug Anar'", []),
        ("tag:mug status:active", ["Anar Mug"]),
        ("status:draft", ["Spring Mug (not published yet)"]),
        ("vendor:'Hoshino Seicha' matcha", ["Ceremonial Matcha"]),
        ("inventory_total:<=0 -tracks_inventory:false status:active", ["Hojicha Roasted Green Tea", "Nowruz Platter (pre-order)"]),
        ("price:>200", ["Brass Samovar, electric, 3 l"]),
        ("gift_card:true", ["Gift Card"]),
        (r"title:Nowruz\ Platter", ["Nowruz Platter (pre-order)"]),
        (r"\(pre\-order\)", ["Nowruz Platter (pre-order)"]),
    ],
)  # fmt: skip
def test_products_are_found(admin, query, found):
    titles = admin.names(query, "products", "title")
    assert titles == found if found is not None else len(titles) > 10


def test_the_most_relevant_product_comes_first(admin):
    query = 'query { products(first: 3, query: "turquoise* OR isfahan* OR teapot*", sortKey: RELEVANCE) { nodes { title } } }'
    assert admin.data(query)["products"]["nodes"][0]["title"] == "Isfahan Teapot"


@pytest.mark.parametrize(
    "hostile",
    [
        '") OR status:any OR ("',
        "x' OR 'a'='a",
        "a\\",
        '"',
        "(((",
        ")))",
        "NOT",
        "AND OR NOT",
        "-",
        "name:",
        ":",
        "\\",
        "*",
        "created_at:>garbage",
        "((" * 500,
    ],
)
def test_nonsense_is_never_an_error(admin, hostile):
    answer = admin.ask("query ($q: String) { orders(first: 3, query: $q) { nodes { id } } }", q=hostile)
    assert "errors" not in answer


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab:()\"'\\*-<>=. ANDORNT#1001\u0600é", max_size=40))
def test_any_text_is_parsed_and_ends(shop, text):
    from app.sandbox.clock import system_clock
    from app.sandbox.shopify import Access
    from app.sandbox.shopify.context import Context

    found = shop.catalogs["orders"].search(Context(system_clock(), Access()), text)
    assert len(found) <= len(shop.catalogs["orders"].nodes)


def test_a_quoted_value_is_never_an_operator(admin):
    assert admin.names('email:"x\\" OR name:\\"1001"') == []
    assert admin.names('email:"x" OR name:"1001"') == ["#1001"]


def test_an_unknown_field_is_left_out_and_said(admin):
    answer = admin.ask('{ orders(first: 250, query: "nonsense:x name:1001") { nodes { name } } }')
    assert [node["name"] for node in answer["data"]["orders"]["nodes"]] == ["#1001"]
    (report,) = answer["extensions"]["search"]
    assert report["path"] == ["orders"]
    assert [(w["field"], w["code"]) for w in report["warnings"]] == [("nonsense", "invalid_field")]
    assert len(admin.names("nonsense:x")) == len(admin.names(""))


def test_a_value_that_makes_no_sense_is_left_out_and_said(admin):
    answer = admin.ask('{ orders(first: 1, query: "status:nonsense created_at:>soon") { nodes { name } } }')
    warnings = answer["extensions"]["search"][0]["warnings"]
    assert [(w["field"], w["code"]) for w in warnings] == [
        ("status", "invalid_value"),
        ("created_at", "invalid_value"),
    ]


@pytest.fixture(scope="module")
def still(shop):
    """The demo shop at a moment that does not pass."""
    from app.sandbox.shopify import create_router
    from tests.sandbox.shopify.served import TOKEN, Admin, served

    router = create_router(shop, access_token=TOKEN, now=lambda: datetime(2030, 1, 15, 12, tzinfo=UTC))
    with served(router) as url, Admin(url) as admin:
        yield admin


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("created_at:'2030-01-15T06:00:00Z'", 1),  # 1059, six hours ago
        ("created_at:>'2030-01-15T06:00:00Z'", 2),  # 1060, two hours ago, and 1061
        ("created_at:>='2030-01-15T06:00:00Z'", 3),
        ("created_at:>='2030-01-15T07:00:00+01:00'", 3),
        ("created_at:2030-01-15", 4),
        ("created_at:>2030-01-14", 4),
        ("created_at:<='2030-01-15T06:00:00Z'", 59),
        ("created_at:<'2030-01-15T06:00:00Z'", 58),
        ("created_at:2030-01", 30),
        ("created_at:>=2030-01-01 created_at:<2030-01-02", 1),
        ("processed_at:2028", 3),
        ("created_at:2028..2029-12-31", 31),
        ("-created_at:>2029", 31),
        ("created_at:<=now", 61),
    ],
)
def test_dates_are_compared(still, query, count):
    assert len(still.names(query)) == count, still.names(query)


def test_counts_are_of_what_is_found(admin):
    counts = admin.data(
        '{ ordersCount(query: "status:cancelled") { count precision } productsCount(limit: 3) { count precision } }'
    )
    assert counts == {
        "ordersCount": {"count": 3, "precision": "EXACT"},
        "productsCount": {"count": 3, "precision": "AT_LEAST"},
    }


def test_a_customers_own_orders_are_searched_too(admin):
    query = """{ customers(first: 1, query: "email:lena.hoffmann@example.com") { nodes {
        orders(first: 9, query: "fulfillment_status:on_hold") { nodes { name } } } } }"""
    (customer,) = admin.data(query)["customers"]["nodes"]
    assert customer["orders"]["nodes"] == [{"name": "#1032"}]


def test_customers_and_products_are_found_by_what_names_them(admin):
    query = """{
        one: customerByIdentifier(identifier: {emailAddress: "Jonas.Weber@example.org"}) { displayName }
        two: customerByIdentifier(identifier: {phoneNumber: "+4930555010130"}) { displayName }
        none: customerByIdentifier(identifier: {emailAddress: "jonas.weber"}) { displayName }
        product: productByIdentifier(identifier: {handle: "anar-mug"}) { title }
    }"""
    assert admin.data(query) == {
        "one": {"displayName": "Jonas Weber"},
        "two": {"displayName": "Fatemeh Moradi"},
        "none": None,
        "product": {"title": "Anar Mug"},
    }
