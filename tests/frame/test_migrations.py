"""One history of the database, that goes up, down and up again, and ends where the models are."""

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from procrastinate.schema import migrations_path

from app.db import Database, migrate
from app.errors import Misconfigured
from app.mail.domains import canonical_address
from tests.conftest import ROOT


@pytest.fixture
def config(empty_database_url) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = empty_database_url
    return config


def names_in(url: str) -> list[str]:
    """Tables, functions and types of the database, but for Alembic's own table."""
    query = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
    """
    with psycopg.connect(url) as connection:
        return sorted(name for (name,) in connection.execute(query) if "alembic_version" not in name)


def test_the_history_is_one_line():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_up_down_and_up_again_ends_where_the_models_are(config, empty_database_url):
    migrate(empty_database_url)
    command.check(config)
    above = names_in(empty_database_url)

    command.downgrade(config, "base")
    assert names_in(empty_database_url) == []

    migrate(empty_database_url)
    command.check(config)
    assert names_in(empty_database_url) == above


def test_each_step_can_be_taken_back_by_itself(config, empty_database_url):
    script = ScriptDirectory(str(ROOT / "migrations"))
    steps = [step.revision for step in script.walk_revisions()][::-1]
    for step in steps:
        before = names_in(empty_database_url)
        migrate(empty_database_url, step)
        command.downgrade(config, "-1")
        assert names_in(empty_database_url) == before, step
        migrate(empty_database_url, step)


def test_who_was_not_to_be_written_to_is_still_found_by_the_spelling_of_their_domain(
    config, empty_database_url
):
    migrate(empty_database_url, "silence")
    written = ["anna@müller.example", "anna@other.example", "änne@other.example"]
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("SET session_replication_role = replica")  # no store is needed
        connection.cursor().executemany(
            """
            INSERT INTO suppression (id, store_id, address_key, address, cause, detail, happened_at, created_at)
            VALUES (gen_random_uuid(), gen_random_uuid(), %s, '', 'bounced', '', now(), now())
            """,
            [[one] for one in written],
        )
    migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as connection:
        kept = {key for (key,) in connection.execute("SELECT address_key FROM suppression")}
    assert kept == {canonical_address(one) for one in written}
    assert "anna@xn--mller-kva.example" in kept


def test_migrating_twice_changes_nothing(database_url):
    before = names_in(database_url)
    migrate(database_url)
    assert names_in(database_url) == before


def test_the_queues_tables_are_those_of_the_installed_package():
    newest = max(path.name for path in Path(migrations_path).glob("*.sql"))
    module = ScriptDirectory(str(ROOT / "migrations")).get_revision("queue").module
    assert newest == module.LAST_FILE, "procrastinate brings newer files: apply them in a migration of ours"


async def test_an_empty_database_says_what_to_run(empty_database_url):
    database = Database(empty_database_url)
    with pytest.raises(Misconfigured, match="pasokh migrate"):
        await database.check()
    await database.close()
