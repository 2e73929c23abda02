"""An email's whole way, over real HTTP: webhook, model, shop, provider, CRM."""

import asyncio
import re
from datetime import timedelta

import pytest

from app.models import Answer, Contact, Conversation, InboundMail, Message, Reply, Store, Touchpoint
from app.vocabulary import (
    Authenticity,
    Direction,
    Intent,
    JourneyStage,
    LeadSource,
    MailKind,
    Mode,
    Outcome,
    Ownership,
    ReplyState,
)
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import SUPPORT, Service, eventually, make_mail, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
EMILY = "Emily Clarke <emily.clarke@example.com>"
STRANGER = "Noah Thompson <noah.thompson@example.org>"
QUESTION = "Hello, where is my order #1035?"


async def reply_of(service: Service) -> Reply:
    (reply,) = await service.rows(Reply)
    return reply


async def test_an_order_question_is_answered_from_the_shops_facts(service):
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.ANSWERED
    (sent,) = service.sent()
    assert sent.recipients == ["olivia.martinez@example.net"]
    assert sent.subject == "Re: Where is my parcel?"
    assert "#1035" in sent.text
    assert "JD0000000000001035" in sent.text or re.search(r"1035", sent.html)
    assert sent.headers["In-Reply-To"] == mail.rfc_message_id
    assert sent.headers["References"].split()[-1] == mail.rfc_message_id
    assert sent.headers["Auto-Submitted"] == "auto-replied"
    assert sent.headers["Reply-To"].startswith("support+")
    assert "automatically" in sent.text
    assert "person" in sent.text


async def test_one_mail_costs_one_model_call_and_keeps_what_it_cost(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (kept,) = await service.rows(Answer)
    assert service.sandbox.calls("openai") == 1
    assert (kept.model_calls, kept.model, kept.prompt_version) == (1, "sandbox", "triage-1")
    assert kept.input_tokens > 500
    assert kept.output_tokens > 20
    assert kept.prompt_hash
    assert kept.cost_usd > 0
    assert kept.triage["requests"][0]["evidence"] in f"Where is my parcel?\n{QUESTION}"
    assert [one["name"] for one in kept.situations] == ["order_in_transit"]
    assert kept.lookups[0]["ownership"] == Ownership.ON_ORDER
    assert kept.reasons


async def test_both_directions_are_touchpoints_with_source_stage_and_response_time(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    inbound, outbound = await service.rows(Touchpoint)
    (contact,) = await service.rows(Contact)
    assert (inbound.direction, outbound.direction) == (Direction.INBOUND, Direction.OUTBOUND)
    assert inbound.decision == Outcome.ANSWERED
    assert outbound.decision == "automatic"
    assert inbound.intents == outbound.intents == [Intent.ORDER_STATUS]
    assert outbound.situations == ["order_in_transit"]
    assert outbound.response_seconds is not None
    assert 0 <= outbound.response_seconds < 60
    assert contact.lead_source is not LeadSource.UNKNOWN
    assert contact.journey_stage in {JourneyStage.PURCHASE, JourneyStage.LOYALTY}
    assert contact.language == "en"


async def test_the_same_mail_again_is_accepted_and_nothing_new(service):
    raw = await service.write(OLIVIA, "Where is my parcel?", QUESTION)
    await service.settled(1)
    again = await service.post_raw(raw)
    assert (again.status_code, again.json()) == (202, {"accepted": True, "new": False})
    await service.settled(1)
    assert len(await service.rows(InboundMail)) == 1
    assert len(service.sent()) == 1


async def test_another_text_under_the_same_message_id_is_another_mail_and_a_problem(service):
    await service.ask(OLIVIA, "Hello", QUESTION, message_id="<same@customer.example>")
    second = await service.ask(
        OLIVIA, "Hello", "Do you ship to Norway?", message_id="<same@customer.example>"
    )
    assert second.outcome is not Outcome.WAITING
    assert any("same Message-ID" in problem for problem in second.problems)
    assert len(await service.rows(InboundMail)) == 2


async def test_an_order_that_is_somebody_elses_is_told_like_one_that_does_not_exist(service):
    """One wording, the same calls to the shop, and the reason for staff alone."""
    shown = []
    for number in ("#1045", "#9999"):
        before = service.sandbox.calls("shopify")
        await service.ask(STRANGER, "My order", f"Where is my order {number}?")
        text = service.sent()[-1].text.replace(number.lstrip("#"), "NUMBER")
        bodies = [one.json()["query"] for one in service.sandbox.requests("shopify")][before:]
        shown.append((text, bodies[-1]))
    assert shown[0] == shown[1]
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
    assert (await reply_of(service)).to_address == "emily.clarke@example.com"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, MailKind.AUTO_REPLY),
        ({"List-Id": "<news.shop.example>", "Precedence": "list"}, MailKind.LIST),
        ({"X-Pasokh-Loop": "1"}, MailKind.LOOP),
    ],
)
async def test_a_robot_is_ignored_with_a_reason_and_costs_no_model_call(service, headers, kind):
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION, headers=headers)
    assert (mail.kind, mail.outcome) == (kind, Outcome.IGNORED)
    assert mail.outcome_reason
    assert service.sandbox.calls("openai") == 0
    assert service.sent() == []


async def test_a_robot_without_a_known_contact_leaves_no_touchpoint_and_with_one_it_does(service):
    await service.ask(OLIVIA, "Away", "I am away.", headers={"Auto-Submitted": "auto-replied"})
    assert await service.rows(Touchpoint) == []
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    await service.ask(OLIVIA, "Away", "I am away still.", headers={"Auto-Submitted": "auto-replied"})
    assert [one.decision for one in await service.rows(Touchpoint)][-1] == Outcome.IGNORED


async def test_three_mails_in_a_row_get_one_answer(database_url, sandbox):
    async with open_service(database_url, sandbox, quiet_seconds=1.5) as service:
        ids = [f"<row{number}@customer.example>" for number in range(3)]
        for number, text in enumerate(["hello", "where is my order?", "the number is #1035"]):
            refers = {"In-Reply-To": ids[number - 1]} if number else {}
            await service.write(OLIVIA, "my order", text, message_id=ids[number], headers=refers)
        mails = await service.settled(3)
        assert [mail.outcome for mail in mails] == [Outcome.MERGED, Outcome.MERGED, Outcome.ANSWERED]
        assert len(service.sent()) == 1
        assert sandbox.calls("openai") == 1
        assert len(await service.rows(Conversation)) == 1


async def test_an_answer_to_our_reply_joins_its_conversation_by_the_reply_address_alone(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (sent,) = service.sent()
    await service.write(OLIVIA, "Something else", "What is your return policy?", to=sent.headers["Reply-To"])
    await service.settled(2)
    assert len(await service.rows(Conversation)) == 1
    assert len(await service.rows(Message)) == 4


async def test_an_answer_to_our_reply_joins_its_conversation_by_the_providers_message_id(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (sent,) = service.sent()

    async def is_learnt() -> bool:
        return (await reply_of(service)).smtp_id is not None

    await eventually(is_learnt)
    await service.ask(
        OLIVIA, "Re", "What is your return policy?", headers={"In-Reply-To": sent.headers["Message-ID"]}
    )
    assert len(await service.rows(Conversation)) == 1


async def test_another_person_in_a_known_thread_gets_a_conversation_of_their_own(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (sent,) = service.sent()
    headers = {"In-Reply-To": sent.headers["Message-ID"]}
    await service.ask(
        STRANGER,
        "Re: Where is my parcel?",
        "And where is it now?",
        to=sent.headers["Reply-To"],
        headers=headers,
    )
    first, second = await service.rows(Conversation)
    assert second.related_id == first.id
    assert second.contact_id != first.contact_id
    assert "1035" not in service.sent()[-1].text
    assert service.sandbox.requests("openai")[-1].json()["input"][0]["content"].count("Earlier") == 0


async def test_two_requests_get_one_mail_with_both_answers(service):
    await service.ask(EMILY, "Two questions", "Where is my order #1045?\n\nAlso, what is your return policy?")
    (sent,) = service.sent()
    assert "#1045" in sent.text
    assert "30 days" in sent.text
    assert len(re.findall(r"^(?:Hello|Hi|Dear)", sent.text, re.MULTILINE)) == 1


@pytest.mark.parametrize(
    ("sender", "text", "language", "word", "is_rtl"),
    [
        (
            "Jonas Weber <jonas.weber@example.org>",
            "Wo ist meine Bestellung Nr. 1033?",
            "de",
            "Bestellung",
            False,
        ),
        ("مینا کریمی <mina.karimi@example.com>", "سلام، سفارش شماره ۱۰۵۱ من کجاست؟", "fa", "سفارش", True),
    ],
)
async def test_an_answer_is_in_the_customers_language(service, sender, text, language, word, is_rtl):
    mail = await service.ask(sender, "?", text)
    assert mail.outcome is Outcome.ANSWERED, mail.outcome_reason
    (sent,) = service.sent()
    assert word in sent.text
    assert f'lang="{language}"' in sent.html
    assert ('dir="rtl"' in sent.html) is is_rtl


@pytest.mark.parametrize(
    ("mode", "outcome", "state"),
    [
        (Mode.DRAFT, Outcome.DRAFTED, ReplyState.HELD),
        (Mode.OFF, Outcome.HANDED_OVER, None),
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


async def test_a_newer_mail_replaces_a_draft_that_nobody_has_touched(database_url, sandbox):
    async with open_service(database_url, sandbox, store={"modes": {}}) as service:
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION, message_id="<first@customer.example>")
        headers = {"In-Reply-To": "<first@customer.example>"}
        await service.ask(
            OLIVIA, "Re: Where is my parcel?", "And what is your return policy?", headers=headers
        )
        mails = await service.rows(InboundMail)
        first, second = await service.rows(Reply)
    assert [mail.outcome for mail in mails] == [Outcome.MERGED, Outcome.DRAFTED]
    assert (first.state, second.state) == (ReplyState.DISCARDED, ReplyState.HELD)
    assert set(second.situations) == {"order_in_transit", "return_policy"}


async def test_a_mail_that_comes_while_one_is_answered_is_answered_with_it(service):
    service.sandbox.faults.set_latency("openai", 1.0)
    await service.write(OLIVIA, "Where is my parcel?", QUESTION, message_id="<first@customer.example>")

    async def is_asked() -> bool:
        return bool(service.sandbox.calls("openai"))

    await eventually(is_asked)
    headers = {"In-Reply-To": "<first@customer.example>"}
    await service.write(OLIVIA, "Re: Where is my parcel?", "And what is your return policy?", headers=headers)
    mails = await service.settled(2)
    assert [mail.outcome for mail in mails] == [Outcome.MERGED, Outcome.ANSWERED]
    assert len(service.sent()) == 1


async def test_a_mail_without_text_waits_for_a_person_and_costs_no_model_call(service):
    mail = await service.ask(OLIVIA, "", " ")
    assert mail.outcome is Outcome.HANDED_OVER
    assert "no text" in mail.outcome_reason
    assert service.sandbox.calls("openai") == 0


async def test_card_numbers_never_leave(service):
    await service.ask(
        OLIVIA, "Card 4111 1111 1111 1111", "My card 4111-1111-1111-1111 was charged twice for order #1035."
    )
    (call,) = service.sandbox.requests("openai")
    assert b"1111" not in call.body
    assert "1035" in call.json()["input"][0]["content"]


async def test_delivery_events_move_the_reply_on_and_repeats_do_no_harm(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (sent,) = service.sent()

    async def is_delivered() -> bool:
        return (await reply_of(service)).state is ReplyState.DELIVERED

    await eventually(is_delivered)
    for _ in range(2):
        await asyncio.to_thread(service.sandbox.sendgrid.post_event, sent, "processed", sg_event_id="again")
    reply = await reply_of(service)
    assert reply.state is ReplyState.DELIVERED
    assert reply.smtp_id == sent.headers["Message-ID"]
    assert len(await service.rows(Touchpoint)) == 2


async def test_a_reply_that_bounces_is_shown_as_failed(service):
    mail = await service.ask("Bob <bob@bounce.example.org>", "Hello", "What is your return policy?")
    assert mail.outcome is Outcome.ANSWERED

    async def is_bounced() -> bool:
        (conversation,) = await service.rows(Conversation)
        return bool(conversation.outcome is Outcome.FAILED and "came back" in conversation.reason)

    await eventually(is_bounced)
    assert (await reply_of(service)).state is ReplyState.BOUNCED


async def test_stores_do_not_see_each_other(database_url, sandbox):
    from tests.service import add_store

    async with open_service(database_url, sandbox) as service:
        other_key = await add_store(
            service.desk, sandbox, slug="other", address="help@other.example", modes={}
        )
        raw = make_mail(OLIVIA, "Where is my parcel?", QUESTION, message_id="<one@customer.example>")
        await service.post_raw(raw)
        await service.settled(1)
        reply = make_mail(
            OLIVIA,
            "Re",
            "And now?",
            headers={"In-Reply-To": "<one@customer.example>"},
            to=service.sent()[0].headers["Reply-To"],
        )
        await service.post_raw(reply, key=other_key)
        await service.settled(2)
        first, second = await service.rows(Conversation)
        assert first.store_id != second.store_id
        assert second.related_id is None
        assert len(await service.rows(Contact)) == 2
        assert (await service.rows(Store))[0].id == first.store_id


async def test_the_undo_window_is_kept(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)

        async def is_scheduled() -> bool:
            return [reply.state for reply in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        reply = await reply_of(service)
        assert reply.send_after is not None
        assert timedelta(minutes=58) < reply.send_after - reply.created_at < timedelta(minutes=62)
        (mail,) = await service.rows(InboundMail)
    assert mail.outcome is Outcome.WAITING
    assert "leaves" in mail.outcome_reason
