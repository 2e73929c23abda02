"""Complaints, wishes for a person, business and feedback: the mail has arrived, and nothing is promised."""

import pytest

from app.intents.request import Request
from app.intents.situation import ReceivedFacts
from app.replies.locales import LOCALES
from app.replies.samples import samples
from app.vocabulary import Intent, Ownership, Sentiment
from tests.intents.asking import ask
from tests.intents.orders import order
from tests.replies.voices import TODAY, drafted
from tests.shopify.shelf import Shelf, customer
from tests.tools.test_ownership import ANN, BOB

ALWAYS_A_PERSON = {
    Intent.COMPLAINT: "complaint_received",
    Intent.HUMAN_REQUEST: "person_requested",
    Intent.BUSINESS_INQUIRY: "business_inquiry_received",
}
_TIMES = ("hour", "day", "soon", "shortly", "Stunde", "Tag", "bald", "ساعت", "روز", "به‌زودی", "به زودی")
_PROMISES = ("refund", "replace", "discount", "erstatt", "ersatz", "rabatt", "بازپرداخت", "تعویض", "تخفیف")


@pytest.mark.parametrize("intent", ALWAYS_A_PERSON)
async def test_the_mail_is_acknowledged_and_a_person_answers(intent):
    shelf = Shelf([order()], customers=[customer(ANN)])
    found = await ask(shelf, Request(intent, order_number="#1001"))
    assert (found.situation.name, found.situation.facts) == (ALWAYS_A_PERSON[intent], ReceivedFacts("#1001"))
    assert found.situation.person
    assert found.orders
    assert found.ownership is Ownership.ON_ORDER


@pytest.mark.parametrize("intent", ALWAYS_A_PERSON)
async def test_an_acknowledgment_is_the_same_whosever_the_order_is(intent):
    mine, theirs, none = [
        (await ask(shelf, Request(intent, order_number="1001"))).situation
        for shelf in (Shelf([order()]), Shelf([order(email=BOB, customer=BOB)]), Shelf())
    ]
    assert mine == theirs == none


@pytest.mark.parametrize("sentiment", Sentiment)
async def test_praise_is_thanked_for_and_the_rest_is_read(sentiment):
    found = await ask(Shelf(), Request(Intent.FEEDBACK, sentiment=sentiment))
    is_praise = sentiment is Sentiment.POSITIVE
    assert found.situation.name == ("feedback_thanks" if is_praise else "feedback_received")
    assert (found.situation.person is None) == is_praise


async def test_what_is_none_of_it_is_handed_over():
    found = await ask(Shelf(), Request(Intent.OTHER))
    assert (found.situation.name, found.situation.facts) == (None, None)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "name", [*ALWAYS_A_PERSON.values(), "account_deletion", "feedback_received", "feedback_thanks"]
)
def test_an_acknowledgment_names_no_time_and_promises_nothing(name, locale):
    for sample in samples(name, TODAY):
        words = drafted(sample, language=locale, name=None).markdown.casefold().replace("guten tag", "")
        assert not [word for word in (*_TIMES, *_PROMISES) if word.casefold() in words.replace("وقت", "")]
