"""What a person does with replies, on the real database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.db import Database
from app.errors import NotFound, Unprocessable
from app.inbox import drafts
from app.inbox.drafts import Release
from app.inbox.handling import Stale
from app.inbox.threads import open_thread
from app.mail.inbound.threading import find_own_id
from app.models import Conversation, InboundMail, Message, Reply, Touchpoint
from app.models.columns import now
from app.replies.outbox import Conflict
from app.vocabulary import Outcome, ReplyState
from tests.inbox.seeds import THREAD_KEY, Shop, Talk, add_mail, add_shop, add_talk
from tests.patience import PATIENCE


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database)


@pytest.fixture
async def talk(database: Database, shop: Shop) -> Talk:
    return await add_talk(database, shop)


def release(shop: Shop, seen: str | None = None, undo: float = 10) -> Release:
    return Release(shop.person, undo, seen)


async def read(database: Database, reply: Reply) -> Reply:
    async with database.transaction() as session:
        return await session.get_one(Reply, reply.id)


async def jobs(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as session:
        rows = await session.execute(
            sa.text("SELECT task_name, args->>'subject' FROM procrastinate_jobs ORDER BY id")
        )
        return [(name, subject) for name, subject in rows]


async def see(database: Database, shop: Shop, talk: Talk) -> str:
    async with database.transaction() as session:
        return (await open_thread(shop.access(session), talk.conversation.id)).seen


async def test_an_approved_draft_waits_for_the_end_of_the_undo_window(database, shop, talk):
    told = now()
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release(shop))
    reply = await read(database, talk.draft)
    assert reply.state is ReplyState.SCHEDULED
    assert reply.approved_by == shop.agent.id
    assert not reply.automatic
    assert reply.send_after is not None
    assert told <= reply.send_after - timedelta(seconds=10) <= now()
    assert await jobs(database) == [("deliver_reply", str(reply.id))]


async def test_an_approval_is_told_by_the_conversation_its_mail_and_its_touchpoint(database, shop, talk):
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release(shop))
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, talk.conversation.id)
        inbound = await session.get_one(InboundMail, talk.inbound.id)
        touchpoint = (
            await session.exec(select(Touchpoint).where(Touchpoint.message_id == talk.message.id))
        ).one()
    assert conversation.outcome is inbound.outcome is Outcome.WAITING
    assert inbound.ended_at is None
    assert touchpoint.decision == Outcome.WAITING
    assert "Amir Agent" in conversation.reason


async def test_two_people_who_approve_at_once_send_once(database, shop, talk):
    async def approve() -> None:
        async with database.transaction() as session:
            await drafts.approve(shop.access(session), talk.draft.id, release(shop))

    results = await asyncio.gather(*(approve() for _ in range(5)), return_exceptions=True)
    assert [result for result in results if result is None] == [None]
    assert all(isinstance(result, Conflict) for result in results if result is not None)
    assert len(await jobs(database)) == 1


async def test_two_people_who_write_at_once_send_once(database, shop, talk):
    seen = await see(database, shop, talk)

    async def write(text: str) -> None:
        async with database.transaction() as session:
            await drafts.write(
                shop.access(session),
                talk.conversation.id,
                text,
                release(shop, seen),
                thread_key=THREAD_KEY,
            )

    results = await asyncio.gather(write("Mine."), write("No, mine."), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [Stale]
    assert len(await jobs(database)) == 1


async def test_a_mail_that_came_in_meanwhile_stops_an_approval(database, shop, talk):
    seen = await see(database, shop, talk)
    await add_mail(database, shop, talk)
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await drafts.approve(shop.access(session), talk.draft.id, release(shop, seen))
    assert (await read(database, talk.draft)).state is ReplyState.HELD
    assert await jobs(database) == []


async def test_an_edited_draft_leaves_in_the_persons_words_and_silences_the_robot(database, shop, talk):
    async with database.transaction() as session:
        await drafts.edit_and_send(
            shop.access(session), talk.draft.id, "Hello Lena,\r\n\r\nit comes today.\0", release(shop)
        )
    reply = await read(database, talk.draft)
    assert reply.markdown == "Hello Lena,\n\nit comes today."
    assert reply.edited
    assert reply.written_by == shop.agent.id
    async with database.transaction() as session:
        assert (await session.get_one(Conversation, talk.conversation.id)).person_answering


async def test_an_edit_that_changes_nothing_is_an_approval(database, shop, talk):
    async with database.transaction() as session:
        await drafts.edit_and_send(
            shop.access(session), talk.draft.id, talk.draft.markdown + "\n", release(shop)
        )
    assert not (await read(database, talk.draft)).edited


@pytest.mark.parametrize("text", ["", " \n ", "\0", "x" * 20_001])
async def test_an_empty_or_endless_reply_is_refused(database, shop, talk, text):
    with pytest.raises(Unprocessable):
        async with database.transaction() as session:
            await drafts.edit_and_send(shop.access(session), talk.draft.id, text, release(shop))
    assert (await read(database, talk.draft)).state is ReplyState.HELD


async def test_a_reply_from_nothing_answers_the_newest_mail_and_replaces_the_draft(database, shop, talk):
    async with database.transaction() as session:
        written = await drafts.write(
            shop.access(session), talk.conversation.id, "My own.", release(shop), thread_key=THREAD_KEY
        )
    assert (await read(database, talk.draft)).state is ReplyState.DISCARDED
    reply = await read(database, written)
    assert reply.state is ReplyState.SCHEDULED
    assert reply.to_address == "lena@example.com"
    assert reply.subject == "Re: Where is my order?"
    assert reply.in_reply_to == talk.message.rfc_message_id
    assert reply.references == [talk.message.rfc_message_id]
    assert find_own_id(reply.rfc_message_id, THREAD_KEY) == reply.id
    assert reply.answer_id is None
    assert not reply.automatic


async def test_mails_that_a_person_answers_are_no_work_for_the_robot_any_more(database, shop, talk):
    fresh = [await add_mail(database, shop, talk, text) for text in ("One.", "Two.")]
    async with database.transaction() as session:
        await drafts.write(
            shop.access(session), talk.conversation.id, "To both.", release(shop), thread_key=THREAD_KEY
        )
    async with database.transaction() as session:
        kept = [await session.get_one(Message, one.id) for one in fresh]
        first, second = [await session.get_one(InboundMail, one.inbound_id) for one in kept]
    assert None not in {one.answer_id for one in kept}
    assert (first.outcome, second.outcome) == (Outcome.MERGED, Outcome.WAITING)


@pytest.mark.parametrize("state", [ReplyState.SCHEDULED, ReplyState.SENDING, ReplyState.IN_DOUBT])
async def test_nobody_writes_beside_a_reply_that_is_leaving_or_in_doubt(database, shop, state):
    talk = await add_talk(database, shop, reply_state=state)
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await drafts.write(
                shop.access(session), talk.conversation.id, "Mine.", release(shop), thread_key=THREAD_KEY
            )


async def test_a_reply_that_is_taken_back_waits_again(database, shop, talk):
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release(shop))
    async with database.transaction() as session:
        await drafts.undo(shop.access(session), talk.draft.id, by=shop.person)
    reply = await read(database, talk.draft)
    assert reply.state is ReplyState.HELD
    assert reply.send_after is None
    assert reply.approved_by is None
    async with database.transaction() as session:
        assert (await session.get_one(Conversation, talk.conversation.id)).outcome is Outcome.DRAFTED


async def test_a_reply_that_is_being_sent_cannot_be_taken_back(database, shop):
    talk = await add_talk(database, shop, reply_state=ReplyState.SENDING)
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            await drafts.undo(shop.access(session), talk.draft.id, by=shop.person)


async def test_a_draft_that_a_colleague_released_is_not_thrown_away(database, shop, talk):
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release(shop))
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await drafts.discard(shop.access(session), talk.draft.id, by=shop.person)
    assert (await read(database, talk.draft)).state is ReplyState.SCHEDULED


async def test_a_discarded_draft_leaves_the_conversation_to_a_person(database, shop, talk):
    async with database.transaction() as session:
        await drafts.discard(shop.access(session), talk.draft.id, by=shop.person)
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, talk.conversation.id)
    assert conversation.outcome is Outcome.HANDED_OVER
    assert (await read(database, talk.draft)).state is ReplyState.DISCARDED


@pytest.mark.parametrize("state", [ReplyState.FAILED, ReplyState.IN_DOUBT])
async def test_a_failed_or_doubtful_reply_is_sent_again_when_a_person_says_so(database, shop, state):
    talk = await add_talk(database, shop, outcome=Outcome.FAILED, reply_state=state)
    async with database.transaction() as session:
        await drafts.send_again(shop.access(session), talk.draft.id, release(shop))
    assert (await read(database, talk.draft)).state is ReplyState.SCHEDULED
    assert await jobs(database) == [("deliver_reply", str(talk.draft.id))]


async def test_sending_again_twice_sends_once(database, shop):
    talk = await add_talk(database, shop, outcome=Outcome.FAILED, reply_state=ReplyState.IN_DOUBT)

    async def again() -> None:
        async with database.transaction() as session:
            await drafts.send_again(shop.access(session), talk.draft.id, release(shop))

    results = await asyncio.gather(again(), again(), again(), return_exceptions=True)
    assert results.count(None) == 1
    assert len(await jobs(database)) == 1


async def test_a_sent_reply_is_never_sent_again(database, shop):
    talk = await add_talk(database, shop, outcome=Outcome.ANSWERED, reply_state=ReplyState.SENT)
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await drafts.send_again(shop.access(session), talk.draft.id, release(shop))


async def test_another_stores_reply_is_not_found(database, shop, talk):
    other = await add_shop(database, "Other")
    for change in (
        lambda access: drafts.approve(access, talk.draft.id, release(other)),
        lambda access: drafts.undo(access, talk.draft.id, by=other.person),
        lambda access: drafts.discard(access, talk.draft.id, by=other.person),
        lambda access: drafts.send_again(access, talk.draft.id, release(other)),
        lambda access: drafts.approve(access, uuid4(), release(other)),
    ):
        with pytest.raises(NotFound):
            async with database.transaction() as session:
                await change(other.access(session))
    assert (await read(database, talk.draft)).state is ReplyState.HELD


async def test_the_send_and_an_undo_at_the_same_moment_do_not_block_each_other(database, shop, talk):
    """The send holds the reply, then takes the conversation: an undo must wait for the reply, holding nothing."""
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, release(shop))
    is_held = asyncio.Event()

    async def send() -> None:
        async with database.transaction() as session:
            reply = await shop.access(session).get(Reply, talk.draft.id, lock=True)
            reply.state = ReplyState.SENDING
            await session.flush()
            is_held.set()
            await asyncio.sleep(0.2)
            await session.execute(
                sa.update(Conversation)
                .where(col(Conversation.id) == talk.conversation.id)
                .values(outcome=Outcome.ANSWERED)
            )

    async def undo() -> None:
        await is_held.wait()
        async with database.transaction() as session:
            await drafts.undo(shop.access(session), talk.draft.id, by=shop.person)

    async with asyncio.timeout(PATIENCE):
        sent, undone = await asyncio.gather(send(), undo(), return_exceptions=True)
    assert sent is None
    assert isinstance(undone, Conflict)
