"""The `pasokh` command as people run it: its own folder, nothing in the environment but what a test puts there."""

import asyncio
import logging
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from app.settings import Settings
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.pipeline.processes import environment
from tests.service import make_settings

if TYPE_CHECKING:
    from app.sandbox.server import SandboxServer

SHOP = "pasokh-demo.myshopify.com"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


Command = Callable[..., Ended]


def clean(settings: Settings, database_url: str) -> dict[str, str]:
    """Settings as environment variables, and nothing else."""
    found: dict[str, str] = environment(settings.model_copy(update={"database_url": database_url}))
    return {name: value for name, value in found.items() if name not in {"PATH", "HOME"}}


@pytest.fixture
def env(sandbox, database_url) -> dict[str, str]:
    """A complete configuration: the sandbox at the other end, and a migrated database."""
    return clean(make_settings(sandbox), database_url)


@pytest.fixture
def pasokh(monkeypatch, capsys, tmp_path) -> Iterator[Command]:
    """Runs the command's own `main` in this process: a fresh one would import for seconds.

    `pasokh("store", "list", env={…})`; the working directory and thus `data/` and `.env` are the test's own.
    """
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    before = ([*root.handlers], root.level, signal.getsignal(signal.SIGTERM))

    def run(*words: object, env: dict[str, str] | None = None) -> Ended:
        with monkeypatch.context() as patched, warnings.catch_warnings():
            for name, value in (env or {}).items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["pasokh", *map(str, words)])
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    yield run
    signal.signal(signal.SIGTERM, before[2])
    root.handlers[:] = before[0]
    root.setLevel(before[1])


@pytest.fixture
def settled(pasokh: Command, env: dict[str, str], sandbox: "SandboxServer") -> dict[str, str]:
    """A configuration whose database has one store with one mailbox."""
    assert (
        pasokh("store", "add", "demo", "--shop", SHOP, "--token", sandbox.config.shopify_token, env=env).code
        == 0
    )
    assert pasokh("mailbox", "add", "support@saffron-and-clay.example", "--raw", env=env).code == 0
    return env


async def run_process(*words: object, env: dict[str, str], cwd: Path) -> Ended:
    """The command as a process of its own, in a clean environment."""
    process = await start_process(*words, env=env, cwd=cwd)
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def start_process(*words: object, env: dict[str, str], cwd: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "app.cli", *map(str, words)),
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT), **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def refused(ended: Ended, *names: str, secrets: tuple[str, ...] = ()) -> None:
    """It stopped with one line on standard error that names what is meant, and told no secret."""
    assert ended.code == 1, ended.said
    assert ended.err.startswith("pasokh: "), ended.err
    assert ended.err.count("\n") == 1, ended.err
    assert "Traceback" not in ended.said
    for name in names:
        assert name in ended.err
    for secret in secrets:
        assert secret not in ended.said


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
