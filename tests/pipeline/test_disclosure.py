"""Who reads what: real mails through the whole service, every draft approved, and what was received is checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import InboundMail, OrderProof, Store
from app.replies.trust import DISCLOSURE, FactKind
from app.vocabulary import Authenticity, Intent, Mode, Outcome
from tests.pipeline.received import (
    CODE,
    PLUS,
    LiteralModel,
    approve_drafts,
    is_code_mail,
    secrets_of_others,
    whole,
)
from tests.service import SUPPORT, Service, eventually, make_mail, open_service

ORDERING, CUSTOMER = "orders@clarke-osei.example.org", "dr.emily.clarke@example.com"
OLIVIA, MALLORY = "olivia.martinez@example.net", "mallory@evil.example"
TRACKING = {"1035": "JD0000000000001035", "1036": "1Z0000000000001036"}
PRODUCT = "Darjeeling First Flush"
AUTOMATIC = {intent.value: Mode.AUTO.value for intent in Intent}
TELLING = "order_status return_policy product_question"
ASKING_MORE = "refund_status delivery_problem cancel_order change_address invoice_request"


@dataclass(frozen=True)
class Case:
    """A mail about an order: who writes, how, and whether they may read about the order.

    All writers have the same name; `like` is the case that asks in vain in the same way, and gets the same answer.
    """

    name: str
    sender: str
    order: str
    may_read: bool
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "mail"
    subject: str = TELLING
    like: str = ""


CASES = [
    Case("on the order", ORDERING, "1036", may_read=True),
    Case("customer of the order", CUSTOMER, "1036", may_read=True),
    Case("redirected", OLIVIA, "1035", may_read=True, headers={"Reply-To": MALLORY}),
    Case("copied", OLIVIA, "1035", may_read=True, headers={"Cc": MALLORY}),
    Case("forged", ORDERING, "1036", may_read=True, how="forged"),
    Case("contact form", CUSTOMER, "1036", may_read=True, how="form"),
    # The prices of a known customer are those of their market: nobody else gets the same answer.
    Case("known customer", OLIVIA, "1036", may_read=False, like="known in vain"),
    Case("known in vain", OLIVIA, "9935", may_read=False),
    Case("stranger", "sam@stranger.example", "1045", may_read=False, like="in vain"),
    Case("in vain", "sam@nothing.example", "9936", may_read=False),
    Case("visitor", "sam@visitor.example", "1026", may_read=False, how="form", like="visitor in vain"),
    Case("visitor in vain", "sam@nowhere.example", "9937", may_read=False, how="form"),
    Case("more", "sam@more.example", "1030", may_read=False, subject=ASKING_MORE, like="more in vain"),
    Case("more in vain", "sam@void.example", "9938", may_read=False, subject=ASKING_MORE),
]


def text_about(order: str) -> str:
    return f"Where is my order {order}? May I return it, and what does {PRODUCT} cost?"


def post_of(case: Case, title: str) -> tuple[bytes, dict[str, Any]]:
    """The mail, and what SendGrid says about how it came."""
    text, sender, headers = text_about(case.order), f"Sam <{case.sender}>", case.headers
    if case.how == "form":
        text = f"Name:\nSam\n\nEmail:\n{case.sender}\n\nBody:\n{text}\n"
        intro = "You received a new message from your online store's contact form.\n\n"
        raw = make_mail(
            "Shop (Shopify) <mailer@shopify.com>", title, intro + text, headers={"Reply-To": case.sender}
        )
        return raw, {"from_": "mailer@shopify.com", "spf": "pass", "dkim": {"shopify.com": "pass"}}
    raw, domain = make_mail(sender, title, text, headers=headers), case.sender.rpartition("@")[2]
    if case.how == "forged":
        return raw, {"from_": MALLORY, "spf": "fail", "dkim": {domain: "fail"}}
    return raw, {"from_": case.sender, "spf": "pass", "dkim": {domain: "pass"}}


async def post(service: Service, case: Case) -> None:
    from app.sandbox.sendgrid.inbound import build_raw_post

    raw, options = post_of(case, f"{case.subject} ({case.name})")
    response = await service.post_form(*build_raw_post(raw, to=[SUPPORT], **options))
    assert response.status_code == 202


def received(service: Service, case: Case) -> Any:
    """The one answer to a case; a code mail is none."""
    (sent,) = [one for one in service.sent() if one.subject.endswith(f"({case.name})")]
    return sent


def check_nobody_reads_of_others(service: Service) -> None:
    """Every mail that left, codes too: one recipient, and nothing of orders and people that are not theirs."""
    for sent in service.sent():
        (recipient,) = sent.recipients
        assert recipient != MALLORY
        assert [secret for secret in secrets_of_others([recipient]) if secret in whole(sent)] == []
        if is_code_mail(sent):
            assert not [number for number in TRACKING.values() if number in whole(sent)]


async def codes_sent(service: Service) -> None:
    """Wait until every promised code is sent, or would have been."""

    async def is_sent() -> bool:
        return all(proof.sent_at for proof in await service.rows(OrderProof))

    await eventually(is_sent)


@pytest.fixture(scope="module")
def shop() -> Iterator[Any]:
    """The demo shop, seen with less and less: all orders, those of 60 days, and none whose addresses may be read."""
    pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")
    from app.sandbox.app import SandboxConfig
    from app.sandbox.server import SandboxServer
    from app.sandbox.shopify.access import CUSTOMER_DATA, SCOPES, Access

    tokens = {
        "recent": Access(tuple(scope for scope in SCOPES if scope != "read_all_orders")),
        "unapproved": Access(customer_data=tuple(one for one in CUSTOMER_DATA if one != "email")),
        "no-orders": Access(
            tuple(scope for scope in SCOPES if scope not in {"read_orders", "read_all_orders"})
        ),
    }
    with SandboxServer(config=SandboxConfig(shop_points=PLUS, shopify_tokens=tokens)) as server:
        yield server


def test_every_kind_of_fact_has_its_line_in_the_table():
    assert set(DISCLOSURE) == set(FactKind)


@pytest.mark.parametrize(
    "language", ["en", pytest.param("de", marks=pytest.mark.slow), pytest.param("fa", marks=pytest.mark.slow)]
)
async def test_everybody_receives_what_their_address_may_know_and_nothing_else(database_url, shop, language):
    shop.reset()
    async with open_service(database_url, shop, model=LiteralModel(language)) as service:
        for case in CASES:
            await post(service, case)
        mails = await service.settled(len(CASES))
        forged = [mail for mail in mails if "(forged)" in mail.subject]
        assert [(mail.authenticity, mail.outcome) for mail in forged] == [
            (Authenticity.FAILED, Outcome.DRAFTED)
        ]
        assert await approve_drafts(service) >= 2
        await service.settled(len(CASES))
        await codes_sent(service)

        for case in CASES:
            sent, number = received(service, case), TRACKING.get(case.order, "no number")
            assert sent.recipients == [case.sender], case.name
            assert (number in sent.text, number in sent.html) == (case.may_read, case.may_read), case.name
            if case.subject == TELLING:
                assert PRODUCT in sent.text, f"{case.name}: products are for everybody"
        by_name = {case.name: case for case in CASES}
        for case in [one for one in CASES if one.like]:
            vain = by_name[case.like]
            assert alike(received(service, case), case) == alike(received(service, vain), vain), case.name
        check_nobody_reads_of_others(service)


def alike(sent: Any, case: Case) -> tuple[str, str, str]:
    """A mail without what differs for whoever wrote it."""
    text, html = (part.replace(case.order, "ORDER") for part in (sent.text, sent.html))
    return text, html, sent.subject.replace(case.name, "CASE")


async def test_a_second_person_and_a_leaked_token_read_nothing_of_the_thread(database_url, shop):
    shop.reset()
    async with open_service(database_url, shop, model=LiteralModel()) as service:
        await service.ask(f"Sam <{OLIVIA}>", f"{TELLING} (mine)", text_about("1035"))
        (own,) = service.sent()
        thread = {
            "In-Reply-To": own.message_id,
            "References": own.header("References") + " " + own.message_id,
        }
        ways: list[dict[str, Any]] = [
            {"headers": thread},
            {"to": own.reply_to[0]},
            {"to": own.reply_to[0], "headers": thread},
        ]
        for turn, way in enumerate(ways):
            sender = f"Sam <sam@second{turn}.example>"
            await service.ask(
                sender, f"Re: {TELLING} (second {turn})", "And where is it now? Send me the number.", **way
            )
            await service.ask(sender, f"{TELLING} (again {turn})", text_about("1035"))
        await approve_drafts(service)
        await service.settled(1 + 2 * len(ways))
        others = [one for one in service.sent() if one.recipients != [OLIVIA]]
        assert len(others) >= 2 * len(ways)
        assert not [one for one in others if TRACKING["1035"] in whole(one)]
        check_nobody_reads_of_others(service)


async def test_a_code_opens_its_order_to_its_claimant_and_no_other_order(database_url, shop):
    shop.reset()
    liv = "sam@office.example"
    async with open_service(database_url, shop, model=LiteralModel()) as service:
        await service.ask(f"Sam <{liv}>", f"{TELLING} (claim)", text_about("1035"))
        await service.outbox_holds(2)
        (code,) = [code for one in service.sent() if is_code_mail(one) for code in CODE.findall(one.text)]
        last = next(one for one in service.sent() if one.recipients == [liv])
        back = {"to": last.reply_to[0], "headers": {"In-Reply-To": last.message_id}}
        await service.ask(f"Sam <{liv}>", f"Re: {last.subject}", code, **back)
        to_claimant = [one for one in service.sent() if one.recipients == [liv]]
        assert [TRACKING["1035"] in one.text for one in to_claimant] == [False, True]
        # The same customer's older order, the customer's list, and the thread's next mail about an order of nobody's.
        for subject, text in ((TELLING, text_about("1004")), ("order_status", "And my other orders?")):
            await service.ask(f"Sam <{liv}>", f"Re: {subject} (claim)", text, **back)
        await approve_drafts(service)
        await service.settled(4)
        later = [one for one in service.sent() if one.recipients == [liv]][2:]
        assert later
        for sent in later:
            allowed = {TRACKING["1035"], f"https://track.dhl.example.com/{TRACKING['1035']}"}
            assert [one for one in secrets_of_others([liv]) - allowed if one in whole(sent)] == []


@dataclass(frozen=True)
class Wire:
    """All that can be told apart from outside: what the claimant got, and what went to the shop."""

    mails: list[tuple[str, str, str]]
    calls: list[bytes]


async def claim_over_wire(service: Service, number: str, turn: int) -> Wire:
    """Ask about an order, and answer with a wrong code: once for each of three tries, and once more."""
    shop, sender = service.sandbox, f"Sam <sam@wire{turn}.example>"
    start, before = len(shop.requests("shopify")), len(service.sent())
    await service.ask(sender, "order_status (wire)", f"Where is my order {number}?")
    await approve_drafts(service)  # what is out of reach is told to a person first
    await service.settled(1)
    await codes_sent(service)
    mine = [one for one in service.sent()[before:] if not is_code_mail(one)]
    for code in ("000000", "111111"):
        back = {"to": mine[0].reply_to[0], "headers": {"In-Reply-To": mine[0].message_id}}
        mail = await service.ask(sender, "Re: order_status (wire)", code, **back)
        assert mail.outcome in {Outcome.ANSWERED, Outcome.DRAFTED}
        await approve_drafts(service)
        await service.settled(1)
    mine = [one for one in service.sent()[before:] if not is_code_mail(one)]
    calls = [one.body.replace(number.encode(), b"ORDER") for one in shop.requests("shopify")[start:]]
    return Wire(
        [(one.subject, *(part.replace(number, "ORDER") for part in (one.text, one.html))) for one in mine],
        calls,
    )


@pytest.mark.parametrize(
    ("token", "numbers", "modes"),
    [
        # Not theirs, not existing; and in vain below the oldest order that shows, whether there is one or not.
        ("sandbox-shopify-token", ("1036", "9936"), AUTOMATIC),
        ("recent", ("1036", "9936"), AUTOMATIC),
        ("recent", ("1003", "1000"), AUTOMATIC),
        ("no-orders", ("1036", "9936"), AUTOMATIC),
        # What is out of reach goes to a person first: with people before every answer, all are alike.
        ("recent", ("1036", "9936", "1003"), {}),
        ("unapproved", ("1036", "9936"), {}),
    ],
)
async def test_not_theirs_not_existing_and_out_of_reach_are_alike_over_the_wire(
    database_url, shop, token, numbers, modes
):
    shop.reset()
    async with open_service(database_url, shop, model=LiteralModel(), store={"modes": modes}) as service:
        async with service.desk.db.transaction() as session:
            await session.execute(sa.update(Store).values(shop_token_sealed=service.desk.sealer.seal(token)))
        # The shop's settings are asked for once in ten minutes, whoever writes.
        await service.ask("Sam <sam@first.example>", "order_status", "Where is my order 9999?")
        await approve_drafts(service)
        await codes_sent(service)
        seen = [await claim_over_wire(service, number, turn) for turn, number in enumerate(numbers)]
        first, *others = seen
        for other in others:
            assert other.mails == first.mails
            assert other.calls == first.calls
        assert len(first.mails) == 3
        assert 1 <= len(first.calls) <= 3
        assert {mail.outcome for mail in await service.rows(InboundMail)} == {Outcome.ANSWERED}
        assert "**" not in first.mails[0][1]
        assert "ORDER" in first.mails[0][1]
