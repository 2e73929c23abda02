"""When people answer, as an owner sets it; and what a member of staff is mailed, as they choose it."""

from datetime import timedelta

import sqlalchemy as sa

from app.models import Conversation, Membership, Reply, Store
from app.vocabulary import DigestPace, Outcome, ReplyState
from tests.inbox.seeds import Shop, add_talk
from tests.web.conftest import Desk, Visitor


async def store_of(desk: Desk, shop: Shop) -> Store:
    async with desk.db.transaction() as session:
        return await session.get_one(Store, shop.store.id)


HOURS = {
    "monday": "9 – 12:30, 13:30-18",
    "tuesday": "09:00-17:00",
    "closed": "2026-12-25\n2026-12-26",
    "answer_within_hours": "4",
    "tells_of_person": "on",
    "undo_seconds": "120",
    "undo_by_hand_seconds": "",
}


async def test_an_owner_sets_when_people_answer(owner: Visitor, desk: Desk, shop: Shop):
    shown = await owner.post("/hours", "/hours", **HOURS)
    store = await store_of(desk, shop)
    assert store.opening_hours == {
        "week": {"monday": ["09:00-12:30", "13:30-18:00"], "tuesday": ["09:00-17:00"]},
        "closed": ["2026-12-25", "2026-12-26"],
    }
    assert (store.answer_within_hours, store.tells_of_person) == (4, True)
    assert (store.undo_seconds, store.undo_by_hand_seconds) == (120, None)
    assert "09:00-12:30, 13:30-18:00" in shown.text
    assert "due " in shown.text


async def test_what_is_no_time_is_refused_with_the_way_to_write_it(owner: Visitor, desk: Desk, shop: Shop):
    for field, value, said in (
        ("monday", "nine to five", "09:00-17:30"),
        ("closed", "25.12.2026", "2026-12-25"),
        ("answer_within_hours", "soon", "such as 8"),
        ("answer_within_hours", "nan", "working hours"),
        ("undo_seconds", "99999", "3,600 seconds"),
        ("undo_seconds", "inf", "whole number"),
    ):
        answer = await owner.post("/hours", "/hours", **{**HOURS, field: value})
        assert answer.status_code == 422, (field, value)
        assert said in answer.text, (field, value)
    assert (await store_of(desk, shop)).opening_hours == {}


async def test_only_owners_set_hours_and_everybody_their_own_digest(agent: Visitor, desk: Desk, shop: Shop):
    assert (await agent.get("/hours")).status_code == 403
    assert "Once a day" in (await agent.get("/me")).text
    await agent.post("/me", "/me", digest="hourly", digest_hour="6")
    async with desk.db.transaction() as session:
        member = await session.get_one(Membership, (shop.agent.id, shop.store.id))
        other = await session.get_one(Membership, (shop.owner.id, shop.store.id))
    assert (member.digest, member.digest_hour) == (DigestPace.HOURLY, 6)
    assert other.digest is DigestPace.DAILY
    assert (await agent.post("/me", "/me", digest="hourly", digest_hour="24")).status_code == 422
    assert (await agent.post("/me", "/me", digest="never", digest_hour="6")).status_code == 400


async def test_the_list_and_the_conversation_say_when_it_is_due_and_why(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(
        desk.db, shop, age=timedelta(minutes=30), due_in=timedelta(), reason="The store leaves it to people."
    )
    listed = (await agent.get("/inbox?show=overdue")).text
    assert "overdue by 30 min" in listed
    page = (await agent.get(f"/conversations/{talk.conversation.id}")).text
    assert "overdue by 30 min" in page
    assert "Asks where order 1001 is." in page
    assert page.count("The store leaves it to people.") >= 1
    assert "With a person" in page


async def test_a_conversation_is_taken_over_and_given_back(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop, outcome=Outcome.HANDED_OVER, reply_state=None)
    path = f"/conversations/{talk.conversation.id}"
    shown = await agent.post(f"{path}/take", path)
    assert "Amir Agent answers" in shown.text
    async with desk.db.transaction() as session:
        kept = await session.get_one(Conversation, talk.conversation.id)
        assert (kept.person_answering, kept.assigned_to) == (True, shop.agent.id)
    await agent.post(f"{path}/give-back", path)
    async with desk.db.transaction() as session:
        kept = await session.get_one(Conversation, talk.conversation.id)
        assert (kept.person_answering, kept.assigned_to) == (False, None)


async def test_that_a_person_will_answer_can_be_taken_back_before_it_is_told(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop, outcome=Outcome.HANDED_OVER, reply_state=ReplyState.SCHEDULED)
    async with desk.db.transaction() as session:
        await session.execute(sa.update(Reply).values(tells_of_person=True))
    path = f"/conversations/{talk.conversation.id}"
    assert "about to be told" in (await agent.get(path)).text
    await agent.post(f"/replies/{talk.draft.id}/undo", path)
    async with desk.db.transaction() as session:
        kept = await session.get_one(Reply, talk.draft.id)
    assert kept.state is ReplyState.DISCARDED
