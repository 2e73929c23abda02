"""Reading a mail (parse, unwrap, judge, screen, cut) against the standard library's parser with decoded headers and bodies."""

import email
import email.policy
import os
import statistics
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

from app.intake.accept import MESSAGE
from app.mail.inbound.authentication import judge
from app.mail.inbound.quoting import newly_written
from app.mail.inbound.screening import screen
from app.mail.inbound.shop_mail import unwrap
from app.pipeline.reading import read_content
from benchmarks import mails
from benchmarks.rows import Row, Target
from benchmarks.stage import Stage
from tests.service import SUPPORT

_ROUNDS = 9
_CORPORA = Path(
    os.environ.get("PASOKH_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora"
)
_SETS = ("chatwoot", "anymail", "stalwart", "enmime", "cpython-test-email")
_TARGET = Target(4)


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:  # noqa: ARG001 - all rows are measured alike
    rows = [
        _row("reading, 3 KB text", [mails.text_mail(serial) for serial in range(30)]),
        _row("reading, 60 KB text", [mails.text_mail(serial, 60_000) for serial in range(8)]),
        _row("reading, 60 KB HTML", [mails.html_mail(serial) for serial in range(8)]),
        _row("reading, reply with quote and attachment", [mails.reply_mail(serial) for serial in range(30)]),
        _row("reading, 5 MB in ten attachments", [mails.attachments_mail(serial) for serial in range(2)]),
    ]
    found = [raw for name in _SETS for raw in _corpus(_CORPORA / "mime" / name)]
    if found:
        rows.append(_row("reading, others' odd mails", found))
    return rows


def _row(name: str, raws: Sequence[bytes]) -> Row:
    rounds = [(_timed(_ours, raws), _timed(_standard, raws)) for _ in range(_ROUNDS + 1)][1:]
    spent, floor = (statistics.median(times) / len(raws) * 1000 for times in zip(*rounds, strict=True))
    return Row(
        name,
        spent,
        "ms",
        floor,
        against="standard library, modern policy",
        ratio=statistics.median(a / b for a, b in rounds),
        target=_TARGET,
        note=f"{len(raws)} mails",
    )


def _timed(read: Callable[[bytes], object], raws: Sequence[bytes]) -> float:
    started = time.process_time()
    for raw in raws:
        read(raw)
    return time.process_time() - started


def _ours(raw: bytes) -> object:
    received, transport = read_content(raw, MESSAGE)
    mail = unwrap(received)
    judge(mail, transport)
    screen(mail, own_addresses=(SUPPORT,), transport=transport)
    return newly_written(mail)


def _standard(raw: bytes) -> object:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return [[str(value) for _, value in mail.items()], [_content(part) for part in mail.walk()]]


def _content(part: EmailMessage) -> object:
    return None if part.is_multipart() else part.get_content()


def _corpus(folder: Path) -> list[bytes]:
    """The mails under a folder that the standard library can read at all; none where there is no such folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".eml", ".txt", ".raw"})
    return [raw for path in paths if _is_readable(raw := path.read_bytes())]


def _is_readable(raw: bytes) -> bool:
    try:
        _standard(raw)
        _ours(raw)
    except Exception:  # noqa: BLE001 - that anything can be raised is what this asks
        return False
    return True
