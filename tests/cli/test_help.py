"""The command line answers quickly, and however it is called."""

import subprocess
import sys

from tests.patience import PATIENCE

HEAVY = (
    "fastapi",
    "sqlmodel",
    "sqlalchemy",
    "openai",
    "sklearn",
    "alembic",
    "httpx",
    "sendgrid",
    "procrastinate",
)


def test_the_command_imports_nothing_heavy_before_it_runs_something():
    code = f"import sys, app.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_the_module_is_the_command_and_lists_what_there_is():
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", "--help"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    for name in (
        "demo",
        "serve",
        "worker",
        "sandbox",
        "migrate",
        "doctor",
        "eval",
        "store",
        "user",
        "key",
        "mailbox",
        "mail",
    ):
        assert f" {name} " in ended.stdout
    assert ended.stderr == ""


def test_a_word_that_is_no_command_is_refused(pasokh):
    assert pasokh("stroe").code == 2
