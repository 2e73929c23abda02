"""Which mails belong together, and which never do."""

from app.models import Contact, Conversation, InboundMail, Message, Reply, Store
from app.vocabulary import (
    Outcome,
    ReplyState,
)
from tests.service import eventually, make_mail, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
EMILY = "Emily Clarke <emily.clarke@example.com>"
STRANGER = "Sanne de Vries <sanne.devries@example.net>"
QUESTION = "Hello, where is my order #1035?"


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
        return (await service.only(Reply)).smtp_id is not None

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
