"""Whoever takes a conversation over finds a draft, whatever Pasokh was at: nothing of it leaves without them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.access import StoreAccess
from app.errors import TryLater
from app.inbox import closing, corrections
from app.inbox.corrections import Correction
from app.inbox.people import Person
from app.inbox.threads import OPEN_DRAFTS
from app.models import Conversation, InboundMail, Store
from app.pipeline.answer import answer_conversation, answer_failed
from app.vocabulary import ConversationState, Intent, Mode, Outcome, ReplyOrigin, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import make_settings

SARA = Person(None, "Sara")
ORDER = request("order_status", "#1035", order_number="1035")
FA_ORDER = request("order_status", "۱۰۵۱", order_number="1051")
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
        held = [one for one in await hands.replies(after.id) if one.state in OPEN_DRAFTS]
        checks = {
            "needs a person at once": taken.outcome in {Outcome.HANDED_OVER, Outcome.DRAFTED},
            "its clock runs": taken.due_at is not None and after.due_at == taken.due_at,
            "is theirs": after.person_answering,
            "ends with a person": after.outcome in {Outcome.HANDED_OVER, Outcome.DRAFTED}
            and (await hands.get(InboundMail, mail.id)).outcome is after.outcome,
            "one draft": [(one.origin, one.situations, one.automatic) for one in held]
            == [(origin, situations, False)],
            "nothing else": len(await hands.replies(after.id)) == 1,
        }
        wrong[way.__name__] = [name for name, is_so in checks.items() if not is_so]
    assert {way: found for way, found in wrong.items() if found} == {}
