"""What owners are told on the page, and the limit that they set."""

import re

from app.access import StoreAccess
from app.inbox.notices import raise_notice
from app.models import Store
from tests.inbox.seeds import Shop
from tests.web.conftest import Desk, Visitor


async def test_a_notice_is_shown_until_an_owner_has_seen_it(
    owner: Visitor, agent: Visitor, desk: Desk, shop: Shop
):
    for _ in range(2):
        async with desk.db.transaction() as session:
            access = StoreAccess(session, shop.store.id)
            await raise_notice(access, "model_limit:2026-11-22", title="The limit is reached", text="Look.")
    shown = (await agent.get("/inbox")).text
    assert shown.count("The limit is reached") == 1
    assert "/seen" not in shown
    path = field_before(owner_page := (await owner.get("/inbox")).text)
    assert (await agent.post(path)).status_code == 403
    assert "The limit is reached" in owner_page
    assert "The limit is reached" not in (await owner.post(path)).text


async def test_an_owner_sets_the_limit_for_the_model(owner: Visitor, desk: Desk, shop: Shop):
    assert "0.0000 spent today" in (await owner.get("/stores")).text
    await owner.post("/stores", "/stores", model_usd_per_day="0.75")
    async with desk.db.transaction() as session:
        assert (await session.get_one(Store, shop.store.id)).model_usd_per_day == 0.75
    for wrong in ("-1", "much", "nan", "1e9"):
        assert (await owner.post("/stores", "/stores", model_usd_per_day=wrong)).status_code in {400, 422}


def field_before(html: str) -> str:
    (path,) = set(re.findall(r'action="(/notices/[^"]+)"', html))
    return str(path)
