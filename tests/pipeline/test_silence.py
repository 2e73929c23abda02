"""SendGrid tells nothing of a reply: what that means, what it changes, and what counts more."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.errors import InDoubt
from app.inbox import drafts, failures
from app.inbox.drafts import Release
from app.inbox.failures import describe_trouble, list_failures
from app.inbox.people import Person
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.events import DeliveryEvent as Event
from app.mail.outbound.events import DeliveryKind
from app.mail.outbound.port import Claim, Receipt, unclaimed
from app.models import Conversation, DeliveryEvent, Mailbox, Reply, Touchpoint
from app.models.columns import now
from app.pipeline.deliver import deliver_reply
from app.pipeline.registry import JOBS
from app.pipeline.sent import record_events
from app.pipeline.silence import settle_doubt
from app.pipeline.sweep import WAITING, sweep
from app.vocabulary import Outbound, Outcome, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request

SOMEBODY = Person(None, "Somebody")
ORDER = request("order_status", "#1035", order_number="1035")
CUSTOMER = "Olivia Martinez <olivia.martinez@example.net>"
LATER = 4


class Wire:
    """SendGrid at its seam: it loses its answer to the first mail, and takes the others."""

    def __init__(self) -> None:
        self.is_lost = True
        self.mails: list[OutgoingMail] = []

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        await claim()
        self.mails.append(mail)
        if self.is_lost:
            self.is_lost = False
            raise InDoubt("SendGrid failed (500): the mail may or may not have left.")
        return Receipt(f"mail{len(self.mails)}")

    async def check(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        hands.desk.senders.sendgrid = Wire()
        yield hands


async def doubt(hands: Hands, later: int = LATER, *, kind: DeliveryKind = DeliveryKind.PROCESSED) -> Reply:
    """A reply in doubt, and later ones that SendGrid tells of."""
    hands.desk.model = ScriptedModel(answer(ORDER))
    reply = await hands.deliver(await hands.answer(await hands.receive(CUSTOMER, "Order", "Where is #1035?")))
    assert (reply.state, reply.way) == (ReplyState.IN_DOUBT, Outbound.SENDGRID)
    async with hands.desk.db.transaction() as session:
        for _ in range(later):
            own = {"id": uuid4(), "state": ReplyState.SENT, "claimed_at": now(), "error": ""}
            told = Reply(**{**reply.model_dump(), **own})
            session.add(told)
            await session.flush()
            session.add(DeliveryEvent(event_id=str(told.id), reply_id=told.id, kind=kind, occurred_at=now()))
    return reply


async def tell(hands: Hands, reply: Reply, kind: DeliveryKind, mail: str = "") -> None:
    message_id = f"{mail or reply.provider_id}.recvd-1-2"
    event = Event(
        kind,
        "",
        reply.to_address,
        now(),
        message_id=message_id,
        custom_args={"reply_id": str(reply.id)},
        payload={"sg_message_id": message_id},
    )
    await record_events(hands.desk, [event])


async def pass_by(hands: Hands, hours: float) -> None:
    """Time goes by: all that has happened is that much longer ago."""
    span = timedelta(hours=hours)
    await hands.change(Reply, claimed_at=col(Reply.claimed_at) - span)
    await hands.change(DeliveryEvent, created_at=col(DeliveryEvent.created_at) - span)


async def swept(hands: Hands) -> list[str]:
    await sweep(hands.desk)
    async with hands.desk.db.transaction() as session:
        names = await session.execute(sa.text("SELECT task_name FROM procrastinate_jobs"))
        return [one for one in names.scalars() if one == "settle_doubt"]


async def act(hands: Hands, change, *args, **options):
    async with hands.desk.db.transaction() as session:
        return await change(StoreAccess(session, hands.mailbox.store_id), *args, **options)


async def advice(hands: Hands, reply_id: UUID) -> str:
    (one,) = [one for one in await act(hands, list_failures) if one.reply.id == reply_id]
    return str(one.advice)


async def assumed(hands: Hands) -> Reply:
    reply = await doubt(hands)
    await pass_by(hands, 26)
    await settle_doubt(hands.desk, reply.id)
    return await hands.get(Reply, reply.id)


async def test_what_sendgrid_tells_of_later_replies_says_what_is_likely_of_one_in_doubt(hands):
    reply = await doubt(hands)
    assert "most likely" not in await advice(hands, reply.id), "its event may be on its way"
    await pass_by(hands, 1)
    told = await advice(hands, reply.id)
    assert "told of 4 replies" in told
    assert "Send it again" in told
    assert "gets it twice" in told
    assert await swept(hands) == []
    await settle_doubt(hands.desk, reply.id)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.IN_DOUBT, (
        "SendGrid still repeats its events"
    )


async def test_after_a_day_without_a_word_it_counts_as_not_sent_and_nothing_is_sent(hands):
    reply = await doubt(hands)
    sent = len(hands.desk.senders.sendgrid.mails)
    await pass_by(hands, 26)
    assert await swept(hands) == ["settle_doubt"]
    for _ in range(2):
        await settle_doubt(hands.desk, reply.id)
        await deliver_reply(hands.desk, reply.id)
    settled = await hands.get(Reply, reply.id)
    assert settled.state is ReplyState.FAILED
    assert "of 4 that were handed over after it" in settled.error
    assert "gets it twice" in await advice(hands, reply.id)
    assert (await hands.get(Conversation, reply.conversation_id)).outcome is Outcome.FAILED
    assert len(hands.desk.senders.sendgrid.mails) == sent


async def test_silence_says_nothing_where_we_may_not_have_been_there(hands):
    """Too few were told of; or late, after a time in which nobody could reach us; or nothing tells what SendGrid takes."""
    few = await doubt(hands, 2)
    await pass_by(hands, 26)
    await settle_doubt(hands.desk, few.id)
    assert (await hands.get(Reply, few.id)).state is ReplyState.IN_DOUBT
    assert "most likely" not in await advice(hands, few.id)


@pytest.mark.parametrize("lost", ["told late", "sent late", "delivered only", "by smtp"])
async def test_silence_is_not_believed_for_what_speaks_of_another_time_or_way(hands, lost):
    kind = DeliveryKind.DELIVERED if lost == "delivered only" else DeliveryKind.PROCESSED
    reply = await doubt(hands, kind=kind)
    await pass_by(hands, 26)
    if lost == "told late":
        await hands.change(DeliveryEvent, created_at=col(DeliveryEvent.created_at) + timedelta(hours=13))
    elif lost == "sent late":
        late = sa.case((col(Reply.id) == reply.id, timedelta(hours=-13)), else_=timedelta(0))
        await hands.change(Reply, claimed_at=col(Reply.claimed_at) + late)
    elif lost == "by smtp":
        await hands.change(Reply, way=Outbound.SMTP)
    assert await swept(hands) == []
    await settle_doubt(hands.desk, reply.id)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.IN_DOUBT
    assert "most likely" not in await advice(hands, reply.id)


async def test_of_a_reply_by_smtp_is_said_plainly_what_settles_it(hands):
    reply = await doubt(hands)
    await hands.change(Mailbox, outbound=Outbound.SMTP)  # later: what counts is how it went
    await pass_by(hands, 1)
    assert "told of 4" in await advice(hands, reply.id)
    await hands.change(Reply, way=Outbound.SMTP)
    assert "No mail server tells" in await advice(hands, reply.id)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (DeliveryKind.PROCESSED, ReplyState.SENT),
        (DeliveryKind.DELIVERED, ReplyState.DELIVERED),
        (DeliveryKind.BOUNCED, ReplyState.BOUNCED),
        (DeliveryKind.DROPPED, ReplyState.FAILED),
        (DeliveryKind.UNKNOWN, ReplyState.FAILED),
    ],
)
async def test_an_event_that_comes_after_that_counts_all_the_same(hands, kind, state):
    reply = await assumed(hands)
    await tell(hands, reply, kind, "late")
    told = await hands.get(Reply, reply.id)
    assert told.state is state
    assert told.is_assumed_unsent is (kind is DeliveryKind.UNKNOWN)
    if kind is DeliveryKind.DROPPED:
        assert "dropped" in told.error
    if state in {ReplyState.SENT, ReplyState.DELIVERED}:
        assert told.error == ""
        assert (await hands.get(Conversation, reply.conversation_id)).outcome is Outcome.ANSWERED


async def test_a_person_may_know_better_after_that(hands):
    reply = await assumed(hands)
    failure = await act(hands, describe_trouble, reply)
    assert failure.may_have_left

    async def settle(access: StoreAccess) -> None:
        await drafts.get_doubtful(access, reply.id)

    await act(hands, settle)
    await act(hands, failures.leave, reply.id, by=SOMEBODY)
    assert "may or may not have left" in (await hands.get(Conversation, reply.conversation_id)).reason


async def test_a_late_event_stops_what_a_person_sends_again(hands):
    reply = await assumed(hands)
    sent = len(hands.desk.senders.sendgrid.mails)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 60))
    await tell(hands, reply, DeliveryKind.PROCESSED, "late")
    assert (await hands.deliver(reply)).state is ReplyState.SENT
    assert len(hands.desk.senders.sendgrid.mails) == sent


@pytest.mark.parametrize("first", ["late", "mail2"])
async def test_that_two_mails_left_is_told_whichever_is_told_of_first(hands, first):
    reply = await assumed(hands)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 0))
    again = await hands.deliver(reply)
    assert (again.state, again.provider_id) == (ReplyState.SENT, "mail2")
    mails = ["late", "mail2"]
    for mail in mails if first == "late" else mails[::-1]:
        await tell(hands, again, DeliveryKind.PROCESSED, mail)
    await tell(hands, again, DeliveryKind.DELIVERED, "mail2")
    told = await hands.get(Reply, reply.id)
    assert (told.state, "twice" in told.error) == (ReplyState.DELIVERED, True)
    async with hands.desk.db.transaction() as session:
        query = sa.select(col(Touchpoint.why)).where(
            col(Touchpoint.conversation_id) == reply.conversation_id, col(Touchpoint.decision) == "answered"
        )
        assert "twice" in (await session.execute(query)).scalar_one()


async def test_a_bounce_stays_one_however_many_mails_left(hands):
    reply = await assumed(hands)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 0))
    again = await hands.deliver(reply)
    for kind, mail in ((DeliveryKind.PROCESSED, "mail2"), (DeliveryKind.BOUNCED, "late")):
        await tell(hands, again, kind, mail)
    told = await hands.get(Reply, reply.id)
    assert (told.state, "came back" in told.error) == (ReplyState.BOUNCED, True)
    assert (await hands.get(Conversation, reply.conversation_id)).outcome is Outcome.FAILED


async def test_what_an_earlier_version_saw_refused_is_no_assumption(hands):
    """It went on serving after the migration, and kept the time of its claim with each refusal."""
    reply = await doubt(hands, 0)
    await hands.change(Reply, state=ReplyState.FAILED, way=None)
    failure = await act(hands, describe_trouble, await hands.get(Reply, reply.id))
    assert not failure.may_have_left


async def test_a_reply_that_sendgrid_refuses_has_not_left_for_sure(hands):
    """What it is told of later is of another mail: nothing hangs on silence."""
    reply = await assumed(hands)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 0))
    again = await hands.deliver(reply)
    await tell(hands, again, DeliveryKind.DROPPED, "mail2")
    dropped = await hands.get(Reply, reply.id)
    assert (dropped.state, dropped.is_assumed_unsent) == (ReplyState.FAILED, False)


def test_the_sweep_alone_begins_it():
    assert "settle_doubt" in WAITING
    assert "settle_doubt" in JOBS


@pytest.mark.parametrize("who", ["customer", "robot", "nobody"])
async def test_an_answer_to_a_reply_in_doubt_proves_that_it_left(hands, who):
    """By SMTP nothing else may tell: its Message-ID stands in no other mail."""
    reply = await doubt(hands, 0)
    await hands.change(Reply, way=Outbound.SMTP)
    hands.desk.model = ScriptedModel(answer(ORDER))
    headers = {"In-Reply-To": reply.rfc_message_id if who != "nobody" else "<else@example.net>"}
    if who == "robot":
        headers["Auto-Submitted"] = "auto-replied"
    mail = await hands.receive(CUSTOMER, "Re: Order", "Thank you. I am away.", headers=headers)
    told = await hands.get(Reply, reply.id)
    if who == "nobody":
        assert told.state is ReplyState.IN_DOUBT
        return
    assert (told.state, told.error) == (ReplyState.DELIVERED, "")
    assert mail.conversation_id == (reply.conversation_id if who == "customer" else None)
    messages = await hands.messages(reply.conversation_id)
    assert [one.reply_id for one in messages if one.reply_id] == [reply.id]


async def test_an_answer_stops_what_a_person_sends_again(hands):
    reply = await doubt(hands, 0)
    sent = len(hands.desk.senders.sendgrid.mails)
    await act(hands, drafts.send_again, reply.id, Release(SOMEBODY, 60))
    await hands.receive(CUSTOMER, "Re: Order", "Thank you.", headers={"In-Reply-To": reply.rfc_message_id})
    await hands.change(Reply, send_after=now())
    assert (await hands.deliver(reply)).state is ReplyState.DELIVERED
    assert len(hands.desk.senders.sendgrid.mails) == sent


async def test_an_answer_to_what_nobody_sent_is_believed_of_nothing(hands):
    reply = await doubt(hands, 0)
    await hands.change(Reply, claimed_at=None, state=ReplyState.HELD)
    await hands.receive(CUSTOMER, "Re: Order", "Hello?", headers={"In-Reply-To": reply.rfc_message_id})
    assert (await hands.get(Reply, reply.id)).state is ReplyState.HELD
