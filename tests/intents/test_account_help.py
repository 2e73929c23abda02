"""Signing in is explained; who wants data deleted hears from a person."""

import pytest

from app.intents.request import Request
from app.intents.situation import AccountFacts, ReceivedFacts
from app.vocabulary import Intent
from tests.intents.asking import ask
from tests.shopify.shelf import Shelf

SIGN_IN = (
    "I cannot log in to my account",
    "I forgot my password",
    "How do I register?",
    "how can I create an account",
    "Ich kann mich nicht anmelden",
    "Passwort vergessen",
    "نمی‌توانم وارد حسابم شوم",
    "رمز عبورم را فراموش کرده‌ام",
    "Je n'arrive pas à me connecter",
    "He olvidado mi contraseña",
)
DELETION = (
    "Please delete my account",
    "I want to close my account, I can't even log in",
    "Remove all my data",
    "Bitte löschen Sie mein Konto",
    "لطفاً حساب من را حذف کنید",
    "Veuillez supprimer mon compte",
    "Quiero eliminar mi cuenta",
)


def mail(evidence):
    return Request(Intent.ACCOUNT_HELP, evidence=evidence)


@pytest.mark.parametrize("evidence", SIGN_IN)
@pytest.mark.parametrize(
    ("version", "name"), [("NEW_CUSTOMER_ACCOUNTS", "account_code"), ("CLASSIC", "account_password")]
)
async def test_how_to_sign_in_depends_on_the_shops_accounts(evidence, version, name):
    found = await ask(Shelf(accounts_version=version), mail(evidence))
    assert (found.situation.name, found.situation.person) == (name, None)
    assert found.situation.facts == AccountFacts("https://account.saffron.example")


@pytest.mark.parametrize("evidence", DELETION)
async def test_a_deletion_is_acknowledged_and_always_a_persons(evidence):
    for shelf in (Shelf(), Shelf(accounts_url=None), Shelf(denied={"GetStorefront"})):
        found = await ask(shelf, mail(evidence))
        assert (found.situation.name, found.situation.facts) == ("account_deletion", ReceivedFacts(None))
        assert found.situation.person


@pytest.mark.parametrize("evidence", ["Please change my email address", "Meine Telefonnummer ist falsch", ""])
async def test_another_change_waits_for_a_person(evidence):
    assert (await ask(Shelf(), mail(evidence))).situation.person


@pytest.mark.parametrize(
    "shelf", [Shelf(accounts_url=None), Shelf(accounts_version="IN_ORBIT"), Shelf(denied={"GetStorefront"})]
)
async def test_a_shop_whose_accounts_are_not_known_hands_over(shelf):
    assert (await ask(shelf, mail("I cannot log in"))).situation.name is None
