"""A customer is told once that a person will answer, honestly, and where silence is better not at all."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.access import StoreAccess
from app.inbox import closing, drafts, failures
from app.inbox.due import NEEDS_PERSON
from app.inbox.people import Person
from app.inbox.stopping import hold_scheduled, set_switch
from app.inbox.threads import open_thread
from app.models import Conversation, Reply, Store
from app.models.columns import now
from app.replies.locales import LOCALES
from app.replies.telling import SITUATION, Asked, may_be_told
from app.vocabulary import Authenticity, Direction, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import make_settings

CUSTOMER = "Olivia Martinez <olivia.martinez@example.net>"
PERSON = request("human_request", "talk to a person")
SOMEBODY = Person(None, "Somebody")


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    """A store that tells, and whose intents are all left to people."""
    async with open_hands(database_url, sandbox, store={"modes": {}, "tells_of_person": True}) as hands:
        hands.desk.settings = make_settings(sandbox, undo_seconds=0)
        yield hands


async def wait_for_person(
    hands: Hands, text: str = "I want to talk to a person about my order.", **more: Any
) -> Any:
    hands.desk.model = ScriptedModel(answer(PERSON))
    mail = await hands.receive(CUSTOMER, more.pop("subject", "Help"), text, **more)
    await hands.answer(mail)
    return mail


async def told(hands: Hands) -> list[Reply]:
    return [
        reply
        for one in await hands.conversations()
        for reply in await hands.replies(one.id)
        if reply.tells_of_person
    ]


async def with_access(hands: Hands, change: Any) -> Any:
    async with hands.desk.db.transaction() as session:
        return await change(StoreAccess(session, hands.mailbox.store_id))


async def test_the_customer_is_told_by_when_and_the_hand_over_stays_open(hands, sandbox):
    mail = await wait_for_person(hands)
    (telling,) = await told(hands)
    assert (telling.automatic, telling.situations) == (True, [SITUATION])
    before = await hands.conversation(mail)
    assert before.due_at is not None
    sent = await hands.deliver(telling)
    assert sent.state is ReplyState.SENT
    (message,) = sandbox.outbox.messages
    assert LOCALES["en"].date(before.due_at.date()) in message.text
    assert "sent automatically" in message.text
    assert message.headers["Auto-Submitted"] == "auto-replied"
    after = await hands.conversation(mail)
    assert (after.outcome, after.due_at) == (before.outcome, before.due_at)
    assert after.outcome in NEEDS_PERSON
    outbound = [one for one in await hands.touchpoints() if one.direction is Direction.OUTBOUND]
    assert [one.decision for one in outbound] == ["automatic"]
    assert len(await hands.messages(before.id)) == 2


async def test_it_is_told_once_in_a_conversation(hands):
    mail = await wait_for_person(hands, message_id="<one@example.net>")
    due = (await hands.conversation(mail)).due_at
    await wait_for_person(hands, "I still want a person.", headers={"In-Reply-To": "<one@example.net>"})
    assert len(await hands.conversations()) == 1
    assert len(await told(hands)) == 1
    assert (await hands.conversation(mail)).due_at == due


@pytest.mark.parametrize(
    ("state", "may_have_left", "times"),
    [(ReplyState.DISCARDED, False, 2), (ReplyState.FAILED, False, 2), (ReplyState.DISCARDED, True, 1)],
)
async def test_what_never_left_has_told_nobody(hands, state, may_have_left, times):
    """One that was taken back before it left; one that was in doubt, and that somebody left at that, may have left."""
    mail = await wait_for_person(hands, message_id="<one@example.net>")
    (telling,) = await told(hands)
    async with hands.desk.db.transaction() as session:
        kept = await session.get_one(Reply, telling.id)
        kept.state, kept.claimed_at = state, now() if may_have_left else None
    thread = await with_access(hands, lambda access: open_thread(access, mail.conversation_id))
    assert thread.has_told is may_have_left
    await wait_for_person(hands, "I still want a person.", headers={"In-Reply-To": "<one@example.net>"})
    assert len(await hands.conversations()) == 1
    assert len(await told(hands)) == times


async def test_nothing_is_told_where_the_owner_did_not_ask_for_it_or_stopped_all_automatic_mail(hands):
    await hands.change(Store, tells_of_person=False)
    await wait_for_person(hands)
    await hands.change(Store, tells_of_person=True, automatic=False)
    await wait_for_person(hands, subject="Another")
    assert await told(hands) == []


async def test_nobody_is_told_whom_nothing_proves(hands):
    for number, result in enumerate(("fail", "none", "")):
        await wait_for_person(hands, subject=f"Mail {number}", result=result)
    assert await told(hands) == []


async def test_nothing_is_told_beyond_the_budgets(hands, sandbox):
    hands.desk.settings = make_settings(sandbox, automatic_mails_per_address=1)
    await wait_for_person(hands, subject="One")
    await wait_for_person(hands, subject="Two")
    assert len(await hands.conversations()) == 2
    assert len(await told(hands)) == 1


async def test_nothing_is_told_after_a_person_has_answered(hands):
    mail = await wait_for_person(hands, result="none")
    conversation = await hands.conversation(mail)
    release = drafts.Release(SOMEBODY, 0)
    written = await with_access(
        hands,
        lambda access: drafts.write(
            access, conversation.id, "Hello, I am on it.", release, thread_key=hands.desk.thread_key
        ),
    )
    await hands.deliver(written)
    await hands.change(Conversation, person_answering=False)
    await wait_for_person(
        hands, "Thanks, and now I want to talk to a person.", headers={"In-Reply-To": written.rfc_message_id}
    )
    assert await told(hands) == []


@pytest.mark.parametrize("faster", ["writes", "closes", "takes", "undoes", "stops"])
async def test_it_is_taken_back_where_somebody_is_faster(hands, sandbox, faster):
    hands.desk.settings = make_settings(sandbox, undo_seconds=3600)
    mail = await wait_for_person(hands)
    (telling,), conversation = await told(hands), await hands.conversation(mail)
    thread = await with_access(hands, lambda access: open_thread(access, conversation.id))
    assert thread.telling is not None
    assert thread.leaving is None

    async def act(access: StoreAccess) -> None:
        if faster == "writes":
            release = drafts.Release(SOMEBODY, 0, thread.seen)
            await drafts.write(access, conversation.id, "Hello!", release, thread_key=hands.desk.thread_key)
        elif faster == "closes":
            await closing.close(access, conversation.id, by=SOMEBODY)
        elif faster == "takes":
            await closing.take(access, conversation.id, by=SOMEBODY)
        elif faster == "undoes":
            await drafts.undo(access, telling.id, by=SOMEBODY)
        else:
            await set_switch(access, automatic=False, by="Somebody")
            await hold_scheduled(access)

    await with_access(hands, act)
    assert (await hands.deliver(telling)).state is ReplyState.DISCARDED
    assert sandbox.outbox.messages == []
    if faster in {"undoes", "stops"}:
        assert (await hands.conversation(mail)).outcome is conversation.outcome


async def test_a_newer_mail_leaves_it_on_its_way_and_an_answer_of_ours_replaces_it(hands, sandbox):
    hands.desk.settings = make_settings(sandbox, undo_seconds=3600)
    await wait_for_person(hands, message_id="<one@example.net>")
    await hands.change(Store, modes={"order_status": "auto"})
    newer = await hands.receive(
        CUSTOMER, "Help", "Where is #1035?", headers={"In-Reply-To": "<one@example.net>"}
    )
    (telling,) = await told(hands)
    assert telling.state is ReplyState.SCHEDULED
    hands.desk.model = ScriptedModel(answer(request("order_status", "#1035", order_number="1035")))
    await hands.answer(newer)
    (telling,) = await told(hands)
    assert telling.state is ReplyState.DISCARDED
    assert [reply.state for reply in await hands.replies(newer.conversation_id) if not reply.tells_of_person][
        -1:
    ] == [ReplyState.SCHEDULED]


@pytest.mark.parametrize("state", [ReplyState.FAILED, ReplyState.BOUNCED])
async def test_one_that_did_not_arrive_leaves_again_when_a_person_says_so(hands, sandbox, state):
    mail = await wait_for_person(hands)
    (telling,) = await told(hands)
    before = await hands.conversation(mail)
    await hands.change(Reply, state=state)
    release = drafts.Release(SOMEBODY, 0)

    async def again(access: StoreAccess) -> Reply:
        if state is ReplyState.FAILED:
            return await drafts.send_again(access, telling.id, release)
        return await failures.send_anew(access, telling.id, release, thread_key=hands.desk.thread_key)

    sent = await hands.deliver(await with_access(hands, again))
    assert sent.state is ReplyState.SENT
    assert len(sandbox.outbox.messages) == 1
    assert (await hands.conversation(mail)).outcome is before.outcome


async def test_a_telling_that_comes_back_changes_nothing_of_the_hand_over(hands):
    mail = await wait_for_person(hands)
    (telling,) = await told(hands)
    await hands.change(Reply, state=ReplyState.SENDING, claimed_at=now() - timedelta(minutes=10))
    doubted = await hands.deliver(telling)
    assert doubted.state is ReplyState.IN_DOUBT
    assert (await hands.conversation(mail)).outcome in NEEDS_PERSON


ASKED = {
    "text": "Please help.",
    "authenticity": Authenticity.AUTHENTICATED,
    "intents": ["complaint"],
    "codes": [],
}


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        (True, {}),
        (True, {"intents": [], "codes": ["asks_for_person"]}),
        (False, {"intents": [], "codes": ["model_limit"]}),
        (False, {"intents": ["business_inquiry", "other"]}),
        (True, {"intents": ["business_inquiry", "refund_request"]}),
        (False, {"text": "I want to die."}),
        (False, {"text": "My lawyer will write to you."}),
        (False, {"authenticity": Authenticity.UNAUTHENTICATED}),
        (False, {"codes": ["repeats_itself"]}),
        (False, {"codes": ["budget_spent", "intent_on_draft"]}),
        (False, {"codes": ["suppressed"]}),
    ],
)
def test_silence_is_better_for_some(expected, values):
    assert may_be_told(Asked(**{**ASKED, **values})) is expected
