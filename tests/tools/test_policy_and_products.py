"""Policies become paragraphs; products are ranked by the customer's own words."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import Identity
from app.tools import get_policy, search_products
from app.tools.get_policy import paragraphs_of
from app.vocabulary import Authenticity, Ownership
from tests.shopify.shelf import Shelf, policy, product, served

ASKER = Identity(uuid4(), "ann@example.com", "ann@example.com", Authenticity.UNAUTHENTICATED)


@pytest.mark.parametrize(
    ("html", "paragraphs"),
    [
        ("<p>One.</p><p>Two <b>bold</b>&nbsp;&amp; more.</p>", ("One.", "Two bold & more.")),
        ("Plain text", ("Plain text",)),
        ("First<br>Second<br/><br/>Third", ("First", "Second", "Third")),
        ("<h2>Returns</h2><ul><li>30 days</li><li>unused</li></ul>", ("Returns", "30 days", "unused")),
        ("<div>a<p>b</p>c</div>d", ("a", "b", "c", "d")),
        ("<p>a\n  b</p>\n\n<p> </p>", ("a b",)),
        ("<p>x</p><script>evil()</script><style>p{}</style>", ("x",)),
        ("<p dir=rtl>تا ۳۰ روز</p>", ("تا ۳۰ روز",)),
        ("", ()),
    ],
)
def test_a_policy_is_read_paragraph_by_paragraph(html, paragraphs):
    assert paragraphs_of(html) == paragraphs


@given(st.text(max_size=200))
def test_no_html_breaks_it(html):
    assert all(p and p == p.strip() for p in paragraphs_of(html))


async def test_the_policy_of_the_right_kind_is_read():
    shelf = Shelf(
        policies=[policy("SHIPPING_POLICY", "<p>Three days.</p>"), policy("REFUND_POLICY", "<p>Back.</p>")]
    )
    async with served(shelf) as shop:
        refund = await get_policy.run(shop.shop, ASKER, get_policy.Args(policy="refund"))
    assert refund.paragraphs == ("Back.",)


@pytest.mark.parametrize("policies", [[], [policy("REFUND_POLICY", "<p> </p>")]])
async def test_a_policy_that_was_never_written_is_said_to_be_missing(policies):
    async with served(Shelf(policies=policies)) as shop:
        refund = await get_policy.run(shop.shop, ASKER, get_policy.Args(policy="refund"))
    assert (refund.policy, refund.paragraphs) == (None, ())
    assert "Settings" in refund.outcome


CATALOGUE = [
    product("Blue Ceramic Mug"),
    product("Ceramic Vase", ("Blue", "30.00", True), ("White", "30.00", False)),
    product("Saffron Threads 2 g"),
    product("Wool Blanket", tags=["throw", "bedding"]),
    product("فنجان سفالی آبی"),
]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("blue ceramic mugs", "Blue Ceramic Mug"),
        ("the mug in blue", "Blue Ceramic Mug"),
        ("Vase (blue)", "Ceramic Vase"),
        ("saffron thread", "Saffron Threads 2 g"),
        ("throw", "Wool Blanket"),
        ("فنجان آبی", "فنجان سفالی آبی"),
    ],
)
async def test_the_product_that_accounts_for_most_words_comes_first(query, title):
    async with served(Shelf(products=CATALOGUE)) as shop:
        found = await search_products.run(shop.shop, ASKER, search_products.Args(product_query=query))
    assert found.matches[0].product.title == title


async def test_a_product_that_is_not_on_sale_is_never_found():
    hidden = [product("Secret Mug", status="DRAFT"), product("Old Mug", status="ARCHIVED")]
    async with served(Shelf(products=hidden)) as shop:
        found = await search_products.run(shop.shop, ASKER, search_products.Args(product_query="mug"))
    assert found.matches == ()


async def test_a_query_without_a_word_asks_nobody():
    async with served(Shelf(products=CATALOGUE)) as shop:
        found = await search_products.run(shop.shop, ASKER, search_products.Args(product_query="the ?"))
        assert shop.calls == []
    assert found.matches == ()


async def test_a_missing_scope_is_out_of_reach():
    async with served(Shelf(denied={"SearchProducts", "GetPolicies"})) as shop:
        products = await search_products.run(shop.shop, ASKER, search_products.Args(product_query="mug"))
        refund = await get_policy.run(shop.shop, ASKER, get_policy.Args(policy="refund"))
    assert products.ownership is refund.ownership is Ownership.OUT_OF_REACH
