"""The page of a store's mailboxes."""

import re
from datetime import timedelta

from app.models import ImapAccount, ReadingState
from app.models.columns import now
from tests.inbox.seeds import Shop
from tests.web.conftest import Desk, Visitor


async def add_account(desk: Desk, shop: Shop, **values) -> None:
    account = ImapAccount(
        mailbox_id=shop.mailbox.id,
        store_id=shop.store.id,
        preset="gmail",
        host="imap.gmail.com",
        port=993,
        tls="implicit",
        username="<b>support</b>",
        secret_sealed=b"",
        folders=["INBOX"],
        **{"lease_until": now() + timedelta(minutes=1), "state": ReadingState.READING, **values},
    )
    async with desk.db.transaction() as session:
        session.add(account)


async def account_of(desk: Desk, shop: Shop) -> ImapAccount:
    async with desk.db.transaction() as session:
        return await session.get_one(ImapAccount, shop.mailbox.id)


async def test_an_owner_sees_what_is_wrong_and_what_to_do(owner: Visitor, desk: Desk, shop: Shop):
    refused = {"state": ReadingState.REFUSED, "state_reason": "imap.gmail.com answered: “<i>no</i>”."}
    await add_account(desk, shop, **refused)
    shown = (await owner.get("/mailboxes")).text
    assert re.search(r"Cannot sign in since \d\d:\d\d: the provider refused the password.", shown)
    assert "apppasswords" in shown
    assert "<code>pasokh mailbox add" in shown
    assert "<b>support</b>" not in shown
    assert "<i>no</i>" not in shown
    await owner.post(f"/mailboxes/{shop.mailbox.id}/resume", "/mailboxes")
    assert (await account_of(desk, shop)).state is ReadingState.NEW


async def test_an_owner_pauses_and_resumes_a_mailbox_and_an_agent_cannot(
    owner: Visitor, agent: Visitor, desk: Desk, shop: Shop
):
    await add_account(desk, shop)
    path = f"/mailboxes/{shop.mailbox.id}"
    assert (await agent.post(f"{path}/pause")).status_code == 403
    paused = await owner.post(f"{path}/pause", "/mailboxes")
    assert f"Paused by {shop.owner.name} since" in paused.text
    assert (await account_of(desk, shop)).paused_at is not None
    assert "Signing in" in (await owner.post(f"{path}/resume", "/mailboxes")).text
    assert (await account_of(desk, shop)).paused_at is None


async def test_a_mailbox_that_nothing_brings_mail_to_says_so(owner: Visitor, shop: Shop):
    assert "Nothing brings its mail." in (await owner.get("/mailboxes")).text
    assert "/mailboxes" in (await owner.get("/stores")).text
