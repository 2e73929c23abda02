"""Signing in, and what guards every page behind it."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.models import Membership, SignInAttempt, WebSession
from app.models.columns import now
from app.sealing import digest
from app.settings import Settings
from app.vocabulary import Role
from app.web.pages import create_pages_app
from app.web.session import IDLE
from app.web.signin import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS
from tests.inbox.seeds import Shop, add_shop, add_talk
from tests.web.conftest import HASH, SECRET, Desk, Visitor, token_of

Make = Callable[[], Visitor]


async def test_a_visitor_signs_in_and_lands_where_they_wanted_to_go(new_visitor: Make, shop: Shop):
    visitor = new_visitor()
    first = await visitor.get("/ignored")
    assert first.url.path == "/sign-in"
    assert first.url.params["next"] == "/ignored"
    landed = await visitor.sign_in(shop.agent.email.upper(), next="/ignored")
    assert landed.url.path == "/ignored"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, shop: Shop):
    secure = Desk(desk.db, Settings(_env_file=None, secret_key=SECRET, public_url="https://desk.example"))
    visitor = Visitor(create_pages_app(secure), "https://desk.example")
    visitor.http.follow_redirects = False
    answer = await visitor.sign_in(shop.agent.email)
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-pasokh=")]
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    await visitor.http.aclose()


async def test_only_the_hash_of_a_session_is_kept(agent: Visitor, desk: Desk):
    token = agent.http.cookies["pasokh"]
    async with desk.db.transaction() as session:
        kept = (await session.exec(select(WebSession))).one()
    assert kept.token_hash == digest(token)
    assert token not in kept.token_hash


async def test_wrong_password_and_unknown_account_get_the_same_answer(new_visitor: Make, shop: Shop):
    async def refused(email: str) -> str:
        answer = await new_visitor().sign_in(email, "wrong")
        assert answer.status_code == 401
        return answer.text.replace(email, "").replace(token_of(answer.text), "")

    assert await refused(shop.agent.email) == await refused("nobody@example.com")


async def test_tries_on_one_account_are_bounded_even_with_the_right_password(new_visitor: Make, shop: Shop):
    visitor = new_visitor()
    tries = [await visitor.sign_in(shop.agent.email, "wrong") for _ in range(TRIES_PER_ACCOUNT)]
    assert {answer.status_code for answer in tries} == {401}
    assert (await visitor.sign_in(shop.agent.email)).status_code == 429
    assert (await visitor.sign_in("nobody@example.com", "wrong")).status_code == 401
    assert (await visitor.sign_in(shop.owner.email)).url.path == "/inbox"


async def test_an_unknown_account_is_throttled_as_a_known_one(new_visitor: Make, shop: Shop):
    visitor = new_visitor()
    for _ in range(TRIES_PER_ACCOUNT):
        await visitor.sign_in("nobody@example.com", "wrong")
    assert (await visitor.sign_in("nobody@example.com", "wrong")).status_code == 429


async def test_tries_from_one_network_address_are_bounded(new_visitor: Make, desk: Desk, shop: Shop):
    visitor = new_visitor()
    await visitor.sign_in("first@example.com", "wrong")
    async with desk.db.transaction() as session:
        kept = (await session.exec(select(SignInAttempt))).all()
        for attempt in kept:
            session.add_all(
                [SignInAttempt(subject_hash=attempt.subject_hash) for _ in range(TRIES_PER_ADDRESS)]
            )
    assert (await visitor.sign_in("second@example.com", "wrong")).status_code == 429


async def test_tries_at_the_same_time_count_each_other(new_visitor: Make, shop: Shop):
    visitors = [new_visitor() for _ in range(TRIES_PER_ACCOUNT + 6)]
    answers = await asyncio.gather(*(one.sign_in(shop.agent.email, "wrong") for one in visitors))
    assert sum(answer.status_code == 401 for answer in answers) <= TRIES_PER_ACCOUNT


async def test_old_failures_are_forgotten(new_visitor: Make, desk: Desk, shop: Shop):
    visitor = new_visitor()
    for _ in range(TRIES_PER_ACCOUNT):
        await visitor.sign_in(shop.agent.email, "wrong")
    async with desk.db.transaction() as session:
        await session.execute(sa.update(SignInAttempt).values(at=now() - timedelta(minutes=16)))
    assert (await visitor.sign_in(shop.agent.email)).url.path == "/inbox"


async def test_a_session_ends_on_sign_out(agent: Visitor):
    token = agent.http.cookies["pasokh"]
    assert (await agent.post("/sign-out")).url.path == "/sign-in"
    agent.http.cookies.set("pasokh", token, domain="127.0.0.1")
    assert (await agent.get("/inbox")).url.path == "/sign-in"


async def test_a_session_ends_when_it_is_not_used_and_lasts_while_it_is(agent: Visitor, desk: Desk):
    async def set_expiry(at) -> None:
        async with desk.db.transaction() as session:
            await session.execute(sa.update(WebSession).values(expires_at=at))

    await set_expiry(now() + timedelta(hours=1))
    assert (await agent.get("/inbox")).url.path == "/inbox"
    async with desk.db.transaction() as session:
        kept = (await session.exec(select(WebSession))).one()
    assert kept.expires_at > now() + IDLE - timedelta(minutes=1)
    await set_expiry(now() - timedelta(seconds=1))
    assert (await agent.get("/inbox")).url.path == "/sign-in"


async def test_a_session_ends_with_the_membership(agent: Visitor, desk: Desk, shop: Shop):
    async with desk.db.transaction() as session:
        await session.execute(sa.delete(Membership).where(col(Membership.user_id) == shop.agent.id))
    assert (await agent.get("/inbox")).url.path == "/sign-in"


async def test_an_account_without_a_store_is_told_so_after_the_password(
    new_visitor: Make, desk: Desk, shop: Shop
):
    async with desk.db.transaction() as session:
        await session.execute(sa.delete(Membership).where(col(Membership.user_id) == shop.agent.id))
    visitor = new_visitor()
    assert (await visitor.sign_in(shop.agent.email, "wrong")).status_code == 401
    answer = await visitor.sign_in(shop.agent.email)
    assert answer.status_code == 403
    assert "no store" in answer.text


async def test_a_user_of_two_stores_chooses_and_sees_only_that_one(new_visitor: Make, desk: Desk, shop: Shop):
    other = await add_shop(desk.db, "Zeta", HASH)
    await add_talk(desk.db, shop, subject="Of the first store")
    await add_talk(desk.db, other, subject="Of the second store")
    async with desk.db.transaction() as session:
        session.add(Membership(user_id=shop.agent.id, store_id=other.store.id, role=Role.AGENT))
    visitor = new_visitor()
    chooser = await visitor.sign_in(shop.agent.email)
    assert chooser.url.path == "/stores/choose"
    inbox = await visitor.post("/stores/choose", "/stores/choose", store=str(other.store.id))
    assert "Of the second store" in inbox.text
    assert "Of the first store" not in inbox.text


async def test_nobody_chooses_a_store_that_they_do_not_belong_to(agent: Visitor, desk: Desk):
    other = await add_shop(desk.db, "Zeta", HASH)
    answer = await agent.post("/stores/choose", store=str(other.store.id))
    assert answer.status_code == 403


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil"])
async def test_signing_in_never_leads_to_another_site(new_visitor: Make, shop: Shop, target: str):
    assert (await new_visitor().sign_in(shop.agent.email, next=target)).url.path == "/inbox"


def _routes(app) -> list[tuple[str, str]]:
    found = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found += _routes(inner)
        else:
            found += [(method, route.path) for method in getattr(route, "methods", None) or ()]
    return found


async def test_every_page_wants_a_signed_in_visitor_and_every_form_its_token(
    app, owner: Visitor, new_visitor: Make
):
    routes = _routes(app)
    open_pages = {"/", "/sign-in", "/live"}
    key = "00000000-0000-0000-0000-000000000000"
    posts = [path for method, path in routes if method == "POST"]
    assert len(posts) >= 15, routes
    stranger = new_visitor()
    for method, route in routes:
        path = re.sub(r"\{\w+_id\}", key, route).replace("{index}", "0")
        if method == "GET" and route not in open_pages:
            assert (await stranger.get(path)).url.path == "/sign-in", route
        if method == "POST":
            answer = await owner.http.post(path, data={"csrf": "forged"})
            assert answer.status_code == 403, route
            assert "Nothing was done" in answer.text, route
            assert (await owner.http.post(path)).status_code in {403, 422}, route


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
async def test_a_form_from_another_site_is_refused_even_with_a_token(agent: Visitor, headers: dict[str, str]):
    token = token_of((await agent.get("/inbox")).text)
    answer = await agent.http.post("/sign-out", data={"csrf": token}, headers=headers)
    assert answer.status_code == 403
    assert (await agent.get("/inbox")).url.path == "/inbox"


async def test_another_browsers_token_is_refused(agent: Visitor, owner: Visitor):
    token = token_of((await owner.get("/inbox")).text)
    assert (await agent.http.post("/sign-out", data={"csrf": token})).status_code == 403


@pytest.mark.parametrize("path", ["/inbox", "/sign-in", "/nope", "/static/desk.css", "/stores"])
async def test_every_answer_bears_the_strict_headers(agent: Visitor, path: str):
    answer = await agent.get(path)
    policy = answer.headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_no_page_has_inline_styles_or_scripts(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop)
    for path in ("/inbox", f"/conversations/{talk.conversation.id}", "/ignored", "/nope"):
        text = (await agent.get(path)).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
        assert text.count("<script") == text.count('<script type="module" src="/static/')


async def test_a_form_that_is_too_big_or_no_form_is_refused(agent: Visitor):
    token = token_of((await agent.get("/inbox")).text)
    big: httpx.Response = await agent.http.post("/sign-out", data={"csrf": token, "x": "y" * 400_000})
    assert big.status_code == 413
    json = await agent.http.post("/sign-out", json={"csrf": token})
    assert json.status_code == 422
    broken = await agent.http.post(
        "/sign-out", content=b"csrf=%ff%fe", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert broken.status_code in {400, 403}
