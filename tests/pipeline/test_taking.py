"""Whoever takes a conversation over finds a draft, whatever Pasokh was at: nothing of it leaves without them."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.access import StoreAccess
from app.errors import TryLater
from app.inbox import closing, corrections, drafts, failures
from app.inbox.corrections import Correction
from app.inbox.drafts import Release
from app.inbox.grounds import ANY
from app.inbox.handling import Stale, lock_conversation
from app.inbox.people import Person
from app.inbox.threads import OPEN_DRAFTS, open_thread
from app.inbox.unanswered import answer_anyway
from app.models import Conversation, InboundMail, Reply, Store
from app.models.columns import now
from app.pipeline.answer import answer_conversation, answer_failed
from app.pipeline.sweep import sweep
from app.vocabulary import ConversationState, Intent, Mode, Outbound, Outcome, ReplyOrigin, ReplyState
from tests.conftest import ROOT
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import make_settings

SARA = Person(None, "Sara")
ORDER = request("order_status", "#1035", order_number="1035")
DOWN = TryLater("OpenAI is down.", service="OpenAI")


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        hands.desk.settings = make_settings(sandbox, undo_seconds=3600, quiet_seconds=3600)
        yield hands


async def act(hands: Hands, change: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
    async with hands.desk.db.transaction() as session:
        return await change(StoreAccess(session, hands.mailbox.store_id), *args, **options)


async def ask(hands: Hands, *, number: int = 0, persian: bool = False, **more: Any) -> InboundMail:
    """A mail about an order; of another conversation each, by a subject of its own."""
    sender, text = (
        ("Mina Karimi <mina.karimi@example.com>", "سلام، سفارش #1051 من کجاست؟ لطفا خبر بدهید.")
        if persian
        else ("Olivia Martinez <olivia.martinez@example.net>", "Where is my order #1035?")
    )
    return await hands.receive(sender, f"Order, thread {number}", text, **more)


async def take(hands: Hands, mail: InboundMail) -> None:
    await act(hands, closing.take, mail.conversation_id, by=SARA)


class Interrupted(ScriptedModel):
    """Somebody does something while it thinks."""

    def __init__(self, hands: Hands, mail: InboundMail, *steps: Any) -> None:
        super().__init__(*steps)
        self._act = lambda: take(hands, mail)

    async def call(self, *args: Any, **options: Any) -> Any:
        await self._act()
        return await super().call(*args, **options)


async def run_jobs(hands: Hands, mail: InboundMail) -> None:
    """What the queue holds for the conversation and is due by now: as a worker does."""
    query = sa.text("""
        DELETE FROM procrastinate_jobs WHERE task_name = 'answer_conversation' AND args->>'subject' = :subject
           AND (scheduled_at IS NULL OR scheduled_at <= now()) RETURNING id""")
    async with hands.desk.db.transaction() as session:
        due = (await session.execute(query, {"subject": str(mail.conversation_id)})).all()
    for _ in due:
        await run(hands, mail)


async def run(hands: Hands, mail: InboundMail) -> None:
    assert mail.conversation_id is not None
    try:
        await answer_conversation(hands.desk, mail.conversation_id)
    except TryLater as error:
        await answer_failed(hands.desk, mail.conversation_id, error)


async def taken_unread(hands: Hands, mail: InboundMail) -> None:
    """Within the quiet time."""
    hands.desk.model = ScriptedModel()
    await take(hands, mail)


async def taken_while_read(hands: Hands, mail: InboundMail) -> None:
    hands.desk.model = Interrupted(hands, mail, answer(ORDER))
    await run(hands, mail)


async def taken_while_the_model_fails(hands: Hands, mail: InboundMail) -> None:
    hands.desk.model = Interrupted(hands, mail, DOWN)
    await run(hands, mail)


async def taken_while_it_waits_for_a_service(hands: Hands, mail: InboundMail) -> None:
    hands.desk.model = ScriptedModel(DOWN)
    await run(hands, mail)
    assert (await hands.conversation(mail)).outcome is Outcome.WAITING
    await take(hands, mail)


async def taken_when_understood_and_not_yet_drafted(hands: Hands, mail: InboundMail) -> None:
    """The job was cut short after its model call, or drafts again what a person corrected."""
    wish = [Correction(Intent.ORDER_STATUS, "1035")]
    hands.desk.model = ScriptedModel()
    await act(hands, corrections.draft_again, mail.conversation_id, wish, by=SARA)
    await take(hands, mail)


async def corrected_by_whoever_took_it(hands: Hands, mail: InboundMail) -> None:
    """It stays theirs: nobody has given it back."""
    hands.desk.model = ScriptedModel()
    await take(hands, mail)
    await run_jobs(hands, mail)
    wish = [Correction(Intent.ORDER_STATUS, "1035")]
    await act(hands, corrections.draft_again, mail.conversation_id, wish, by=SARA)
    await run_jobs(hands, mail)


async def taken_in_the_undo_window(hands: Hands, mail: InboundMail) -> None:
    hands.desk.model = ScriptedModel(answer(ORDER))
    await run(hands, mail)
    (reply,) = await hands.replies((await hands.conversation(mail)).id)
    assert reply.state is ReplyState.SCHEDULED
    await take(hands, mail)


async def taken_with_a_draft(hands: Hands, mail: InboundMail) -> None:
    await hands.change(Store, modes={intent.value: Mode.DRAFT for intent in Intent})
    hands.desk.model = ScriptedModel(answer(ORDER))
    await run(hands, mail)
    await take(hands, mail)
    await hands.change(Store, modes={intent.value: Mode.AUTO for intent in Intent})


async def taken_with_a_start(hands: Hands, mail: InboundMail) -> None:
    await hands.change(Store, model_usd_per_day=0.0)
    await run(hands, mail)
    await take(hands, mail)
    await hands.change(Store, model_usd_per_day=10.0)


START, TEMPLATE = ReplyOrigin.START, ReplyOrigin.TEMPLATE
IN_TRANSIT = "order_in_transit"
WAYS: dict[Callable[[Hands, InboundMail], Awaitable[None]], tuple[ReplyOrigin, list[str]]] = {
    taken_unread: (START, ["message_in_hand", IN_TRANSIT]),
    taken_while_read: (TEMPLATE, [IN_TRANSIT]),
    taken_while_the_model_fails: (START, ["message_in_hand", IN_TRANSIT]),
    taken_while_it_waits_for_a_service: (START, ["message_in_hand", IN_TRANSIT]),
    taken_when_understood_and_not_yet_drafted: (TEMPLATE, [IN_TRANSIT]),
    corrected_by_whoever_took_it: (TEMPLATE, [IN_TRANSIT]),
    taken_in_the_undo_window: (TEMPLATE, [IN_TRANSIT]),
    taken_with_a_draft: (TEMPLATE, [IN_TRANSIT]),
    taken_with_a_start: (START, ["message_in_hand", IN_TRANSIT]),
}
"""Whatever Pasokh was at, who wrote the draft, and what it tells."""


async def test_whoever_takes_a_conversation_over_finds_a_draft_and_nothing_leaves_without_them(hands):
    wrong = {}
    for number, (way, (origin, situations)) in enumerate(WAYS.items()):
        await hands.change(Conversation, state=ConversationState.CLOSED)  # or the next is held for the last
        mail = await ask(hands, number=number)
        await way(hands, mail)
        taken = await hands.conversation(mail)
        await run_jobs(hands, mail)
        hands.desk.model.assert_done()
        after = await hands.conversation(mail)
        drafted = await held(hands, mail)
        checks = {
            "needs a person at once": taken.outcome in {Outcome.HANDED_OVER, Outcome.DRAFTED},
            "its clock runs": taken.due_at is not None and after.due_at == taken.due_at,
            "is theirs": after.person_answering,
            "ends with a person": after.outcome in {Outcome.HANDED_OVER, Outcome.DRAFTED}
            and (await hands.get(InboundMail, mail.id)).outcome is after.outcome,
            "one draft": [(one.origin, one.situations, one.automatic) for one in drafted]
            == [(origin, situations, False)],
            "nothing leaves": {one.state for one in await hands.replies(after.id)}
            <= {ReplyState.HELD, ReplyState.DISCARDED},
        }
        wrong[way.__name__] = [name for name, is_so in checks.items() if not is_so]
    assert {way: found for way, found in wrong.items() if found} == {}


async def held(hands: Hands, mail: InboundMail) -> list[Reply]:
    replies = await hands.replies((await hands.conversation(mail)).id)
    return [reply for reply in replies if reply.state in OPEN_DRAFTS]


async def test_a_draft_for_whoever_takes_over_speaks_the_language_of_the_customer(hands):
    mail = await ask(hands, persian=True)
    await taken_unread(hands, mail)
    await run_jobs(hands, mail)
    (start,) = await held(hands, mail)
    assert (start.locale, start.findings) == ("fa", [])
    assert "مینا" in start.markdown or "Mina" in start.markdown


async def test_a_further_mail_brings_a_start_where_the_draft_before_was_thrown_away(hands):
    mail = await ask(hands, message_id="<one@example.net>")
    await taken_in_the_undo_window(hands, mail)
    (draft,) = await held(hands, mail)
    await act(hands, drafts.discard, draft.id, by=SARA)
    more = await ask(hands, headers={"In-Reply-To": "<one@example.net>"})
    assert more.conversation_id == mail.conversation_id
    hands.desk.model = ScriptedModel()
    await run(hands, more)
    (start,) = await held(hands, mail)
    assert start.origin is ReplyOrigin.START


async def test_what_is_answered_anyway_ends_with_a_draft_too(hands):
    mail = await ask(hands, headers={"Auto-Submitted": "auto-replied"})
    assert mail.outcome is Outcome.IGNORED
    await act(hands, answer_anyway, mail.id, by=SARA)
    await hands.change(Store, model_usd_per_day=0.0)
    mail = await hands.read(mail.id)
    await run(hands, mail)
    assert [one.origin for one in await held(hands, mail)] == [ReplyOrigin.START]


async def test_a_draft_that_somebody_waits_for_is_made_also_where_its_job_was_lost(hands):
    mail = await ask(hands)
    await taken_unread(hands, mail)
    await hands.change(InboundMail, received_at=now() - timedelta(minutes=5))
    async with hands.desk.db.transaction() as session:
        await session.execute(sa.text("DELETE FROM procrastinate_jobs"))
    await sweep(hands.desk)
    await run_jobs(hands, mail)
    assert [one.origin for one in await held(hands, mail)] == [ReplyOrigin.START]


async def test_what_is_given_back_unread_is_read_and_answered_as_if_nobody_had_been_there(hands):
    """Before the start is made, and after."""
    for number in range(2):
        await hands.change(Conversation, state=ConversationState.CLOSED)
        mail = await ask(hands, number=number)
        await taken_unread(hands, mail)
        if number:
            await run_jobs(hands, mail)
        hands.desk.model = ScriptedModel(answer(ORDER))
        conversation = await act(hands, closing.give_back, mail.conversation_id)
        assert (conversation.outcome, conversation.person_answering) == (Outcome.WAITING, False)
        assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.WAITING
        await run_jobs(hands, mail)
        hands.desk.model.assert_done()
        *started, reply = await hands.replies(conversation.id)
        assert (reply.state, reply.situations) == (ReplyState.SCHEDULED, [IN_TRANSIT])
        assert {one.state for one in started} <= {ReplyState.DISCARDED}


async def test_words_of_a_person_wait_on_where_a_conversation_is_given_back(hands):
    mail = await ask(hands)
    await taken_unread(hands, mail)
    await run_jobs(hands, mail)
    (start,) = await held(hands, mail)
    await act(hands, drafts.reword, start.id, "I look into it today.", acknowledged=ANY)
    conversation = await act(hands, closing.give_back, mail.conversation_id)
    assert conversation.outcome is Outcome.HANDED_OVER
    assert "waits for a person" in conversation.reason
    assert [one.id for one in await held(hands, mail)] == [start.id]


async def test_a_draft_that_was_thrown_away_comes_back_as_it_was(hands):
    for number, way in enumerate((taken_in_the_undo_window, taken_unread)):
        await hands.change(Conversation, state=ConversationState.CLOSED)
        mail = await ask(hands, number=number)
        await way(hands, mail)
        await run_jobs(hands, mail)
        (draft,), before = await held(hands, mail), await hands.conversation(mail)
        await act(hands, drafts.discard, draft.id, by=SARA)
        assert await held(hands, mail) == []
        thread = await act(hands, open_thread, mail.conversation_id)
        assert thread.thrown_away is not None
        assert thread.thrown_away.id == draft.id
        key = hands.desk.thread_key
        again = await act(hands, drafts.bring_back, draft.id, by=SARA, thread_key=key, seen=thread.seen)
        same = ("markdown", "situations", "origin", "answer_id", "to_address", "locale", "findings")
        assert [getattr(again, name) for name in same] == [getattr(draft, name) for name in same]
        assert again.rfc_message_id != draft.rfc_message_id
        after = await hands.conversation(mail)
        assert (after.outcome, after.due_at) == (before.outcome, before.due_at)
        with pytest.raises(Stale):
            await act(hands, drafts.bring_back, draft.id, by=SARA, thread_key=key)


async def test_a_draft_that_comes_back_was_released_by_nobody(hands):
    mail = await ask(hands)
    await taken_in_the_undo_window(hands, mail)
    (old,) = await hands.replies((await hands.conversation(mail)).id)
    thrown = {"state": ReplyState.DISCARDED, "claimed_at": None}
    await hands.change(Reply, **thrown, automatic=True, approved_at=now(), way=Outbound.SENDGRID)
    key = hands.desk.thread_key
    again = await act(hands, drafts.bring_back, old.id, by=SARA, thread_key=key)
    assert (again.automatic, again.approved_at, again.way) == (False, None, None)
    await hands.change(Reply, **thrown, tells_of_person=True)
    with pytest.raises(Stale):  # what only tells of a person is no draft
        await act(hands, drafts.bring_back, again.id, by=SARA, thread_key=key)


async def test_what_may_have_left_is_never_brought_back(hands):
    mail = await ask(hands)
    await taken_in_the_undo_window(hands, mail)
    await hands.change(Reply, state=ReplyState.IN_DOUBT, claimed_at=now())
    (reply,) = await hands.replies((await hands.conversation(mail)).id)
    await act(hands, failures.leave, reply.id, by=SARA)
    with pytest.raises(Stale):
        await act(hands, drafts.bring_back, reply.id, by=SARA, thread_key=hands.desk.thread_key)
    assert (await act(hands, open_thread, mail.conversation_id)).thrown_away is None


async def test_what_is_opened_again_has_the_draft_that_it_was_closed_with_or_one_for_whoever_opens_it(hands):
    wrong = {}
    for number, way in enumerate((taken_in_the_undo_window, taken_unread, None)):
        await hands.change(Conversation, state=ConversationState.CLOSED)
        mail, hands.desk.model = await ask(hands, number=number), ScriptedModel()
        if way is not None:
            await way(hands, mail)
            await run_jobs(hands, mail)
        before = await held(hands, mail)
        await act(hands, closing.close, mail.conversation_id, by=SARA)
        assert await held(hands, mail) == []
        key = hands.desk.thread_key
        await act(hands, closing.reopen, mail.conversation_id, by=SARA, thread_key=key)
        await run_jobs(hands, mail)
        (again,), after = await held(hands, mail), await hands.conversation(mail)
        is_same = not before or (again.markdown, again.origin) == (before[0].markdown, before[0].origin)
        wrong[way] = [] if is_same and after.person_answering and after.due_at else [again, after]
    assert {way: found for way, found in wrong.items() if found} == {}


async def test_a_draft_that_comes_up_or_goes_keeps_nobody_who_writes_from_sending(hands):
    mail = await ask(hands)
    seen = (await act(hands, open_thread, mail.conversation_id)).seen
    await taken_while_read(hands, mail)
    (draft,) = await held(hands, mail)
    await act(hands, drafts.discard, draft.id, by=SARA)
    release = Release(SARA, 3600, seen, acknowledged=ANY)
    key = hands.desk.thread_key
    await act(hands, drafts.write, mail.conversation_id, "I am on it.", release, thread_key=key)
    with pytest.raises(Stale):  # what a person has released meanwhile, the next has to see
        await act(hands, lock_conversation, mail.conversation_id, seen)


WHOSE_IT_IS = {
    "inbox/closing.take": "somebody's, who finds a draft: every way of WAYS",
    "inbox/closing.give_back": "Pasokh's",
    "inbox/drafts.edit_and_send": "somebody's, who has written",
    "inbox/drafts.write": "somebody's, who has written",
    "pipeline/staff_answers.record_staff_answer": "somebody's, who has answered",
}
"""Where is said whose a conversation is, and what they have there."""
TAKEN_FOR_GOOD = {
    "inbox/closing.close": "it wants no answer",
    "inbox/drafts.write": "they have answered",
    "pipeline/staff_answers.record_staff_answer": "they have answered",
}
"""Where mails go out of the robot's hands: no job comes to them any more, and none makes a draft."""


def test_whoever_adds_a_way_to_take_a_conversation_says_here_where_its_draft_comes_from():
    saying, taking = set(), set()
    for room in ("pipeline", "inbox", "intake", "web", "crm"):
        for file in (ROOT / "app" / room).rglob("*.py"):
            module = file.relative_to(ROOT / "app").with_suffix("").as_posix()
            for function in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
                    nodes = [*ast.walk(function)]
                    if any(is_setting(node) for node in nodes):
                        saying.add(f"{module}.{function.name}")
                    if any(
                        isinstance(one, ast.Call) and ast.unparse(one.func) == "take_over" for one in nodes
                    ):
                        taking.add(f"{module}.{function.name}")
    assert saying == WHOSE_IT_IS.keys()
    assert taking == TAKEN_FOR_GOOD.keys()


def is_setting(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    return node.attr == "person_answering" and isinstance(node.ctx, ast.Store)
