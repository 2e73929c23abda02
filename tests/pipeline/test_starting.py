"""What a start that a person sends leaves to be done."""

from collections.abc import AsyncIterator

import pytest

from app.access import StoreAccess
from app.inbox.drafts import Release, approve, edit_and_send
from app.inbox.grounds import ANY
from app.inbox.people import Person
from app.models import Conversation, InboundMail, Store
from app.vocabulary import ConversationState, Outcome, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.pipeline.test_hand_over import OLIVIA, ORDER, SAID, take
from tests.scripted_model import ScriptedModel, answer

RELEASE = Release(Person(None, "Sara"), 0, acknowledged=ANY)


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        yield hands


async def test_a_start_that_is_sent_as_it_is_leaves_the_answer_with_people(hands):
    ends = ((SAID["model_limit"], Outcome.HANDED_OVER), (SAID["no_text"], Outcome.ANSWERED))
    for number, (way, outcome) in enumerate(ends):
        mail, reply = await take(hands, way, number)
        before = await hands.conversation(mail)
        assert reply is not None
        async with hands.desk.db.transaction() as session:
            await approve(StoreAccess(session, hands.mailbox.store_id), reply.id, RELEASE)
        assert (await hands.deliver(reply)).state is ReplyState.SENT
        after = await hands.conversation(mail)
        assert (after.outcome, (await hands.get(InboundMail, mail.id)).outcome) == (outcome, outcome)
        assert after.due_at == (before.due_at if outcome is Outcome.HANDED_OVER else None)


async def test_who_got_no_more_than_a_start_still_waits_for_a_person_and_who_was_asked_back_does_not(hands):
    ends = ((SAID["model_limit"], ReplyState.HELD), (SAID["no_text"], ReplyState.SCHEDULED))
    for number, (way, state) in enumerate(ends):
        mail, start = await take(hands, way, number)
        assert start is not None
        async with hands.desk.db.transaction() as session:
            await approve(StoreAccess(session, hands.mailbox.store_id), start.id, RELEASE)
        await hands.deliver(start)
        await hands.change(Conversation, state=ConversationState.CLOSED)  # whatever waits elsewhere
        await hands.change(Store, model_usd_per_day=10.0, modes={"order_status": "auto"})
        hands.desk.model = ScriptedModel(answer(ORDER))
        sender = OLIVIA if number == 0 else "Guest <guest1@example.org>"
        more = await hands.receive(
            sender, "Re: Hello", "Where is #1035?", headers={"In-Reply-To": start.rfc_message_id}
        )
        assert more.conversation_id == mail.conversation_id
        reply = await hands.answer(more)
        assert reply is not None
        assert reply.id != start.id
        assert reply.state is state


async def test_a_start_that_a_person_finished_is_the_answer(hands):
    mail, reply = await take(hands, SAID["model_limit"])
    assert reply is not None
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await edit_and_send(access, reply.id, "It is on its way.", RELEASE)
    await hands.deliver(reply)
    assert (await hands.conversation(mail)).outcome is Outcome.ANSWERED
