import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.jobs import JobSpec, Queue, defer
from tests.service import eventually


@contextlib.asynccontextmanager
async def worker(database, specs, desk="desk"):
    task = asyncio.create_task(
        Queue(database.url, {spec.name: spec for spec in specs}).work(
            desk, concurrency=4, poll=0.1, stalled=30
        )
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def spec(name, run, on_error=None):
    async def unexpected(desk, subject, error):
        raise AssertionError(error)

    return JobSpec(name, run, on_error or unexpected)


async def jobs(database):
    async with database.transaction() as session:
        return (
            (await session.execute(sa.text("SELECT status::text FROM procrastinate_jobs ORDER BY id")))
            .scalars()
            .all()
        )


async def test_a_job_runs_only_if_its_transaction_commits(database):
    ran: list[Any] = []

    async def run(desk, subject):
        ran.append((desk, subject))

    lost, kept = uuid4(), uuid4()
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction() as session:
            await defer(session, "note", lost)
            raise ZeroDivisionError
    async with database.transaction() as session:
        await defer(session, "note", kept)

    async def is_done():
        return ran == [("desk", kept)]

    async with worker(database, [spec("note", run)]):
        await eventually(is_done)


async def test_a_second_waiting_job_of_a_queueing_lock_is_merged_into_the_first(database):
    later = datetime.now(UTC) + timedelta(hours=1)
    async with database.transaction() as session:
        assert await defer(session, "note", uuid4(), at=later, lock="a", queueing_lock="a")
        assert not await defer(session, "note", uuid4(), at=later, lock="a", queueing_lock="a")
        assert await defer(session, "note", uuid4(), at=later, lock="b", queueing_lock="b")
    assert len(await jobs(database)) == 2


async def test_two_jobs_of_a_lock_never_run_at_once(database):
    running, most = 0, 0

    async def run(desk, subject):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    async with database.transaction() as session:
        for _ in range(5):
            await defer(session, "note", uuid4(), lock="one")

    async def is_done():
        return not await jobs(database)

    async with worker(database, [spec("note", run)]):
        await eventually(is_done)
    assert most == 1


async def test_a_failure_is_handed_to_the_job_and_its_lock_is_free_again(database):
    failed: list[str] = []
    ran: list[UUID] = []

    async def run(desk, subject):
        if not failed:
            raise ValueError("no")
        ran.append(subject)

    async def on_error(desk, subject, error):
        failed.append(str(error))
        async with database.transaction() as session:
            await defer(session, "note", subject, lock="one", queueing_lock="one")

    async with database.transaction() as session:
        await defer(session, "note", uuid4(), lock="one", queueing_lock="one")

    async def is_done():
        return bool(ran)

    async with worker(database, [spec("note", run, on_error)]):
        await eventually(is_done)
    assert failed == ["no"]


async def test_a_job_is_tried_again_while_the_database_is_away(database):
    tries: list[UUID] = []

    async def run(desk, subject):
        tries.append(subject)
        if len(tries) < 3:
            raise sa.exc.OperationalError("select", {}, OSError("gone"))

    async with database.transaction() as session:
        await defer(session, "note", uuid4())

    async def is_done():
        return len(tries) == 3

    async with worker(database, [spec("note", run)]):
        await eventually(is_done)


async def test_a_dead_workers_job_goes_to_a_living_one_also_where_a_newer_job_waits(database):
    """What SIGKILL leaves behind: a job that is "doing" under a worker whose heart has stopped."""
    ran: list[Any] = []

    async def run(desk, subject):
        ran.append(subject)

    alone, merged, newer = uuid4(), uuid4(), uuid4()
    async with database.transaction() as session:
        await defer(session, "note", alone, lock="a", queueing_lock="a")
        await defer(session, "note", merged, lock="b", queueing_lock="b")
        dead = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        worker_id = (await session.execute(sa.text(dead))).scalar_one()
        await session.execute(
            sa.text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"),
            {"worker": worker_id},
        )
        await defer(session, "note", newer, lock="b", queueing_lock="b")

    async def is_done():
        return set(ran) == {alone, newer}

    async with worker(database, [spec("note", run)]):
        await eventually(is_done)
