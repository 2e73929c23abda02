"""What is asked about a product, in five languages, and what the shop's own words say."""

import pytest

from app.intents.product_question import MOST_PRODUCTS
from app.intents.request import Request
from app.intents.situation import ProductTextFacts, ShopFacts
from app.vocabulary import Intent
from tests.intents.asking import ask
from tests.shopify.shelf import Shelf, product

MUG = product(
    "Blue Mug",
    ("Small", "12.00", True),
    ("Large", "15.00", False),
    description="Holds 350 ml.\n\nDishwasher-safe.",
)


def question(query, evidence):
    return Request(Intent.PRODUCT_QUESTION, product_query=query, evidence=evidence)


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        ("Do you still have the blue mug?", "product_available"),
        ("Is it in stock, and how much is it?", "product_available"),
        ("How much is the blue mug?", "product_price"),
        ("Was kostet die Tasse?", "product_price"),
        ("قیمت ماگ آبی چند است؟", "product_price"),
        ("Combien coûte la tasse ?", "product_price"),
        ("¿Cuánto cuesta la taza?", "product_price"),
        ("Ist die Tasse lieferbar?", "product_available"),
        ("Is the blue mug dishwasher-safe?", "product_details"),
        ("Wie viele Milliliter fasst die Tasse?", "product_details"),
        ("جنس این ماگ چیست؟", "product_details"),
        ("", "product_details"),
    ],
)
async def test_what_is_asked_decides_what_is_told(evidence, name):
    found = await ask(Shelf(products=[MUG]), question("blue mug", evidence))
    assert found.situation.name == name
    assert (found.situation.person is not None) == (name == "product_details")


async def test_a_sold_out_one_is_unavailable_whether_stock_or_price_is_asked():
    for evidence in ("Is it in stock?", "What does it cost?"):
        found = await ask(Shelf(products=[MUG]), question("large blue mug", evidence))
        assert found.situation.name == "product_unavailable"


async def test_the_shops_own_words_are_quoted_and_nothing_else():
    found = await ask(Shelf(products=[MUG]), question("blue mug", "Is it dishwasher-safe?"))
    assert found.situation.facts == ProductTextFacts(
        "Blue Mug", "https://saffron.example/products/x", ("Holds 350 ml.", "Dishwasher-safe.")
    )


async def test_a_product_without_a_description_is_acknowledged():
    found = await ask(Shelf(products=[product("Blue Mug")]), question("blue mug", "Is it dishwasher-safe?"))
    assert found.situation.facts.paragraphs == ()
    assert found.situation.person


async def test_a_colour_that_there_is_not_waits_for_a_person():
    found = await ask(Shelf(products=[MUG]), question("blue mug purple", "Do you have it in purple?"))
    assert found.situation.name == "product_available"
    assert found.situation.person


async def test_the_customer_chooses_among_few():
    shelf = Shelf(products=[product(f"Blue Mug {letter}{letter}") for letter in "abcdefgh"])
    found = await ask(shelf, question("blue mug", "Do you have blue mugs?"))
    assert found.situation.name == "products_several"
    assert len(found.situation.facts.products) == MOST_PRODUCTS


async def test_a_choice_with_a_hidden_product_waits_for_a_person():
    shelf = Shelf(products=[product("Blue Mug Set"), product("Blue Mug Box", onlineStoreUrl=None)])
    found = await ask(shelf, question("blue mug", "Do you have blue mugs?"))
    assert found.situation.name == "products_several"
    assert "published" in found.situation.person


async def test_where_the_shop_is_stays_unsaid_where_shopify_does_not_say_it():
    found = await ask(Shelf(denied={"GetStorefront"}), question("blue mug", "Do you have it?"))
    assert (found.situation.name, found.situation.facts) == ("product_not_found", ShopFacts(None))


async def test_the_words_of_a_customer_are_never_repeated():
    found = await ask(
        Shelf(), question("cheap pills at evil.example", "Do you have cheap pills at evil.example?")
    )
    assert "evil" not in repr(found.situation.facts)
