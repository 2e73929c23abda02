"""One trained model and one server for all of these tests: training takes a second, serving none."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.sandbox.openai import TextModel, create_router
from tests.patience import PATIENCE
from tests.sandbox.shopify.served import served

API_KEY = "sk-sandbox-test-key"


@pytest.fixture(scope="session")
def model() -> TextModel:
    return TextModel.train()


@pytest.fixture(scope="session")
def client(model: TextModel) -> Iterator[httpx.Client]:
    with (
        served(create_router(model, api_key=API_KEY)) as url,
        httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=PATIENCE
        ) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def openapi(corpora: Path) -> dict[str, object]:
    """Components of OpenAI's own description of its API."""
    loaded = json.loads((corpora / "openai" / "slice.json").read_text(encoding="utf-8"))
    return {"components": loaded["components"]}
