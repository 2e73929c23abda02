"""The floor of `accept`: the least that a FastAPI endpoint can do which keeps what it was sent.

It reads the same body and commits the same bytes in one row, by psycopg itself, in one statement and one round trip. It
asks nobody who is sending, knows no mail again, and queues no work.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from psycopg_pool import AsyncConnectionPool

TABLE = (
    "CREATE TABLE bare_mail (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, content bytea NOT NULL)"
)
POOL = 10
"""As many connections as the service has for its own statement."""

_STORE = "INSERT INTO bare_mail (id, received_at, content) VALUES (%b, %b, %b)"


def create_bare(database_url: str) -> FastAPI:
    pool = AsyncConnectionPool(
        database_url, min_size=POOL, max_size=POOL, open=False, kwargs={"autocommit": True}
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.post("/bare", status_code=202)
    async def keep(request: Request) -> JSONResponse:
        content = await request.body()
        async with pool.connection() as connection:
            await connection.execute(_STORE, (uuid4(), datetime.now(UTC), content))
        return JSONResponse({"accepted": True}, status_code=202)

    return app
