"""One trained model and one server for all of these tests: training takes a second, serving none."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.sandbox.openai import TextModel, create_router

API_KEY = "sk-sandbox-test-key"


@pytest.fixture(scope="session")
def model() -> TextModel:
    return TextModel.train()


@pytest.fixture(scope="session")
def client(model: TextModel) -> Iterator[httpx.Client]:
    app = FastAPI()
    app.include_router(create_router(model, api_key=API_KEY))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 90
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {API_KEY}"}, timeout=90
    ) as opened:
        yield opened
    server.should_exit = True
    thread.join(timeout=90)


@pytest.fixture(scope="session")
def openapi(corpora: Path) -> dict[str, object]:
    """Components of OpenAI's own description of its API."""
    loaded = json.loads((corpora / "openai" / "slice.json").read_text(encoding="utf-8"))
    return {"components": loaded["components"]}
