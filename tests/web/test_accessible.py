"""Every page can be read by eyes that see little contrast, and by programs that read aloud."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.models import Reply
from tests.inbox.seeds import add_shop, add_talk
from tests.web.conftest import Desk, open_session

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

LOOK = (Path(__file__).parent / "accessible.js").read_text("utf-8").partition("\n")[2]


async def test_every_page_has_enough_contrast_names_and_an_order_of_headings(
    page: "Page", site: str, session_desk: Desk
):
    shop = await add_shop(session_desk.db)
    talk = await add_talk(session_desk.db, shop, markdown="It was **sent** on 3 March.")
    async with session_desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.findings = [{"start": 9, "end": 13, "sentence": "No fact says so."}]
    await page.context.add_cookies(
        [{"name": "pasokh", "value": await open_session(session_desk, shop, shop.owner), "url": site}]
    )
    own = ("stores", "automation", "templates", "templates/fa/order_in_transit", "knowledge/articles/new")
    rest = ("inbox", "inbox?q=nobody", "ignored", "failures", "knowledge", "hours", "me", "mailboxes", "none")
    pages = (f"conversations/{talk.conversation.id}", f"replies/{talk.draft.id}", *own, *rest)
    wrong: dict[str, list[str]] = {}
    for path in pages:
        await page.goto(f"{site}/{path}")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong |= {f"{path}, {scheme}": found for found in [await page.evaluate(LOOK)] if found}
    assert wrong == {}
