from collections.abc import Iterator

import httpx
import pytest

from app.sandbox.server import SandboxServer


@pytest.fixture
def http(sandbox: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, timeout=60, trust_env=False) as client:
        yield client
