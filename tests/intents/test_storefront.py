"""What customers of the pretend shop ask beside their orders, from its own data."""

from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from app.identity import Identity
from app.intents import resolve
from app.intents.request import Request
from app.shopify import ShopifyClient
from app.vocabulary import Authenticity, Intent

LENA, JONAS, JAMES = "lena.hoffmann@example.com", "jonas.weber@example.org", "james.oconnor@example.com"
EVE = "eve@example.net"


@pytest.fixture
async def ask(sandbox):
    async with ShopifyClient(sandbox.shopify_url, sandbox.config.shopify_token) as shop:

        async def asked(who, intent, evidence="", **more):
            request = Request(intent, evidence=evidence, text=evidence, **more)
            asker = Identity(uuid4(), who, who, Authenticity.AUTHENTICATED)
            zone = ZoneInfo((await shop.get_shop()).iana_timezone)
            return (await resolve(request, shop, asker, now=datetime.now(UTC), timezone=zone)).situation

        yield asked


async def test_prices_are_told_and_the_shops_words_quoted(ask):
    price = await ask(EVE, Intent.PRODUCT_QUESTION, "How much is the Anar Mug?", product_query="Anar Mug")
    assert price.name == "product_price"
    said = await ask(EVE, Intent.PRODUCT_QUESTION, "Is it dishwasher safe?", product_query="Anar Mug")
    assert said.name == "product_details"
    assert "Dishwasher safe" in said.facts.paragraphs[0]


async def test_among_its_sellers_of_one_word_the_customer_chooses(ask):
    found = await ask(EVE, Intent.PRODUCT_QUESTION, "Do you have saffron?", product_query="saffron")
    assert found.name == "products_several"
    assert len(found.facts.products) > 1


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Was kostet eine Rücksendung?", "Return shipping costs"),
        ("کالای شکسته را چه کنم؟", "add a photo"),
        ("Can I exchange the teapot?", "To exchange an item"),
    ],
)
async def test_of_its_long_policy_the_passage_that_answers_is_told(ask, question, words):
    found = await ask(EVE, Intent.RETURN_POLICY, question)
    assert (found.name, found.person, found.facts.is_extract) == ("return_policy", None, True)
    assert any(words in paragraph for paragraph in found.facts.paragraphs)


async def test_ways_to_pay_and_codes_are_told_from_its_terms(ask):
    ways = await ask(EVE, Intent.PAYMENT_QUESTION, "Kann ich mit PayPal zahlen?")
    assert (ways.name, ways.person) == ("payment_methods", None)
    assert any("PayPal" in paragraph for paragraph in ways.facts.paragraphs)
    assert "Apple Pay" in ways.facts.wallets
    codes = await ask(EVE, Intent.ORDERING_HELP, "My discount code is refused")
    assert "cannot be combined" in codes.facts.paragraphs[0]


async def test_accounts_are_opened_with_a_code(ask):
    found = await ask(EVE, Intent.ACCOUNT_HELP, "I cannot log in")
    assert (found.name, found.facts.url) == ("account_code", "https://account.saffron-and-clay.example.com")


async def test_a_subscription_is_told_to_its_own_address(ask):
    question = "Am I subscribed to the newsletter?"
    assert (await ask(LENA, Intent.NEWSLETTER, question)).name == "newsletter_subscribed"
    assert (await ask(JONAS, Intent.NEWSLETTER, question)).name == "newsletter_not_subscribed"
    assert (await ask(EVE, Intent.NEWSLETTER, question)).name is None


async def test_a_payment_is_told_to_its_owner_alone(ask):
    mine = await ask(JAMES, Intent.PAYMENT_PROBLEM, "My card was declined", order_number="1060")
    assert (mine.name, bool(mine.person)) == ("payment_awaited", True)
    assert (await ask(EVE, Intent.PAYMENT_PROBLEM, order_number="1060")).name == "order_unknown"
    assert (await ask(JAMES, Intent.PAYMENT_PROBLEM)).facts.number == "#1060"
