"""What the pages show and do, as a browser without scripts meets them."""

import asyncio
import email.message
from collections.abc import Callable

import pytest
from sqlmodel import col, select

from app.mail.inbound import mime
from app.models import Conversation, InboundMail, Message, Reply, Store, Touchpoint
from app.vocabulary import ConversationState, Direction, Outcome, ReplyState
from tests.inbox.seeds import Shop, Talk, add_mail, add_shop, add_talk, add_unanswered
from tests.web.conftest import HASH, Desk, Visitor, field_of, token_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000"
    "000049454e44ae426082"
)


@pytest.fixture
async def talk(desk: Desk, shop: Shop) -> Talk:
    return await add_talk(desk.db, shop)


def page_of(talk: Talk) -> str:
    return f"/conversations/{talk.conversation.id}"


async def state_of(desk: Desk, reply: Reply) -> ReplyState:
    async with desk.db.transaction() as session:
        return (await session.get_one(Reply, reply.id)).state


async def test_the_list_tells_who_wants_what_and_why_it_waits(agent: Visitor, talk: Talk):
    text = (await agent.get("/inbox")).text
    for shown in (
        "Lena Weiss",
        "Order status",
        "Draft to review",
        "5 min",
        talk.conversation.reason,
        "Hello,",
    ):
        assert shown in text


async def test_an_empty_list_teaches(agent: Visitor):
    assert "Nothing needs you." in (await agent.get("/inbox")).text
    assert "Nothing found." in (await agent.get("/inbox?q=zzz")).text
    assert "Nothing was ignored." in (await agent.get("/ignored")).text


async def test_the_list_goes_on_behind_its_first_page(agent: Visitor, desk: Desk, shop: Shop):
    for number in range(31):
        await add_talk(desk.db, shop, subject=f"Subject {number:02}.")
    first = await agent.get("/inbox")
    after = first.text.split("after=")[1].split('"')[0]
    second = await agent.get(f"/inbox?show=needs-me&after={after}")
    assert first.text.count("data-row") == 30
    assert second.text.count("data-row") == 1


async def test_a_conversation_shows_mail_facts_draft_and_why(agent: Visitor, talk: Talk):
    text = (await agent.get(page_of(talk))).text
    for shown in (
        "where is my order 1001?",
        "#1001",
        "JD0146",
        "This address stands on the order",
        "<strong>#1001</strong> is on its way",
        "Asks where order 1001 is.",
        "Hold the draft for a person",
        "sandbox, triage-v1",
        "812 in",
        "$0.000111",
        "143 ms",
        "<dd>On its way</dd>",
    ):
        assert shown in text, shown


async def test_the_recipient_stands_on_every_button_that_sends(agent: Visitor, talk: Talk):
    text = (await agent.get(page_of(talk))).text
    buttons = [part.split("</button>")[0] for part in text.split("<button")[1:]]
    sending = [button for button in buttons if "Send" in button]
    assert len(sending) == 3
    assert all("lena@example.com" in button for button in sending)


async def test_what_customers_write_is_escaped(agent: Visitor, desk: Desk, shop: Shop):
    evil = "<script>alert(1)</script>"
    talk = await add_talk(
        desk.db, shop, name=evil, subject=evil, text=evil, markdown=f"Hi {evil} [x](javascript:alert(1))"
    )
    for path in ("/inbox", page_of(talk), f"/inbox?q={evil}"):
        text = (await agent.get(path)).text
        assert "<script>alert" not in text
        assert 'href="javascript:' not in text


async def test_a_persian_draft_runs_from_right_to_left_whatever_name_it_begins_with(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop, markdown="Mina گرامی، سلام")
    async with desk.db.transaction() as session:
        (await session.get_one(Reply, talk.draft.id)).locale = "fa"
    assert '<div class="letter" lang="fa" dir="rtl">' in (await agent.get(page_of(talk))).text


async def test_an_approval_schedules_and_offers_to_take_it_back(agent: Visitor, desk: Desk, talk: Talk):
    page = page_of(talk)
    seen = field_of((await agent.get(page)).text, "seen")
    after = await agent.post(f"/replies/{talk.draft.id}/approve", page, seen=seen)
    assert after.url.path == page
    assert "Take it back" in after.text
    assert await state_of(desk, talk.draft) is ReplyState.SCHEDULED
    back = await agent.post(f"/replies/{talk.draft.id}/undo", page)
    assert "Draft to review" in back.text
    assert await state_of(desk, talk.draft) is ReplyState.HELD


async def test_two_people_who_press_send_at_once_send_one(
    agent: Visitor, owner: Visitor, desk: Desk, talk: Talk
):
    page = page_of(talk)

    async def press(visitor: Visitor) -> int:
        text = (await visitor.get(page)).text
        data = {"csrf": token_of(text), "seen": field_of(text, "seen")}
        return (await visitor.http.post(f"/replies/{talk.draft.id}/approve", data=data)).status_code

    assert sorted(await asyncio.gather(press(agent), press(owner))) == [200, 409]
    assert await state_of(desk, talk.draft) is ReplyState.SCHEDULED


async def test_an_edit_that_comes_too_late_is_given_back(agent: Visitor, desk: Desk, shop: Shop, talk: Talk):
    page = page_of(talk)
    seen = field_of((await agent.get(page)).text, "seen")
    await add_mail(desk.db, shop, talk)
    answer = await agent.post(f"/replies/{talk.draft.id}/edit", page, seen=seen, markdown="My careful words.")
    assert answer.status_code == 409
    assert "My careful words." in answer.text
    assert await state_of(desk, talk.draft) is ReplyState.HELD


async def test_an_edited_draft_leaves_as_edited(agent: Visitor, desk: Desk, talk: Talk):
    page = page_of(talk)
    seen = field_of((await agent.get(page)).text, "seen")
    await agent.post(f"/replies/{talk.draft.id}/edit", page, seen=seen, markdown="سلام لنا،\r\nامروز می‌رسد.")
    async with desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
    assert reply.markdown == "سلام لنا،\nامروز می‌رسد."
    assert reply.state is ReplyState.SCHEDULED


async def test_an_edited_replys_record_tells_who_released_it_and_what_they_changed(
    agent: Visitor, desk: Desk, talk: Talk
):
    page = page_of(talk)
    seen = field_of((await agent.get(page)).text, "seen")
    words = talk.draft.markdown.replace("on its way", "very near")
    sent = await agent.post(f"/replies/{talk.draft.id}/edit", page, seen=seen, markdown=words)
    assert f'href="/replies/{talk.draft.id}"' in sent.text
    text = (await agent.get(f"/replies/{talk.draft.id}")).text
    for shown in (
        "<del>on its way.</del>",
        "<ins>very near.</ins>",
        "What Amir Agent changed",
        "by Amir Agent",
        "where is my order 1001?",
    ):
        assert shown in text, shown


async def test_a_reply_is_written_from_nothing(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop, outcome=Outcome.HANDED_OVER, reply_state=None)
    page = page_of(talk)
    seen = field_of((await agent.get(page)).text, "seen")
    after = await agent.post(f"{page}/write", page, seen=seen, markdown="My own words.")
    assert "My own words." in after.text
    async with desk.db.transaction() as session:
        reply = (await session.exec(select(Reply))).one()
    assert (reply.state, reply.to_address) == (ReplyState.SCHEDULED, "lena@example.com")
    empty = await agent.post(f"{page}/write", page, markdown="  ")
    assert empty.status_code == 422


async def test_a_correction_has_the_mail_drafted_again(agent: Visitor, desk: Desk, talk: Talk):
    page = page_of(talk)
    text = (await agent.get(page)).text
    data = {
        "csrf": token_of(text),
        "seen": field_of(text, "seen"),
        "intent": ["refund_status", ""],
        "order_number": ["1002", "9"],
    }
    after = await agent.http.post(f"{page}/correct", data=data)
    assert "Pasokh is on it" in after.text
    assert "corrected by Amir Agent" in after.text
    assert await state_of(desk, talk.draft) is ReplyState.DISCARDED
    nonsense = await agent.post(f"{page}/correct", page, intent="world_peace", order_number="")
    assert nonsense.status_code == 400


async def test_a_conversation_is_discarded_closed_and_opened_again(agent: Visitor, desk: Desk, talk: Talk):
    page = page_of(talk)
    after = await agent.post(f"/replies/{talk.draft.id}/discard", page)
    assert "Needs your words" in after.text
    assert "Open again" in (await agent.post(f"{page}/close", page)).text
    async with desk.db.transaction() as session:
        assert (await session.get_one(Conversation, talk.conversation.id)).state is ConversationState.CLOSED
    assert "Open again" not in (await agent.post(f"{page}/reopen", page)).text


async def test_a_doubt_is_settled_by_a_person(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop, outcome=Outcome.FAILED, reply_state=ReplyState.IN_DOUBT)
    page = page_of(talk)
    text = (await agent.get(page)).text
    assert "It was sent" in text
    assert "send again" in text
    await agent.post(f"/replies/{talk.draft.id}/settle", page)
    async with desk.db.transaction() as session:
        assert (await session.get_one(Reply, talk.draft.id)).state is ReplyState.SENT
        assert (await session.get_one(InboundMail, talk.inbound.id)).outcome is Outcome.ANSWERED
        sent = select(Message).where(Message.direction == Direction.OUTBOUND)
        assert (await session.exec(sent)).one().reply_id == talk.draft.id
        told = select(Touchpoint).where(Touchpoint.direction == Direction.OUTBOUND)
        assert (await session.exec(told)).one().decision == "person"
    again = await agent.post(f"/replies/{talk.draft.id}/send-again", page)
    assert again.status_code == 409


async def test_a_failed_reply_says_why_and_is_tried_again(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop, outcome=Outcome.FAILED, reply_state=ReplyState.FAILED)
    async with desk.db.transaction() as session:
        (await session.get_one(Reply, talk.draft.id)).error = "SendGrid refused the address."
    page = page_of(talk)
    assert "SendGrid refused the address." in (await agent.get(page)).text
    await agent.post(f"/replies/{talk.draft.id}/send-again", page)
    assert await state_of(desk, talk.draft) is ReplyState.SCHEDULED


async def test_an_ignored_mail_is_shown_with_its_reason_and_answered_anyway(
    agent: Visitor, desk: Desk, shop: Shop
):
    mail = await add_unanswered(desk.db, shop)
    text = (await agent.get("/ignored")).text
    assert "Out of office" in text
    assert mail.outcome_reason in text
    await agent.post(f"/mails/{mail.id}/answer-anyway", "/ignored")
    async with desk.db.transaction() as session:
        assert (await session.get_one(InboundMail, mail.id)).outcome is Outcome.WAITING
    assert (await agent.post(f"/mails/{mail.id}/answer-anyway", "/ignored")).status_code == 409


async def test_a_raw_mail_is_downloaded_byte_for_byte(agent: Visitor, desk: Desk, shop: Shop):
    mail = await add_unanswered(desk.db, shop, raw=b"From: a\r\n\r\n\xff<script>")
    answer = await agent.get(f"/mails/{mail.id}/raw")
    assert answer.content == b"From: a\r\n\r\n\xff<script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


async def add_attached(desk: Desk, shop: Shop) -> Talk:
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "lena@example.com", "Broken"
    mail.set_content("See the photo.")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="фото «1».png")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="image", subtype="svg+xml", filename="x.svg")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="image", subtype="png", filename="lie.png")
    raw = mail.as_bytes()
    listed = [
        {
            "filename": a.filename,
            "content_type": a.content_type,
            "size": a.size,
            "sha256": a.sha256,
            "inline": False,
        }
        for a in mime.read(raw).attachments
    ]
    return await add_talk(desk.db, shop, raw=raw, attachments=listed)


async def test_attachments_are_listed_and_downloaded_without_danger(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_attached(desk, shop)
    assert "фото «1».png" in (await agent.get(page_of(talk))).text
    base = f"{page_of(talk)}/messages/{talk.message.id}/attachments"
    photo, drawing, lie = [await agent.get(f"{base}/{index}") for index in range(3)]
    assert photo.content == PNG
    assert photo.headers["content-type"] == "image/png"
    assert "filename*=UTF-8''%D1%84" in photo.headers["content-disposition"]
    for other in (drawing, lie):
        assert other.headers["content-type"] == "application/octet-stream"
    for answer in (photo, drawing, lie):
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    for wrong in ("3", "-1", "x"):
        assert (await agent.get(f"{base}/{wrong}")).status_code == 404


async def test_nothing_of_another_store_is_reached(
    new_visitor: Callable[[], Visitor], desk: Desk, shop: Shop
):
    talk = await add_attached(desk, shop)
    mail = await add_unanswered(desk.db, shop)
    other = await add_shop(desk.db, "Other", HASH)
    stranger = new_visitor()
    await stranger.sign_in(other.owner.email)
    message = f"{page_of(talk)}/messages/{talk.message.id}"
    for path in (page_of(talk), f"{message}/html", f"{message}/attachments/0", f"/mails/{mail.id}/raw"):
        assert (await stranger.get(path)).status_code == 404, path
    for path in (
        *(
            f"/replies/{talk.draft.id}/{verb}"
            for verb in ("approve", "discard", "undo", "send-again", "settle", "give-up")
        ),
        *(f"{page_of(talk)}/{verb}" for verb in ("close", "reopen", "give-back")),
        f"/mails/{mail.id}/answer-anyway",
    ):
        assert (await stranger.post(path)).status_code == 404, path
    assert (await stranger.post(f"{page_of(talk)}/write", markdown="x")).status_code == 404
    assert await state_of(desk, talk.draft) is ReplyState.HELD


async def test_a_related_conversation_is_linked_and_nothing_of_it_is_shown(
    agent: Visitor, desk: Desk, shop: Shop
):
    first = await add_talk(desk.db, shop, name="Private Person", subject="Secret subject")
    second = await add_talk(
        desk.db, shop, name="Curious", address="c@example.com", related_id=first.conversation.id
    )
    text = (await agent.get(page_of(second))).text
    assert page_of(first) in text
    assert "Private Person" not in text
    assert "Secret subject" not in text


async def test_only_an_owner_sees_and_changes_the_stores_settings(
    agent: Visitor, owner: Visitor, desk: Desk, shop: Shop
):
    assert (await agent.get("/stores")).status_code == 403
    assert (await agent.post("/stores", signature="Mine")).status_code == 403
    assert 'href="/stores"' not in (await agent.get("/inbox")).text
    await owner.post("/stores", "/stores", signature="Your Teahouse")
    async with desk.db.transaction() as session:
        store = await session.get_one(Store, shop.store.id)
    assert not store.automatic
    assert store.signature == "Your Teahouse"


async def test_the_next_that_needs_me_leads_to_it_or_says_that_nothing_does(
    agent: Visitor, desk: Desk, shop: Shop, talk: Talk
):
    assert (await agent.get("/inbox/next")).url.path == page_of(talk)
    left = await agent.get(f"/inbox/next?besides={talk.conversation.id}")
    assert "Nothing else needs you." in left.text


async def test_a_long_thread_shows_its_newest_mails(agent: Visitor, desk: Desk, shop: Shop, talk: Talk):
    async with desk.db.transaction() as session:
        session.add_all(
            [
                Message(
                    store_id=shop.store.id,
                    conversation_id=talk.conversation.id,
                    direction=Direction.INBOUND,
                    from_address="lena@example.com",
                    text=f"Mail number {number}." + "x" * 50_000 * (number == 119),
                    new_text=f"Mail number {number}." + "x" * 50_000 * (number == 119),
                )
                for number in range(120)
            ]
        )
    text = (await agent.get(page_of(talk))).text
    assert "Only the newest 100 mails are shown." in text
    assert text.count("<article") == 100
    async with desk.db.transaction() as session:
        stored = (await session.exec(select(Message).where(col(Message.text).contains("xxx")))).one()
    assert len(stored.text) > 50_000
    assert "The rest is left out here." in text
