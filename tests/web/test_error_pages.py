"""What a person sees when something is not there, not theirs, or broken."""

import pytest
from fastapi import FastAPI

from tests.web.conftest import Desk, Visitor


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nope", 404),
        ("/conversations/not-an-id", 404),
        ("/conversations/00000000-0000-0000-0000-000000000000", 404),
        ("/inbox?show=nonsense", 404),
        ("/inbox?after=nonsense", 400),
        ("/static/nope.js", 404),
        ("/static/../pages/view.py", 404),
    ],
)
async def test_errors_are_pages_that_lead_back(agent: Visitor, path: str, status: int):
    answer = await agent.get(path)
    assert answer.status_code == status
    assert "To the inbox" in answer.text
    assert "Traceback" not in answer.text


async def test_a_fault_of_ours_is_a_page_without_details(agent: Visitor, app: FastAPI, desk: Desk):
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the secret detail")

    app.routes.insert(0, app.routes.pop())
    answer = await agent.get("/broken")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret detail" not in answer.text
    assert answer.headers["content-security-policy"]
