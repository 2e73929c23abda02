"""What a mail costs the database, while it is read and while its answer is sent, is kept in sight."""

import sqlalchemy as sa

from tests.pipeline.by_hand import open_hands

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"


async def test_a_mail_is_read_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        new = await hands.accept(OLIVIA, "My teapot", "It is broken", message_id="<first@customer.example>")
        seen: list[str] = []
        engine = hands.desk.db.engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        await hands.read(new)
        first = len(seen) - 1  # the last one is the test's own
        headers = {"In-Reply-To": "<first@customer.example>"}
        answer = await hands.accept(OLIVIA, "Re: My teapot", "Any news?", headers=headers)
        seen.clear()
        await hands.read(answer)
    assert first <= 14
    assert len(seen) - 1 <= 15
    assert sum(statement.startswith("UPDATE inbound_mail") for statement in seen) == 1


async def test_a_reply_is_sent_and_written_down_in_few_statements(database_url, sandbox):
    async with open_hands(database_url, sandbox) as hands:
        mail = await hands.receive(OLIVIA, "My parcel", "Hello, where is my order #1035?")
        reply = await hands.answer(mail)
        seen: list[str] = []
        engine = hands.desk.db.engine.sync_engine
        sa.event.listen(engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        await hands.deliver(reply)
    assert len(seen) - 1 <= 24  # two of them keep what became of it
    for table in ("conversation", "inbound_mail", "message", "touchpoint"):
        assert sum(statement.startswith(f"UPDATE {table} ") for statement in seen) <= 1
