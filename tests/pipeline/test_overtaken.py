"""A worker that fell silent for too long is still at work when its job is given to another: both runs, one answer."""

import asyncio

import pytest

from app.models import SUPERSEDED, Answer, Conversation, InboundMail, Reply
from app.pipeline.answer import answer_conversation
from app.pipeline.deliver import deliver_reply
from app.pipeline.receive import receive_message
from app.vocabulary import Outcome, ReplyState
from tests.service import eventually, make_mail, open_service

MAIL = make_mail("Olivia Martinez <olivia.martinez@example.net>", "Hello", "Where is my order #1035?")


@pytest.fixture
async def service(database_url, sandbox):
    """No worker: the tests run the jobs themselves, two at once."""
    async with open_service(database_url, sandbox, worker_in_serve=False) as service:
        await service.post_raw(MAIL)
        yield service


@pytest.mark.parametrize("service_name", ["openai", "shopify"])
async def test_two_runs_of_a_job_make_one_reply(service, service_name):
    service.sandbox.faults.set_latency(service_name, 0.0, 0.4)
    mail = await service.only(InboundMail)
    await asyncio.gather(*(receive_message(service.desk, mail.id) for _ in range(3)))
    conversation = await service.only(Conversation)
    await asyncio.gather(*(answer_conversation(service.desk, conversation.id) for _ in range(4)))
    assert len(await service.rows(Reply)) == 1
    answers = await service.rows(Answer)
    assert len([one for one in answers if one.action not in {"", SUPERSEDED}]) == 1
    assert sum(one.model_calls for one in answers) == service.sandbox.calls("openai")  # all of it is paid for


async def test_a_run_that_resumes_what_another_has_understood_makes_one_reply(service):
    mail = await service.only(InboundMail)
    await receive_message(service.desk, mail.id)
    conversation = await service.only(Conversation)
    service.sandbox.faults.set_latency("shopify", 0.3)
    first = asyncio.create_task(answer_conversation(service.desk, conversation.id))

    async def is_understood() -> bool:
        return bool(await service.rows(Answer))

    await eventually(is_understood)
    await asyncio.gather(first, *(answer_conversation(service.desk, conversation.id) for _ in range(2)))
    assert len(await service.rows(Reply)) == 1
    assert service.sandbox.calls("openai") == 1


async def test_two_runs_of_a_send_send_once_and_end_as_sent(service):
    service.sandbox.faults.set_latency("sendgrid", 0.4)
    await receive_message(service.desk, (await service.only(InboundMail)).id)
    await answer_conversation(service.desk, (await service.only(Conversation)).id)
    reply = await service.only(Reply)
    await asyncio.gather(*(deliver_reply(service.desk, reply.id) for _ in range(3)))
    assert len(service.sent()) == 1
    assert (await service.only(Reply)).state in {ReplyState.SENT, ReplyState.DELIVERED}
    assert (await service.only(InboundMail)).outcome is Outcome.ANSWERED
