"""What a worker survives: the loss of its connections, being told to stop, a colleague who was faster, hostile bytes."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from psycopg_pool import AsyncConnectionPool

from app.jobs import JobSpec, Queue, defer
from tests.patience import PATIENCE
from tests.pipeline.test_jobs import jobs, spec, worker
from tests.service import eventually

DEAD_WORKER = (
    "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
)
KILL_CONNECTIONS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_a_worker_that_is_told_to_stop_while_it_connects_stops(database, monkeypatch):
    """Before Python 3.12, the wait for the first connections could lose a cancellation that came with them."""
    waits = asyncio.Event()

    async def lose_a_cancellation(*_: object, **__: object) -> None:
        waits.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)

    monkeypatch.setattr(AsyncConnectionPool, "wait", lose_a_cancellation)
    queue = Queue(database.url, {"note": spec("note", None)})
    working = asyncio.create_task(queue.work("desk", concurrency=4, poll=0.1, stalled=30))
    await waits.wait()
    working.cancel()
    ended, _ = await asyncio.wait([working], timeout=PATIENCE)
    assert ended
    assert working.cancelled()


@pytest.mark.parametrize(
    ("breaks", "heals"),
    [
        (KILL_CONNECTIONS, "SELECT 1"),
        (
            "ALTER FUNCTION procrastinate_fetch_job_v2 RENAME TO away",
            "ALTER FUNCTION away RENAME TO procrastinate_fetch_job_v2",
        ),
    ],
    ids=["connections", "function"],
)
async def test_a_worker_goes_on_after_its_machinery_has_broken(database, breaks, heals):
    ran: list[UUID] = []

    async def run(desk, subject):
        ran.append(subject)

    async def has_run():
        return len(ran) == expected

    async with worker(database, [spec("note", run)]):
        for expected in (1, 2):  # noqa: B007 - has_run reads it
            async with database.transaction() as session:
                await defer(session, "note", uuid4())
            await eventually(has_run)
            for statement in (breaks, heals):
                async with database.transaction() as session:
                    await session.execute(sa.text(statement))
                await asyncio.sleep(0.4)


async def test_a_job_that_is_cut_off_by_a_stopping_worker_runs_again(database):
    ran: list[UUID] = []
    has_started = asyncio.Event()

    async def hang(desk, subject):
        has_started.set()
        await asyncio.sleep(3600)

    async def run(desk, subject):
        ran.append(subject)

    async with database.transaction() as session:
        await defer(session, "note", uuid4(), lock="a", queueing_lock="a")
    stopping = asyncio.create_task(
        Queue(database.url, {"note": spec("note", hang)}, grace=0.2).work(
            "desk", concurrency=4, poll=0.1, stalled=30
        )
    )
    await has_started.wait()
    stopping.cancel()
    await asyncio.gather(stopping, return_exceptions=True)

    async def has_run():
        return len(ran) == 1

    async with worker(database, [spec("note", run)]):
        await eventually(has_run)


async def test_a_rescuer_that_comes_second_leaves_the_rescued_job_alone(database):
    async with database.transaction() as session:
        await defer(session, "note", uuid4())
        dead = (await session.execute(sa.text(DEAD_WORKER))).scalar_one()
        await session.execute(
            sa.text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead"), {"dead": dead}
        )

    async def unused(desk, subject):
        raise AssertionError("nobody works here")

    first, second = (Queue(database.url, {"note": spec("note", unused)}) for _ in range(2))
    async with first._app.open_async(), second._app.open_async():
        found = await second._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=3)
        await first._rescue(3)
        await second._put_back(found)
    assert await jobs(database) == ["todo"]


async def test_a_waiting_job_is_not_started_before_what_was_merged_into_it_is_committed(database):
    """Or it would look, find nothing to do, and go: the mail that was merged into it would wait for ever."""
    committed, seen = False, []

    async def run(desk, subject):
        seen.append(committed)

    async def has_run():
        return bool(seen)

    async with database.transaction() as session:
        await defer(session, "note", uuid4(), lock="a", queueing_lock="a")
    async with database.transaction() as session:
        assert not await defer(session, "note", uuid4(), lock="a", queueing_lock="a")
        async with worker(database, [spec("note", run)]):
            await asyncio.sleep(0.5)
            committed = True
            await session.commit()
            await eventually(has_run)
    assert seen == [True]


async def test_what_is_merged_into_a_job_that_waits_for_long_makes_it_come_sooner_never_later(database):
    at = datetime.now(UTC) + timedelta(hours=1)

    async def scheduled() -> Any:
        async with database.transaction() as session:
            return (
                await session.execute(sa.text("SELECT scheduled_at FROM procrastinate_jobs"))
            ).scalar_one()

    async with database.transaction() as session:
        await defer(session, "note", uuid4(), at=at, lock="a", queueing_lock="a")
    async with database.transaction() as session:
        await defer(session, "note", uuid4(), at=at + timedelta(hours=1), lock="a", queueing_lock="a")
    assert await scheduled() == at
    async with database.transaction() as session:
        await defer(session, "note", uuid4(), lock="a", queueing_lock="a")
    assert await scheduled() <= datetime.now(UTC)


async def test_a_job_that_kills_its_worker_again_and_again_is_given_up_where_people_see_it(database):
    failed: list[str] = []

    async def run(desk, subject):
        raise AssertionError("it must not be tried for ever")

    async def on_error(desk, subject, error):
        failed.append(type(error).__name__)

    async def is_given_up():
        return bool(failed)

    async with database.transaction() as session:
        await defer(session, "note", uuid4())
        await session.execute(sa.text("UPDATE procrastinate_jobs SET attempts = 25"))
    async with worker(database, [JobSpec("note", run, on_error)]):
        await eventually(is_given_up)
    assert failed == ["WorkerLost"]


async def test_housekeeping_runs_beside_the_jobs_and_outlives_its_own_faults(database):
    rounds: list[object] = []

    async def sweep(desk):
        rounds.append(desk)
        raise ZeroDivisionError

    async def has_come_again():
        return len(rounds) > 1

    task = asyncio.create_task(
        Queue(database.url, {}, sweep=sweep, sweep_seconds=0.1).work(
            "desk", concurrency=1, poll=0.1, stalled=30
        )
    )
    try:
        await eventually(has_come_again)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert set(rounds) == {"desk"}


async def test_what_postgresql_cannot_keep_is_left_out_of_texts_and_documents(database):
    async with database.transaction() as session:
        text, kept = (
            await session.execute(
                sa.select(
                    sa.bindparam("text", "a\0b\ud800c", sa.Text()),
                    sa.bindparam(
                        "kept", {"k\0": ["x\0\udfffy", "\\u0000", "😀"]}, sa.dialects.postgresql.JSONB()
                    ),
                )
            )
        ).one()
    assert text == "ab\ufffdc"
    assert kept == {"k": ["x\ufffdy", "\\u0000", "😀"]}


async def test_a_failing_statement_is_logged_without_its_values(database):
    with pytest.raises(sa.exc.DBAPIError) as failure:
        async with database.transaction() as session:
            await session.execute(sa.text("SELECT CAST(:value AS integer)"), {"value": "ann@shop.example"})
    assert "parameters hidden" in str(failure.value)


async def test_times_are_read_in_utc_whatever_zone_the_server_was_set_up_in(database):
    async with database.transaction() as session:
        await session.execute(
            sa.text(f"ALTER DATABASE {database.engine.url.database} SET TimeZone = 'Asia/Tehran'")
        )
    await database.engine.dispose()
    async with database.transaction() as session:
        moment = (await session.execute(sa.text("SELECT now()"))).scalar_one()
    assert moment.utcoffset() == timedelta(0)
