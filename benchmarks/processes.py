"""Web apps in processes of their own, whose processor time can be asked for."""

import contextlib
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa
import uvicorn

from benchmarks.profiling import Sampler, table

_START_SECONDS = 60
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Build:
    """What to serve: `service`, or `bare` (see bare.py), which has only the database."""

    kind: str
    database_url: str
    settings: dict[str, object]
    profile: bool = False


@dataclass
class Counters:
    """Since the process began: processor seconds (user and system, all threads); since `count`, SQL statements and commits of ours."""

    cpu: float = 0
    statements: int = 0
    commits: int = 0

    def __sub__(self, other: "Counters") -> "Counters":
        return Counters(
            self.cpu - other.cpu, self.statements - other.statements, self.commits - other.commits
        )


@dataclass
class Served:
    """A running app. `profile` is filled once it has stopped, if one was asked for."""

    url: str
    _line: Connection = field(repr=False)
    profile: str = ""

    def counters(self) -> Counters:
        self._line.send("counters")
        found: Counters = self._line.recv()
        return found

    def count(self) -> None:
        """Count statements from now on. It costs each of them processor time."""
        self._line.send("count")
        self._line.recv()

    def stop(self) -> None:
        self._line.send("stop")
        self.profile = self._line.recv()


@contextlib.contextmanager
def served(build: Build) -> Iterator[Served]:
    """Start, yield, stop."""
    context = multiprocessing.get_context("spawn")  # a fork would inherit our threads' locks
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, build), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_SECONDS):
            raise RuntimeError(f"The process of {build.kind!r} did not start.")
        running = Served(ours.recv(), ours)
        yield running
        running.stop()
    finally:
        process.join(_STOP_SECONDS)
        if process.is_alive():
            process.kill()


def _serve(line: Connection, build: Build) -> None:
    """The child's whole life."""
    listener = socket.create_server(("127.0.0.1", 0))
    server, engine = _server(build)
    sampler = Sampler() if build.profile else None
    thread = threading.Thread(target=_answer, args=(line, server, engine), daemon=True)
    thread.start()
    line_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    threading.Thread(target=_tell_when_up, args=(line, server, line_url), daemon=True).start()
    if sampler is not None:
        sampler.start()
    server.run([listener])
    if sampler is not None:
        sampler.stop()
    line.send(table(sampler) if sampler is not None else "")


def _tell_when_up(line: Connection, server: uvicorn.Server, url: str) -> None:
    while not server.started:
        time.sleep(0.01)
    line.send(url)


def _answer(line: Connection, server: uvicorn.Server, engine: sa.Engine | None) -> None:
    counters = Counters()
    while (asked := line.recv()) != "stop":
        if asked == "count" and engine is not None:
            _count(engine, counters)
        line.send(Counters(time.process_time(), counters.statements, counters.commits))
    server.should_exit = True


def _server(build: Build) -> tuple[uvicorn.Server, sa.Engine | None]:
    if build.kind == "bare":
        from benchmarks.bare import create_bare  # noqa: PLC0415 - each process loads only what it serves

        config = uvicorn.Config(create_bare(build.database_url), log_config=None, access_log=False)
        return uvicorn.Server(config), None
    from app.main import create_app  # noqa: PLC0415 - as above
    from app.pipeline.desk import open_desk  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415
    from app.web.server import Server  # noqa: PLC0415

    values: dict[str, Any] = build.settings
    desk = open_desk(Settings(_env_file=None, **values), build.database_url)
    return Server(create_app(desk)), desk.db.engine.sync_engine


def _count(engine: sa.Engine, counters: Counters) -> None:
    @sa.event.listens_for(engine, "before_cursor_execute")
    def on_statement(*_: object) -> None:
        counters.statements += 1

    @sa.event.listens_for(engine, "commit")
    def on_commit(*_: object) -> None:
        counters.commits += 1
