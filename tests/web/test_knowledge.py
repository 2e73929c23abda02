"""The page on what drafts are written from: everybody reads it, owners write."""

from sqlmodel import select

from app.access import StoreAccess
from app.knowledge.articles import LONGEST_BODY, Writing, add_article
from app.knowledge.policies import keep_failure, keep_policies
from app.models import Article, Passage, Reply, Store
from app.vocabulary import ReplyOrigin
from tests.inbox.seeds import Shop, add_shop, add_talk
from tests.knowledge.test_search import demo_policies
from tests.web.conftest import Desk, Visitor

GIFTS = Writing("Gift wrapping", "We wrap **any** order for €3.50.", "en")


async def add(desk: Desk, shop: Shop, writing: Writing = GIFTS) -> Article:
    async with desk.db.transaction() as session:
        return await add_article(StoreAccess(session, shop.store.id), writing, by=None)


async def articles(desk: Desk) -> list[Article]:
    async with desk.db.transaction() as session:
        return [*(await session.exec(select(Article))).all()]


async def test_an_owner_writes_edits_archives_and_takes_out_again(owner: Visitor, desk: Desk):
    page = "/knowledge/articles/new"
    shown = await owner.post("/knowledge/articles", page, title=" Gifts ", body="We wrap.", language="en")
    assert "Saved. The next draft" in shown.text
    (article,) = await articles(desk)
    assert (article.title, article.updated_by is not None) == ("Gifts", True)
    page = f"/knowledge/articles/{article.id}"
    await owner.post(page, page, title="Geschenke", body="Wir verpacken gern.", language="de")
    found = await owner.get("/knowledge?q=verpackt ihr auch geschenke")
    assert "Wir verpacken gern." in found.text
    assert "Archived." in (await owner.post(f"{page}/archive", page)).text
    assert "Wir verpacken gern." not in (await owner.get("/knowledge?q=verpackt ihr auch geschenke")).text
    assert "Geschenke" in (await owner.get("/knowledge?archived=yes")).text
    assert "no draft uses it" in (await owner.get(page)).text
    await owner.post(f"{page}/restore", page)
    assert "Wir verpacken gern." in (await owner.get("/knowledge?q=verpackt ihr auch geschenke")).text


async def test_what_cannot_be_kept_is_given_back_with_a_reason(owner: Visitor, desk: Desk, shop: Shop):
    wrong = (
        ({"title": " ", "body": "Some text", "language": "en"}, "Give the article a title"),
        ({"title": "T", "body": " \n ", "language": "en"}, "says nothing yet"),
        ({"title": "T", "body": "Some text", "language": "xx"}, "Choose the language"),
        ({"title": "T" * 201, "body": "Some text", "language": "en"}, "longer than 200"),
        ({"title": "T", "body": "x " * LONGEST_BODY, "language": "en"}, "longer than 20,000"),
    )
    article = await add(desk, shop)
    for page, target in (
        ("/knowledge/articles/new", "/knowledge/articles"),
        (f"/knowledge/articles/{article.id}", f"/knowledge/articles/{article.id}"),
    ):
        for fields, why in wrong:
            shown = await owner.post(target, page, **fields)
            assert shown.status_code == 422
            assert why in shown.text
            assert fields["body"].strip()[:9] in shown.text
    assert [one.title for one in await articles(desk)] == ["Gift wrapping"]


async def test_an_agent_reads_and_changes_nothing(agent: Visitor, desk: Desk, shop: Shop):
    article = await add(desk, shop)
    page = f"/knowledge/articles/{article.id}"
    shown = await agent.get(page)
    assert "<strong>any</strong>" in shown.text
    assert "<textarea" not in shown.text
    assert "Write an article" not in (await agent.get("/knowledge")).text
    for target in (
        "/knowledge/articles",
        page,
        f"{page}/archive",
        f"{page}/restore",
        "/knowledge/policies/read",
    ):
        denied = await agent.post(target, "/knowledge", title="T", body="B", language="en")
        assert denied.status_code == 403, target
    assert (await agent.get("/knowledge/articles/new")).status_code == 403


async def test_nobody_sees_another_stores_texts(owner: Visitor, desk: Desk):
    other = await add_shop(desk.db, "Other")
    article = await add(desk, other)
    async with desk.db.transaction() as session:
        await keep_policies(StoreAccess(session, other.store.id), demo_policies())
        policy_id = (await session.exec(select(Passage.policy_id).where(Passage.policy_id != None))).first()  # noqa: E711 - SQL
    assert (await owner.get(f"/knowledge/articles/{article.id}")).status_code == 404
    assert (await owner.get(f"/knowledge/policies/{policy_id}")).status_code == 404
    assert "Gift wrapping" not in (await owner.get("/knowledge?q=gift wrapping")).text
    target = f"/knowledge/articles/{article.id}"
    denied = await owner.post(target, "/knowledge", title="T", body="B", language="en")
    assert denied.status_code == 404


async def test_a_policy_is_shown_as_it_was_read_and_when(owner: Visitor, desk: Desk, shop: Shop):
    assert "Not read yet" in (await owner.get("/knowledge")).text
    async with desk.db.transaction() as session:
        await keep_policies(StoreAccess(session, shop.store.id), demo_policies())
    listed = (await owner.get("/knowledge")).text
    assert "Read from Shopify" in listed
    path = listed.split('href="/knowledge/policies/')[1].split('"')[0]
    shown = (await owner.get(f"/knowledge/policies/{path}")).text
    assert "as Shopify told it" in shown
    assert "<textarea" not in shown
    async with desk.db.transaction() as session:
        await keep_failure(StoreAccess(session, shop.store.id), "Shopify is down.")
    assert "could not be read" in (await owner.get("/knowledge")).text
    assert "are being read" in (await owner.post("/knowledge/policies/read", "/knowledge")).text


async def test_a_drafts_page_tells_what_each_paragraph_rests_on(agent: Visitor, desk: Desk, shop: Shop):
    article = await add(desk, shop)
    talk = await add_talk(desk.db, shop)
    passage = {
        "id": "P1",
        "title": "Gift wrapping",
        "text": "We wrap.",
        "url": "",
        "article": str(article.id),
    }
    fact = {"id": "F1", "name": "order number", "value": "#1035"}
    async with desk.db.transaction() as session:
        reply = await session.get_one(Reply, talk.draft.id)
        reply.origin = ReplyOrigin.MODEL
        reply.sources = [{"text": "We wrap it.", "facts": [fact], "passages": [passage]}]
    text = (await agent.get(f"/conversations/{talk.conversation.id}")).text
    assert "Written by the model" in text
    assert f'<a href="/knowledge/articles/{article.id}"><bdi>Gift wrapping</bdi></a>' in text
    assert "Order number: <bdi>#1035</bdi>" in text


async def test_the_owner_sets_the_tone(owner: Visitor, desk: Desk, shop: Shop):
    await owner.post("/stores", "/stores", automatic="on", signature="", tone=" Warm\nand short. ")
    async with desk.db.transaction() as session:
        assert (await session.get_one(Store, shop.store.id)).tone == "Warm and short."
    refused = await owner.post("/stores", "/stores", automatic="on", signature="", tone="x" * 501)
    assert refused.status_code == 422
