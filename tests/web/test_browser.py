"""An agent's work in a real browser, by keyboard, with nothing blocked by our own policy."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from app.db import announce
from app.models import Conversation, InboundMail, Reply, User
from app.vocabulary import ConversationState, Outcome, ReplyState
from tests.inbox.seeds import Shop, Talk, add_mail, add_shop, add_talk
from tests.patience import PATIENCE
from tests.web.conftest import HASH, PASSWORD, Desk, open_session

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(session_desk: Desk) -> Shop:
    return await add_shop(session_desk.db, password_hash=HASH)


@pytest_asyncio.fixture(loop_scope="session")
async def complaints(page: "Page") -> AsyncIterator[list[str]]:
    """What the browser complains about: broken scripts, and whatever our policy blocked."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    yield found
    assert found == []


async def sign_in(page: "Page", site: str, desk: Desk, shop: Shop, user: User) -> None:
    """Straight to the inbox; the form itself has a test of its own."""
    token = await open_session(desk, shop, user)
    await page.context.add_cookies([{"name": "pasokh", "value": token, "url": site}])
    await page.goto(f"{site}/inbox")


async def sign_in_by_form(page: "Page", site: str, email: str) -> None:
    await page.goto(f"{site}/sign-in")
    await page.get_by_label("Email address").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox")


async def press(page: "Page", *keys: str) -> None:
    """Press keys once the page listens to them: it then shows that it has keys."""
    await page.locator("[data-dialog=keys]:not([hidden])").wait_for(state="attached")
    for key in keys:
        await page.keyboard.press(key)


async def tell(desk: Desk, shop: Shop) -> None:
    async with desk.db.transaction() as session:
        await announce(session, shop.store.id)


async def state_of(desk: Desk, reply: Reply) -> ReplyState:
    async with desk.db.transaction() as session:
        return (await session.get_one(Reply, reply.id)).state


async def test_an_agent_signs_in_and_approves_a_draft_by_keyboard(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    first = await add_talk(session_desk.db, shop, name="First", age=timedelta(minutes=9))
    second = await add_talk(session_desk.db, shop, name="Second", age=timedelta(minutes=1))
    await sign_in_by_form(page, site, shop.agent.email)
    await press(page, "j", "ArrowDown", "k", "ArrowDown", "Enter")
    await page.wait_for_url(f"**/conversations/{second.conversation.id}")
    await press(page, "a")
    await page.get_by_role("button", name="Take it back").wait_for()
    assert await page.locator("[data-countdown]").inner_text() != ""
    assert await state_of(session_desk, second.draft) is ReplyState.SCHEDULED
    await press(page, "z")
    await page.get_by_role("heading", name="Draft to review").wait_for()
    await press(page, "n")
    await page.wait_for_url(f"**/conversations/{first.conversation.id}")


async def test_a_key_pressed_twice_or_held_down_releases_one_draft(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talks = [await add_talk(session_desk.db, shop, age=timedelta(minutes=age)) for age in (9, 6, 3)]
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talks[0].conversation.id}")
    await page.keyboard.down("a")
    await page.wait_for_url("**?released=*")
    for _ in range(3):
        await page.keyboard.down("a")  # as a key that is held repeats
    await page.keyboard.up("a")
    await page.get_by_role("button", name="Take it back").wait_for()
    states = [await state_of(session_desk, talk.draft) for talk in talks]
    assert sorted(states) == sorted([ReplyState.SCHEDULED, ReplyState.HELD, ReplyState.HELD])


async def test_an_agent_edits_a_draft_and_sends_it_by_keyboard(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_talk(session_desk.db, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await press(page, "e", "Control+a")
    await page.keyboard.type("Hello Lena, it is here. Any questions?")
    await press(page, "Control+Enter")
    await page.get_by_role("button", name="Take it back").wait_for()
    async with session_desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
    assert reply.markdown == "Hello Lena, it is here. Any questions?"
    assert reply.edited


async def test_a_draft_is_thrown_away_only_after_a_second_key(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_talk(session_desk.db, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await press(page, "d", "Escape", "d")
    assert await state_of(session_desk, talk.draft) is ReplyState.HELD
    await press(page, "Enter")
    await page.get_by_role("heading", name="Needs your words").wait_for()
    assert await state_of(session_desk, talk.draft) is ReplyState.DISCARDED
    await page.locator("main").focus()
    await press(page, "c")
    await page.get_by_text("Open again").wait_for()
    async with session_desk.db.transaction() as session:
        assert (await session.get_one(Conversation, talk.conversation.id)).state is ConversationState.CLOSED


async def test_new_mail_appears_by_itself(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.get_by_text("Nothing needs you.").wait_for()
    await add_talk(session_desk.db, shop, name="Just Arrived")
    await tell(session_desk, shop)
    await page.get_by_text("Just Arrived").wait_for()
    assert "(1)" in await page.title()


async def test_what_is_being_written_outlasts_a_live_change(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_talk(session_desk.db, shop, outcome=Outcome.HANDED_OVER, reply_state=None)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await press(page, "r")
    await page.keyboard.type("Half a sentence")
    await add_mail(session_desk.db, shop, talk, "One more thing from me")
    await tell(session_desk, shop)
    await page.get_by_text("One more thing from me").wait_for()
    await page.get_by_text("This conversation has changed").wait_for()
    written = page.get_by_label("Your reply, in Markdown")
    assert await written.input_value() == "Half a sentence"
    await press(page, "Control+Enter")
    await page.get_by_role("heading", name="Somebody was faster").wait_for()
    assert await page.get_by_role("textbox", name="What you had written").input_value() == "Half a sentence"
    # The browser reports the 409 page itself; it is what this test is about.
    complaints[:] = [one for one in complaints if "409" not in one]


async def add_draft(desk: Desk, talk: Talk) -> None:
    """What the job makes, while a page waits for it."""
    async with desk.db.transaction() as session:
        session.add(
            Reply(
                store_id=talk.conversation.store_id,
                conversation_id=talk.conversation.id,
                answer_id=talk.answer.id,
                state=ReplyState.HELD,
                automatic=False,
                to_address="lena@example.com",
                subject="Re: Where is my order?",
                locale="en",
                markdown="Hello Lena,\n\nit is on its way.",
                rfc_message_id=f"<{talk.conversation.id}@ours.example>",
            )
        )
        (await session.get_one(InboundMail, talk.inbound.id)).outcome = Outcome.HANDED_OVER


async def add_taken(desk: Desk, shop: Shop) -> Talk:
    """A conversation that somebody has taken, before its draft is there."""
    talk = await add_talk(desk.db, shop, outcome=Outcome.HANDED_OVER, reply_state=None)
    async with desk.db.transaction() as session:
        (await session.get_one(InboundMail, talk.inbound.id)).outcome = Outcome.WAITING
        (await session.get_one(Conversation, talk.conversation.id)).person_answering = True
    return talk


async def test_a_draft_comes_up_beside_an_editor_that_is_open_and_takes_no_key_from_it(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_taken(session_desk, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await page.get_by_text("A draft for you is on its way").wait_for()
    await press(page, "r")
    await add_draft(session_desk, talk)
    await tell(session_desk, shop)
    await page.get_by_role("heading", name="Draft to review").wait_for()
    await page.keyboard.type("Mine.")
    assert await page.get_by_label("Your reply, in Markdown").input_value() == "Mine."
    await press(page, "Control+Enter")
    await page.get_by_role("button", name="Take it back").wait_for()


async def test_a_draft_that_is_there_before_the_page_listens_comes_up_too(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_taken(session_desk, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)

    async def listen_late(route: "Route") -> None:
        await add_draft(session_desk, talk)
        await tell(session_desk, shop)
        await route.continue_()

    await page.route("**/live?*", listen_late, times=1)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await page.get_by_role("heading", name="Draft to review").wait_for()


async def test_what_was_thrown_away_or_taken_by_a_slip_comes_back_by_a_key(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    talk = await add_talk(session_desk.db, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    draft = page.get_by_role("heading", name="Draft to review")
    for away, sign, back in (("d", "Bring the draft back", "b"), ("c", "Open again", "c")):
        await press(page, away)
        if away == "d":
            await press(page, "Enter")
        await page.get_by_role("button", name=sign).wait_for()
        await press(page, back)
        await draft.wait_for()
    await press(page, "t")
    await page.get_by_role("button", name="Give back to Pasokh").wait_for()
    await press(page, "g")
    await page.get_by_role("button", name="Take over").wait_for()
    await draft.wait_for()


async def test_the_keys_are_explained(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    await add_talk(session_desk.db, shop)
    await sign_in(page, site, session_desk, shop, shop.agent)
    await press(page, "?")
    dialog = page.get_by_role("dialog")
    await dialog.wait_for()
    await press(page, "j")
    assert await page.evaluate("document.activeElement.closest('dialog') !== null")
    await press(page, "Escape")
    await dialog.wait_for(state="hidden")
    await press(page, "/")
    assert await page.evaluate("document.activeElement.name") == "q"


async def test_a_customers_html_runs_and_loads_nothing(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    html = (
        '<p>Visible</p><script>top.document.title = "owned"</script><img src="https://t.example/x.gif">'
        '<img src="x" onerror="top.document.title = 1"><a href="https://phish.example" target="_top">click</a>'
    )
    talk = await add_talk(session_desk.db, shop, html=html)
    await sign_in(page, site, session_desk, shop, shop.agent)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{site}/conversations/{talk.conversation.id}")
    await page.get_by_text("As it was designed").click()
    frame = page.frame_locator("iframe")
    await frame.get_by_text("Visible").wait_for()
    assert "owned" not in await page.title()
    assert all(url.startswith((site, "data:")) for url in asked), asked


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_no_page_is_wider_than_the_screen(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str], width: int, direction: str
):
    talk = await add_talk(
        session_desk.db,
        shop,
        name="A name that goes on and on " * 4,
        address=f"{'very-long-' * 6}address@a-long-subdomain.example.com",
        subject="Averyveryverylongwordwithoutanyspaces" * 5,
        text="https://example.com/" + "path/" * 60,
        markdown="https://example.com/" + "path/" * 60,
        intents=("order_status", "delivery_problem", "refund_request"),
    )
    await page.set_viewport_size({"width": width, "height": 800})
    await sign_in(page, site, session_desk, shop, shop.owner)
    for path in (
        "/inbox",
        f"/conversations/{talk.conversation.id}",
        "/ignored",
        "/stores",
        "/hours",
        "/me",
        "/automation",
    ):
        await page.goto(site + path)
        await page.evaluate(f"document.documentElement.dir = '{direction}'")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path


async def test_forms_work_without_scripts(browser, site: str, session_desk: Desk, shop: Shop):
    talk = await add_talk(session_desk.db, shop)
    context = await browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    await sign_in_by_form(page, site, shop.agent.email)
    await page.get_by_text("Lena Weiss").click()
    await page.locator("#edit > summary").click()
    await page.locator("#edit textarea").fill("Without a script.")
    await page.get_by_role("button", name="Send the edited reply").click()
    await page.get_by_role("button", name="Take it back").wait_for()
    assert await state_of(session_desk, talk.draft) is ReplyState.SCHEDULED
    await context.close()


async def test_a_server_stops_while_a_browser_listens(
    page: "Page", session_desk: Desk, shop: Shop, complaints: list[str]
):
    from app.web.pages import create_pages_app
    from app.web.server import Server
    from tests.serving import serving

    async with asyncio.timeout(PATIENCE):
        async with serving(create_pages_app(session_desk), Server) as site:
            await sign_in(page, site, session_desk, shop, shop.agent)
            await page.get_by_text("Nothing needs you.").wait_for()
    # The browser says that its connection was closed; it would come back by itself.
    complaints[:] = [one for one in complaints if "ERR_" not in one]
