"""What became of replies is counted for each situation; automation is earned by it, and lost by a bad outcome."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.errors import Unprocessable
from app.inbox.automation import AutomationRules, get_store, set_rules
from app.inbox.closing import close
from app.inbox.corrections import Correction, draft_again
from app.inbox.drafts import Release, approve, discard, edit_and_send, undo, write
from app.inbox.earned import SituationRecord, read_records
from app.inbox.modes import list_changes, set_mode
from app.inbox.notices import list_notices
from app.inbox.track_record import record_bad_outcome, record_left
from app.models import Answer, Reply, Store, TrackEntry
from app.models.columns import now
from app.vocabulary import AutomaticHours, Intent, Mode, ReplyOrigin, ReplyState, Verdict
from tests.inbox.seeds import THREAD_KEY, Shop, Talk, add_shop, add_talk

SITUATION = "order_in_transit"


@pytest.fixture
async def shop(database) -> Shop:
    return await add_shop(database)


async def add_draft(database, shop: Shop, person: str | None = None, **answer: Any) -> Talk:
    """A conversation with a draft that a template made."""
    talk = await add_talk(database, shop)
    async with database.transaction() as session:
        found = await session.get_one(Answer, talk.answer.id)
        found.situations = [{"intent": "order_status", "name": SITUATION, "person": person}]
        for name, value in answer.items():
            setattr(found, name, value)
        (await session.get_one(Reply, talk.draft.id)).situations = [SITUATION]
    return talk


async def left(database, shop: Shop, talk: Talk, *, automatic: bool = False) -> None:
    """The reply has been sent."""
    async with database.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.automatic, reply.sent_at = automatic, now()
        await record_left(shop.access(session), reply)


async def fail(database, shop: Shop, talk: Talk, verdict: Verdict = Verdict.REOPENED) -> None:
    async with database.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        await record_bad_outcome(shop.access(session), reply, verdict)


async def record_of(database, shop: Shop) -> SituationRecord | None:
    async with database.transaction() as session:
        access = shop.access(session)
        records = await read_records(access, await get_store(access))
    return next((one for record in records for one in record.situations), None)


async def mode_of(database, shop: Shop) -> Mode:
    async with database.transaction() as session:
        store: Store = await session.get_one(Store, shop.store.id)
        return store.mode(Intent.ORDER_STATUS, SITUATION)


async def allow(database, shop: Shop, mode: Mode = Mode.AUTO, situation: str = SITUATION) -> None:
    async with database.transaction() as session:
        await set_mode(shop.access(session), Intent.ORDER_STATUS, situation, mode, by="Olga Owner")


async def test_what_a_person_made_of_a_draft_is_counted_once_it_is_certain(database, shop):
    release = Release(shop.person, 0)
    kept, edited, thrown, anew, closed, corrected = [await add_draft(database, shop) for _ in range(6)]
    async with database.transaction() as session:
        access = shop.access(session)
        await approve(access, kept.draft.id, release)
        text = f"{edited.draft.markdown}\n\nEnjoy your tea."
        await edit_and_send(access, edited.draft.id, text, release)
        await discard(access, thrown.draft.id, by=shop.person)
        await write(access, anew.conversation.id, "My own.", release, thread_key=THREAD_KEY)
        await close(access, closed.conversation.id, by=shop.person)
        await draft_again(
            access, corrected.conversation.id, [Correction(Intent.REFUND_STATUS)], by=shop.person
        )
    before = await record_of(database, shop)
    assert before is not None
    assert before.evidence.counts == {Verdict.DISCARDED: 2, Verdict.REWRITTEN: 1, Verdict.CORRECTED: 1}
    async with database.transaction() as session:
        await undo(shop.access(session), kept.draft.id, by=shop.person)
        await approve(shop.access(session), kept.draft.id, release)
    for talk in (kept, kept, edited):
        await left(database, shop, talk)
    after = await record_of(database, shop)
    assert after is not None
    assert after.evidence.counts[Verdict.UNTOUCHED] == after.evidence.counts[Verdict.EDITED] == 1
    assert 0 < after.evidence.changed < 1
    assert (after.evidence.successes, after.evidence.decided, after.evidence.rejected) == (1, 6, 4)
    assert {entry.conversation_id for entry in after.newest} >= {kept.conversation.id, edited.conversation.id}


async def test_only_what_could_have_left_by_itself_is_counted(database, shop):
    for answer in ({"person": "Stalled."}, {"corrected_by": shop.agent.id}):
        await left(database, shop, await add_draft(database, shop, **answer))
    by_model = await add_draft(database, shop)
    async with database.transaction() as session:
        (await session.get_one(Reply, by_model.draft.id)).origin = ReplyOrigin.MODEL
    await left(database, shop, by_model)
    assert await record_of(database, shop) is None


async def test_automation_is_offered_when_it_is_earned_and_not_before(database, shop):
    for _ in range(24):
        await left(database, shop, await add_draft(database, shop))
    almost = await record_of(database, shop)
    assert almost is not None
    assert (almost.is_offered, almost.evidence.missing) == (False, 1)
    await left(database, shop, await add_draft(database, shop))
    earned = await record_of(database, shop)
    assert earned is not None
    assert earned.is_offered
    assert len(earned.newest) == 10
    await allow(database, shop)
    allowed = await record_of(database, shop)
    assert allowed is not None
    assert (allowed.mode, allowed.has_own_mode, allowed.is_offered) == (Mode.AUTO, True, False)


async def test_a_bad_outcome_takes_the_situation_back_to_draft_and_tells_the_owners_once(database, shop):
    await allow(database, shop)
    talk = await add_draft(database, shop)
    await left(database, shop, talk, automatic=True)
    await asyncio.gather(*(fail(database, shop, talk) for _ in range(4)))
    assert await mode_of(database, shop) is Mode.DRAFT
    async with database.transaction() as session:
        access = shop.access(session)
        (notice,) = await list_notices(access)
        fallen, allowed = await list_changes(access)
        store = await get_store(access)
    assert talk.conversation.subject in notice.text
    assert str(talk.conversation.id) in notice.text
    assert (fallen.is_fall_back, fallen.conversation_id) == (True, talk.conversation.id)
    assert allowed.why == "Olga Owner set it."
    assert store.mode(Intent.ORDER_STATUS) is store.mode(Intent.ORDER_STATUS, "order_delivered") is Mode.DRAFT
    record = await record_of(database, shop)
    assert record is not None
    assert (record.evidence.decided, record.evidence.bad) == (0, 0)
    assert len(record.newest) == 2
    await left(database, shop, await add_draft(database, shop))
    again = await record_of(database, shop)
    assert again is not None
    assert (again.evidence.successes, again.evidence.missing) == (1, 24)


async def test_a_whole_intent_that_is_automatic_loses_the_one_situation(database, shop):
    await allow(database, shop, situation="")
    talk = await add_draft(database, shop)
    await left(database, shop, talk, automatic=True)
    await fail(database, shop, talk, Verdict.REPORTED_AS_SPAM)
    async with database.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
    assert store.mode(Intent.ORDER_STATUS, SITUATION) is Mode.DRAFT
    assert store.mode(Intent.ORDER_STATUS, "order_delivered") is Mode.AUTO


async def test_a_persons_own_words_are_not_held_against_the_template(database, shop):
    await allow(database, shop)
    talk = await add_draft(database, shop)
    async with database.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.edited, reply.state = True, ReplyState.SENT
    await fail(database, shop, talk)
    assert await mode_of(database, shop) is Mode.AUTO


async def test_a_mode_of_the_whole_intent_goes_for_all_its_situations(database, shop):
    await allow(database, shop)
    await allow(database, shop, Mode.OFF, situation="")
    assert await mode_of(database, shop) is Mode.OFF
    await allow(database, shop, Mode.DRAFT, situation="")
    assert await mode_of(database, shop) is Mode.DRAFT
    for wrong in ((SITUATION, Mode.OFF), ("no_such", Mode.AUTO)):
        with pytest.raises(Unprocessable):
            await allow(database, shop, wrong[1], situation=wrong[0])
    async with database.transaction() as session:
        assert len(await list_changes(shop.access(session))) == 3


async def test_another_stores_record_is_its_own(database, shop):
    other = await add_shop(database, "Other")
    await left(database, other, await add_draft(database, other))
    assert await record_of(database, shop) is None


async def test_old_entries_make_room_for_new_ones(database, shop):
    talk = await add_draft(database, shop)
    async with database.transaction() as session:
        for number in range(3):
            reply = Reply(**{**talk.draft.model_dump(exclude={"id"}), "answer_id": talk.answer.id})
            session.add(reply)
            await session.flush()
            age = timedelta(days=number)
            session.add_all(
                TrackEntry(
                    store_id=shop.store.id,
                    reply_id=reply.id,
                    intent=Intent.ORDER_STATUS,
                    situation=SITUATION,
                    verdict=verdict,
                    created_at=now() - age,
                )
                for verdict in Verdict
            )
    record = await record_of(database, shop)
    assert record is not None
    assert [entry.created_at for entry in record.newest] == sorted(
        (entry.created_at for entry in record.newest), reverse=True
    )


async def test_the_rules_for_all_are_kept_and_nonsense_is_refused(database, shop):
    rules = AutomationRules(5, 499.5, " VIP ", 48, AutomaticHours.INSIDE)
    async with database.transaction() as session:
        store = await set_rules(shop.access(session), rules)
    assert (store.vip_orders, store.vip_spent, store.vip_tag) == (5, 499.5, "VIP")
    assert (store.repeat_hours, store.automatic_hours) == (48, AutomaticHours.INSIDE)
    for wrong in (
        {"vip_orders": 0},
        {"vip_spent": float("nan")},
        {"repeat_hours": -1},
        {"vip_tag": "x" * 256},
    ):
        async with database.transaction() as session:
            with pytest.raises(Unprocessable):
                await set_rules(shop.access(session), AutomationRules(**wrong))
