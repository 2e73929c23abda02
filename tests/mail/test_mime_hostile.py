"""Mails that want to break the reader or to cost it time: crafted ones, and real ones mutated."""

import email
import email.policy
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.mail.inbound.fingerprint import fingerprint
from app.mail.inbound.message import Attachment, InboundMail
from app.mail.inbound.mime import read
from tests.costs import is_at_most, seconds
from tests.mail.charset_texts import cases
from tests.mail.hostile_mails import SHAPES

_SETS = ("chatwoot", "anymail", "stalwart", "enmime", "cpython-test-email")
_MUTATIONS = 21_000
_SAMPLE = 400
# What the standard library leaves packed or does not decode at all, so that its time says nothing.
_NOT_COMPARABLE = {
    "winmail.dat of RTF",
    "winmail.dat of lying counts",
    "enriched text",
    "base64 of nothing but padding",
}


def _seconds(work: Callable[[bytes], object], raw: bytes, rounds: int = 5) -> float:
    return min(seconds(lambda: work(raw)) for _ in range(rounds))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_for_a_hostile_mail_grows_with_its_size(shape):
    """Four times the size: linear is four, quadratic is sixteen. Both ways to read are asked."""
    small, large = SHAPES[shape](20_000), SHAPES[shape](80_000)
    for work in (read, fingerprint):
        assert is_at_most(partial(work, large), partial(work, small), 9, slack=0.02), work


@pytest.mark.slow
@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - _NOT_COMPARABLE))
def test_no_hostile_mail_costs_much_more_than_with_the_standard_library(shape):
    raw = SHAPES[shape](16_000)
    try:
        floor = _seconds(_standard, raw, 1)
    except Exception:  # noqa: BLE001 - it raises whatever its code comes to; then there is nothing to compare with
        pytest.skip("the standard library cannot read it")

    assert min(_seconds(read, raw) for _ in range(3)) < 4 * floor + 0.01


def test_no_mail_of_the_corpora_costs_four_times_the_standard_library(corpora: Path):
    slow = {}
    for path in _mails(corpora):
        raw = path.read_bytes()
        try:
            floor = _seconds(_standard, raw, 1)
        except Exception:  # noqa: BLE001 - as above
            continue
        if _seconds(read, raw, 1) > 4 * floor:  # once more, and more carefully
            ratio = _seconds(read, raw, 20) / _seconds(_standard, raw, 20)
            if ratio > 4:
                slow[path.name] = ratio

    assert slow == {}


def test_small_mails_without_a_declared_charset_cost_little():
    ratios = []
    for text, codec in cases():
        raw = (
            b"From: a@b.example\nSubject: My order\nDate: Mon, 02 Nov 2026 10:00:00 +0100\n\n"
            + text.encode(codec)
        )
        ratios.append(_seconds(read, raw) / _seconds(_standard, raw))

    assert max(ratios) < 4
    assert sorted(ratios)[len(ratios) // 2] < 3


def test_mutated_mails_are_read(corpora: Path):
    for raw in _mutations(corpora, _SAMPLE, seed=3):
        _check(read(raw))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(7))
def test_many_mutated_mails_are_read(corpora: Path, seed):
    for raw in _mutations(corpora, _MUTATIONS // 7, seed):
        _check(read(raw))
        fingerprint(raw)


def _mails(corpora: Path) -> list[Path]:
    found = [path for name in _SETS for path in (corpora / "mime" / name).rglob("*")]
    return sorted(path for path in found if path.suffix in {".eml", ".txt", ".raw"} and path.is_file())


def _mutations(corpora: Path, count: int, seed: int) -> Iterator[bytes]:
    """Real mails with bytes flipped, cut out, repeated, and pieces of other mails spliced in."""
    chance = random.Random(seed)
    originals = [raw for path in _mails(corpora) if len(raw := path.read_bytes()) < 60_000]
    for _ in range(count):
        mutated = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            _mutate(mutated, chance.choice(originals), chance)
        yield bytes(mutated)


def _mutate(raw: bytearray, other: bytes, chance: random.Random) -> None:
    # Mostly in the beginning: there stands what says how the rest is to be read.
    limit = len(raw) if chance.random() < 0.5 else min(len(raw), 1500)
    start = chance.randint(0, limit)
    end = min(len(raw), start + chance.choice((1, 3, 30, 300)))
    kind = chance.randrange(4)
    if kind == 0:
        for index in range(start, min(end, start + 4)):
            raw[index] = chance.randrange(256)
    elif kind == 1:
        del raw[start : end if chance.random() < 0.8 else len(raw)]
    elif kind == 2:
        raw[start:start] = raw[start:end] * chance.choice((1, 2, 40))
    else:
        cut = chance.randint(0, len(other))
        raw[start:end] = other[cut : cut + chance.choice((2, 40, 2000))]


def _check(mail: InboundMail) -> None:
    for value in _strings(mail):
        value.encode("utf-8")
        assert "\x00" not in value
    assert "\r" not in mail.text
    assert not any(one.startswith(("An attachment cannot", "A text part cannot")) for one in mail.problems), (
        mail.problems
    )
    assert not any("header cannot be read (" in one for one in mail.problems), mail.problems


def _strings(mail: InboundMail) -> Iterator[str]:
    pending: list[Any] = [asdict(mail)]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, (tuple, list)) and value and not isinstance(value[0], (bytes, Attachment)):
            pending.extend(value)


def _standard(raw: bytes) -> object:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return [[str(value) for _, value in mail.items()], [_content(part) for part in mail.walk()]]


def _content(part: EmailMessage) -> object:
    return None if part.is_multipart() else part.get_content()
