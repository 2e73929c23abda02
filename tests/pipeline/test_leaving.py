"""What leaves by itself, to whom, and what waits for a person."""

from datetime import timedelta

import pytest

from app.models import Answer, InboundMail, Reply
from app.vocabulary import (
    Authenticity,
    Intent,
    Mode,
    Outcome,
    Ownership,
    ReplyState,
)
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import SUPPORT, eventually, make_mail, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
EMILY = "Emily Clarke <emily.clarke@example.com>"
STRANGER = "Noah Thompson <noah.thompson@example.org>"
QUESTION = "Hello, where is my order #1035?"


async def test_an_order_that_is_somebody_elses_is_told_like_one_that_does_not_exist(service):
    """One wording, and the reason for staff alone. The calls to the shop are compared in test_disclosure.py."""
    for number in ("#1045", "#9999"):
        await service.ask(STRANGER, "My order", f"Where is my order {number}?")
    owned, missing = (one.text for one in service.sent() if "noah" in one.recipients[0])
    assert owned.replace("1045", "9999") == missing
    owned, missing = (one.lookups[-1] for one in await service.rows(Answer))
    assert owned["ownership"] == Ownership.NOT_OWNER
    assert missing["ownership"] == Ownership.NOT_FOUND
    assert owned["facts"] == {}


async def test_a_forged_sender_gets_nothing_automatic(service):
    from app.sandbox.sendgrid.inbound import build_raw_post

    raw = make_mail(EMILY, "Order", "Where is my order #1045?")
    form = build_raw_post(raw, to=[SUPPORT], from_="x@evil.example", spf="fail", dkim={"example.com": "fail"})
    assert (await service.post_form(*form)).status_code == 202
    (mail,) = await service.settled(1)
    assert mail.authenticity is Authenticity.FAILED
    assert mail.outcome is Outcome.DRAFTED
    assert service.sent() == []


async def test_facts_never_go_to_a_differing_reply_to(service):
    mail = await service.ask(
        EMILY, "Order", "Where is my order #1045?", headers={"Reply-To": "thief@evil.example"}
    )
    assert mail.outcome is Outcome.DRAFTED
    assert service.sent() == []
    assert (await service.only(Reply)).to_address == "emily.clarke@example.com"


@pytest.mark.parametrize(
    ("mode", "outcome", "state"),
    [
        (Mode.DRAFT, Outcome.DRAFTED, ReplyState.HELD),
        (Mode.OFF, Outcome.HANDED_OVER, ReplyState.HELD),
        (None, Outcome.DRAFTED, ReplyState.HELD),
    ],
)
async def test_an_intents_mode_decides_whether_it_leaves_by_itself(
    database_url, sandbox, mode, outcome, state
):
    modes = {Intent.ORDER_STATUS.value: mode.value} if mode else {}
    async with open_service(database_url, sandbox, store={"modes": modes}) as service:
        mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        replies = await service.rows(Reply)
    assert mail.outcome is outcome
    assert [reply.state for reply in replies] == ([state] if state else [])
    assert all("automatically" not in reply.markdown for reply in replies)


async def test_the_stop_switch_holds_everything(database_url, sandbox):
    async with open_service(database_url, sandbox, store={"automatic": False}) as service:
        mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.DRAFTED
    assert "switched off" in mail.outcome_reason


async def test_the_budget_of_automatic_mails_holds_what_exceeds_it(database_url, sandbox):
    async with open_service(database_url, sandbox, automatic_mails_per_address=2) as service:
        outcomes = [(await service.ask(OLIVIA, f"Question {n}", QUESTION)).outcome for n in range(3)]
    assert outcomes == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.DRAFTED]
    assert len(service.sent()) == 2


async def test_words_that_the_model_invents_hold_the_mail(database_url, sandbox):
    invented = answer(request("order_status", "where is my order #1035", order_number="1045"))
    model = ScriptedModel(invented)
    async with open_service(database_url, sandbox, model=model) as service:
        mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is not Outcome.ANSWERED
    assert service.sent() == []
    model.assert_done()


async def test_a_mail_without_text_waits_for_a_person_and_costs_no_model_call(service):
    mail = await service.ask(OLIVIA, "", " ")
    assert mail.outcome is Outcome.HANDED_OVER
    assert "no text" in mail.outcome_reason
    assert service.sandbox.calls("openai") == 0


async def test_the_undo_window_is_kept(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)

        async def is_scheduled() -> bool:
            return [reply.state for reply in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        reply = await service.only(Reply)
        assert reply.send_after is not None
        assert timedelta(minutes=58) < reply.send_after - reply.created_at < timedelta(minutes=62)
        (mail,) = await service.rows(InboundMail)
    assert mail.outcome is Outcome.WAITING
    assert "leaves" in mail.outcome_reason


async def test_the_word_that_automatic_replies_teach_leads_to_a_person(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (sent,) = service.sent()
    assert "with the word “person”" in sent.text
    mail = await service.ask(OLIVIA, "Re: Where is my parcel?", "person", to=sent.headers["Reply-To"])
    assert mail.outcome is Outcome.HANDED_OVER
    assert mail.outcome_reason == "The customer asks for a person."
    assert service.sandbox.calls("openai") == 1
    assert len(service.sent()) == 1


async def test_a_reply_that_a_person_releases_does_not_say_that_it_was_automatic(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)

        async def is_scheduled() -> bool:
            return [reply.state for reply in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        reply = await service.only(Reply)
        assert "automatically" not in reply.markdown
