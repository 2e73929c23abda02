"""An email's whole way, over real HTTP: webhook, model, shop, provider, CRM."""

import pytest

from app.vocabulary import Outcome
from tests.service import open_service


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        yield service


async def test_an_order_question_is_answered_from_the_shops_facts(service):
    mail = await service.ask(
        "Lena Hoffmann <lena.hoffmann@example.com>", "My order", "Hello, where is my order #1001?"
    )
    assert mail.outcome is Outcome.ANSWERED, mail.outcome_reason
    (sent,) = service.sent()
    assert sent.recipients == ["lena.hoffmann@example.com"]
    assert "1001" in sent.text
