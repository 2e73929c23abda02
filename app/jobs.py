"""Durable jobs on Procrastinate: a job commits with the rows that caused it, and runs at least once.

A job is a name and one id; what it does must be idempotent by the state that it finds. Failures never reach
Procrastinate's own retry: it puts a job back under its queueing lock, and where a newer job already waits under it that
breaks. A job's `on_error` records the failure where people see it, and defers the job again in the same transaction, or
not. Only what never came to an end goes back as it is: the jobs of a worker that died, or that was told to stop.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
import sqlalchemy as sa
from procrastinate.jobs import Status
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db import Database

log = logging.getLogger(__name__)

QUEUE = "mail"
"""Short work of our own: reading and sending."""
ANSWERS = "answers"
"""Work that mostly waits for the model. It has slots of its own, so that the rest goes on meanwhile."""

RECEIVE_MESSAGE = "receive_message"
"""About an InboundMail: read it, screen it, thread it."""
ANSWER_CONVERSATION = "answer_conversation"
"""About a Conversation: understand its open mails, look up, draft, decide."""
DELIVER_REPLY = "deliver_reply"
"""About a Reply that is scheduled: send it once."""
SEND_NOTICE = "send_notice"
"""About a Notice: mail it to the owners whom it has not been mailed to."""
SEND_CODE = "send_code"
"""About an OrderProof: send its code to the order's address."""
SEND_DIGEST = "send_digest"
"""About a Digest: mail it to whom it is for."""
FILE_COPY = "file_copy"
"""About a Reply that left by SMTP: put a copy into the folder of sent mails."""
SETTLE_DOUBT = "settle_doubt"
"""About a Reply in doubt that its provider has told nothing of for too long."""
READ_POLICIES = "read_policies"
"""About a Store: read its policies from Shopify."""

_QUEUES = {ANSWER_CONVERSATION: ANSWERS}
_PRIORITIES = {DELIVER_REPLY: 1}
"""In a rush, replies leave while other mails still wait to be read."""
_SHORT = 5
"""Jobs of `QUEUE` in flight: they use the processor, and more of them would only keep one another waiting."""

_LOCKS = {
    RECEIVE_MESSAGE: "inbound",
    ANSWER_CONVERSATION: "conversation",
    DELIVER_REPLY: "reply",
    SEND_NOTICE: "notice",
    SEND_CODE: "proof",
    SEND_DIGEST: "digest",
    FILE_COPY: "copy",
    SETTLE_DOUBT: "doubt",
    READ_POLICIES: "policies",
}
"""What a job that is deferred alone has to itself: a mail is not taken in twice at once, a conversation not answered
twice at once, and a reply not sent by two jobs, of which the second would take the first for dead."""

_MOST_LIVES = 25
"""A job whose worker was lost this often has killed it itself: a person has to look. Fewer may be a bad day."""

# A job that waits under the same queueing lock is touched in any case: until our commit no worker can start it, so it
# cannot miss what we are writing. A row that was not there before has no xmax.
_DEFER = sa.text("""
INSERT INTO procrastinate_jobs AS job (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
VALUES (:queue, :task, :priority, :lock, :queueing_lock, CAST(:args AS jsonb), CAST(:at AS timestamptz))
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE SET scheduled_at = CASE
    WHEN job.scheduled_at > coalesce(excluded.scheduled_at, now()) THEN coalesce(excluded.scheduled_at, now())
    ELSE job.scheduled_at END
RETURNING xmax = 0
""")
_NEW_JOB = json.dumps({"type": "job_inserted", "job_id": 0})  # the worker looks at the type only


@dataclass(frozen=True)
class JobSpec:
    """A kind of job. `name` is a contract with the jobs that wait in the database.

    Attributes:
        run: Does the work; `desk` is whatever the worker was started with.
        on_error: Records a failure where people see it; decides whether to defer again.
    """

    name: str
    run: Callable[[Any, UUID], Awaitable[None]]
    on_error: Callable[[Any, UUID, Exception], Awaitable[None]]


async def defer(
    session: AsyncSession,
    name: str,
    subject: UUID,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
) -> bool:
    """Put a job into the queue as part of the session's transaction.

    Args:
        session: The unit of work that the job belongs to.
        name: A JobSpec's name.
        subject: The id of the row that the job is about.
        at: Not before this time.
        lock: Never two jobs of this lock at once.
        queueing_lock: Never two jobs of this lock waiting. Give the same `lock`, and only one kind of job a lock:
            Procrastinate holds a job back behind every older one of its lock, however late that one is due.

    Returns:
        False where a job of this queueing lock already waits: it will do the work, no later than `at`.
    """
    values = {
        "queue": _QUEUES.get(name, QUEUE),
        "task": name,
        "priority": _PRIORITIES.get(name, 0),
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": json.dumps({"subject": str(subject)}),
        "at": at,
    }
    is_new: bool = (await session.execute(_DEFER, values)).scalar_one()
    return is_new


async def defer_alone(session: AsyncSession, name: str, subject: UUID, *, at: datetime | None = None) -> bool:
    """As `defer`, under the job's own lock: never two of them about one row, neither running nor waiting."""
    lock = f"{_LOCKS[name]}:{subject}"
    return await defer(session, name, subject, at=at, lock=lock, queueing_lock=lock)


def wake(database: Database) -> None:
    """Wake the workers for jobs that were put into the queue with `pasokh.bell = off`; soon, and once for many.

    Should the bell be lost, the workers' next look finds the jobs.
    """
    database.bells.ring(f"procrastinate_queue_v1#{QUEUE}", _NEW_JOB)


def has_job(name: str, subject: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """Whether a job of this name about a row of the query waits or runs."""
    jobs = sa.table(
        "procrastinate_jobs", sa.column("status"), sa.column("task_name"), sa.column("args", JSONB)
    )
    return sa.exists().where(
        jobs.c.status.in_([sa.literal_column("'todo'"), sa.literal_column("'doing'")]),
        jobs.c.task_name == name,
        jobs.c.args["subject"].astext == sa.cast(subject, sa.Text),
    )


class WorkerLost(Exception):
    """The worker died under this job again and again."""


class _CutOff(procrastinate.BaseRetryStrategy):
    """Puts a job back that a stopping worker has cut off; a rescuer does where a newer one waits under its lock."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        del job
        is_cut_off = isinstance(exception, asyncio.CancelledError | procrastinate.exceptions.JobAborted)
        return procrastinate.RetryDecision() if is_cut_off else None


class Queue:
    """The worker's side of the queue.

    Args:
        conninfo: The database, in libpq's form.
        specs: The kinds of jobs, by name.
        sweep: Called every `sweep_seconds` beside the jobs, with what the worker was started with.
        sweep_seconds: Between two sweeps.
        grace: Seconds that running jobs get to end when the worker is told to stop.
    """

    def __init__(
        self,
        conninfo: str,
        specs: Mapping[str, JobSpec],
        *,
        sweep: Callable[[Any], Awaitable[None]] | None = None,
        sweep_seconds: float = 120,
        grace: float = 10,
    ) -> None:
        self._app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))
        self._sweep, self._sweep_seconds, self._grace = sweep, sweep_seconds, grace
        for spec in specs.values():
            self._app.task(
                queue=_QUEUES.get(spec.name, QUEUE), name=spec.name, pass_context=True, retry=_CutOff()
            )(_task(spec))

    async def work(self, desk: object, *, concurrency: int, poll: float, stalled: float) -> None:
        """Run jobs until cancelled. A crash of the machinery itself is logged, and it starts anew.

        Args:
            desk: Handed to every job.
            concurrency: Answers in flight, which mostly wait; of the short jobs there are `_SHORT` at most.
            poll: Seconds between looks for jobs whose time has come; new jobs are announced and need none.
            stalled: Seconds of silence after which a worker counts as dead.
        """
        while True:
            try:
                async with self._app.open_async():
                    be_cancelled()
                    await self._work_once(desk, concurrency=concurrency, poll=poll, stalled=stalled)
            except Exception:
                be_cancelled()  # an error on the way out is no reason to start anew
                log.exception("worker_restarts")
                await asyncio.sleep(min(poll, 5))

    async def _work_once(self, desk: object, *, concurrency: int, poll: float, stalled: float) -> None:
        beside = [asyncio.create_task(_forever(lambda: self._rescue(stalled), stalled / 2))]
        if self._sweep is not None:
            sweep = self._sweep
            beside.append(asyncio.create_task(_forever(lambda: sweep(desk), self._sweep_seconds)))
        workers = [
            asyncio.create_task(
                self._app.run_worker_async(
                    queues=queues,
                    concurrency=slots,
                    fetch_job_polling_interval=poll,
                    update_heartbeat_interval=stalled / 3,
                    stalled_worker_timeout=stalled,
                    shutdown_graceful_timeout=self._grace,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    additional_context={"desk": desk},
                )
            )
            for queues, slots in (([ANSWERS], concurrency), ([QUEUE, "builtin"], min(concurrency, _SHORT)))
        ]
        try:
            ended, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            for worker in ended:
                worker.result()
        finally:
            await end(beside)
            await end(workers, patience=self._grace + 5)

    async def _rescue(self, stalled: float) -> None:
        """Give a dead worker's jobs to the living."""
        await self._put_back(await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled))

    async def _put_back(self, jobs: Iterable[procrastinate.jobs.Job]) -> None:
        manager = self._app.job_manager
        for job in jobs:
            try:
                await manager.retry_job(job)
            except procrastinate.exceptions.UniqueViolation:
                # A newer job waits under the same queueing lock, and does this one's work.
                with contextlib.suppress(procrastinate.exceptions.ConnectorException):
                    await manager.finish_job(job, status=Status.FAILED, delete_job=True)
            except procrastinate.exceptions.ConnectorException:
                # Another worker was first: the job waits or runs again, and is not ours to touch.
                log.info("job_not_rescued", extra={"task": job.task_name, "job": job.id})
            else:
                log.warning("job_rescued", extra={"task": job.task_name, "job": job.id})


def be_cancelled() -> None:
    """Act on a cancellation that got lost: who waits for a pool's connection waits by `wait_for`, which may lose one (bpo-37658)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def end(tasks: Collection[asyncio.Task[None]], *, patience: float = 1) -> None:
    """Cancel tasks until they have ended, whatever they end with.

    A task group would raise a worker's last error in place of our own cancellation, and the worker would start anew; and
    before Python 3.12 `wait_for` could lose a cancellation that came with its result (bpo-37658).

    Args:
        tasks: To be ended.
        patience: Seconds until those that go on are cancelled again, which cuts off what they do to end in good order.
    """
    going = {task for task in tasks if not task.done()}
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=patience)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _forever(work: Callable[[], Awaitable[None]], pause: float) -> None:
    """Housekeeping: again and again, whatever becomes of one round."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("housekeeping_failed")
        await asyncio.sleep(pause)


_DATABASE_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
_TRIES = 8


def _task(spec: JobSpec) -> Callable[..., Awaitable[None]]:
    async def run(context: procrastinate.JobContext, subject: str) -> None:
        desk, subject_id = context.additional_context["desk"], UUID(subject)
        try:
            if context.job.attempts >= _MOST_LIVES:
                raise WorkerLost  # noqa: TRY301 - goes the way of every failure
            await patiently(lambda: spec.run(desk, subject_id), spec.name, subject_id)
        except Exception as error:  # noqa: BLE001 - the edge of a job: nothing may be lost or go unseen
            failure = error
            await patiently(lambda: spec.on_error(desk, subject_id, failure), spec.name, subject_id)

    return run


async def patiently(work: Callable[[], Awaitable[None]], name: str, subject: UUID) -> None:
    """Do it again while the database itself is away: what a job does is idempotent, and it must not vanish.

    A job gives what it alone knows, such as how a send ended, to a patience of its own: a run from the start would not know it.
    """
    wait = 0.2
    for attempt in range(1, _TRIES + 1):
        try:
            await work()
        except _DATABASE_AWAY:
            if attempt == _TRIES:
                raise
            log.warning(
                "database_away",
                extra={"task": name, "subject": str(subject), "attempt": attempt},
                exc_info=True,
            )
            await asyncio.sleep(wait)
            wait = min(wait * 3, 30)
        else:
            return
