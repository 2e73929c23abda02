"""Real processes of the service for tests that kill them."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from app.settings import Settings

_ALIASES = {"openai_api_key": "OPENAI_API_KEY", "openai_base_url": "OPENAI_BASE_URL"} | {
    "sendgrid_api_key": "SENDGRID_API_KEY",
    "sendgrid_base_url": "SENDGRID_BASE_URL",
}


def environment(settings: Settings) -> dict[str, str]:
    """Settings as the environment variables that give them."""
    found = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp")}
    for name, value in settings.model_dump().items():
        if value is not None:
            plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
            found[_ALIASES.get(name, f"PASOKH_{name.upper()}")] = str(plain)
    return found


@dataclass
class Processes:
    """Forks service processes, and kills them without a warning."""

    zygote: asyncio.subprocess.Process
    pids: list[int] = field(default_factory=list)

    async def start(self, command: str) -> int:
        assert self.zygote.stdin
        assert self.zygote.stdout
        self.zygote.stdin.write(f"{command}\n".encode())
        await self.zygote.stdin.drain()
        pid = int(await self.zygote.stdout.readline())
        self.pids.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        self.pids.remove(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextlib.asynccontextmanager
async def open_processes(settings: Settings, log_path: str) -> AsyncIterator[Processes]:
    """Processes with these settings; their logs go to a file. All are killed at the end."""
    with Path(log_path).open("ab") as log:  # noqa: ASYNC230 - a log file of a test
        zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.pipeline.zygote",
            env=environment(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert zygote.stdout
    assert await zygote.stdout.readline() == b"warm\n"
    processes = Processes(zygote)
    try:
        yield processes
    finally:
        for pid in [*processes.pids]:
            processes.kill(pid)
        zygote.kill()
        await zygote.wait()
