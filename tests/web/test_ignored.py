"""The page of mails that nobody answers: every kind with its reason, a provider's code for the owner, and a way back."""

import pytest

from app.models import InboundMail
from app.vocabulary import MailKind, Outcome
from app.web.pages import words
from tests.inbox.seeds import Shop, add_shop, add_unanswered
from tests.web.conftest import Desk, Visitor

CHECK: dict[str, str | None] = {
    "code": "123456789",
    "link": "https://mail-settings.google.com/mail/vf-%5Babc%5D",
}
IGNORED = [kind for kind in MailKind if kind is not MailKind.CUSTOMER]


async def outcome_of(desk: Desk, mail: InboundMail) -> Outcome:
    async with desk.db.transaction() as session:
        return (await session.get_one(InboundMail, mail.id)).outcome


@pytest.mark.parametrize("kind", IGNORED)
async def test_every_kind_is_listed_with_its_reason(agent: Visitor, desk: Desk, shop: Shop, kind: MailKind):
    await add_unanswered(desk.db, shop, kind=kind, reason=f"Reason of {kind.value}.")

    text = (await agent.get("/ignored")).text
    assert words.KINDS[kind] in text
    assert f"Reason of {kind.value}." in text


async def test_an_owner_sees_code_and_link_as_text_and_nothing_opens_them(
    owner: Visitor, desk: Desk, shop: Shop
):
    await add_unanswered(desk.db, shop, kind=MailKind.FORWARDING_CHECK, forwarding_check=CHECK)

    text = (await owner.get("/ignored")).text
    assert f'<code class="copy">{CHECK["code"]}</code>' in text
    assert f'<code class="copy">{CHECK["link"]}</code>' in text
    assert f'href="{CHECK["link"]}"' not in text


async def test_an_agent_is_told_who_sees_the_code(agent: Visitor, desk: Desk, shop: Shop):
    await add_unanswered(desk.db, shop, kind=MailKind.FORWARDING_CHECK, forwarding_check=CHECK)

    text = (await agent.get("/ignored")).text
    assert "An owner of this store sees its code" in text
    assert str(CHECK["code"]) not in text
    assert str(CHECK["link"]) not in text


async def test_the_mail_behind_a_code_is_downloaded_by_owners_only(
    agent: Visitor, owner: Visitor, desk: Desk, shop: Shop
):
    mail = await add_unanswered(desk.db, shop, kind=MailKind.FORWARDING_CHECK, forwarding_check=CHECK)
    path = f"/mails/{mail.id}/raw"

    assert (await agent.get(path)).status_code == 403
    assert path not in (await agent.get("/ignored")).text
    assert (await owner.get(path)).status_code == 200
    assert path in (await owner.get("/ignored")).text


async def test_a_code_that_was_not_found_is_said(owner: Visitor, desk: Desk, shop: Shop):
    nothing: dict[str, str | None] = {"code": None, "link": None}
    await add_unanswered(desk.db, shop, kind=MailKind.FORWARDING_CHECK, forwarding_check=nothing)

    assert "Neither a code nor a link" in (await owner.get("/ignored")).text


@pytest.mark.parametrize(
    ("kind", "address", "why"),
    [
        (MailKind.BOUNCE, "", "names no address"),
        (MailKind.CUSTOMER, "", "names no address"),
        (MailKind.OWN, "{mailbox}", "own address"),
        (MailKind.LOOP, "{tagged}", "own address"),
        (MailKind.FORWARDING_CHECK, "forwarding-noreply@google.com", "Nobody reads"),
    ],
)
async def test_where_nobody_could_be_reached_the_page_says_why_and_offers_nothing(
    agent: Visitor, desk: Desk, shop: Shop, kind: MailKind, address: str, why: str
):
    local, _, domain = shop.mailbox.address.partition("@")
    address = address.format(mailbox=shop.mailbox.address, tagged=f"{local}+token@{domain}")
    mail = await add_unanswered(desk.db, shop, kind=kind, address=address)

    text = (await agent.get("/ignored")).text
    assert why in text
    assert "/answer-anyway" not in text
    answer = await agent.post(f"/mails/{mail.id}/answer-anyway", "/ignored")
    assert (answer.status_code, why in answer.text) == (409, True)
    assert await outcome_of(desk, mail) is Outcome.IGNORED


@pytest.mark.parametrize("kind", [MailKind.SPAM, MailKind.LIST, MailKind.AUTO_REPLY, MailKind.COMPLAINT])
async def test_whatever_was_ignored_wrongly_is_answered_anyway(
    agent: Visitor, desk: Desk, shop: Shop, kind: MailKind
):
    mail = await add_unanswered(desk.db, shop, kind=kind)

    assert (await agent.post(f"/mails/{mail.id}/answer-anyway", "/ignored")).status_code == 200
    assert await outcome_of(desk, mail) is Outcome.WAITING


async def test_ignored_mails_of_another_store_are_not_listed(agent: Visitor, desk: Desk, shop: Shop):
    other = await add_shop(desk.db, "Other")
    await add_unanswered(desk.db, other, reason="Somebody else's.")

    assert "Somebody else" not in (await agent.get("/ignored")).text


async def test_the_list_goes_on_behind_its_first_page(agent: Visitor, desk: Desk, shop: Shop):
    for _ in range(31):
        await add_unanswered(desk.db, shop)
    first = (await agent.get("/ignored")).text
    second = (await agent.get("/ignored?show=ignored&after=" + first.split("after=")[1].split('"')[0])).text

    assert (first.count("data-row"), second.count("data-row")) == (30, 1)
