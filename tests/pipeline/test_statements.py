"""What a mail costs the database is kept in sight: while it is read, answered and sent, and when its events come in."""

from uuid import uuid4

import sqlalchemy as sa

from app.mail.outbound.events import DeliveryEvent, DeliveryKind
from app.models.columns import now
from app.pipeline.answer import answer_conversation
from app.pipeline.deliver import deliver_reply
from app.pipeline.receive import receive_message
from app.pipeline.sent import record_events
from tests.pipeline.by_hand import Hands, open_hands

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Hello, where is my order #1035?"


def watch(hands: Hands) -> list[str]:
    """The statements from now on."""
    seen: list[str] = []
    engine = hands.desk.db.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    return seen


def updates(seen: list[str], table: str) -> int:
    return sum(statement.startswith(f"UPDATE {table} ") for statement in seen)


async def test_a_mail_is_read_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        new = await hands.accept(OLIVIA, "My teapot", "It is broken", message_id="<first@customer.example>")
        seen = watch(hands)
        assert new is not None
        await receive_message(hands.desk, new)
        first = len(seen)
        headers = {"In-Reply-To": "<first@customer.example>"}
        answer = await hands.accept(OLIVIA, "Re: My teapot", "Any news?", headers=headers)
        seen.clear()
        assert answer is not None
        await receive_message(hands.desk, answer)
    assert first <= 13
    assert len(seen) <= 14
    assert updates(seen, "inbound_mail") == 1


async def test_a_mail_is_answered_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        mail = await hands.receive(OLIVIA, "My parcel", QUESTION)
        seen = watch(hands)
        assert mail.conversation_id is not None
        await answer_conversation(hands.desk, mail.conversation_id)
    assert len(seen) <= 27
    for table in ("answer", "conversation", "inbound_mail", "message", "touchpoint"):
        assert updates(seen, table) == 1


async def test_a_reply_is_sent_and_written_down_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        mail = await hands.receive(OLIVIA, "My parcel", QUESTION)
        reply = await hands.answer(mail)
        seen = watch(hands)
        assert reply is not None
        await deliver_reply(hands.desk, reply.id)
    assert len(seen) <= 18
    for table in ("conversation", "inbound_mail", "message", "touchpoint"):
        assert updates(seen, table) <= 1


async def test_what_becomes_of_a_reply_is_written_down_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        mail = await hands.receive(OLIVIA, "My parcel", QUESTION)
        reply = await hands.deliver(await hands.answer(mail))

        def tell(kind: DeliveryKind) -> DeliveryEvent:
            return DeliveryEvent(
                kind,
                uuid4().hex,
                reply.to_address,
                now(),
                smtp_id=f"<{uuid4().hex}@sendgrid.example>",
                message_id="mail1.recvd-1-2",
                custom_args={"reply_id": str(reply.id)},
            )

        seen = watch(hands)
        await record_events(hands.desk, [tell(DeliveryKind.PROCESSED)])
        one = len(seen)
        seen.clear()
        await record_events(hands.desk, [tell(DeliveryKind.DEFERRED), tell(DeliveryKind.DELIVERED)])
    assert one <= 5
    assert len(seen) <= 8
    assert updates(seen, "reply") == 1
