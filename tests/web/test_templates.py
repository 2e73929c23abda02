"""An owner's pages about the texts of replies, without a script: list, editor, preview, versions, and whom they are for."""

from html import unescape

from sqlmodel import select

from app.models import Wording
from app.web.pages.differences import differences
from tests.inbox.seeds import Shop, add_shop, add_talk
from tests.web.conftest import Desk, Visitor, open_session, token_of

PATH = "/templates/en/order_in_transit"
OWN = 'Off it went: **{{ number | code }}**.\n\n{% include "_parcels.md" %}'


async def save(owner: Visitor, source: str, seen: int = 0, path: str = PATH):
    return await owner.post(path, path, source=source, seen=str(seen))


async def test_templates_are_listed_by_what_customers_want_and_found_by_a_word(owner: Visitor):
    page = (await owner.get("/templates")).text
    assert "Refund status" in page
    assert 'href="/templates/fa/order_in_transit"' in page
    found = (await owner.get("/templates", params={"q": "label overdue"})).text
    assert "/templates/de/order_label_overdue" in found
    assert "/templates/de/order_in_transit" not in found
    assert "Nothing fits “zebra”" in (await owner.get("/templates", params={"q": "zebra"})).text
    await save(owner, OWN)
    own = (await owner.get("/templates", params={"own": "1"})).text
    assert own.count('class="own"') == 1


async def test_a_text_is_saved_shown_and_taken_back_with_every_version_kept(owner: Visitor):
    first = await save(owner, OWN)
    assert "Saved. Replies are written so" in first.text
    assert "Your own words" in first.text
    second = await save(owner, OWN.replace("Off it went", "It left"), 1)
    assert "Go back to version 1" in second.text
    assert "<del>Off it went" in second.text
    back = await owner.post(f"{PATH}/restore", PATH, seen="2", version="1")
    assert "Off it went" in back.text.split("<textarea")[1].split("</textarea>")[0]
    product = await owner.post(f"{PATH}/restore", PATH, seen="3", version="0")
    assert "The product's own text" in unescape(product.text)
    assert "version 1 again" in product.text


async def test_what_cannot_be_saved_is_told_and_not_lost(owner: Visitor):
    page = await save(owner, "Dear {{ custommer }},\nmy long text")
    assert page.status_code == 422
    assert "There is no fact “custommer”" in page.text
    assert "my long text" in page.text
    await save(owner, OWN)
    late = await save(owner, "Mine: {{ number | code }}", 0)
    assert late.status_code == 409
    assert "Olga Owner has saved version 1" in late.text
    assert "Mine: {{ number | code }}" in late.text
    again = await save(owner, "Mine: {{ number | code }}", 1)
    assert again.status_code == 200


async def test_a_preview_needs_no_script_and_changes_nothing(owner: Visitor, desk: Desk):
    page = await owner.post(
        f"{PATH}/preview", PATH, source=OWN + "\n\nYou get 20% off.", seen="0", facts="sample:1"
    )
    assert "Off it went: <strong>#1042</strong>" in page.text
    assert "Replies in this wording will wait for a person." in page.text
    assert "You get 20% off." in page.text.split("<textarea")[1]
    token = token_of(page.text)
    answer = await owner.http.post(
        f"{PATH}/preview",
        data={"csrf": token, "source": "{{ nothing"},
        headers={"Accept": "application/json"},
    )
    assert answer.json()["problems"]
    async with desk.db.transaction() as session:
        assert (await session.exec(select(Wording))).all() == []


async def test_mails_that_ended_so_are_offered_to_show_a_text_on(owner: Visitor, desk: Desk, shop: Shop):
    await add_talk(desk.db, shop, name="Lena Weiss")
    page = (await owner.get(PATH)).text
    assert "Lena Weiss" in page
    assert "#1001" in page
    other = await add_shop(desk.db, "Coffee")
    owner.http.cookies.set("pasokh", await open_session(desk, other, other.owner), domain="127.0.0.1")
    assert "Lena Weiss" not in (await owner.get(PATH)).text


async def test_a_changed_text_of_the_product_is_shown_to_who_wrote_their_own(owner: Visitor, desk: Desk):
    await save(owner, OWN)
    assert "has changed since you wrote yours" not in (await owner.get(PATH)).text
    async with desk.db.transaction() as session:
        row = (await session.exec(select(Wording))).one()
        row.built_in = "An older line.\n\n" + row.built_in
    page = (await owner.get(PATH)).text
    assert "has changed since you wrote yours" in page
    assert "<del>An older line.</del>" in page
    assert "text has changed since" in unescape((await owner.get("/templates")).text)


async def test_templates_are_for_owners_and_forms_of_our_own(agent: Visitor, owner: Visitor):
    assert (await agent.get("/templates")).status_code == 403
    assert (await agent.get(PATH)).status_code == 403
    assert (await owner.http.post(PATH, data={"source": OWN, "seen": "0"})).status_code == 403
    for path in ("/templates/en/code", "/templates/xx/layout", "/templates/en/..%2Fde%2Flayout"):
        assert (await owner.get(path)).status_code == 404


async def test_a_text_cannot_break_out_of_the_page(owner: Visitor):
    page = await owner.post(
        f"{PATH}/preview", PATH, source="</textarea><script>alert(1)</script> {{ number | code }}", seen="0"
    )
    assert "<script>alert" not in page.text


async def test_the_frame_of_previews_runs_and_loads_nothing(owner: Visitor):
    policy = (await owner.get("/templates/frame")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_differences_are_shown_with_what_stands_around_them():
    lines = differences("a\nb\nc\nd\ne\nf\n- g", "a\nB\nc\nd\ne\nf\n+ h")
    assert [(line.kind, line.text) for line in lines] == [
        ("both", "a"), ("out", "b"), ("in", "B"), ("both", "c"), ("gap", ""), ("both", "f"), ("out", "- g"), ("in", "+ h"),
    ]  # fmt: skip
    assert differences("same\n", "same") == []
