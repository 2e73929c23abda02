"""Correcting, closing, answering anyway, and what an owner lets happen by itself."""

import asyncio

import pytest
import sqlalchemy as sa

from app.access import StoreAccess
from app.db import Database
from app.errors import NotFound, Unprocessable
from app.inbox import closing, drafts
from app.inbox.automation import set_store, set_tone
from app.inbox.corrections import Correction, draft_again
from app.inbox.drafts import Release
from app.inbox.handling import Stale
from app.inbox.threads import open_thread
from app.inbox.unanswered import Shelf, answer_anyway, list_mails, read_raw
from app.knowledge.policies import keep_policies
from app.models import Answer, Conversation, InboundMail, Message, Reply, Store
from app.vocabulary import ConversationState, Intent, MailKind, Outcome, ReplyState
from tests.inbox.seeds import THREAD_KEY, Shop, add_mail, add_shop, add_talk, add_unanswered
from tests.patience import PATIENCE


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await add_shop(database)


async def jobs(database: Database) -> list[tuple[str, str, str | None]]:
    async with database.transaction() as session:
        query = "SELECT task_name, args->>'subject', queueing_lock FROM procrastinate_jobs ORDER BY id"
        return [tuple(row) for row in await session.execute(sa.text(query))]


async def test_a_correction_is_answered_anew_without_the_model(database, shop):
    talk = await add_talk(database, shop)
    fresh = await add_mail(database, shop, talk)
    wanted = [Correction(Intent.ORDER_STATUS, "1002"), Correction(Intent.INVOICE_REQUEST)]
    async with database.transaction() as session:
        made = await draft_again(shop.access(session), talk.conversation.id, wanted, by=shop.person)
    async with database.transaction() as session:
        answer = await session.get_one(Answer, made.id)
        taken = [(await session.get_one(Message, one.id)).answer_id for one in (talk.message, fresh)]
        reply = await session.get_one(Reply, talk.draft.id)
        conversation = await session.get_one(Conversation, talk.conversation.id)
    assert answer.action == ""
    assert answer.corrected_by == shop.agent.id
    assert answer.model_calls == 0
    assert [(one["intent"], one["order_number"]) for one in answer.triage["requests"]] == [
        ("order_status", "1002"),
        ("invoice_request", None),
    ]
    assert answer.triage["requests"][0]["evidence"] == "where is my order 1001?"
    assert answer.triage["summary"] == "Asks where order 1001 is."
    # The newer mail was not understood yet, and the draft for the older one is gone: both are answered together.
    assert taken == [answer.id, answer.id]
    assert reply.state is ReplyState.DISCARDED
    assert conversation.outcome is Outcome.WAITING
    lock = f"conversation:{talk.conversation.id}"
    assert await jobs(database) == [("answer_conversation", str(talk.conversation.id), lock)]


async def test_no_mail_waits_for_whoever_changes_what_belongs_to_the_store(database, shop):
    """Every row of a store refers to it: a lock against that would stop all that comes in."""

    async def save(access: StoreAccess) -> None:
        await set_tone(access, "Warm")

    async def read(access: StoreAccess) -> None:
        await keep_policies(access, ())

    for change in (save, read):
        async with database.transaction() as session:
            await change(shop.access(session))
            async with asyncio.timeout(PATIENCE):
                await add_talk(database, shop)


async def test_a_correction_takes_over_the_mails_of_the_answer_that_it_corrects(database, shop):
    talk = await add_talk(database, shop)
    async with database.transaction() as session:
        made = await draft_again(
            shop.access(session), talk.conversation.id, [Correction(Intent.COMPLAINT)], by=shop.person
        )
    async with database.transaction() as session:
        assert (await session.get_one(Message, talk.message.id)).answer_id == made.id


@pytest.mark.parametrize("wanted", [[], [Correction(Intent.OTHER)] * 6, [Correction(Intent.OTHER, "1" * 65)]])
async def test_a_correction_without_sense_is_refused(database, shop, wanted):
    talk = await add_talk(database, shop)
    with pytest.raises(Unprocessable):
        async with database.transaction() as session:
            await draft_again(shop.access(session), talk.conversation.id, wanted, by=shop.person)
    assert await jobs(database) == []


async def test_nothing_is_drafted_again_beside_a_reply_that_leaves(database, shop):
    talk = await add_talk(database, shop, reply_state=ReplyState.SCHEDULED)
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await draft_again(
                shop.access(session), talk.conversation.id, [Correction(Intent.OTHER)], by=shop.person
            )


async def test_a_closed_conversation_has_no_draft_and_can_be_opened_again(database, shop):
    talk = await add_talk(database, shop)
    async with database.transaction() as session:
        await closing.close(shop.access(session), talk.conversation.id, by=shop.person)
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, talk.conversation.id)
        assert conversation.state is ConversationState.CLOSED
        assert conversation.closed_at is not None
        assert (await session.get_one(Reply, talk.draft.id)).state is ReplyState.DISCARDED
        assert (await session.get_one(InboundMail, talk.inbound.id)).outcome is Outcome.HANDED_OVER
    async with database.transaction() as session:
        await closing.reopen(
            shop.access(session), talk.conversation.id, by=shop.person, thread_key=THREAD_KEY
        )
    async with database.transaction() as session:
        conversation = await session.get_one(Conversation, talk.conversation.id)
        assert conversation.state is ConversationState.OPEN
        assert conversation.closed_at is None
        thread = await open_thread(shop.access(session), talk.conversation.id)
    assert thread.draft is not None
    assert (thread.draft.state, thread.draft.markdown) == (ReplyState.HELD, talk.draft.markdown)
    assert thread.draft.id != talk.draft.id
    assert conversation.outcome is Outcome.DRAFTED


async def test_a_conversation_is_not_closed_over_a_reply_that_leaves(database, shop):
    talk = await add_talk(database, shop)
    async with database.transaction() as session:
        await drafts.approve(shop.access(session), talk.draft.id, Release(shop.person, 10))
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await closing.close(shop.access(session), talk.conversation.id, by=shop.person)


async def test_closing_takes_mails_out_of_the_robots_hands(database, shop):
    talk = await add_talk(database, shop)
    fresh = await add_mail(database, shop, talk)
    async with database.transaction() as session:
        await closing.close(shop.access(session), talk.conversation.id, by=shop.person)
    async with database.transaction() as session:
        answer = await session.get_one(Answer, (await session.get_one(Message, fresh.id)).answer_id)
    assert answer.action == "hand_over"
    assert "closed it" in answer.reasons[0]["sentence"]


async def test_an_answered_conversation_stays_answered_when_it_is_closed(database, shop):
    talk = await add_talk(database, shop, outcome=Outcome.ANSWERED, reply_state=ReplyState.SENT)
    async with database.transaction() as session:
        await closing.close(shop.access(session), talk.conversation.id, by=shop.person)
    async with database.transaction() as session:
        assert (await session.get_one(InboundMail, talk.inbound.id)).outcome is Outcome.ANSWERED


async def test_an_ignored_mail_is_answered_when_a_person_says_so_once(database, shop):
    mail = await add_unanswered(database, shop)
    async with database.transaction() as session:
        await answer_anyway(shop.access(session), mail.id, by=shop.person)
    async with database.transaction() as session:
        kept = await session.get_one(InboundMail, mail.id)
        assert (kept.kind, kept.outcome, kept.ended_at) == (MailKind.CUSTOMER, Outcome.WAITING, None)
    with pytest.raises(Stale):
        async with database.transaction() as session:
            await answer_anyway(shop.access(session), mail.id, by=shop.person)
    assert await jobs(database) == [("receive_message", str(mail.id), None)]


async def test_ignored_and_unreadable_mails_are_listed_apart_in_pages(database, shop):
    for _ in range(3):
        await add_unanswered(database, shop)
    broken = await add_unanswered(database, shop, outcome=Outcome.FAILED, kind=None, reason="Unreadable.")
    await add_talk(database, shop, outcome=Outcome.FAILED, reply_state=None)
    other = await add_shop(database, "Other")
    await add_unanswered(database, other)
    async with database.transaction() as session:
        access = shop.access(session)
        first = await list_mails(access, Shelf.IGNORED, size=2)
        rest = await list_mails(access, Shelf.IGNORED, after=first.after, size=2)
        failed = await list_mails(access, Shelf.FAILED)
    assert len({mail.id for mail in (*first.rows, *rest.rows)}) == 3
    assert rest.after is None
    assert [mail.id for mail in failed.rows] == [broken.id]


async def test_raw_bytes_are_the_stores_own(database, shop):
    mail = await add_unanswered(database, shop, raw=b"raw\xff")
    other = await add_shop(database, "Other")
    async with database.transaction() as session:
        assert (await read_raw(shop.access(session), mail.id)).content == b"raw\xff"
        with pytest.raises(NotFound):
            await read_raw(other.access(session), mail.id)
        with pytest.raises(NotFound):
            await answer_anyway(other.access(session), mail.id, by=other.person)


async def test_an_owner_sets_stop_switch_and_signature(database, shop):
    async with database.transaction() as session:
        await set_store(
            shop.access(session),
            automatic=False,
            signature="Your\r\nTeahouse ",
            model_usd_per_day=0.5,
            by=shop.person,
        )
    async with database.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
    assert not store.automatic
    assert store.signature == "Your\nTeahouse"
    assert store.model_usd_per_day == 0.5
