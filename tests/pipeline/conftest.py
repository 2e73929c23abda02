from collections.abc import AsyncIterator

import pytest

from tests.service import Service, open_service


@pytest.fixture
async def service(database_url, sandbox) -> AsyncIterator[Service]:
    """The running service with one store, everything automatic, and no waits."""
    async with open_service(database_url, sandbox) as service:
        yield service
