"""Which part of a policy is told, whatever language it and the question are in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intents.passages import CODES, LONGEST_ANSWER, PAYMENT, about, sections, select

FILLER = "We take great care of everything that we make, and of everybody who buys it from us. " * 5
POLICY = (
    "Returns",
    f"You may return anything within 30 days after delivery. {FILLER}",
    "What a return costs",
    "Return shipping costs 4.90 EUR; we deduct it from the refund.",
    f"From other countries you choose the carrier yourself. {FILLER}",
    "Damaged items",
    f"Tell us within 7 days if something arrived broken, and add a photo. {FILLER}",
    "Exchanges",
    f"To exchange an item, send it back and place a new order. {FILLER}",
)
GERMAN = (
    "Widerruf",
    f"Innerhalb von 14 Tagen nach Erhalt. {FILLER}",
    "Umtausch",
    f"Zum Umtausch bestellen Sie bitte neu. {FILLER}",
    "Kosten der Rücksendung",
    f"Die Rücksendung kostet 4,90 EUR. {FILLER}",
    "Beschädigte Ware",
    f"Melden Sie sich mit einem Foto. {FILLER}",
)


@pytest.mark.parametrize(
    ("policy", "question", "heading"),
    [
        (POLICY, "How much does it cost to send something back?", "What a return costs"),
        (POLICY, "Was kostet die Rücksendung?", "What a return costs"),
        (POLICY, "هزینهٔ بازگرداندن کالا چقدر است؟", "What a return costs"),
        (POLICY, "Combien coûte un retour ?", "What a return costs"),
        (POLICY, "Can I swap the shirt for another size?", "Exchanges"),
        (POLICY, "Kann ich das umtauschen?", "Exchanges"),
        (POLICY, "آیا می‌توانم آن را عوض کنم؟", "Exchanges"),
        (POLICY, "¿Puedo cambiarlo por otro?", "Exchanges"),
        (POLICY, "what if the mug arrives broken", "Damaged items"),
        (GERMAN, "Can I exchange it?", "Umtausch"),
        (GERMAN, "What if it is damaged?", "Beschädigte Ware"),
        (GERMAN, "Is sending back free?", "Kosten der Rücksendung"),
    ],
)
def test_the_section_that_answers_is_chosen_in_every_language(policy, question, heading):
    told = select(policy, question)
    assert told.is_chosen
    assert heading in told.paragraphs
    assert sum(map(len, told.paragraphs)) < sum(map(len, policy)) / 2


def test_a_short_policy_is_told_whole():
    told = select(POLICY[2:4], "Can I exchange it?")
    assert told.paragraphs == POLICY[2:4]
    assert not told.is_chosen


@pytest.mark.parametrize("question", ["", "hello", "Is your shop run by a cat?"])
def test_what_fits_nowhere_leaves_the_policy_whole(question):
    told = select(POLICY, question)
    assert told.paragraphs == POLICY
    assert not told.is_chosen


def test_a_heading_keeps_what_stands_under_it():
    assert sections(POLICY)[1] == POLICY[2:5]
    assert sections(("One sentence.", "Another one.")) == (("One sentence.",), ("Another one.",))


def test_what_terms_say_of_a_topic_is_told_in_their_order():
    terms = (
        "We accept credit cards.",
        "German law applies.",
        "Discount codes cannot be combined.",
        "Pay in 7 days.",
    )
    assert about(terms, PAYMENT) == ("We accept credit cards.", "Pay in 7 days.")
    assert about(terms, CODES) == ("Discount codes cannot be combined.",)
    assert about((f"We accept cards. {FILLER * 5}",), PAYMENT) == ()


@given(st.lists(st.text(min_size=1, max_size=400), max_size=12), st.text(max_size=80))
def test_nothing_is_told_that_the_policy_does_not_say(paragraphs, question):
    told = select(paragraphs, question)
    assert [p for p in paragraphs if p in told.paragraphs][: len(told.paragraphs)] or not told.paragraphs
    assert set(told.paragraphs) <= set(paragraphs)
    if told.is_chosen:
        assert told.paragraphs
    else:
        assert told.paragraphs == tuple(paragraphs)
    assert sum(map(len, about(paragraphs, PAYMENT))) <= LONGEST_ANSWER
