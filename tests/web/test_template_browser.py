"""A template while it is written, in a real browser: the mail that it makes, and what is wrong with it, follow each change."""

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.inbox.seeds import Shop, add_shop
from tests.web.conftest import HASH, Desk
from tests.web.test_browser import complaints, sign_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

__all__ = ["complaints"]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(session_desk: Desk) -> Shop:
    return await add_shop(session_desk.db, password_hash=HASH)


async def test_the_mail_follows_what_is_written(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    await sign_in(page, site, session_desk, shop, shop.owner)
    await page.goto(f"{site}/templates/en/order_in_transit")
    mail, source = page.frame_locator("#mail"), page.locator("#source")
    await mail.get_by_text("Anna Schmidt").wait_for()
    await source.fill("Off it went: **{{ number | code }}**")
    await mail.get_by_text("Off it went: #1042").wait_for()
    await page.locator("#said").get_by_text("Customers will not be told").wait_for()
    assert await mail.locator("div").first.evaluate("node => getComputedStyle(node).maxWidth") == "600px"
    await source.fill("Off it went\nfor {{ custommer }}")
    await page.locator("#said").get_by_role("button", name="Line 2").click()
    assert (
        await source.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
        == "for {{ custommer }}"
    )
    await mail.get_by_text("Off it went: #1042").wait_for()  # the last mail that could be made
    await page.keyboard.type("for ")
    await page.locator("[data-insert='{{ total | money }}']").first.click()
    await mail.get_by_text("for €137.50").wait_for()
    await page.get_by_role("combobox").select_option("sample:5")
    await page.get_by_text("Sample 6 of").wait_for()
    await source.focus()
    await page.keyboard.press("Control+Enter")
    await page.get_by_text("Saved. Replies are written so").wait_for()
    await page.get_by_role("button", name="Go back to the product's own text").click()
    await page.get_by_text("counts again, from the next mail on").wait_for()


async def test_persian_is_written_from_right_to_left_and_nothing_is_too_wide(
    page: "Page", site: str, session_desk: Desk, shop: Shop, complaints: list[str]
):
    await sign_in(page, site, session_desk, shop, shop.owner)
    for width in (360, 1440):
        await page.set_viewport_size({"width": width, "height": 800})
        for path in ("/templates", "/templates/fa/order_in_transit"):
            await page.goto(site + path)
            await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
    assert await page.locator("#source").get_attribute("dir") == "rtl"
    await page.frame_locator("#mail").get_by_text("#1042").wait_for()
    assert await page.frame_locator("#mail").locator("div").first.get_attribute("dir") == "rtl"
