"""The page of replies that did not simply arrive, and of addresses that are not written to again."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.access import StoreAccess
from app.crm.suppression import Evidence, suppress
from app.models import Conversation, DeliveryEvent, Reply, Store, Suppression
from app.models.columns import now
from app.vocabulary import Outbound, Outcome, ReplyState, SuppressionCause
from tests.inbox.seeds import Shop, Talk, add_talk
from tests.web.conftest import Desk, Visitor

TROUBLES = {
    ReplyState.FAILED: "The mail provider refused it.",
    ReplyState.IN_DOUBT: "It is not certain whether this reply left.",
    ReplyState.BOUNCED: "The reply came back.",
}


@pytest.fixture
async def talks(desk: Desk, shop: Shop) -> dict[ReplyState, Talk]:
    return {
        state: await add_talk(desk.db, shop, outcome=Outcome.FAILED, reply_state=state, subject=state.value)
        for state in TROUBLES
    }


async def reply_of(desk: Desk, talk: Talk) -> Reply:
    async with desk.db.transaction() as session:
        return await session.get_one(Reply, talk.draft.id)


async def bar(desk: Desk, shop: Shop, address: str) -> Suppression:
    async with desk.db.transaction() as session:
        access = StoreAccess(session, shop.store.id)
        await suppress(access, address, Evidence(SuppressionCause.BOUNCED, "550 no such user", now()))
        return (await session.exec(select(Suppression))).one()


async def test_an_empty_page_says_so(agent: Visitor):
    assert "has arrived" in (await agent.get("/failures")).text


async def test_each_failure_says_what_happened_and_what_to_do(agent: Visitor, talks):
    text = (await agent.get("/failures")).text
    for sentence in TROUBLES.values():
        assert sentence in text
    assert "never sent again by itself" in text
    assert '<span class="count bad">3</span>' in text
    assert text.index("In doubt</span>") < text.index("Not sent</span>") < text.index("Came back</span>")


async def test_each_is_dealt_with_by_a_button_and_leaves_the_list(agent: Visitor, desk: Desk, talks):
    failed, doubt, bounced = (talks[state].draft.id for state in TROUBLES)
    done = await agent.post(f"/replies/{failed}/send-again", "/failures", back="failures")
    assert done.url.path == "/failures"
    await agent.post(f"/replies/{doubt}/settle", "/failures", back="failures")
    await agent.post(f"/replies/{bounced}/give-up", "/failures", back="failures")
    assert "has arrived" in (await agent.get("/failures")).text
    assert (await reply_of(desk, talks[ReplyState.FAILED])).state is ReplyState.SCHEDULED
    assert (await reply_of(desk, talks[ReplyState.IN_DOUBT])).state is ReplyState.SENT
    seen = await reply_of(desk, talks[ReplyState.BOUNCED])
    assert (seen.state, seen.acknowledged_at is not None) == (ReplyState.BOUNCED, True)


async def test_what_failed_or_is_in_doubt_can_be_left(agent: Visitor, desk: Desk, talks):
    for state in (ReplyState.FAILED, ReplyState.IN_DOUBT):
        await agent.post(f"/replies/{talks[state].draft.id}/give-up", "/failures", back="failures")
        assert (await reply_of(desk, talks[state])).state is ReplyState.DISCARDED
    again = await agent.post(f"/replies/{talks[ReplyState.FAILED].draft.id}/give-up", "/failures")
    assert again.status_code == 409


async def test_what_came_back_is_sent_again_as_a_reply_of_its_own(
    agent: Visitor, desk: Desk, shop: Shop, talks
):
    talk = talks[ReplyState.BOUNCED]
    await bar(desk, shop, talk.draft.to_address)
    answers = await asyncio.gather(
        *(agent.post(f"/replies/{talk.draft.id}/send-anew", "/failures", despite="on") for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    async with desk.db.transaction() as session:
        query = (
            select(Reply).where(Reply.conversation_id == talk.conversation.id).order_by(col(Reply.created_at))
        )
        old, new = (await session.exec(query)).all()
    assert (old.state, new.state) == (ReplyState.BOUNCED, ReplyState.SCHEDULED)
    assert old.rfc_message_id != new.rfc_message_id
    assert (new.markdown, new.sent_at, new.smtp_id) == (old.markdown, None, None)


async def test_a_draft_to_such_an_address_is_released_only_knowingly(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop)
    page = f"/conversations/{talk.conversation.id}"
    await bar(desk, shop, talk.draft.to_address)
    assert "550 no such user" in (await agent.get(page)).text
    refused = await agent.post(f"/replies/{talk.draft.id}/approve", page)
    assert refused.status_code == 422
    assert "came back" in refused.text
    written = await agent.post(f"{page}/write", page, markdown="Dear Lena, we are on it.")
    assert written.status_code == 422
    assert (await reply_of(desk, talk)).state is ReplyState.HELD
    assert (await agent.post(f"/replies/{talk.draft.id}/approve", page, despite="on")).status_code == 200
    assert (await reply_of(desk, talk)).state is ReplyState.SCHEDULED


async def test_only_an_owner_lets_an_address_be_written_to_again(
    agent: Visitor, owner: Visitor, desk: Desk, shop: Shop
):
    barred = await bar(desk, shop, "gone@customer.example")
    assert "gone@customer.example" in (await agent.get("/failures")).text
    assert (await agent.post(f"/suppressions/{barred.id}/lift", "/failures")).status_code == 403
    await owner.post(f"/suppressions/{barred.id}/lift", "/failures")
    assert "gone@customer.example" not in (await owner.get("/failures")).text
    async with desk.db.transaction() as session:
        kept = await session.get_one(Suppression, barred.id)
    assert kept.lifted_by == shop.owner.id


async def test_two_people_who_press_send_at_once_send_one(
    agent: Visitor, owner: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop)
    page = f"/conversations/{talk.conversation.id}"
    answers = await asyncio.gather(
        *(who.post(f"/replies/{talk.draft.id}/approve", page) for who in (agent, owner) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    async with desk.db.transaction() as session:
        (reply,) = (await session.exec(select(Reply))).all()
        conversation = await session.get_one(Conversation, talk.conversation.id)
    assert reply.state is ReplyState.SCHEDULED
    assert conversation.outcome is Outcome.WAITING


async def test_an_owner_decides_whether_opens_and_clicks_are_told(owner: Visitor, desk: Desk, shop: Shop):
    await owner.post("/stores", "/stores", track_opens="on", automatic="on", signature="")
    async with desk.db.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
        assert (store.track_opens, store.track_clicks) == (True, False)
    assert 'name="track_opens" value="on" checked' in (await owner.get("/stores")).text


async def test_what_counts_as_not_sent_for_silence_alone_says_so_and_may_be_known_better(
    agent: Visitor, desk: Desk, talks
):
    talk = talks[ReplyState.FAILED]
    async with desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.claimed_at, reply.way = now(), Outbound.SENDGRID
    for page in ("/failures", f"/conversations/{talk.conversation.id}"):
        text = (await agent.get(page)).text
        assert "the customer gets it twice" in text
        assert f'action="/replies/{talk.draft.id}/settle"' in text
    await agent.post(f"/replies/{talk.draft.id}/settle", "/failures", back="failures")
    assert (await reply_of(desk, talk)).state is ReplyState.SENT


async def test_what_sendgrid_tells_of_later_replies_makes_sending_again_one_key(
    agent: Visitor, desk: Desk, shop: Shop
):
    doubt = await add_talk(
        desk.db, shop, outcome=Outcome.FAILED, reply_state=ReplyState.IN_DOUBT, subject="Lost"
    )
    page = f"/conversations/{doubt.conversation.id}"
    assert '<button class="primary">It was sent</button>' in (await agent.get(page)).text
    later = [await add_talk(desk.db, shop, reply_state=ReplyState.SENT) for _ in range(3)]
    async with desk.db.transaction() as session:
        for number, talk in enumerate([doubt, *later]):
            reply = await session.get_one(Reply, talk.draft.id)
            reply.way, reply.claimed_at = Outbound.SENDGRID, now() - timedelta(hours=2 - number / 10)
        session.add_all(
            DeliveryEvent(event_id=str(number), reply_id=talk.draft.id, kind="processed", occurred_at=now())
            for number, talk in enumerate(later)
        )
    text = (await agent.get(page)).text
    assert "SendGrid has told of 3 replies that were handed over after this one" in text
    assert f'action="/replies/{doubt.draft.id}/send-again"' in text
    assert '<button class="primary" data-key="a"><span>Send again to' in text
    assert "SendGrid has told of 3 replies" in (await agent.get("/failures")).text
