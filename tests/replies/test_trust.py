import pytest

from app.errors import NeedsPerson
from app.intents.situation import (
    AccountFacts,
    AnswerByFacts,
    CodeFacts,
    EmptyMailFacts,
    PaymentFacts,
    PolicyFacts,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    ReceivedFacts,
    ShopFacts,
    UnknownOrderFacts,
    WaysToPayFacts,
)
from app.replies.samples import SITUATIONS, samples
from app.replies.trust import DISCLOSURE, FactKind, choose_recipient, fact_kind, may_tell, may_tell_facts
from app.vocabulary import Ownership
from tests.replies.voices import TODAY

TOLD_TO_ANYBODY = {
    AccountFacts,
    AnswerByFacts,
    CodeFacts,
    EmptyMailFacts,
    PolicyFacts,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    ReceivedFacts,
    ShopFacts,
    UnknownOrderFacts,
    WaysToPayFacts,
}
"""What belongs to nobody, or tells no more than that a mail has arrived. Each class of facts is here by a decision."""
STRANGERS = [None, Ownership.NOT_OWNER, Ownership.NOT_FOUND, Ownership.OUT_OF_REACH]


def test_a_reply_goes_to_the_address_in_from():
    recipient = choose_recipient("anna@example.com")
    assert recipient.address == "anna@example.com"
    assert not recipient.is_reply_to_ignored


def test_a_reply_to_that_differs_gets_nothing():
    recipient = choose_recipient("anna@example.com", ["anna@example.com", "thief@evil.example"])
    assert recipient.address == "anna@example.com"
    assert recipient.is_reply_to_ignored


def test_a_reply_to_that_says_the_same_changes_nothing():
    for same in (["ANNA@Example.com "], [""], ["anna@example.com"] * 3, []):
        assert not choose_recipient("anna@example.com", same).is_reply_to_ignored


@pytest.mark.parametrize("sender", [None, "", "  ", "anna"])
def test_without_an_address_there_is_nobody_to_answer(sender):
    with pytest.raises(NeedsPerson):
        choose_recipient(sender, ["thief@evil.example"])


@pytest.mark.parametrize("ownership", STRANGERS)
def test_a_stranger_hears_nothing_of_orders_and_customers(ownership):
    assert not may_tell(FactKind.ORDER, ownership)
    assert not may_tell(FactKind.CUSTOMER, ownership)
    assert may_tell(FactKind.PRODUCT, ownership)
    assert may_tell(FactKind.POLICY, ownership)


def test_who_stands_on_an_order_hears_of_it_and_only_the_customer_of_the_account():
    assert may_tell(FactKind.ORDER, Ownership.ON_ORDER)
    assert may_tell(FactKind.ORDER, Ownership.CUSTOMER)
    assert may_tell(FactKind.CUSTOMER, Ownership.CUSTOMER)
    assert not may_tell(FactKind.CUSTOMER, Ownership.ON_ORDER)


def test_every_kind_of_fact_and_every_situation_has_its_rule():
    assert set(DISCLOSURE) == set(FactKind)
    every = [sample.facts for name in SITUATIONS for sample in samples(name, TODAY)]
    assert {type(facts) for facts in every if may_tell_facts(facts, Ownership.NOT_OWNER)} == TOLD_TO_ANYBODY
    assert not any(may_tell_facts(f, Ownership.NOT_OWNER) for f in every if type(f) not in TOLD_TO_ANYBODY)
    assert fact_kind(None) is None


@pytest.mark.parametrize("name", ["newsletter_subscribed", "newsletter_not_subscribed", "newsletter_pending"])
def test_a_consent_is_told_to_the_customer_alone(name):
    for sample in samples(name, TODAY):
        told = {one for one in [None, *Ownership] if may_tell_facts(sample.facts, one)}
        assert told == {Ownership.CUSTOMER}


@pytest.mark.parametrize(
    "name", [name for name in SITUATIONS if isinstance(samples(name, TODAY)[0].facts, PaymentFacts)]
)
def test_payments_are_told_to_who_stands_on_the_order(name):
    for sample in samples(name, TODAY):
        told = {one for one in [None, *Ownership] if may_tell_facts(sample.facts, one)}
        assert told == {Ownership.ON_ORDER, Ownership.CUSTOMER, Ownership.PROVEN}
