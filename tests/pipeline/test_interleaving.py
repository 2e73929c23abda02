"""Customer, robot and staff at the same conversation at once: nobody is answered twice, and nothing is left behind."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from app.errors import PasokhError, TryLater
from app.inbox import closing, corrections, drafts
from app.inbox.corrections import Correction
from app.inbox.drafts import Release
from app.models import Answer, Contact, Conversation, InboundMail, Reply, Touchpoint
from app.vocabulary import Intent, LeadSource, MailKind, Mode, Outcome, ReplyState
from tests.pipeline.test_reply_states import DRAFTS, act, agent, reply_in, told
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import CUSTOMERS, Service, eventually, open_service

CUSTOMER, QUESTION = CUSTOMERS[0]
ORDER = request("order_status", "#1035", order_number="1035")


class GatedModel(ScriptedModel):
    """Waits at its gate before each answer."""

    def __init__(self, *steps: str | PasokhError) -> None:
        super().__init__(*steps)
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0

    async def call(self, *args: Any, **options: Any) -> Any:
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        return await super().call(*args, **options)

    async def is_waiting(self) -> bool:
        return self.waiting > 0


async def outcomes(service: Service) -> list[Outcome]:
    return [mail.outcome for mail in await service.rows(InboundMail)]


async def queue_is_empty(service: Service) -> bool:
    async with service.desk.db.transaction() as session:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        return bool((await session.execute(sa.text(query))).scalar_one() == 0)


async def test_a_mail_with_more_requests_than_one_reply_can_answer_is_held_and_says_so(database_url, sandbox):
    numbers = [str(number) for number in range(9001, 9010)]
    model = ScriptedModel(
        answer(*(request("order_status", f"is order {one}", order_number=one) for one in numbers))
    )
    async with open_service(database_url, sandbox, model=model) as service:
        mail = await service.ask(CUSTOMER, "Orders", " ".join(f"Where is order {one}?" for one in numbers))
        assert mail.outcome is Outcome.DRAFTED, mail.outcome_reason
        assert "more than five" in mail.outcome_reason
        assert await told(service) == {"drafted"}


async def test_a_newer_mail_takes_an_automatic_reply_back_before_it_leaves(database_url, sandbox):
    model = ScriptedModel(answer(ORDER), answer(ORDER))
    async with open_service(database_url, sandbox, model=model, undo_seconds=3600) as service:
        await service.write(CUSTOMER, "Order", "Where is #1035?", message_id="<one@customer.example>")
        first = await reply_in(service, ReplyState.SCHEDULED)
        await service.write(
            CUSTOMER, "Order", "I mean #1035.", headers={"In-Reply-To": "<one@customer.example>"}
        )
        await reply_in(service, ReplyState.DISCARDED)
        second = await reply_in(service, ReplyState.SCHEDULED)
        assert second.id != first.id
        assert await outcomes(service) == [Outcome.MERGED, Outcome.WAITING]


async def test_a_draft_that_is_released_while_a_newer_mail_is_read_answers_its_own_mail_alone(
    database_url, sandbox
):
    model = GatedModel(answer(ORDER), answer(ORDER), answer(ORDER))
    async with open_service(database_url, sandbox, model=model, store=DRAFTS) as service:
        await service.ask(CUSTOMER, "Order", "Where is #1035?", message_id="<one@customer.example>")
        first, person = await reply_in(service, ReplyState.HELD), await agent(service)
        model.gate.clear()
        await service.write(
            CUSTOMER, "Order", "And #1035?", headers={"In-Reply-To": "<one@customer.example>"}
        )
        await eventually(model.is_waiting)
        await act(service, drafts.approve, first.id, Release(by=person, undo_seconds=0))
        model.gate.set()
        await service.settled(2)
        await eventually(lambda: queue_is_empty(service))
        assert await outcomes(service) == [Outcome.ANSWERED, Outcome.DRAFTED]
        (sent,) = service.sent()
        assert sent.headers["In-Reply-To"] == "<one@customer.example>"
        assert len([one for one in await service.rows(Reply) if one.state is ReplyState.HELD]) == 1
        model.assert_done()


@pytest.mark.parametrize("does", ["writes", "closes"])
@pytest.mark.parametrize(
    "step", [answer(ORDER), TryLater("OpenAI is down.", service="OpenAI")], ids=["up", "down"]
)
async def test_the_robot_is_silent_where_a_person_was_faster(database_url, sandbox, does, step):
    model = GatedModel(step)
    model.gate.clear()
    async with open_service(database_url, sandbox, model=model) as service:
        await service.write(CUSTOMER, "Order", "Where is #1035?")
        await eventually(model.is_waiting)
        (conversation,), person = await service.rows(Conversation), await agent(service)
        if does == "writes":
            release, key = Release(by=person, undo_seconds=0), service.desk.thread_key
            await act(service, drafts.write, conversation.id, "It is on its way.", release, thread_key=key)
        else:
            await act(service, closing.close, conversation.id, by=person)
        model.gate.set()
        await service.settled(1)
        await eventually(lambda: queue_is_empty(service))
        assert await told(service) == {"answered" if does == "writes" else "handed_over"}
        assert len(service.sent()) == (1 if does == "writes" else 0)
        assert ReplyState.HELD not in {reply.state for reply in await service.rows(Reply)}


async def test_what_a_person_corrected_is_never_sent_by_itself_also_when_the_customer_writes_again(
    database_url, sandbox
):
    model = GatedModel(answer(ORDER), answer(ORDER))
    async with open_service(
        database_url,
        sandbox,
        model=model,
        store={"modes": {"order_status": Mode.AUTO.value}, "automatic": False},
    ) as service:
        await service.ask(CUSTOMER, "Order", "Where is #1035?", message_id="<one@customer.example>")
        (conversation,), person = await service.rows(Conversation), await agent(service)
        async with service.desk.db.transaction() as session:
            await session.execute(sa.text("UPDATE store SET automatic = true"))
        await act(
            service,
            corrections.draft_again,
            conversation.id,
            [Correction(Intent.ORDER_STATUS, "1035")],
            by=person,
        )
        await service.write(
            CUSTOMER, "Order", "And #1035?", headers={"In-Reply-To": "<one@customer.example>"}
        )
        await service.settled(2)
        await eventually(lambda: queue_is_empty(service))
        assert service.sent() == []


async def test_one_mail_of_several_that_wants_its_answer_elsewhere_holds_their_common_answer(
    database_url, sandbox
):
    async with open_service(database_url, sandbox, quiet_seconds=1) as service:
        headers = {"Reply-To": "thief@evil.example"}
        await service.write(CUSTOMER, "Order", QUESTION, headers=headers, message_id="<one@customer.example>")
        await service.write(CUSTOMER, "Order", QUESTION, headers={"In-Reply-To": "<one@customer.example>"})
        assert [mail.outcome for mail in await service.settled(2)] == [Outcome.MERGED, Outcome.DRAFTED]
        assert service.sent() == []


async def test_the_first_touchpoint_bears_what_its_own_look_up_has_taught(service):
    await service.ask(CUSTOMER, "Order", QUESTION)
    (contact,) = await service.rows(Contact)
    assert contact.lead_source is not LeadSource.UNKNOWN
    for touchpoint in await service.rows(Touchpoint):
        assert touchpoint.lead_source is contact.lead_source
        assert touchpoint.journey_stage is contact.journey_stage


async def test_the_budget_of_automatic_mails_counts_an_address_however_it_is_spelt(database_url, sandbox):
    async with open_service(database_url, sandbox, automatic_mails_per_address=1) as service:
        for sender in ("ann.b@customer.example", "Ann.B@Customer.example"):
            await service.ask(sender, "Returns", "What is your return policy?")
        assert await outcomes(service) == [Outcome.ANSWERED, Outcome.DRAFTED]


async def test_an_address_that_is_none_is_not_answered(service):
    long = f"{'x' * 900}@customer.example"
    mail = await service.ask(long, "Returns", "What is your return policy?")
    assert mail.outcome is Outcome.FAILED
    assert "no sender" in mail.outcome_reason


async def test_what_a_model_costs_that_answers_badly_is_kept(database_url, sandbox):
    async with open_service(database_url, sandbox, model=ScriptedModel("nonsense", "nonsense")) as service:
        mail = await service.ask(CUSTOMER, "Order", QUESTION)
        assert mail.outcome is Outcome.HANDED_OVER
        (kept,) = await service.rows(Answer)
        assert (kept.model_calls, kept.input_tokens, kept.action) == (2, 200, "hand_over")


async def test_a_conversation_whose_outage_a_person_has_ended_waits_anew_for_the_next_one(
    database_url, sandbox
):
    async with open_service(database_url, sandbox, retry_give_up_seconds=60) as service:
        mail = await service.ask(CUSTOMER, "Order", QUESTION)
        async with service.desk.db.transaction() as session:
            await session.execute(sa.text("UPDATE conversation SET waiting_since = now() - interval '1 day'"))
        sandbox.faults.set("openai", "500")
        before = sandbox.faults.hits("openai")
        await service.write(CUSTOMER, "Order", QUESTION, headers={"In-Reply-To": mail.rfc_message_id})

        async def was_hit() -> bool:
            return bool(sandbox.faults.hits("openai") > before)

        await eventually(was_hit)
        await asyncio.sleep(0.5)
        sandbox.faults.clear()
        assert [one.outcome for one in await service.settled(2)] == [Outcome.ANSWERED, Outcome.ANSWERED]


async def test_bytes_that_postgresql_cannot_keep_do_not_stop_a_mail(database_url, sandbox):
    triage = answer(ORDER).replace("Asks something.", "NUL \\u0000 in it.")
    async with open_service(database_url, sandbox, model=ScriptedModel(triage)) as service:
        raw = (
            b"From: =?utf-7?q?+2AA-?= <olivia.martinez@example.net>\r\nSubject: =?utf-7?q?+2AA-_+AAA-?= order\r\n"
            b"Message-ID: <nul@customer.example>\r\nDate: Thu, 1 Jan 0001 00:00:00 +1400\r\n"
            b"Content-Type: text/plain; charset=utf-7\r\n\r\nWhere is #1035? +2AA- +AAA-\r\n"
        )
        assert (await service.post_raw(raw)).status_code == 202
        (mail,) = await service.settled(1)
        assert (mail.kind, mail.outcome) == (MailKind.CUSTOMER, Outcome.ANSWERED), mail.outcome_reason
        (kept,) = await service.rows(Answer)
        assert kept.triage["summary"] == "NUL  in it."
