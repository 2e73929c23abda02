"""`pasokh doctor` tells all that it finds, and what to do."""

import io
import sys

import psycopg

from tests.cli.conftest import SHOP

CLOSED = "http://127.0.0.1:1"


def mark(out: str, words: str) -> str:
    """The mark of the finding that has these words."""
    return next(line[:5].strip() for line in out.splitlines() if words in line)


def test_a_complete_installation_is_well(pasokh, settled):
    ended = pasokh("doctor", env={**settled, "PASOKH_PUBLIC_URL": "https://mail.my-shop.example"})
    assert ended.code == 0
    assert ended.err == ""
    for name in ("settings", "database", "OpenAI", "SendGrid", "shop demo", "mailbox support@"):
        assert mark(ended.out, f"{name}") == "ok", name


def test_everything_that_is_wrong_is_told_at_once(pasokh, settled):
    wrong = {"OPENAI_API_KEY": "", "PASOKH_SECRET_KEY": "", "PASOKH_SENDGRID_EVENT_PUBLIC_KEY": "nonsense"}
    ended = pasokh("doctor", env={**settled, **wrong})
    assert ended.code == 1
    for name in wrong:
        assert mark(ended.out, name) == "no", name
    for name in ("database:", "SendGrid:"):
        assert mark(ended.out, name) == "ok", name


def test_nothing_configured_is_told_setting_by_setting(pasokh, env):
    ended = pasokh("doctor", env={"PASOKH_DATABASE_URL": env["PASOKH_DATABASE_URL"]})
    refusals = [line for line in ended.out.splitlines() if line.startswith("no")]
    assert ended.code == 1
    assert len(refusals) == 2
    assert "Traceback" not in ended.said


def test_a_database_out_of_reach_does_not_keep_it_from_asking_the_others(pasokh, env):
    ended = pasokh("doctor", env={**env, "PASOKH_DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/x"})
    assert ended.code == 1
    assert mark(ended.out, "OpenAI:") == "ok"
    assert "hunter2" not in ended.said
    assert "no   database: PASOKH_DATABASE_URL" in ended.out


def test_what_is_merely_down_is_something_to_look_at(pasokh, settled):
    ended = pasokh("doctor", env={**settled, "OPENAI_BASE_URL": f"{CLOSED}/v1", "SENDGRID_BASE_URL": CLOSED})
    assert ended.code == 0
    assert mark(ended.out, "OpenAI is out of reach") == "look"
    assert mark(ended.out, "SendGrid cannot be reached") == "look"
    assert "OPENAI_BASE_URL" in ended.out


def test_a_missing_store_a_missing_mailbox_and_closed_webhooks_are_told(pasokh, env, sandbox):
    assert "pasokh store add" in pasokh("doctor", env=env).out
    pasokh("store", "add", "demo", "--shop", SHOP, "--token", sandbox.config.shopify_token, env=env)
    assert "pasokh mailbox add" in pasokh("doctor", env=env).out
    pasokh("mailbox", "add", "support@saffron-and-clay.example", env=env)
    ended = pasokh("doctor", env=env)
    assert "pasokh mailbox add support@saffron-and-clay.example --replace" in ended.out
    assert ended.code == 0


def test_a_shop_that_hangs_does_not_hang_it(pasokh, settled, sandbox):
    sandbox.faults.set("shopify", "timeout")
    ended = pasokh("doctor", env={**settled, "PASOKH_CALL_TIMEOUT_SECONDS": "1"})
    assert ended.code == 0
    assert mark(ended.out, "shop demo") == "look"


def test_a_line_in_a_pipe_is_never_broken(pasokh, env, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    ended = pasokh("doctor", env=env)
    assert all(line[:5].strip() in {"ok", "look", "no"} for line in ended.out.splitlines())
    assert any(len(line) > 90 for line in ended.out.splitlines())


def test_a_long_sentence_wraps_on_a_terminal_and_brackets_are_no_markup(monkeypatch):
    from app.cli.doctor import _show
    from app.cli.findings import Finding, Verdict

    screen = io.StringIO()
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", screen)
    _show(Finding("SendGrid", Verdict.NO, "It says [address] is [red]wrong[/red]. " + "word " * 20))

    lines = screen.getvalue().splitlines()
    assert len(lines) > 3
    assert "[address]" in screen.getvalue()
    assert "[red]wrong[/red]" in screen.getvalue()


def test_sendgrids_key_is_needed_by_mailboxes_that_send_by_it_alone(pasokh, settled, database_url):
    without = {**settled, "SENDGRID_API_KEY": ""}
    told = pasokh("doctor", env=without)
    assert told.code == 1
    assert "sends by SendGrid" in told.out

    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE mailbox SET outbound = 'folder'")
    told = pasokh("doctor", env=without)
    assert told.code == 0, told.said
    assert "nothing is sent" in told.out

    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE mailbox SET outbound = 'smtp'")
    assert "no account" in pasokh("doctor", env=without).out
