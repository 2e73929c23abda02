"""The mail with a code: sent once, when it may be, to whom it belongs; and everything that may come between."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.inbox import drafts
from app.inbox.drafts import Release
from app.models import Conversation, OrderProof, Reply
from app.vocabulary import Mode, Outcome, ReplyState
from tests.pipeline.received import CODE, is_code_mail
from tests.pipeline.test_proving import CLAIMANT, OWNER, QUESTION, code_for, follow_up, to_claimant, wrong_for
from tests.pipeline.test_reply_states import act, agent, reply_in
from tests.service import Service, eventually, open_service

DRAFTS = {"modes": {"order_status": Mode.DRAFT.value}}
TRACKING = "JD0000000000001035"


@pytest.fixture
async def drafting(database_url, sandbox):
    """A store that wants to see replies first."""
    async with open_service(database_url, sandbox, store=DRAFTS) as service:
        yield service


def codes(service: Service) -> list[str]:
    return [code for one in service.sent() if is_code_mail(one) for code in CODE.findall(one.text)]


async def held(service: Service) -> Reply:
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    return await reply_in(service, ReplyState.HELD)


async def release(service: Service) -> Release:
    return Release(await agent(service), 0)


async def test_a_code_waits_for_shopify_and_then_for_sendgrid_and_is_sent_once(drafting):
    reply = await held(drafting)
    drafting.sandbox.faults.set("shopify", "500")
    await act(drafting, drafts.approve, reply.id, await release(drafting))

    async def is_late() -> bool:
        return (await drafting.only(OrderProof)).waiting_since is not None

    await eventually(is_late)
    assert codes(drafting) == []
    drafting.sandbox.faults.set("sendgrid", "429", times=2)
    drafting.sandbox.faults.clear("shopify")
    await drafting.outbox_holds(2)
    proof = await drafting.only(OrderProof)
    assert (len(codes(drafting)), proof.owner) == (1, OWNER)
    assert drafting.sandbox.faults.hits("sendgrid") == 2


async def test_a_draft_that_is_thrown_away_sends_no_code(drafting):
    reply = await held(drafting)
    await act(drafting, drafts.discard, reply.id, by=await agent(drafting))
    await asyncio.sleep(0.3)
    assert drafting.sent() == []
    assert (await drafting.only(OrderProof)).sent_at is None


@pytest.mark.parametrize(("is_kept", "count"), [(True, 1), (False, 0)])
async def test_an_edited_reply_sends_a_code_only_where_it_still_tells_of_one(drafting, is_kept, count):
    reply = await held(drafting)
    paragraphs = [one for one in reply.markdown.split("\n\n") if is_kept or "six-digit code" not in one]
    text = "\n\n".join(["Dear Liv,", *paragraphs[1:]])
    await act(drafting, drafts.edit_and_send, reply.id, text, await release(drafting))
    await drafting.outbox_holds(1 + count)
    await asyncio.sleep(0.3)
    assert len(codes(drafting)) == count


async def test_a_code_is_checked_also_where_a_person_answers(drafting):
    reply = await held(drafting)
    changed = reply.markdown.replace("Hello", "Dear", 1)
    await act(drafting, drafts.edit_and_send, reply.id, changed, await release(drafting))
    await drafting.outbox_holds(2)
    mail = await follow_up(drafting, codes(drafting)[0])
    assert mail.outcome is Outcome.HANDED_OVER
    assert "The code is right" in mail.outcome_reason
    assert (await drafting.only(OrderProof)).proven_at is not None


async def test_a_reply_in_doubt_sends_its_code_once_an_event_says_that_it_left(service):
    service.sandbox.faults.set("sendgrid", "drop", times=1)
    await service.write(CLAIMANT, "Parcel", QUESTION)
    await service.outbox_holds(2)
    await asyncio.sleep(0.3)
    assert len(codes(service)) == 1


async def test_the_owner_who_answers_the_code_mail_reaches_a_person_in_a_conversation_of_their_own(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    await code_for(service)
    (mail,) = [one for one in service.sent() if is_code_mail(one)]
    thread = {"In-Reply-To": mail.message_id, "References": f"{mail.header('References')} {mail.message_id}"}
    answer = await service.ask(
        f"Olivia <{OWNER}>", f"Re: {mail.subject}", "That was not me!", headers=thread, to=mail.reply_to[0]
    )
    assert (answer.outcome, service.sandbox.calls("openai")) == (Outcome.HANDED_OVER, 1)
    assert "our mail with a code" in answer.outcome_reason
    first, second = await service.rows(Conversation)
    assert (second.id, second.related_id) == (answer.conversation_id, first.id)


async def test_two_mails_with_codes_at_once_cost_two_tries(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    wrong = await wrong_for(service, await code_for(service))
    last = [one for one in service.sent() if not is_code_mail(one)][-1]
    back = {"to": last.reply_to[0], "headers": {"In-Reply-To": last.message_id}}
    other = await wrong_for(service, wrong)
    await asyncio.gather(*[service.write(CLAIMANT, "Re: Parcel", code, **back) for code in (wrong, other)])
    await service.settled(3)
    assert (await service.only(OrderProof)).tries in {2, 3}  # one more where the second overtook the first


async def test_an_order_that_has_changed_hands_is_not_told_any_more(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    code = await code_for(service)
    async with service.desk.db.transaction() as session:
        await session.execute(sa.update(OrderProof).values(owner="former.owner@example.net"))
    await follow_up(service, code)
    assert (await service.rows(OrderProof))[0].proven_at is not None
    assert TRACKING not in "".join(to_claimant(service))


async def test_plus_addresses_share_one_budget(service):
    for turn in range(3):
        await service.ask(
            f"Liv <liv+{turn}@office.example>", f"Parcel {turn}", QUESTION.replace("1035", f"993{turn}")
        )
    mail = await service.ask(CLAIMANT, "Parcel", QUESTION)
    assert mail.outcome is Outcome.HANDED_OVER
    assert codes(service) == []


async def test_an_owner_gets_no_more_codes_than_a_day_allows_however_the_number_is_spelled(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    await code_for(service)
    copy = sa.text(
        "INSERT INTO order_proof SELECT (jsonb_populate_record(order_proof, jsonb_build_object("
        "'id', gen_random_uuid(), 'order_key', 'other', 'reply_id', NULL))).* FROM order_proof, generate_series(1, 2)"
    )
    async with service.desk.db.transaction() as session:
        await session.execute(copy)
    await service.ask("Sam <sam@else.example>", "Parcel", QUESTION)

    async def is_done() -> bool:
        return all(one.sent_at for one in await service.rows(OrderProof))

    await eventually(is_done)
    assert "six-digit code" in service.sent()[-1].text
    assert len(codes(service)) == 1


async def test_a_number_of_six_digits_that_was_asked_about_is_no_code(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    await code_for(service)
    async with service.desk.db.transaction() as session:
        await session.execute(sa.update(OrderProof).values(order_key="123456"))
    await follow_up(service, "It is about order 123456, did you get it?")
    assert (await service.rows(OrderProof))[0].tries == 0


async def test_a_conversation_that_is_deleted_takes_its_codes_with_it(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    await code_for(service)
    async with service.desk.db.transaction() as session:
        await session.execute(sa.delete(Conversation).where(col(Conversation.id).is_not(None)))
    assert await service.rows(OrderProof) == []
