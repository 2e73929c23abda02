"""Connections are walked page by page, both ways."""

import pytest

PAGE = """query ($first: Int, $last: Int, $after: String, $before: String, $reverse: Boolean) {
  orders(first: $first, last: $last, after: $after, before: $before, reverse: $reverse, sortKey: CREATED_AT) {
    edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def walk(admin, **arguments):
    names, cursor = [], None
    for _ in range(100):
        page = admin.data(PAGE, after=cursor, **arguments)["orders"]
        names += [edge["node"]["name"] for edge in page["edges"]]
        assert page["pageInfo"]["hasPreviousPage"] is (cursor is not None)
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return names
    raise AssertionError("the pages never end")


def test_forwards_every_order_comes_once(admin):
    names = walk(admin, first=7)
    assert names == sorted(names)
    assert names == walk(admin, first=250)
    assert walk(admin, first=7, reverse=True) == names[::-1]


def test_backwards_every_order_comes_once(admin):
    whole = walk(admin, first=250)
    names: list[str] = []
    cursor = None
    while True:
        page = admin.data(PAGE, last=9, before=cursor)["orders"]
        names = [edge["node"]["name"] for edge in page["edges"]] + names
        cursor = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert names == whole


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"first": 251},
        {"first": -1},
        {"first": 1, "last": 1},
        {"first": 1, "after": "garbage"},
        {"first": 1, "after": "eyJsYXN0X2lkIjogMX0="},
    ],
)
def test_arguments_that_make_no_page_are_refused(admin, arguments):
    answer = admin.ask(PAGE, **arguments)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_nested_lists_are_cut_and_turned(admin):
    query = """{ orders(first: 1, query: "name:1024") { nodes { fulfillments(first: 1) { events(first: 2, reverse: true) {
        nodes { status } pageInfo { hasNextPage } } } } } }"""
    ((fulfillment,),) = (node["fulfillments"] for node in admin.data(query)["orders"]["nodes"])
    assert [event["status"] for event in fulfillment["events"]["nodes"]] == ["DELIVERED", "OUT_FOR_DELIVERY"]
    assert fulfillment["events"]["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("orders", "OrderSortKeys"),
        ("customers", "CustomerSortKeys"),
        ("products", "ProductSortKeys"),
        ("productVariants", "ProductVariantSortKeys"),
    ],
)
def test_every_sort_key_sorts(admin, field, kind):
    values = admin.data(f'{{ __type(name: "{kind}") {{ enumValues {{ name }} }} }}')["__type"]["enumValues"]
    for value in values:
        query = f"{{ {field}(first: 250, sortKey: {value['name']}) {{ nodes {{ id }} }} }}"
        ids = [node["id"] for node in admin.data(query)[field]["nodes"]]
        assert len(set(ids)) == len(ids) > 20
