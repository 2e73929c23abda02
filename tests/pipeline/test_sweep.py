"""A row that waits although no job is about it: found, and done, once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import Answer, Contact, Conversation, InboundMail, Mailbox, OrderProof, Reply, Store
from app.models.columns import now
from app.pipeline.copies import file_copy
from app.pipeline.registry import JOBS
from app.pipeline.sweep import WAITING, sweep
from app.vocabulary import Outcome, ReplyState
from tests.service import CUSTOMERS, Service, eventually, make_mail, open_service

AGO = "now() - interval '5 minutes'"
LONG_AGO = timedelta(minutes=5)


@pytest.fixture
async def service(database_url, sandbox):
    """No worker runs until a test starts one: `worker_in_serve` is off."""
    async with open_service(database_url, sandbox, worker_in_serve=False) as service:
        yield service


async def execute(service: Service, statement: str) -> Any:
    async with service.desk.db.transaction() as session:
        return await session.execute(sa.text(statement))


async def waiting_jobs(service: Service) -> list[str]:
    found = await execute(
        service, "SELECT task_name FROM procrastinate_jobs WHERE status IN ('todo', 'doing') ORDER BY id"
    )
    return list(found.scalars())


async def lose_the_jobs(service: Service) -> None:
    await execute(service, "DELETE FROM procrastinate_jobs")


async def test_a_mail_that_nobody_would_read_is_read(service):
    sender, text = CUSTOMERS[0]
    await service.post_raw(make_mail(sender, "Question", text))
    await lose_the_jobs(service)
    await sweep(service.desk)
    assert await waiting_jobs(service) == [], "it has only just come in"
    await execute(service, f"UPDATE inbound_mail SET received_at = {AGO}")
    await sweep(service.desk)
    await sweep(service.desk)
    assert await waiting_jobs(service) == ["receive_message"]


async def test_nothing_is_swept_that_has_its_job(service):
    sender, text = CUSTOMERS[0]
    await service.post_raw(make_mail(sender, "Question", text))
    await execute(service, f"UPDATE inbound_mail SET received_at = {AGO}")
    await sweep(service.desk)
    assert await waiting_jobs(service) == ["receive_message"]


async def test_what_lost_its_job_anywhere_on_its_way_is_answered_once(database_url, sandbox):
    """A mail is stopped at each of its stations in turn, loses its job there, and goes on by the sweep alone."""
    async with open_service(database_url, sandbox, quiet_seconds=3600, undo_seconds=3600) as service:
        await service.write(CUSTOMERS[0][0], "Question", CUSTOMERS[0][1])

        async def is_read() -> bool:
            return "answer_conversation" in await waiting_jobs(service)

        await eventually(is_read)
        await lose_the_jobs(service)
        await execute(service, f"UPDATE inbound_mail SET received_at = {AGO}")
        await sweep(service.desk)
        await sweep(service.desk)

        async def is_scheduled() -> bool:
            return [reply.state for reply in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        await lose_the_jobs(service)
        await sweep(service.desk)
        assert await waiting_jobs(service) == [], "it may be taken back for an hour"
        await execute(service, f"UPDATE reply SET send_after = {AGO}")
        await sweep(service.desk)
        await sweep(service.desk)
        (mail,) = await service.settled(1)
        assert mail.outcome is Outcome.ANSWERED
        assert len(service.sent()) == 1


async def test_a_send_that_nobody_would_settle_becomes_a_doubt(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        await service.write(CUSTOMERS[0][0], "Question", CUSTOMERS[0][1])

        async def is_scheduled() -> bool:
            return bool(await service.rows(Reply))

        await eventually(is_scheduled)
        await lose_the_jobs(service)
        await execute(service, f"UPDATE reply SET state = 'sending', claimed_at = {AGO}, send_after = {AGO}")
        await sweep(service.desk)

        async def is_told() -> bool:
            (reply,) = await service.rows(Reply)
            return bool(reply.state is ReplyState.IN_DOUBT)

        await eventually(is_told)
        (mail,) = await service.rows(InboundMail)
        assert mail.outcome is Outcome.FAILED
        assert service.sent() == []


def test_every_kind_of_job_is_swept_for():
    assert set(WAITING) == set(JOBS)


async def test_a_code_and_a_copy_whose_jobs_were_lost_are_found_once(service):
    """Rows as the send leaves them: of a code, and of a reply by SMTP."""
    (store,), (mailbox,) = await service.rows(Store), await service.rows(Mailbox)
    async with service.desk.db.transaction() as session:
        contact = Contact(store_id=store.id)
        session.add(contact)
        await session.flush()
        talk = Conversation(store_id=store.id, mailbox_id=mailbox.id, contact_id=contact.id, subject="Parcel")
        session.add(talk)
        await session.flush()
        asked = Answer(store_id=store.id, conversation_id=talk.id)
        reply = Reply(
            store_id=store.id,
            conversation_id=talk.id,
            locale="en",
            to_address="a@b.example",
            subject="Re: Parcel",
            markdown="Hello",
            rfc_message_id="<1@b.example>",
            state=ReplyState.SENT,
            automatic=True,
            copy_due=True,
            sent_at=now() - LONG_AGO,
        )
        session.add_all([asked, reply])
        await session.flush()
        session.add_all(
            OrderProof(
                store_id=store.id,
                conversation_id=talk.id,
                locale="en",
                order_number="1",
                order_key="1",
                claimant="a@b.example",
                answer_id=asked.id,
                due_at=due_at,
            )
            for due_at in (None, now() - LONG_AGO)
        )
    for _ in range(2):
        await sweep(service.desk)
    assert sorted(await waiting_jobs(service)) == ["file_copy", "send_code"]
    await file_copy(service.desk, reply.id)  # nobody watches its sent mails: there is no copy to make
    await lose_the_jobs(service)
    await execute(service, "UPDATE order_proof SET sent_at = now()")
    await sweep(service.desk)
    assert await waiting_jobs(service) == []


async def test_a_sweep_reads_no_mail_that_has_ended(service):
    (store,), (mailbox,) = await service.rows(Store), await service.rows(Mailbox)
    await execute(
        service,
        f"""INSERT INTO inbound_mail (id, store_id, mailbox_id, dedup_key, source, size, received_at, from_name,
        from_address, subject, reasons, problems, authenticity, authenticity_reasons, outcome, outcome_reason)
        SELECT gen_random_uuid(), '{store.id}', '{mailbox.id}', n, 'raw', 1, {AGO}, '', '', '', '[]', '[]',
        'authenticated', '[]', 'ignored', '' FROM generate_series(1, 20000) n""",
    )
    await execute(service, "ANALYZE inbound_mail")
    await sweep(service.desk)
    await asyncio.sleep(0.1)
    before = (
        "SELECT pg_stat_force_next_flush(), seq_scan FROM pg_stat_user_tables WHERE relname = 'inbound_mail'"
    )
    scans = (await execute(service, before)).one().seq_scan
    await sweep(service.desk)
    assert (await execute(service, before)).one().seq_scan == scans
