"""To whom staff send from their own mail programs: whose conversation such a mail answers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.access import StoreAccess
from app.inbox.threads import open_thread
from app.models.inbound import SENT
from tests.pipeline.by_hand import Hands, open_hands
from tests.pipeline.test_staff import ANSWERED, FIRST, OLIVIA, QUESTION, SARA, STRANGER, TEAPOT


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        await hands.hire("Sara Lind", "Sara@lind.example")
        yield hands


async def _ask(hands: Hands, **more: Any) -> Any:
    return await hands.receive(OLIVIA, TEAPOT, QUESTION, message_id=FIRST, **more)


async def _answer_as(hands: Hands, **more: Any) -> Any:
    values = {"source": SENT, "result": "", "headers": ANSWERED, **more}
    return await hands.receive(SARA, f"Re: {TEAPOT}", "We send a new one today.", **values)


async def test_an_answer_to_two_people_of_a_thread_counts_for_both(hands):
    mail = await _ask(hands)
    other = await hands.receive(STRANGER, f"Re: {TEAPOT}", "Mine too", headers=ANSWERED)
    third = await hands.receive("Max <max@customer.example>", f"Re: {TEAPOT}", "And mine", headers=ANSWERED)
    await _answer_as(hands, to=f"{OLIVIA}, {STRANGER}")
    for one, is_answered in ((mail, True), (other, True), (third, False)):
        conversation = await hands.conversation(one)
        assert conversation.person_answering is is_answered
        async with hands.desk.db.transaction() as session:
            thread = await open_thread(StoreAccess(session, hands.mailbox.store_id), conversation.id)
        assert len(thread.messages) == (2 if is_answered else 1)


async def test_an_answer_to_where_the_customer_asked_for_it_counts(hands):
    mail = await _ask(hands, headers={"Reply-To": "Olivia@Work.example"})
    for to in ("max@work.example", "olivia@work.example"):
        copy = await _answer_as(hands, to=to)
        assert (copy.conversation_id == mail.conversation_id) == to.startswith("olivia")


async def test_an_answer_that_hides_its_recipient_counts_by_the_senders_own_copy(hands):
    mail = await _ask(hands)
    hidden: dict[str, Any] = {"to": "undisclosed-recipients:;", "headers": {**ANSWERED, "Bcc": OLIVIA}}
    assert (await _answer_as(hands, **hidden)).conversation_id == mail.conversation_id
