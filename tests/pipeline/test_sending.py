"""One reply, one mail: whoever dies, falls silent or comes late at whatever moment of a send."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.access import StoreAccess
from app.crm.suppression import Evidence, suppress
from app.errors import InDoubt, NeedsPerson, TryLater
from app.inbox import drafts, failures
from app.inbox.drafts import Release, Suppressed
from app.inbox.handling import Stale
from app.inbox.people import Person
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.port import Claim, Receipt, unclaimed
from app.models import Conversation, InboundMail, Mailbox, OrderProof, Reply, Store, Wording
from app.models.columns import now
from app.pipeline.codes import send_code
from app.pipeline.deliver import deliver_failed, deliver_reply
from app.replies.wording.facts import NOTE
from app.vocabulary import Intent, Mode, Outbound, Outcome, ReplyState, SuppressionCause
from tests.patience import PATIENCE
from tests.pipeline.by_hand import Hands, open_hands
from tests.pipeline.test_ways_out import returned
from tests.scripted_model import ScriptedModel, answer, request

CUSTOMER = "Olivia Martinez <olivia.martinez@example.net>"
ADDRESS = "olivia.martinez@example.net"
SOMEBODY = Person(None, "Somebody")
ORDER = request("order_status", "#1035", order_number="1035")

Step = Callable[[], Awaitable[None]]


async def nothing() -> None:
    pass


@dataclass
class Wire:
    """A way out at its seam: what happens before the claim, and after it."""

    before: Step = nothing
    after: Step = nothing
    mails: list[OutgoingMail] = field(default_factory=list)

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        before, self.before = self.before, nothing
        await before()
        await claim()
        self.mails.append(mail)
        await self.after()
        return Receipt(f"id{len(self.mails)}")

    async def check(self) -> None:
        pass

    def close(self) -> None:
        pass


class Killed(BaseException):
    """The process is gone: nothing of ours runs any more."""


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        yield hands


@pytest.fixture
async def wire(hands) -> Wire:
    wire = Wire()
    hands.desk.senders.sendgrid = wire
    return wire


async def ask(hands: Hands, number: int = 0) -> Reply:
    """A mail of one conversation, read and answered."""
    hands.desk.model = ScriptedModel(answer(ORDER))
    before = {"In-Reply-To": "<0@example.net>"} if number else {}
    mail = await hands.receive(
        CUSTOMER, "Order", "Where is #1035?", message_id=f"<{number}@example.net>", headers=before
    )
    reply = await hands.answer(mail)
    assert reply is not None
    return reply


async def released(hands: Hands, *, despite: bool = False) -> Reply:
    """A draft that a person has let go."""
    await hands.change(Store, modes={intent.value: Mode.DRAFT.value for intent in Intent})
    reply = await ask(hands)
    await act(hands, drafts.approve, reply.id, Release(SOMEBODY, 0, despite_suppression=despite))
    return reply


async def act(hands: Hands, change, *args, **options):
    async with hands.desk.db.transaction() as session:
        return await change(StoreAccess(session, hands.mailbox.store_id), *args, **options)


async def learn(hands: Hands, cause: SuppressionCause, *, ago: float = 0, reply: Reply | None = None) -> None:
    evidence = Evidence(cause, "", now() - timedelta(seconds=ago), reply.id if reply else None)
    await act(hands, suppress, ADDRESS, evidence)


async def dies() -> None:
    raise Killed


async def test_a_run_that_dies_before_the_first_byte_leaves_no_doubt(hands, wire):
    reply = await ask(hands)

    wire.before = dies
    with pytest.raises(Killed):
        await deliver_reply(hands.desk, reply.id)
    stuck = await hands.get(Reply, reply.id)
    assert (stuck.state, stuck.claimed_at) == (ReplyState.SENDING, None)
    assert (await hands.deliver(reply)).state is ReplyState.SENT
    assert len(wire.mails) == 1


async def test_a_run_that_dies_after_it_leaves_one_and_nothing_is_sent_again(hands, wire):
    reply = await ask(hands)

    wire.after = dies
    with pytest.raises(Killed):
        await deliver_reply(hands.desk, reply.id)
    assert (await hands.deliver(reply)).state is ReplyState.SENDING  # it may live, and an event may come
    await hands.change(Reply, claimed_at=now() - timedelta(minutes=10))
    for _ in range(2):
        assert (await hands.deliver(reply)).state is ReplyState.IN_DOUBT
    assert len(wire.mails) == 1


async def test_a_run_that_was_taken_for_dead_sends_nothing_once_another_has_the_reply(hands, wire):
    reply = await ask(hands)

    async def overtaken() -> None:
        await deliver_reply(hands.desk, reply.id)

    wire.before = overtaken
    assert (await hands.deliver(reply)).state is ReplyState.SENT
    assert len(wire.mails) == 1


@pytest.mark.parametrize(
    "ends", [TryLater("Gone.", service="SendGrid"), InDoubt("Lost.")], ids=["waits", "doubt"]
)
async def test_what_a_late_run_meets_is_not_told_of_the_run_that_has_the_reply(hands, wire, ends):
    """It finds nobody there, while another run is in the middle of its send."""
    reply = await ask(hands)

    async def other_begins() -> None:
        # The other run has made the reply its own, and is connecting, when ours meets its failure.
        wire.before = other_fails
        other.append(asyncio.create_task(deliver_reply(hands.desk, reply.id)))
        await connecting.wait()
        raise TryLater("Nobody is there.", service="SendGrid")

    async def other_fails() -> None:
        connecting.set()
        await may_go.wait()

    connecting, may_go = asyncio.Event(), asyncio.Event()
    other: list[asyncio.Task[None]] = []
    wire.before = other_begins

    async def ends_so() -> None:
        if isinstance(ends, InDoubt):
            raise ends

    wire.after = ends_so
    await deliver_reply(hands.desk, reply.id)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.SENDING
    may_go.set()
    await other[0]
    state = (await hands.get(Reply, reply.id)).state
    assert state is (ReplyState.IN_DOUBT if isinstance(ends, InDoubt) else ReplyState.SENT)
    assert len(wire.mails) == 1


async def test_a_fault_of_ours_before_the_first_byte_is_told_as_not_sent(hands, wire):
    reply = await ask(hands)

    async def breaks() -> None:
        raise ZeroDivisionError

    wire.before = breaks
    with pytest.raises(ZeroDivisionError):
        await deliver_reply(hands.desk, reply.id)
    await deliver_failed(hands.desk, reply.id, ZeroDivisionError())
    failed = await hands.get(Reply, reply.id)
    assert (failed.state, "has not left" in failed.error) == (ReplyState.FAILED, True)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (None, ReplyState.SENT),
        (TryLater("Busy.", service="SendGrid"), ReplyState.SCHEDULED),
        (NeedsPerson("Not that one."), ReplyState.FAILED),
    ],
    ids=["sent", "later", "refused"],
)
async def test_how_a_send_ended_is_not_forgotten_while_the_database_is_away(hands, wire, told, state):
    reply = await ask(hands)
    is_locked, cutting = asyncio.Event(), []

    async def ends() -> None:
        cutting.append(asyncio.create_task(cut_off(hands, reply, is_locked)))
        await is_locked.wait()
        if told is not None:
            raise told

    wire.after = ends
    assert (await hands.deliver(reply)).state is state
    await cutting[0]
    assert len(wire.mails) == 1


async def cut_off(hands: Hands, reply: Reply, is_locked: asyncio.Event) -> None:
    """End the connection that wants to note how the send ended."""
    async with await psycopg.AsyncConnection.connect(hands.desk.db.url) as other:
        await other.execute("SELECT 1 FROM reply WHERE id = %s FOR UPDATE", (reply.id,))
        is_locked.set()
        for _ in range(200):
            waits = "wait_event_type = 'Lock' AND datname = current_database()"
            found = await other.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waits}"
            )
            if await found.fetchone() is not None:
                return
            await asyncio.sleep(0.05)
        pytest.fail("Nobody wanted to note it.")


async def test_a_reply_of_which_no_mail_can_be_made_is_shown_and_not_tried_for_ever(hands, wire):
    reply = await ask(hands)
    broken = Wording(
        store_id=reply.store_id,
        locale="en",
        name=NOTE,
        version=1,
        source="{{ 1 / 0 }}",
        built_in="",
        author="Sara",
        created_at=reply.created_at - timedelta(days=1),
    )
    async with hands.desk.db.transaction() as session:
        (await session.exec(select(Store))).one().has_wordings = True
        session.add(broken)
    with pytest.raises(NeedsPerson) as caught:
        await deliver_reply(hands.desk, reply.id)
    await deliver_failed(hands.desk, reply.id, caught.value)
    failed = await hands.get(Reply, reply.id)
    assert (failed.state, failed.error) == (ReplyState.FAILED, caught.value.message)
    assert wire.mails == []


async def test_a_released_reply_is_not_sent_to_an_address_that_came_back_while_it_waited(hands, wire):
    reply = await released(hands)

    async def is_away() -> None:
        raise TryLater("Busy.", service="SendGrid")

    wire.before = is_away
    assert (await hands.deliver(reply)).state is ReplyState.SCHEDULED
    await learn(hands, SuppressionCause.BOUNCED)
    await hands.change(Reply, send_after=now() - timedelta(seconds=1))
    held = await hands.deliver(reply)
    assert (held.state, held.approved_by, held.approved_at) == (ReplyState.HELD, None, None)
    assert wire.mails == []
    (conversation,) = await hands.conversations()
    assert conversation.outcome is Outcome.DRAFTED
    assert "came back" in conversation.reason
    with pytest.raises(Suppressed):
        await act(hands, drafts.approve, reply.id, Release(SOMEBODY, 0))
    await act(hands, drafts.approve, reply.id, Release(SOMEBODY, 0, despite_suppression=True))
    assert (await hands.deliver(reply)).state is ReplyState.SENT


async def test_who_knew_of_a_bounce_did_not_know_of_the_complaint_that_came_later(hands, wire):
    await learn(hands, SuppressionCause.BOUNCED, ago=60)
    reply = await released(hands, despite=True)
    await learn(hands, SuppressionCause.SPAM_REPORT)
    held = await hands.deliver(reply)
    assert held.state is ReplyState.HELD
    assert "reported" in (await hands.conversations())[0].reason


async def test_sending_a_failed_reply_again_asks_about_what_was_learned_elsewhere_alone(hands, wire):
    reply = await ask(hands)
    await hands.change(Reply, state=ReplyState.FAILED)
    await learn(hands, SuppressionCause.DROPPED, reply=reply)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 0))
    await hands.change(Reply, state=ReplyState.FAILED)
    await learn(hands, SuppressionCause.SPAM_REPORT)
    (failure,) = await act(hands, failures.list_failures)
    assert "reported" in failure.suppressed
    with pytest.raises(Suppressed):
        await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 0))


async def test_no_reply_is_sent_again_beside_another_that_is_leaving(hands, wire):
    reply = await ask(hands)
    await hands.deliver(reply)
    second = await ask(hands, 1)
    assert second.state is ReplyState.SCHEDULED
    release = Release(SOMEBODY, 0)
    async with hands.desk.db.transaction() as session:
        (await session.get_one(Reply, reply.id)).state = ReplyState.BOUNCED
    with pytest.raises(Stale, match="leaving just now"):
        await act(hands, failures.send_anew, reply.id, release, thread_key=hands.desk.thread_key)
    async with hands.desk.db.transaction() as session:
        (await session.get_one(Reply, reply.id)).state = ReplyState.FAILED
    with pytest.raises(Stale, match="leaving just now"):
        await act(hands, drafts.send_again, reply.id, release)


async def test_a_mail_that_comes_during_a_send_is_answered_after_it(hands, wire):
    first = await ask(hands)

    async def customer_writes() -> None:
        assert (await ask(hands, 1)).id == first.id  # nothing is decided yet
        raise TryLater("Busy.", service="SendGrid")

    wire.before = customer_writes
    assert (await hands.deliver(first)).state is ReplyState.HELD
    async with hands.desk.db.transaction() as session:
        jobs = (await session.execute(sa.text("SELECT task_name FROM procrastinate_jobs"))).scalars().all()
        newest = (await session.exec(select(InboundMail).order_by(sa.text("received_at DESC")))).first()
    assert "answer_conversation" in jobs
    second = await hands.answer(newest)
    assert second is not None
    messages = await hands.messages(first.conversation_id)
    assert {message.answer_id for message in messages} == {second.answer_id}


async def test_a_report_about_two_replies_waits_for_none_that_is_being_settled(hands, wire):
    """It returns two of our ids; of the second, an event is being recorded, which wants the conversation next."""
    first = await hands.deliver(await ask(hands))
    second = await hands.deliver(await ask(hands, 1))
    low, high = sorted([first, second], key=lambda reply: reply.id)
    raw = returned(f"X-Loop: {low.rfc_message_id}\r\nMessage-ID: {high.rfc_message_id}\r\n\r\n".encode())
    report = await hands.keep(raw)
    async with hands.desk.db.transaction() as session:
        await session.get_one(Reply, high.id, with_for_update=True)
        reading = asyncio.create_task(hands.read(report))
        await asyncio.sleep(0.5)
        await session.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
        await session.get_one(Conversation, first.conversation_id, with_for_update=True)
    await asyncio.wait_for(reading, PATIENCE)
    assert [(await hands.get(Reply, one.id)).state for one in (low, high)] == [ReplyState.BOUNCED] * 2


async def test_a_mailbox_that_has_no_way_out_leaves_no_doubt(hands):
    reply = await ask(hands)
    await hands.change(Mailbox, outbound=Outbound.SMTP)
    waiting = await hands.deliver(reply)
    assert (waiting.state, waiting.claimed_at) == (ReplyState.SCHEDULED, None)


async def test_a_code_whose_run_dies_before_the_first_byte_is_sent_by_the_next(hands, wire):
    hands.desk.model = ScriptedModel(answer(ORDER))
    mail = await hands.receive("Liv <liv@office.example>", "Parcel", "Where is my order #1035?")
    await hands.deliver(await hands.answer(mail))
    async with hands.desk.db.transaction() as session:
        proof = (await session.exec(select(OrderProof))).one()

    wire.before = dies
    with pytest.raises(Killed):
        await send_code(hands.desk, proof.id)
    for _ in range(2):
        await send_code(hands.desk, proof.id)
    assert [mail.to for mail in wire.mails] == ["liv@office.example", ADDRESS]
    assert (await hands.get(OrderProof, proof.id)).code_hash is not None
