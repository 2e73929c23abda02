"""create_app(): wiring only."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from app.intake.readers import read_mailboxes
from app.jobs import Queue
from app.pipeline.desk import Desk
from app.pipeline.digests import plan_digests
from app.pipeline.registry import JOBS
from app.pipeline.sweep import sweep
from app.web.api import create_api_router
from app.web.errors import envelope, install_json_errors
from app.web.hooks import create_hooks_router
from app.web.pages import create_pages_app


def create_app(desk: Desk) -> FastAPI:
    """The service over an open desk, with a worker inside unless the settings say that it runs apart."""
    app = FastAPI(
        title="Pasokh",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        routes=_routes(),
    )
    app.state.desk = desk
    install_json_errors(app)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"ok": True})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        return await _ready(desk)

    app.state.pages = create_pages_app(desk)
    app.mount("/", app.state.pages)
    return app


@functools.cache
def _routes() -> list[BaseRoute]:
    """Made once: what each route takes is worked out when it is first asked for, and kept with it."""
    return [*create_hooks_router().routes, *create_api_router().routes]


async def _look_round(desk: Desk) -> None:
    """What is done every few minutes: find what was lost, and tell staff what waits."""
    await sweep(desk)
    await plan_digests(desk)


async def work(desk: Desk) -> None:
    """Run the worker until cancelled: jobs, and the mailboxes that nobody else reads."""
    settings = desk.settings
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            read_mailboxes(desk.db, desk.sealer, desk.http, max_bytes=settings.max_message_bytes)
        )
        tasks.create_task(
            Queue(desk.db.url, JOBS, sweep=_look_round).work(
                desk,
                concurrency=settings.worker_concurrency,
                poll=settings.worker_poll_seconds,
                stalled=settings.worker_stalled_seconds,
            )
        )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    worker = asyncio.create_task(work(desk)) if desk.settings.worker_in_serve else None
    try:
        yield
    finally:
        if worker is not None:
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker


async def _ready(desk: Desk) -> JSONResponse:
    """Whether the database answers and the queue's tables are there, and how long the oldest due job has waited."""
    query = sa.text(
        "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, deferred.at))), 0)::float "
        "FROM procrastinate_jobs JOIN procrastinate_events deferred ON job_id = procrastinate_jobs.id AND type = 'deferred' "
        "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
    )
    try:
        async with asyncio.timeout(5), desk.db.transaction() as session:
            late = (await session.execute(query)).scalar_one()
    except (sa.exc.SQLAlchemyError, TimeoutError, OSError) as error:
        return envelope(
            503, "not_ready", f"The database or its queue does not answer ({type(error).__name__})."
        )
    return JSONResponse({"ok": True, "oldest_due_job_seconds": round(late, 1)})
