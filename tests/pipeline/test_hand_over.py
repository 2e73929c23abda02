"""Every way into a hand-over ends with a due time, two lines of summary, the facts, and a draft that waits for a person."""

import ast
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from sqlmodel import select

from app.access import StoreAccess
from app.errors import NeedsPerson, TryLater
from app.inbox.drafts import Release, write
from app.inbox.handling import Stale, lock_conversation
from app.inbox.people import Person
from app.inbox.threads import Thread, open_thread
from app.inbox.wordings import save_wording
from app.main import create_app
from app.models import Answer, ApiKey, Conversation, InboundMail, Reply, Store, User
from app.pipeline.answer import answer_failed
from app.replies.locales import LOCALES
from app.replies.starts import ADDED, CHILD, IN_DANGER, IN_HAND, PERSON, RECEIVED, WITHOUT_TEXT
from app.replies.topics import CODES
from app.sealing import digest
from app.vocabulary import Mode, Outcome, ReplyOrigin, ReplyState
from app.web.session import start_session
from tests.conftest import ROOT
from tests.pipeline.by_hand import Hands, open_hands
from tests.scripted_model import ScriptedModel, answer, request

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
ORDER = request("order_status", "#1035", order_number="1035")
OTHER = request("other", "Do you wrap gifts?")
GIFT = "Do you wrap gifts?"
TOPICS = {
    "legal_threat": "My lawyer will write to you.",
    "chargeback": "I have opened a chargeback with my bank.",
    "injury": "I was injured and went to the hospital.",
    "press": "I am a journalist and will write about you.",
    "self_harm": "I cannot go on. I want to die.",
    "minor": "I am a minor, I ordered this myself.",
    "personal_data": "Please delete all my personal data under the GDPR.",
}


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        yield hands


@dataclass(frozen=True)
class Way:
    """A mail that comes to a person, what the model says of it, and with which situation the draft begins."""

    text: str
    steps: tuple[Any, ...] = ()
    start: str = IN_HAND
    subject: str = "Hello"
    store: dict[str, Any] | None = None
    has_facts: bool = True


DECIDED = {
    "no_request": Way("Hm.", (answer(), TryLater("OpenAI is down.", service="OpenAI"))),
    "no_template": Way(GIFT, (answer(OTHER), TryLater("OpenAI is down.", service="OpenAI"))),
    "intent_off": Way(GIFT, (answer(OTHER),), store={"modes": {"other": Mode.OFF.value}}),
    "not_told": Way("", has_facts=False),  # no intent of today ends so: its rule is tested by itself
    "asks_for_person": Way("person", start=PERSON),
    **{
        code: Way(text, (answer(request("other", text)),), start=RECEIVED)
        for code, text in TOPICS.items()
        if code not in {"self_harm", "minor"}
    },
    "self_harm": Way(TOPICS["self_harm"], (answer(request("other", "I want to die.")),), start=IN_DANGER),
    "minor": Way(TOPICS["minor"], (answer(request("other", "I am a minor")),), start=CHILD),
}
"""What the rules hand over, by the code of the reason."""
SAID = {
    "no_text": Way("", start=WITHOUT_TEXT, subject=""),
    "model_limit": Way("Where is my order #1035?", store={"model_usd_per_day": 0.0}),
    "not_understood": Way("Where is my order #1035?", ("nonsense", "nonsense")),
}
"""Of what is said before anything is decided, what a test can bring about by a mail."""
NO_HAND_OVER = {
    "no_sender": "A mail without a sender is in no conversation, and has nobody to write to.",
    "not_composed": "A note beside the draft.",
}


async def take(hands: Hands, way: Way, number: int = 0) -> tuple[InboundMail, Reply | None]:
    values = {"modes": {}, "model_usd_per_day": 10.0, **(way.store or {})}
    await hands.change(Store, **values)
    model = ScriptedModel(*way.steps)
    hands.desk.model = model
    sender = OLIVIA if "1035" in way.text else f"Guest <guest{number}@example.org>"
    mail = await hands.receive(sender, way.subject, way.text)
    reply = await hands.answer(mail)
    model.assert_done()
    return await hands.get(InboundMail, mail.id), reply


async def missing(
    hands: Hands, mail: InboundMail, reply: Reply | None, way: Way, code: str = ""
) -> list[str]:
    """What a person would not find."""
    conversation = await hands.conversation(mail)
    if reply is None:
        return ["no draft"]
    told = await hands.get(Answer, reply.answer_id)  # type: ignore[arg-type]  # ours always has one
    checks = {
        "not handed over": mail.outcome in {Outcome.HANDED_OVER, Outcome.FAILED},
        "not held": reply.state is ReplyState.HELD and not reply.automatic,
        f"begins with {reply.situations}": reply.situations[:1] == [way.start],
        "its origin": reply.origin is ReplyOrigin.START,
        f"unbacked: {reply.findings}": reply.findings == [],
        "no due time": conversation.due_at is not None,
        "no reason": bool(conversation.reason),
        f"its reasons: {told.reasons}": not code or code in {reason["code"] for reason in told.reasons},
        "no facts": bool(told.lookups) or not way.has_facts,
    }
    return [name for name, is_so in checks.items() if not is_so]


async def test_every_reason_of_the_rules_to_hand_over_ends_with_a_draft(hands):
    assert DECIDED.keys() == {*CODES, *handed_over_by_rules()}
    wrong = {}
    for number, (code, way) in enumerate(DECIDED.items()):
        if code == "not_told":
            continue
        mail, reply = await take(hands, way, number)
        wrong[code] = await missing(hands, mail, reply, way, code)
    assert {code: found for code, found in wrong.items() if found} == {}


async def test_every_reason_before_a_decision_ends_with_a_draft(hands):
    """One code after the other, as the first call raises it: whoever adds a code finds it here."""
    wrong = {}
    codes = {*raised_codes(), *SAID} - NO_HAND_OVER.keys() - DECIDED.keys()
    assert SAID.keys() <= codes
    for number, code in enumerate(sorted(codes)):
        error = NeedsPerson("Somebody has to look.", code=code)
        way = SAID.get(code) or Way("Where is my order #1035?", (error,))
        mail, reply = await take(hands, way, number)
        wrong[code] = await missing(hands, mail, reply, way, code)
        if code != "no_text" and reply and "#1035" not in reply.markdown:
            wrong[code].append("the order that the mail names is not in the draft")
    assert {code: found for code, found in wrong.items() if found} == {}


async def test_what_fails_or_waited_for_too_long_ends_with_a_draft_in_the_language_of_the_mail(hands):
    text = "Guten Tag, wo ist meine Bestellung? Ich warte nun schon seit zwei Wochen und habe nichts gehört."
    failures = (
        RuntimeError("a fault of ours"),
        TryLater("OpenAI is down.", service="OpenAI"),
        TryLater("Shopify is down.", service="Shopify"),
    )
    for number, error in enumerate(failures):
        mail = await hands.receive(f"Guest <guest{number}@example.org>", "Hallo", text)
        conversation = await hands.conversation(mail)
        await hands.change(Conversation, waiting_since=conversation.created_at.replace(year=2020))
        await answer_failed(hands.desk, conversation.id, error)
        (reply,) = await hands.replies(conversation.id)
        way = Way(text, has_facts=number == 1)
        assert await missing(hands, await hands.get(InboundMail, mail.id), reply, way) == [], error
        assert (reply.locale, reply.markdown[:9]) == ("de", "Guten Tag")


async def test_a_fault_in_looking_around_keeps_no_mail_from_a_person(hands):
    mail = await hands.receive(OLIVIA, "Hello", "Where is #1035?")
    store = await hands.get(Store, hands.mailbox.store_id)
    hands.desk._shops[store.id] = (store.shop_token_sealed, cast("Any", object()))
    conversation = await hands.conversation(mail)
    await hands.change(Conversation, waiting_since=conversation.created_at.replace(year=2020))
    await answer_failed(hands.desk, conversation.id, TryLater("OpenAI is down.", service="OpenAI"))
    assert (await hands.get(InboundMail, mail.id)).outcome is Outcome.HANDED_OVER
    assert "our own fault" in (await hands.conversation(mail)).reason


async def test_a_person_in_the_thread_finds_an_offer_that_is_no_second_telling(hands):
    mail, reply = await take(hands, Way("person", start=PERSON))
    assert reply is not None
    await hands.change(Conversation, person_answering=True)
    await hands.change(Reply, state=ReplyState.SENT, sent_at=reply.created_at, automatic=False)
    again = await hands.receive(
        "Guest <guest0@example.org>",
        "Re: Hello",
        "Where is #1035?",
        headers={"In-Reply-To": reply.rfc_message_id},
    )
    assert again.conversation_id == mail.conversation_id
    hands.desk.model = ScriptedModel()
    offer = await hands.answer(again)
    assert await missing(hands, await hands.get(InboundMail, again.id), offer, Way("", start=ADDED)) == []


async def test_who_is_told_that_a_person_answers_finds_no_such_words_in_the_draft(hands):
    mail, reply = await take(hands, Way("Person\n\nIt is about #1035.", store={"tells_of_person": True}))
    assert reply is not None
    first, telling = sorted(await hands.replies(mail.conversation_id), key=lambda one: one.tells_of_person)
    assert (first.situations[0], telling.situations) == (IN_HAND, ["person_will_answer"])
    await hands.change(Store, model_usd_per_day=0.0)
    thread = {"In-Reply-To": telling.rfc_message_id}
    again = await hands.receive(OLIVIA, "Re: Hello", "Hello? Anybody?", headers=thread)
    assert again.conversation_id == mail.conversation_id
    await hands.answer(again)
    replies = await hands.replies(mail.conversation_id)
    assert sum(one.tells_of_person for one in replies) == 1
    assert [one.situations for one in replies if one.state is ReplyState.HELD] == [
        [ADDED, "order_in_transit"]
    ]


async def test_a_start_that_comes_up_keeps_nobody_who_writes_from_sending(hands):
    mail = await hands.receive(OLIVIA, "Hello", "")
    conversation = await hands.conversation(mail)

    async def read() -> Thread:
        async with hands.desk.db.transaction() as session:
            return await open_thread(StoreAccess(session, hands.mailbox.store_id), conversation.id)

    seen = (await read()).seen
    await hands.change(Store, model_usd_per_day=0.0)
    start = await hands.answer(mail)
    assert start is not None
    assert (await read()).draft is not None
    assert (await read()).seen == seen
    release = Release(Person(None, "Sara"), 0, seen)
    async with hands.desk.db.transaction() as session:
        access = StoreAccess(session, hands.mailbox.store_id)
        await write(access, conversation.id, "I am on it.", release, thread_key=hands.desk.thread_key)
    assert (await hands.get(Reply, start.id)).state is ReplyState.DISCARDED
    with pytest.raises(Stale):  # what left meanwhile, they have to see
        async with hands.desk.db.transaction() as session:
            await lock_conversation(StoreAccess(session, hands.mailbox.store_id), conversation.id, seen)


async def test_a_start_gives_way_to_a_better_draft_and_never_takes_its_place(hands):
    first = await hands.receive(OLIVIA, "", "", message_id="<one@example.net>")
    start = await hands.answer(first)
    assert start is not None
    await hands.change(Store, modes={"order_status": "auto"})
    hands.desk.model = ScriptedModel(answer(ORDER))
    thread = {"In-Reply-To": "<one@example.net>"}
    second = await hands.receive(
        OLIVIA, "Order", "Where is #1035?", headers=thread, message_id="<two@example.net>"
    )
    better = await hands.answer(second)
    assert better is not None
    assert (await hands.get(Reply, start.id)).state is ReplyState.DISCARDED
    # The customer waits for a person since the first mail: nothing leaves by itself.
    assert (better.state, better.origin) == (ReplyState.HELD, ReplyOrigin.TEMPLATE)
    await hands.change(Store, model_usd_per_day=0.0)
    third = await hands.receive(OLIVIA, "Order", "Any news?", headers=thread)
    await hands.answer(third)
    held = [one for one in await hands.replies(third.conversation_id) if one.state is ReplyState.HELD]
    assert [one.id for one in held] == [better.id]


async def test_a_wording_of_the_store_that_does_not_work_leaves_the_plain_start(hands):
    async with hands.desk.db.transaction() as session:
        access, source = StoreAccess(session, hands.mailbox.store_id), "Order {{ number | code }} it is."
        await save_wording(access, LOCALES["en"], IN_HAND, source, seen=0, author="Olga Owner")
    way = Way(GIFT, SAID["model_limit"].steps, store=SAID["model_limit"].store)
    mail, reply = await take(hands, way)
    assert await missing(hands, mail, reply, way) == []
    assert reply is not None
    assert reply.situations == [IN_HAND]


async def test_the_page_and_the_api_show_all_of_it(hands):
    async with visit(hands) as http:
        for number, (way, said) in enumerate(
            (
                (SAID["model_limit"], "you have read the mail"),
                (SAID["no_text"], "asks what the mail is about"),
                (DECIDED["self_harm"], "careful words"),
            )
        ):
            mail, reply = await take(hands, way, number)
            assert reply is not None
            page = (await http.get(f"/conversations/{mail.conversation_id}")).text
            assert "A start" in page
            assert said in page
            assert "Draft to review" not in page
            assert 'class="due' in page or "Due" in page
            told = (await http.get(f"/api/v1/conversations/{mail.conversation_id}")).json()
            assert len(told["summary"].splitlines()) == 2
            assert told["due_at"]
            assert told["answers"][-1]["lookups"]
            assert [(one["state"], one["origin"]) for one in told["replies"]] == [("held", "start")]
        listed = (await http.get("/inbox")).text
        assert "Needs a reply" in listed
        assert "Draft to review" not in listed


@contextlib.asynccontextmanager
async def visit(hands: Hands) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of the store's staff, and a program with a key, in one client."""
    await hands.hire("Sara", "sara@example.com")
    async with hands.desk.db.transaction() as session:
        user = (await session.exec(select(User))).one()
        cookie = await start_session(session, user.id, hands.mailbox.store_id)
        session.add(
            ApiKey(store_id=hands.mailbox.store_id, name="test", prefix="pk_test", key_hash=digest("pk_test"))
        )
    transport = httpx.ASGITransport(create_app(hands.desk))
    headers = {"Authorization": "Bearer pk_test"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http:
        http.cookies.set("pasokh", cookie, domain="127.0.0.1")
        yield http


def handed_over_by_rules() -> set[str]:
    """The codes of app/replies/autonomy.py whose verdict is a hand-over, but for topics."""
    tree = ast.parse((ROOT / "app/replies/autonomy.py").read_text("utf-8"))
    found = set()
    for function in (one for one in tree.body if isinstance(one, ast.FunctionDef)):
        for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
            name, first = ast.unparse(call.func), ast.unparse(call.args[0]) if call.args else ""
            if (name == "say" and function.name == "_unanswered") or name == "_hand_over":
                found.add("asks_for_person" if first == "ASKS_FOR_PERSON" else first.strip("'"))
    return found - {"code"}


def raised_codes() -> set[str]:
    """The codes of all that is raised for a person on the way to a decision."""
    found = set()
    for room in ("pipeline", "classifier", "intents", "tools", "shopify", "replies"):
        for file in (ROOT / "app" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "NeedsPerson":
                    found |= {ast.unparse(one.value).strip("'") for one in node.keywords if one.arg == "code"}
                if isinstance(node, ast.ClassDef) and "NeedsPerson" in map(ast.unparse, node.bases):
                    found |= {
                        ast.unparse(line.value).strip("'")
                        for line in node.body
                        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code"
                    }
    return {"asks_for_person" if one == "ASKS_FOR_PERSON" else one for one in found} | {"needs_person"}


BY_PEOPLE = {"inbox/closing", "inbox/drafts", "inbox/failures"}
"""Where somebody of the staff closes a conversation, throws a draft away, or settles a reply: they want no draft, or bring
it back by a key. Who takes a conversation over, or opens it again, finds one: tests/pipeline/test_taking.py."""
FILING = {"pipeline/verdict", "pipeline/answer"}
WITHOUT_CONVERSATION = {"pipeline/receive", "intake/unfetched"}
WITH_A_REPLY_THAT_FAILED = {"pipeline/sent"}


def test_nothing_ends_a_mail_with_a_person_but_the_filing_that_makes_the_draft():
    """A way of its own past app/pipeline/filing.py would be one without a draft."""
    ends = ("Outcome.HANDED_OVER", "Outcome.FAILED")
    setting = {
        file.relative_to(ROOT / "app").with_suffix("").as_posix()
        for room in ("pipeline", "inbox", "intake", "web", "crm")
        for file in (ROOT / "app" / room).rglob("*.py")
        if sets(file.read_text("utf-8"), ends)
    }
    assert setting == BY_PEOPLE | FILING | WITHOUT_CONVERSATION | WITH_A_REPLY_THAT_FAILED


def sets(source: str, ends: tuple[str, ...]) -> bool:
    """Whether one of these outcomes stands anywhere but in a comparison, or in what a constant or a table lists."""
    tree = ast.parse(source)
    tables = [one for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign)]
    reads = [one for one in ast.walk(tree) if isinstance(one, ast.Compare)]
    harmless = {id(node) for one in (*tables, *reads) for node in ast.walk(one)}
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) in ends and id(node) not in harmless
        for node in ast.walk(tree)
    )
