"""Accepts a second over the webhooks, against an endpoint that does nothing but keep the bytes."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import psycopg

from app.sandbox.sendgrid.inbound import build_raw_post
from benchmarks import load, mails
from benchmarks.bare import TABLE
from benchmarks.processes import Build, Served, served
from benchmarks.rows import Row, Target
from benchmarks.stage import Service, Stage
from tests.service import SUPPORT

_ROUNDS = 5
_TARGET = Target(0.5, at_least=True)
_RAW = {"Content-Type": "message/rfc822", "Authorization": "Bearer raw-token"}


@dataclass
class _Case:
    """One row: which mails, how many a round, and how each is posted."""

    name: str
    make: Callable[[int], bytes]
    posts: int
    is_signed: bool
    rates: list[tuple[float, float]] = field(default_factory=list)
    cpu: list[tuple[float, float]] = field(default_factory=list)


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:
    """Ours and the bare one take turns, over the same database; no worker runs."""
    cases = (
        _Case("accept, raw, 3 KB", mails.text_mail, 400, is_signed=False),
        _Case("accept, raw, 60 KB", mails.html_mail, 200, is_signed=False),
        _Case("accept, Inbound Parse, 3 KB", mails.text_mail, 400, is_signed=True),
        _Case("accept, Inbound Parse, 60 KB", mails.html_mail, 200, is_signed=True),
    )
    with stage.database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLE)
        async with stage.service(url, worker=False, profile=profile) as ours:
            with served(Build("bare", url, {})) as bare:
                serials = count(1)
                for number in range(_ROUNDS + 1):
                    for case in cases:
                        await _round(stage, case, ours, bare, serials)
                        if number == 0:  # warming up
                            case.rates.clear()
                            case.cpu.clear()
    if profile:
        print(ours.process.profile)
    return [_row(case) for case in cases]


async def _round(stage: Stage, case: _Case, ours: Service, bare: Served, serials: "count[int]") -> None:
    bodies = [_body(case, next(serials)) for _ in range(case.posts)]
    requests = [_request(stage, case, ours, *body) for body in bodies]
    floor = [load.post(f"{bare.url}/bare", body, {"Content-Type": kind}) for body, kind in bodies]
    measured = [await _timed(ours.process, requests), await _timed(bare, floor)]
    case.rates.append((case.posts / measured[0][0], case.posts / measured[1][0]))
    case.cpu.append((measured[0][1] / case.posts, measured[1][1] / case.posts))


def _body(case: _Case, serial: int) -> tuple[bytes, str]:
    raw = case.make(serial)
    if not case.is_signed:
        return raw, "message/rfc822"
    sender = f"customer{serial}@example.com"
    return build_raw_post(raw, to=[SUPPORT], from_=sender, dkim={"example.com": "pass"})


def _request(stage: Stage, case: _Case, ours: Service, body: bytes, content_type: str) -> bytes:
    if not case.is_signed:
        return load.post(ours.raw_url, body, _RAW)
    headers = {"Content-Type": content_type, **stage.sandbox.sendgrid.sign(body)}
    return load.post(ours.inbound_url, body, headers)


async def _timed(process: Served, requests: Sequence[bytes]) -> tuple[float, float]:
    """Seconds on the clock, and of the server's processor."""
    before = process.counters()
    seconds = await load.send_all(process.url, requests)
    return seconds, (process.counters() - before).cpu


def _row(case: _Case) -> Row:
    ours, floor = (statistics.median(rates) for rates in zip(*case.rates, strict=True))
    cpu, cpu_floor = (statistics.median(seconds) * 1000 for seconds in zip(*case.cpu, strict=True))
    return Row(
        name=case.name,
        value=ours,
        unit="accepts/s",
        floor=floor,
        against="bare FastAPI endpoint",
        ratio=statistics.median(a / b for a, b in case.rates),
        target=_TARGET,
        note=f"server CPU {cpu:.2f} ms against {cpu_floor:.2f} ms",
    )
