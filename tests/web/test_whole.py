"""The whole way with a person in it: real mails, the real service and its worker, the pretend shop, model and provider."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Self

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from app.models import Conversation, InboundMail, Membership, Message, Reply, Store, User
from app.vocabulary import Direction, Intent, Mode, Outcome, ReplyState, Role
from tests.patience import PATIENCE
from tests.service import Service, eventually, open_service
from tests.web.conftest import HASH, PASSWORD, field_of, token_of

if TYPE_CHECKING:
    from playwright.async_api import Page

    from app.sandbox.server import SandboxServer

EMAIL = "agent@saffron-and-clay.example"
OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Hello, where is my order #1035?"
ON_DRAFT = {"modes": {intent.value: Mode.DRAFT.value for intent in Intent}}


async def add_agent(service: Service) -> None:
    async with service.desk.db.transaction() as session:
        (store,) = await service.rows(Store)
        user = User(email=EMAIL, name="Amir Agent", password_hash=HASH)
        session.add(user)
        await session.flush()
        session.add(Membership(user_id=user.id, store_id=store.id, role=Role.AGENT))


@pytest.fixture
async def service(database_url: str, sandbox: "SandboxServer") -> AsyncIterator[Service]:
    async with open_service(database_url, sandbox, store=ON_DRAFT) as service:
        await add_agent(service)
        yield service


class Agent:
    """The agent's browser, without scripts, against the running service."""

    def __init__(self, service: Service) -> None:
        self._http = httpx.AsyncClient(base_url=service.url, follow_redirects=True, timeout=PATIENCE)

    async def __aenter__(self) -> Self:
        page = await self._http.get("/sign-in")
        data = {"csrf": token_of(page.text), "email": EMAIL, "password": PASSWORD}
        assert (await self._http.post("/sign-in", data=data)).url.path == "/inbox"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def see(self, path: str) -> str:
        answer = await self._http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def do(self, path: str, page: str, **fields: str | list[str]) -> str:
        shown = await self.see(page)
        seen = {"seen": field_of(shown, "seen")} if 'name="seen"' in shown else {}
        answer = await self._http.post(path, data={"csrf": token_of(shown), **seen, **fields})
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
async def agent(service: Service) -> AsyncIterator[Agent]:
    async with Agent(service) as agent:
        yield agent


async def ask(service: Service) -> str:
    """A customer of the pretend shop asks for their order; the conversation's page."""
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    return f"/conversations/{mail.conversation_id}"


async def test_an_approved_draft_reaches_the_customer_and_the_log(service: Service, agent: Agent):
    page = await ask(service)
    (draft,) = await service.rows(Reply)
    assert draft.state is ReplyState.HELD
    assert draft.markdown.splitlines()[0] in await agent.see(page)
    await agent.do(f"/replies/{draft.id}/approve", page)
    await service.settled(1)
    (sent,) = service.sent()
    assert sent.recipients == ["olivia.martinez@example.net"]
    assert "#1035" in sent.text
    assert "Auto-Submitted" not in sent.headers
    (mail,) = await service.rows(InboundMail)
    assert mail.outcome is Outcome.ANSWERED
    touchpoints = [one for one in await service.exchanges() if one.direction is Direction.OUTBOUND]
    assert [one.decision for one in touchpoints] == ["person"]
    assert "by Amir Agent" in await agent.see(page)


async def test_a_reply_in_a_persons_words_reaches_the_customer_and_silences_the_robot(
    service: Service, agent: Agent
):
    page = await ask(service)
    await agent.do(f"{page}/write", page, markdown="Dear Olivia,\n\nI look into it **myself**.")
    await service.settled(1)
    (sent,) = service.sent()
    assert "I look into it myself." in sent.text
    (conversation,) = await service.rows(Conversation)
    assert conversation.person_answering
    assert conversation.outcome is Outcome.ANSWERED


async def test_a_corrected_request_is_drafted_again_and_held(service: Service, agent: Agent):
    page = await ask(service)
    (first,) = await service.rows(Reply)
    await agent.do(f"{page}/correct", page, intent=["return_policy"], order_number=[""])

    async def is_drafted() -> bool:
        return [one.state for one in await service.rows(Reply)] == [ReplyState.DISCARDED, ReplyState.HELD]

    await eventually(is_drafted)
    _, second = await service.rows(Reply)
    assert second.situations == ["return_policy"]
    assert second.markdown != first.markdown
    shown = await agent.see(page)
    assert "corrected by Amir Agent" in shown
    assert "Draft to review" in shown
    assert service.sent() == []


async def test_an_ignored_mail_is_answered_anyway(service: Service, agent: Agent):
    mail = await service.ask(
        OLIVIA,
        "Where is my parcel?",
        QUESTION,
        headers={"Auto-Submitted": "auto-replied"},
    )
    assert mail.outcome is Outcome.IGNORED
    assert mail.outcome_reason in (await agent.see("/ignored")).replace("&#39;", "'")
    await agent.do(f"/mails/{mail.id}/answer-anyway", "/ignored")
    await service.settled(1)
    (after,) = await service.rows(InboundMail)
    assert after.outcome in {Outcome.DRAFTED, Outcome.HANDED_OVER}
    assert after.conversation_id is not None


async def test_a_taken_back_reply_never_leaves(database_url: str, sandbox: "SandboxServer"):
    async with open_service(database_url, sandbox, store=ON_DRAFT, undo_by_hand_seconds=3600) as service:
        await add_agent(service)
        async with Agent(service) as agent:
            page = await ask(service)
            (draft,) = await service.rows(Reply)
            await agent.do(f"/replies/{draft.id}/approve", page)
            await agent.do(f"/replies/{draft.id}/undo", page)
            async with service.desk.db.transaction() as session:
                kept = await session.get_one(Reply, draft.id)
            assert kept.state is ReplyState.HELD

            async with service.desk.db.transaction() as session:  # the end of the undo window
                await session.execute(sa.text("UPDATE procrastinate_jobs SET scheduled_at = now()"))

            async def is_over() -> bool:
                async with service.desk.db.transaction() as session:
                    left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver_reply'"
                    return bool((await session.execute(sa.text(left))).scalar_one() == 0)

            await eventually(is_over)
        assert service.sent() == []


@pytest_asyncio.fixture(loop_scope="session")
async def live_service(database_url: str, sandbox: "SandboxServer") -> AsyncIterator[Service]:
    async with open_service(database_url, sandbox, store=ON_DRAFT) as service:
        await add_agent(service)
        yield service


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_mail_arrives_on_the_open_page_is_approved_and_leaves(page: "Page", live_service: Service):
    service = live_service
    await page.goto(f"{service.url}/sign-in")
    await page.get_by_label("Email address").fill(EMAIL)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_text("Nothing needs you.").wait_for()
    await service.write(OLIVIA, "Where is my parcel?", QUESTION)
    await page.get_by_text("Olivia Martinez").wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/conversations/"))
    await page.get_by_role("button", name="Send to olivia.martinez@example.net").click()
    await page.locator(".mail.outbound").wait_for()
    await page.get_by_text("by Amir Agent").wait_for()
    await service.outbox_holds(1)
    (message,) = [one for one in await service.rows(Message) if one.direction is Direction.OUTBOUND]
    assert message.to_addresses == ["olivia.martinez@example.net"]
