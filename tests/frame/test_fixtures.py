"""What conftest.py promises."""

import pytest
import sqlalchemy as sa

from app.db import Database


@pytest.mark.parametrize("time", [1, 2])
async def test_each_test_has_a_migrated_database_of_its_own(database: Database, time):
    await database.check()
    async with database.transaction() as session:
        await session.execute(sa.text("CREATE TABLE only_here (id int)"))


async def test_the_sandbox_answers_on_loopback(sandbox):
    sandbox.faults.set("openai", "429")
    sandbox.reset()
    assert sandbox.faults.current("openai") is None
    assert sandbox.url.startswith("http://127.0.0.1:")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_shows_a_page(page, sandbox):
    await page.goto(f"{sandbox.url}/outbox")
    assert await page.title()
