"""What no fact backs, on the pages and in a browser: marked, told once, never in a person's way."""

from typing import TYPE_CHECKING, Any

import pytest

from app.intents.keeping import keep
from app.models import Answer, Reply
from app.vocabulary import ReplyState
from app.web.pages.marks import show_marked
from tests.inbox.seeds import Shop, Talk, add_shop, add_talk
from tests.inbox.test_grounds import TRANSIT, TRUE, UNTRUE
from tests.web.conftest import Desk, Visitor, field_of, open_session

if TYPE_CHECKING:
    from playwright.async_api import Page


async def add_answered(desk: Desk, shop: Shop, **values) -> Talk:
    talk = await add_talk(desk.db, shop, **values)
    async with desk.db.transaction() as session:
        (await session.get_one(Answer, talk.answer.id)).situations = [keep(TRANSIT)]
    return talk


async def state_of(desk: Desk, talk: Talk) -> ReplyState:
    async with desk.db.transaction() as session:
        return (await session.get_one(Reply, talk.draft.id)).state


def finding(text: str, part: str, **more: Any) -> dict[str, Any]:
    start = text.index(part)
    return {"start": start, "end": start + len(part), "text": part, "sentence": f"{part}?", **more}


@pytest.mark.parametrize(
    ("markdown", "part", "html"),
    [
        ("It *was* sent.", "was* sent", "<p>It <em><mark D>was</mark></em><mark D> sent</mark>.</p>"),
        ("a **#12** b", "12", "<p>a <strong>#<mark D>12</mark></strong> b</p>"),
        (
            "[track](<https://a.example/x>) it",
            "https://a.example/x",
            '<p><a href="https://a.example/x" target="_blank" rel="noopener noreferrer"><mark D>track</mark></a> it</p>',
        ),
        (
            "see <https://a.example/1> and 2",
            "https://a.example/1",
            '<p>see <a href="https://a.example/1" target="_blank" rel="noopener noreferrer"><mark D>https://a.example/1</mark></a> and 2</p>',
        ),
        ("am 7\\. Oktober", "7\\. Oktober", "<p>am <mark D>7. Oktober</mark></p>"),
        ("<b>1</b>", "1", "<p>&lt;b&gt;<mark D>1</mark>&lt;/b&gt;</p>"),
    ],
)
def test_a_finding_is_marked_where_it_stands(markdown: str, part: str, html: str):
    shown = show_marked(markdown, [finding(markdown, part)], "f").strip()
    assert shown == html.replace(" D>", ' aria-describedby="f-1">')


def test_findings_that_overlap_or_have_no_place_break_nothing():
    text = "It was sent on Monday.\ue000"
    found = [
        "an old sentence",
        finding(text, "sent on"),
        finding(text, "on Monday"),
        {"start": 3, "end": 999},
    ]
    shown = show_marked(text, found, "f")
    assert shown.strip() == '<p>It was <mark aria-describedby="f-2 f-3">sent on Monday</mark>.\ufffd</p>'


async def test_a_draft_shows_its_findings_in_its_text_and_as_sentences(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_answered(desk, shop, markdown=UNTRUE)
    async with desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.findings = ["A sentence of before.", finding(UNTRUE, "20 %")]
    page = (await agent.get(f"/conversations/{talk.conversation.id}")).text
    assert '<li id="finding-1">A sentence of before.</li><li id="finding-2">20 %?</li>' in page
    assert '<mark aria-describedby="finding-2">20 %</mark>' in page


async def test_what_is_sent_anyway_shows_what_needs_the_visitor_next(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_answered(desk, shop)
    other = await add_talk(desk.db, shop, name="Next In Line")
    page = f"/conversations/{talk.conversation.id}"
    asked = await agent.post(f"{page}/write", page, markdown=UNTRUE, then="next")
    assert asked.status_code == 409
    fields = {name: field_of(asked.text, name) for name in ("then", "acknowledged")}
    after = await agent.post(f"{page}/write", page, markdown=UNTRUE, **fields)
    assert after.url.path == f"/conversations/{other.conversation.id}"


async def test_without_scripts_a_second_press_sends_what_no_fact_backs(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_answered(desk, shop)
    page = f"/conversations/{talk.conversation.id}"
    asked = await agent.post(f"/replies/{talk.draft.id}/edit", page, markdown=UNTRUE.replace("\n", "\r\n"))
    assert asked.status_code == 409
    assert "<mark" in asked.text
    assert ">delivered</mark>" in asked.text
    assert f'href="{page}"' in asked.text
    assert await state_of(desk, talk) is ReplyState.HELD
    seen = field_of(asked.text, "acknowledged")
    sent = await agent.post(f"/replies/{talk.draft.id}/edit", page, markdown=UNTRUE, acknowledged=seen)
    assert sent.status_code == 200
    assert await state_of(desk, talk) is ReplyState.SCHEDULED


async def test_words_are_checked_while_they_are_written(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_answered(desk, shop)
    page = f"/conversations/{talk.conversation.id}"
    for place in (f"/replies/{talk.draft.id}/check", f"{page}/check"):
        marked = await agent.post(place, page, markdown=UNTRUE)
        assert ">20 %</mark>" in marked.text
        assert field_of(marked.text, "acknowledged")
        assert (await agent.post(place, page, markdown=TRUE)).text.strip() == ""
    assert await state_of(desk, talk) is ReplyState.HELD


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_an_agent_sees_while_writing_what_no_fact_backs_and_sends_it_anyway(
    page: "Page", site: str, session_desk: Desk
):
    shop = await add_shop(session_desk.db)
    talk = await add_answered(session_desk, shop)
    token = await open_session(session_desk, shop, shop.agent)
    await page.context.add_cookies([{"name": "pasokh", "value": token, "url": site}])
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await page.locator("#edit > summary").click()
    area = page.locator("#edit textarea")
    await area.fill(UNTRUE)
    await page.locator("#edit mark").first.wait_for()
    assert await page.locator("#edit mark").all_inner_texts() == ["delivered", "20 %"]
    await page.locator("#edit button", has_text="Send anyway").wait_for()
    await area.fill(TRUE)
    await page.locator("#edit button", has_text="Send the edited reply").wait_for()
    await area.fill(UNTRUE)
    await area.press("Control+Enter")  # faster than the check: asked once, then Enter sends
    await page.get_by_role("heading", name="Send this anyway?").wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Take it back").wait_for()
    assert await state_of(session_desk, talk) is ReplyState.SCHEDULED
