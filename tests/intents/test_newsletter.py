"""A consent is told to whose it is, and changed by nobody here."""

import pytest

from app.intents.request import Request
from app.intents.situation import NewsletterFacts
from app.shopify.statuses import MarketingState
from app.vocabulary import Intent, Ownership
from tests.intents.asking import ask
from tests.shopify.shelf import Shelf, customer
from tests.tools.test_ownership import ANN

STATES = {
    "SUBSCRIBED": "newsletter_subscribed",
    "NOT_SUBSCRIBED": "newsletter_not_subscribed",
    "UNSUBSCRIBED": "newsletter_not_subscribed",
    "PENDING": "newsletter_pending",
    "INVALID": None,
    "UNKNOWN": None,
    "IN_ORBIT": None,
}


def mail(evidence="Please take me off your list"):
    return Request(Intent.NEWSLETTER, evidence=evidence)


def test_every_state_of_shopifys_has_its_case():
    assert set(STATES) - {"IN_ORBIT"} == {state.value for state in MarketingState}


@pytest.mark.parametrize("state", STATES)
async def test_the_state_of_the_consent_decides_and_a_person_changes_it(state):
    found = await ask(Shelf(customers=[customer(ANN, newsletter=state)]), mail())
    assert found.situation.name == STATES[state]
    assert found.situation.person
    assert found.ownership is Ownership.CUSTOMER
    if STATES[state]:
        assert found.situation.facts == NewsletterFacts(ANN)


@pytest.mark.parametrize(
    ("evidence", "is_answered"),
    [
        ("Am I subscribed to your newsletter?", True),
        ("Bin ich für den Newsletter angemeldet?", True),
        ("Suis-je abonné à votre lettre ?", True),
        ("¿Estoy suscrito al boletín?", True),
        ("آیا من مشترک خبرنامه هستم؟", True),
        ("Unsubscribe me!", False),
        ("Bitte vom Newsletter abmelden", False),
        ("I would like to get your newsletter", False),
        ("لطفاً مرا از خبرنامه حذف کنید", False),
        ("", False),
    ],
)
async def test_only_a_question_is_answered_without_a_person(evidence, is_answered):
    found = await ask(Shelf(customers=[customer(ANN, newsletter="SUBSCRIBED")]), mail(evidence))
    assert (found.situation.person is None) == is_answered


async def test_who_is_no_customer_is_told_nothing():
    found = await ask(Shelf(), mail("Am I subscribed?"))
    assert (found.situation.name, found.ownership) == (None, Ownership.NOT_FOUND)


async def test_a_consent_out_of_reach_is_a_persons():
    found = await ask(Shelf(customers=[customer(ANN)], denied={"FindCustomers"}), mail("Am I subscribed?"))
    assert (found.situation.name, found.ownership) == (None, Ownership.OUT_OF_REACH)
