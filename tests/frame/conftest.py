"""The service as a whole, over a database that nothing is in."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from app.settings import Settings


@pytest.fixture
async def service(database_url) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose worker does not run and whose model and mail provider are never called."""
    from app.main import create_app
    from app.pipeline.desk import open_desk

    settings = Settings(
        _env_file=None,
        secret_key=SecretStr("0123456789abcdef" * 4),
        openai_api_key=SecretStr("sk-never-called"),
        sendgrid_api_key=SecretStr("SG.never-called"),
        worker_in_serve=False,
    )
    desk = open_desk(settings, database_url)
    transport = httpx.ASGITransport(create_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
    await desk.close()
