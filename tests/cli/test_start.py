"""What cannot work stops `serve` and `worker` with one sentence that names the setting; what is merely down does not."""

import socket

import psycopg
import pytest
from alembic.script import ScriptDirectory

from app.cli.connections import check_connections
from app.db import migrate
from app.sealing import Sealer
from tests.cli.conftest import free_port, refused, run_process
from tests.conftest import ROOT
from tests.pipeline.processes import environment
from tests.service import SECRET, make_settings

CLOSED = "http://127.0.0.1:1"
OTHER_SECRET = "fedcba9876543210" * 4


def starting(command: str) -> tuple[str, ...]:
    """The words that start a command; `serve` on a port that is free."""
    return (command, "--port", str(free_port())) if command == "serve" else (command,)


COMMANDS = pytest.mark.parametrize("command", ["serve", "worker"])


@COMMANDS
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASOKH_SECRET_KEY", ""),
        ("PASOKH_SECRET_KEY", "short-hunter2"),
        ("PASOKH_SECRET_KEY", "changeme-changeme-changeme-changeme"),
        ("OPENAI_API_KEY", ""),
        ("OPENAI_API_KEY", "your-key-here"),
        ("OPENAI_API_KEY", "sk-hunter2 and a space"),
        ("SENDGRID_API_KEY", "SG.hunter2…"),
        ("OPENAI_BASE_URL", "localhost:8099"),
        ("SENDGRID_BASE_URL", "https://"),
        ("PASOKH_PUBLIC_URL", "mail.my-shop.example"),
        ("PASOKH_SHOPIFY_BASE_URL", "ftp://127.0.0.1"),
        ("PASOKH_SENDGRID_EVENT_PUBLIC_KEY", "hunter2"),
        ("PASOKH_UNDO_SECONDS", "hunter2"),
        ("PASOKH_WORKER_CONCURRENCY", "1000"),
        ("PASOKH_DATABASE_URL", "hunter2"),
        ("PASOKH_DATABASE_URL", "mysql://me:hunter2@127.0.0.1/mail"),
        ("PASOKH_DATABASE_URL", "postgresql://me:hun@hunter2@127.0.0.1/mail"),
        ("PASOKH_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:port/mail"),
    ],
)
def test_a_setting_that_cannot_work_is_named_before_anybody_is_asked(pasokh, sandbox, command, name, value):
    nobody = make_settings(sandbox, database_url="postgresql://127.0.0.1:1/nobody")
    refused(pasokh(*starting(command), env={**environment(nobody), name: value}), name, secrets=("hunter2",))
    assert sandbox.requests("openai") == []


@COMMANDS
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "sk-hunter2"),
        ("PASOKH_OPENAI_MODEL", "no-such-model"),
        ("SENDGRID_API_KEY", "SG.hunter2"),
        ("PASOKH_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/mail"),
    ],
)
def test_a_key_that_is_refused_an_unknown_model_and_a_closed_database_are_named(
    pasokh, env, command, name, value
):
    refused(pasokh(*starting(command), env={**env, name: value}), name, secrets=("hunter2",))


@COMMANDS
def test_another_secret_key_than_the_one_that_sealed_the_tokens_is_named(pasokh, settled, command):
    ended = pasokh(*starting(command), env={**settled, "PASOKH_SECRET_KEY": OTHER_SECRET})
    refused(ended, "PASOKH_SECRET_KEY", "old key", secrets=(OTHER_SECRET,))


@COMMANDS
def test_a_shop_that_refuses_the_token_is_named_with_the_command_that_mends_it(
    pasokh, settled, database, command, database_url
):
    reseal(database_url, "shpat_hunter2")
    refused(pasokh(*starting(command), env=settled), "pasokh store add demo --replace", secrets=("hunter2",))


def test_one_shop_of_several_that_refuses_its_token_stops_nobody_else(
    pasokh, settled, database_url, sandbox, caplog
):
    reseal(database_url, "shpat_wrong")
    good = ("--shop", "pasokh-demo.myshopify.com", "--token", sandbox.config.shopify_token)
    assert pasokh("store", "add", "second", *good, env=settled).code == 0

    check_connections(make_settings(sandbox), database_url)

    assert [(record.msg, record.dependency) for record in caplog.records if "down" in record.msg] == [
        ("dependency_down", "shop demo")
    ]


def reseal(database_url: str, token: str) -> None:

    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE store SET shop_token_sealed = %s", (Sealer(SECRET.encode()).seal(token),))


@COMMANDS
def test_an_empty_database_says_what_to_run(pasokh, env, command, empty_database_url):
    refused(
        pasokh(*starting(command), env={**env, "PASOKH_DATABASE_URL": empty_database_url}), "pasokh migrate"
    )


def test_a_database_that_is_behind_says_what_to_run_and_that_helps(pasokh, env, empty_database_url):
    steps = [step.revision for step in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    migrate(empty_database_url, steps[-1])
    behind = {**env, "PASOKH_DATABASE_URL": empty_database_url}

    refused(pasokh(*starting("serve"), env=behind), "pasokh migrate", steps[0])
    assert pasokh("migrate", env=behind).out == "The database is up to date.\n"
    assert pasokh("store", "list", env=behind).code == 0


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_of_a_later_version_is_left_alone(pasokh, env, command, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'tomorrow'")
    refused(pasokh(*starting(command), env=env), "later version of Pasokh")


def test_an_embedded_database_that_cannot_start_names_the_folder_and_the_setting(pasokh, env, tmp_path):
    (tmp_path / "data").write_text("in the way")
    without = {name: value for name, value in env.items() if name != "PASOKH_DATABASE_URL"}
    refused(
        pasokh(*starting("serve"), env={**without, "PASOKH_DATA_DIR": "data"}),
        "PASOKH_DATABASE_URL",
        "data/postgres",
    )


def test_a_port_that_is_taken_is_named(pasokh, env):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(pasokh("serve", "--port", port, env=env), f"Port {port}", "--port")


async def test_a_host_that_is_not_ours_is_named(env, tmp_path):
    refused(
        await run_process(*starting("serve"), "--host", "203.0.113.7", env=env, cwd=tmp_path),
        "--host",
        "203.0.113.7",
    )


def test_an_env_file_that_is_no_text_is_named(pasokh, env, tmp_path):
    (tmp_path / ".env").write_bytes(b"OPENAI_API_KEY=\xff\xfe")
    refused(pasokh(*starting("serve"), env=env), ".env", "UTF-8")


def test_a_setting_in_the_env_file_counts(pasokh, env, tmp_path):
    (tmp_path / ".env").write_text("PASOKH_SECRET_KEY=changeme\n")
    without = {name: value for name, value in env.items() if name != "PASOKH_SECRET_KEY"}
    refused(pasokh(*starting("serve"), env=without), "PASOKH_SECRET_KEY")


@pytest.mark.parametrize("fault", ["500", "429", "drop"])
@pytest.mark.parametrize("service", ["openai", "sendgrid", "shopify"])
def test_a_service_with_a_fault_stops_nothing_and_is_logged_once(
    pasokh, settled, database_url, sandbox, caplog, service, fault
):
    sandbox.faults.set(service, fault)
    check_connections(make_settings(sandbox), database_url)
    assert [record.msg for record in caplog.records if record.name.startswith("app.cli")] == [
        "dependency_down"
    ]


def test_services_that_are_out_of_reach_stop_nothing(pasokh, settled, database_url, sandbox, caplog):
    settings = make_settings(
        sandbox, openai_base_url=f"{CLOSED}/v1", sendgrid_base_url=CLOSED, shopify_base_url=CLOSED
    )
    check_connections(settings, database_url)
    found = [record.dependency for record in caplog.records if record.msg == "dependency_down"]
    assert found == ["OpenAI", "SendGrid", "shop demo"]
