"""What a stranger can make us pay: reading a mail against the standard library's reading of the same mail.

`python -m benchmarks.costs` lists the dearest; `--all` every one, `--over 3` those above a ratio, a word only those that hold it.
"""

import argparse
import email
import email.policy
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from types import FrameType

from app.mail.inbound import mime
from app.mail.report import describe
from benchmarks.rows import Row, Target
from benchmarks.stage import Stage
from tests.mail import hostile_bodies, hostile_mails

CORPORA = Path(os.environ.get("PASOKH_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")
SIZES = (300, 3_000, 30_000, 300_000, 3_000_000)
_MAILS = frozenset({".eml", ".raw", ".txt"})
_NO_MAILS = frozenset({"SOURCE.txt", "NOTICE.txt"})
# Of these, the files are texts without any header.
_BODIES = frozenset({"discourse-reply-trimmer", "zapier-email-reply-parser"})
# What every mail has (RFC 5322, 3.6), and its last host adds.
_ENVELOPE = (
    b"Received: from mx.customer.example (192.0.2.7) by mx.shop.example; Mon, 02 Nov 2026 10:00:01 +0100\n"
    b"From: Ann Beck <ann@customer.example>\nTo: support@shop.example\nSubject: My order\n"
    b"Date: Mon, 02 Nov 2026 10:00:00 +0100\nMessage-ID: <m1@customer.example>\nMIME-Version: 1.0\n"
)
_HEAD = _ENVELOPE + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
_ROUNDS = 3
_SECONDS = 0.02
_MOST_SECONDS = 0.3
_NEAR = 3.0  # such a ratio is measured again, as other work on the machine costs both ways their caches
_MOST_ROUNDS = 12
_HOPELESS = 1.0  # the library takes quadratic time: once is enough
_PATIENCE = 5.0  # seconds; on some headers of 300 KB it takes half an hour


@dataclass(frozen=True, slots=True)
class Cost:
    """A mail's price: the best of some rounds of both ways, in seconds."""

    name: str
    size: int
    ours: float
    standard: float

    @property
    def ratio(self) -> float:
        return self.ours / self.standard


def ours(raw: bytes) -> object:
    """All that `pasokh mail parse` does with a mail: parse, unwrap, judge, screen, cut."""
    return describe(mime.read(raw), file="")


def standard(raw: bytes) -> object:
    """The standard library's modern policy, headers and bodies decoded; what it cannot decode, it leaves as it is.

    Raises whatever the library raises where it can make nothing of a mail at all.
    """
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return [_headers(mail), [_content(part) for part in mail.walk() if not part.is_multipart()]]


def _headers(mail: EmailMessage) -> list[str]:
    found = []
    for name, value in mail.raw_items():
        try:
            found.append(str(mail.policy.header_fetch_parse(name, value)))
        except Exception:  # noqa: BLE001 - it raises IndexError, AttributeError, … on what it did not expect
            found.append(value)
    return found


def _content(part: EmailMessage) -> object:
    try:
        return part.get_content()
    except Exception:  # noqa: BLE001 - an unknown charset is a LookupError, a wrong header anything
        return part.get_payload(decode=True)


def measure(name: str, raw: bytes) -> Cost | None:
    """Both ways in turns. None where the standard library makes nothing of the mail."""
    try:
        with _at_most(_PATIENCE):
            first = _timed(standard, raw)
    except _TooLongError:
        first = _PATIENCE
    except Exception:  # noqa: BLE001 - as above
        return None
    if first > _HOPELESS:
        return Cost(name, len(raw), _timed(ours, raw), first)
    ours(raw)
    floor: list[float] = [first]
    spent: list[float] = []
    ends = time.thread_time() + _SECONDS
    while (
        len(spent) < _ROUNDS
        or (len(spent) < _MOST_ROUNDS and min(spent) > _NEAR * min(floor))
        or (time.thread_time() < ends and len(spent) < 200)
    ):
        spent.append(_timed(ours, raw))
        if first < _MOST_SECONDS:
            floor.append(_timed(standard, raw))
        elif spent[-1] < first:  # it takes its time: no need to know better how much
            break
    return Cost(name, len(raw), min(spent), min(floor))


class _TooLongError(BaseException):
    """No Exception: the library's own faults are, and are passed over."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise `_TooLongError` out of what takes longer, in processor time."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _timed(read: Callable[[bytes], object], raw: bytes) -> float:
    started = time.thread_time()
    read(raw)
    return time.thread_time() - started


def corpus() -> Iterator[tuple[str, bytes]]:
    """Every mail of the sets, and every text of those that are texts without headers, with headers put before it."""
    for folder in (CORPORA / "mime", CORPORA / "bounces"):
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _MAILS or path.name in _NO_MAILS or "LICENSES" in path.parts:
                continue
            raw = path.read_bytes()
            yield str(path.relative_to(CORPORA)), _HEAD + raw if _BODIES & set(path.parts) else raw


def mails_of_sets() -> Iterator[tuple[str, bytes]]:
    """`corpus` without the files that have no header at all, which nobody ever sent: no work for the library to do."""
    return ((name, raw) for name, raw in corpus() if mime.read(raw).headers)


def crafted(sizes: Iterable[int] = SIZES) -> Iterator[tuple[str, bytes]]:
    """Mails built to cost time, in several sizes."""
    shapes = {
        f"{group}: {name}": make
        for group, found in (
            ("mime", hostile_mails.SHAPES),
            ("html", hostile_bodies.HTML),
            ("text", hostile_bodies.TEXTS),
            ("mail", hostile_bodies.MAILS),
        )
        for name, make in found.items()
    }
    for size in sizes:
        for name, make in shapes.items():
            raw = make(size)
            yield (
                f"{name}, {size // 1000 or size / 1000:g} KB",
                raw if b"\nFrom: " in raw else _ENVELOPE + raw,
            )


async def bench(stage: Stage, *, profile: bool = False) -> list[Row]:  # noqa: ARG001 - it needs neither
    """For `make bench`: the dearest mail of each kind."""
    rows = []
    for title, mails in (("the sets", mails_of_sets()), ("our crafted", crafted((30_000,)))):
        found = [cost for name, raw in mails if (cost := measure(name, raw)) is not None]
        if found:
            worst = max(found, key=lambda one: one.ratio)
            rows.append(
                Row(
                    f"reading, the dearest of {title} mails",
                    worst.ours * 1000,
                    "ms",
                    worst.standard * 1000,
                    against="standard library, modern policy",
                    ratio=worst.ratio,
                    target=Target(4),
                    note=f"{len(found)} mails; {worst.name}",
                )
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("word", nargs="?", default="", help="only mails whose name holds it")
    parser.add_argument("--all", action="store_true", help="list every mail")
    parser.add_argument("--over", type=float, default=3.5, help="list those above this ratio; default 3.5")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="bytes of the crafted mails")
    parser.add_argument("--crafted", action="store_true", help="no corpora")
    parser.add_argument("--corpora", action="store_true", help="nothing else")
    options = parser.parse_args()
    gc.disable()
    if not options.crafted:
        _report("corpora", corpus(), options)
    if not options.corpora:
        _report("crafted", crafted(options.sizes), options)


def _report(title: str, mails: Iterable[tuple[str, bytes]], options: argparse.Namespace) -> None:
    found: list[Cost] = []
    unread = 0
    for name, raw in mails:
        if options.word not in name:
            continue
        cost = measure(name, raw)
        gc.collect(0)
        if cost is None:
            unread += 1
        else:
            found.append(cost)
    found.sort(key=lambda one: -one.ratio)
    for one in found:
        if options.all or one.ratio >= options.over:
            print(
                f"{one.ratio:6.2f}  {one.ours * 1000:10.3f} ms {one.standard * 1000:10.3f} ms {one.size:9,} bytes  {one.name}"
            )
    if found:
        middle = found[len(found) // 2].ratio
        print(
            f"{title}: {len(found)} mails, worst {found[0].ratio:.2f} ({found[0].name}), median {middle:.2f}; {unread} that the library cannot read"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
