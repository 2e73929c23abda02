"""The import contracts of pyproject.toml hold, and each of them would notice a breach."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

BREACHES = {
    "a lower layer imports a higher one": ("one way", "app/db.py", "import app.jobs"),
    "neighbours import each other": ("one way", "app/mail/__init__.py", "import app.shopify"),
    "a room has no place among the layers": ("one way", "app/annexe.py", ""),
    "mail reads settings": ("get values", "app/mail/__init__.py", "import app.settings"),
    "a second file imports openai": ("OpenAI", "app/access.py", "import openai"),
    "a second file imports the SendGrid SDK": ("SendGrid", "app/access.py", "import sendgrid"),
    "a second file imports the queue": ("queue", "app/access.py", "import procrastinate"),
    "the app imports the sandbox": ("meets the sandbox", "app/web/__init__.py", "import app.sandbox"),
    "the sandbox imports the app": ("imports nothing", "app/sandbox/__init__.py", "import app.errors"),
}
"""What happens: (words of the contract's name, file, line that is added to it)."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    command = [sys.executable, "-c", code, "--no-cache", "--no-logo"]
    env = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The package in a folder of its own, without the files that are not code."""
    folder: Path = tmp_path_factory.mktemp("layering")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in (ROOT / "app").rglob("*.py"):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def test_the_contracts_hold(copy):
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("breach", BREACHES)
def test_the_contracts_notice_when(breach, copy):
    contract, path, line = BREACHES[breach]
    file = copy / path
    before = file.read_text("utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        result = lint_imports(copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
    assert result.returncode == 1
    assert re.search(rf"^.*{contract}.* BROKEN", result.stdout, re.MULTILINE)
