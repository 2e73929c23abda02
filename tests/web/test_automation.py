"""The owner's page about automation."""

import re

from app.models import ModeChange, Store
from app.vocabulary import AutomaticHours, Intent, Mode, Verdict
from tests.inbox.seeds import Shop
from tests.inbox.test_earned import SITUATION, add_draft, allow, fail, left
from tests.web.conftest import Desk, Visitor


async def store_of(desk: Desk, shop: Shop) -> Store:
    async with desk.db.transaction() as session:
        store: Store = await session.get_one(Store, shop.store.id)
        return store


async def test_it_is_an_owners_and_teaches_who_is_new(agent: Visitor, owner: Visitor):
    assert (await agent.get("/automation")).status_code == 403
    assert (await agent.post("/automation/rules", automatic_hours="inside")).status_code == 403
    text = (await owner.get("/automation")).text
    assert "Nothing is automatic yet" in text
    assert "Has earned it" not in text
    assert 'href="/automation"' in (await owner.get("/stores")).text


async def test_what_has_been_earned_is_offered_with_its_evidence_and_allowed(
    owner: Visitor, desk: Desk, shop: Shop
):
    talks = [await add_draft(desk.db, shop) for _ in range(25)]
    for talk in talks[:24]:
        await left(desk.db, shop, talk)
    text = (await owner.get("/automation")).text
    assert "24 of 25: 1 more released without a change" in text
    assert "Has earned it" not in text
    await left(desk.db, shop, talks[24])
    text = (await owner.get("/automation")).text
    assert "Has earned it" in text
    assert "Nothing is automatic yet" not in text
    linked = set(re.findall(r"/conversations/([0-9a-f-]{36})", text))
    assert len(linked) == 10
    assert linked <= {str(talk.conversation.id) for talk in talks}
    choice = {"intent": "order_status", "situation": SITUATION, "mode": "auto"}
    after = await owner.post("/automation/situation", "/automation", **choice)
    assert "Back to drafts" in after.text
    assert (await store_of(desk, shop)).mode(Intent.ORDER_STATUS, SITUATION) is Mode.AUTO


async def test_a_fall_back_is_told_with_the_way_to_its_conversation(owner: Visitor, desk: Desk, shop: Shop):
    await allow(desk.db, shop)
    talk = await add_draft(desk.db, shop)
    await left(desk.db, shop, talk, automatic=True)
    await fail(desk.db, shop, talk, Verdict.COMPLAINED)
    text = (await owner.get("/automation")).text
    assert "It went back to drafts on" in text
    assert "the customer complained" in text
    assert f'<a href="/conversations/{talk.conversation.id}">Read it</a>' in text
    assert "waits for a person again" in (await owner.get("/inbox")).text


async def test_saving_all_modes_changes_only_what_was_changed(owner: Visitor, desk: Desk, shop: Shop):
    await allow(desk.db, shop)
    all_on_draft = {f"mode-{intent.value}": "draft" for intent in Intent}
    await owner.post("/automation/modes", "/automation", **{**all_on_draft, "mode-complaint": "off"})
    store = await store_of(desk, shop)
    assert store.mode(Intent.ORDER_STATUS, SITUATION) is Mode.AUTO
    assert store.mode(Intent.COMPLAINT) is Mode.OFF
    async with desk.db.transaction() as session:
        access = shop.access(session)
        changes = (await session.execute(access.select(ModeChange))).scalars().all()
    assert len(changes) == 2


async def test_the_rules_are_kept_and_nonsense_reads_like_help(owner: Visitor, desk: Desk, shop: Shop):
    given = {"vip_orders": "5", "vip_spent": "499.50", "vip_tag": "VIP", "repeat_hours": "0"}
    after = await owner.post("/automation/rules", "/automation", **given, automatic_hours="outside")
    assert 'value="499.50"' in after.text
    store = await store_of(desk, shop)
    assert (store.vip_orders, store.repeat_hours) == (5, 0)
    assert store.automatic_hours is AutomaticHours.OUTSIDE
    for wrong in (
        {"vip_orders": "many"},
        {"repeat_hours": "1.5"},
        {"vip_orders": "-1"},
        {"vip_orders": "nan"},
        {"repeat_hours": "inf"},
        {"vip_spent": "inf"},
    ):
        answer = await owner.post(
            "/automation/rules", "/automation", **{**given, **wrong}, automatic_hours="always"
        )
        assert answer.status_code in {400, 422}, wrong
    for path in ("modes", "situation", "rules"):
        nonsense = {"mode-complaint": "x", "intent": "x", "automatic_hours": "x", "mode": "x"}
        assert (await owner.post(f"/automation/{path}", "/automation", **nonsense)).status_code == 400
