"""Ways to pay: the shop's terms and the wallets of its checkout, and nothing that neither says."""

from app.intents.request import Request
from app.vocabulary import Intent
from tests.intents.asking import ask
from tests.shopify.shelf import Shelf, policy

HOW = Request(Intent.PAYMENT_QUESTION, evidence="Can I pay with Klarna?")
TERMS = policy("TERMS_OF_SERVICE", "<p>German law applies.</p><p>We accept cards; pay by Klarna, too.</p>")


async def test_the_terms_and_the_wallets_are_told():
    found = await ask(Shelf(policies=[TERMS]), HOW)
    facts = found.situation.facts
    assert (found.situation.name, found.situation.person) == ("payment_methods", None)
    assert facts.wallets == ("Apple Pay", "Shop Pay")
    assert facts.paragraphs == ("We accept cards; pay by Klarna, too.",)
    assert facts.title == "Terms_Of_Service"


async def test_wallets_alone_wait_for_a_person_who_knows_the_rest():
    for policies in ([], [policy("TERMS_OF_SERVICE", "<p>German law applies.</p>")]):
        found = await ask(Shelf(policies=policies), HOW)
        assert (found.situation.facts.title, found.situation.facts.url) == (None, None)
        assert found.situation.person


async def test_two_names_of_one_wallet_are_told_once_and_unknown_ones_not():
    found = await ask(Shelf(policies=[TERMS], wallets=("ANDROID_PAY", "GOOGLE_PAY", "MOON_PAY")), HOW)
    assert found.situation.facts.wallets == ("Google Pay",)


async def test_a_shop_that_says_nothing_of_paying_hands_over():
    assert (await ask(Shelf(wallets=()), HOW)).situation.name is None
    assert (await ask(Shelf(denied={"GetStorefront", "GetPolicies"}), HOW)).situation.name is None
