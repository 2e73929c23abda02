"""An email's whole way, over real HTTP: webhook, model, shop, provider, CRM."""

import asyncio
import email
import email.policy
import re
import time

import pytest

from app.models import Answer, Contact, Conversation, InboundMail, Reply, Touchpoint
from app.vocabulary import (
    Direction,
    Intent,
    JourneyStage,
    LeadSource,
    MailKind,
    Outcome,
    Ownership,
    ReplyState,
)
from tests.service import eventually, make_mail

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
EMILY = "Emily Clarke <emily.clarke@example.com>"
STRANGER = "Noah Thompson <noah.thompson@example.org>"
QUESTION = "Hello, where is my order #1035?"


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
    assert (kept.model_calls, kept.model, kept.prompt_version) == (1, "sandbox", "triage-2")
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
    inbound, outbound = await service.exchanges()
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

    async def told() -> list[str]:
        return sorted(one.event for one in await service.rows(Touchpoint) if one.event)

    async def is_all_told() -> bool:
        return await told() == ["delivered", "processed"]

    await eventually(is_all_told)  # by the sandbox itself, in whatever order
    from app.sandbox.sendgrid.events import build_event

    later = int(time.time()) + 5  # one of the same second is known by that
    for name in ("again", "again", "under another id"):
        event = build_event(sent, sent.recipients[0], "processed", later, sg_event_id=name)
        await asyncio.to_thread(service.sandbox.sendgrid.post_events, [event])
    reply = await service.only(Reply)
    assert reply.state is ReplyState.DELIVERED
    assert reply.smtp_id == sent.headers["Message-ID"]
    assert len(await service.exchanges()) == 2
    assert await told() == ["delivered", "processed", "processed"]  # and the one that was repeated, once


async def test_a_reply_that_bounces_is_shown_as_failed(service):
    mail = await service.ask("Bob <bob@bounce.example.org>", "Hello", "What is your return policy?")
    assert mail.outcome is Outcome.ANSWERED

    async def is_bounced() -> bool:
        (conversation,) = await service.rows(Conversation)
        return bool(conversation.outcome is Outcome.FAILED and "came back" in conversation.reason)

    await eventually(is_bounced)
    assert (await service.only(Reply)).state is ReplyState.BOUNCED


async def test_a_mail_that_is_only_a_picture_is_held_and_says_so(service):
    raw = picture_mail(OLIVIA, "")
    await service.post_raw(raw)
    (mail,) = await service.settled(1)
    assert mail.outcome is Outcome.HANDED_OVER
    assert "attachment" in mail.outcome_reason
    assert service.sandbox.calls("openai") == 0


async def test_a_few_words_beside_a_picture_are_held_with_its_name(service):
    await service.post_raw(picture_mail(OLIVIA, "where is #1035? see photo"))
    (mail,) = await service.settled(1)
    assert mail.outcome is Outcome.DRAFTED
    (kept,) = await service.rows(Answer)
    assert any("broken.png" in problem for problem in kept.problems)
    assert service.sent() == []


def picture_mail(sender: str, text: str) -> bytes:
    mail = email.message_from_bytes(make_mail(sender, "", text), policy=email.policy.default)
    mail.add_attachment(
        b"\x89PNG\r\n\x1a\n" + b"0" * 500, maintype="image", subtype="png", filename="broken.png"
    )
    return mail.as_bytes()
