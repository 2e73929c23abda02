"""Discount codes by the shop's terms; the rest of ordering is a person's."""

import pytest

from app.intents.request import Request
from app.vocabulary import Intent
from tests.intents.asking import ask
from tests.shopify.shelf import Shelf, policy

TERMS = policy("TERMS_OF_SERVICE", "<p>German law applies.</p><p>Discount codes cannot be combined.</p>")


def mail(evidence):
    return Request(Intent.ORDERING_HELP, evidence=evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        "My discount code does not work",
        "Mein Gutschein geht nicht",
        "کد تخفیف من کار نمی‌کند",
        "mon code promo",
        "mi cupón",
    ],
)
async def test_what_the_terms_say_of_codes_is_told_once_a_person_has_looked(evidence):
    found = await ask(Shelf(policies=[TERMS]), mail(evidence))
    assert (found.situation.name, found.situation.facts.paragraphs) == (
        "ordering_codes",
        ("Discount codes cannot be combined.",),
    )
    assert found.situation.person


@pytest.mark.parametrize("evidence", ["The checkout hangs", "Wie kann ich bestellen?", ""])
async def test_other_trouble_with_ordering_is_handed_over(evidence):
    assert (await ask(Shelf(policies=[TERMS]), mail(evidence))).situation.name is None


async def test_terms_that_do_not_speak_of_codes_are_not_told():
    for policies in ([], [policy("TERMS_OF_SERVICE", "<p>German law applies.</p>")]):
        assert (await ask(Shelf(policies=policies), mail("my discount code"))).situation.name is None
