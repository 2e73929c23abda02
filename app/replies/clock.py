"""Times of day in the shop's texts, and the forms in which a reply may repeat them.

`9:30 am to 6 pm` is also `9.30-18.00`, `9 h 30`, `half past nine`, `between half nine and six`. A reply's figures are
numbers like any other; so each time of a text backs what it may be written as.
"""

import re
from collections.abc import Iterator

from app.replies.tokens import Token, TokenKind, decimal

_TIME = re.compile(
    r"(?<![\w.,:/+-])(?P<hour>[01]?\d|2[0-4])"
    r"(?:(?P<exact>[:.](?P<minute>[0-5]\d)|[ ]?[hH](?P<french>[ ]?[0-5]\d)?(?!\w))?"
    r"(?:[ ]?(?P<half>am|pm|a\.m\.|p\.m\.|uhr|o'clock|heures?|عصر|صبح)(?!\w))?)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s?(?:[-–]|to|and|until|bis|und|à|et|a|y|تا|و)\s?", re.IGNORECASE)
_HALF_DAY = 12
_HALF_HOUR = 30


def clock_tokens(text: str) -> frozenset[Token]:
    """All forms of the times of a `normal` text."""
    return frozenset(token for hour, minute in _times(text) for token in _forms(hour, minute))


def _times(text: str) -> Iterator[tuple[int, int]]:
    waiting: re.Match[str] | None = None
    last: re.Match[str] | None = None
    for match in _TIME.finditer(text):
        is_time = bool(match["half"]) or (bool(match["exact"]) and "." not in match["exact"])
        linked = last is not None and _UNTIL.fullmatch(text, last.end(), match.start()) is not None
        if is_time:
            if linked and waiting is not None:
                yield _time(waiting)  # `from 11 to 16 h`: the first of the two has no sign
            yield _time(match)
            waiting = None
        elif linked and waiting is None:
            yield _time(match)  # `9:30 to 18`
        else:
            waiting = match
        last = match


def _time(match: re.Match[str]) -> tuple[int, int]:
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    is_late = half.startswith("p") or half == "عصر"
    minute = int(match["minute"] or (match["french"] or "0").strip())
    return (hour + _HALF_DAY if is_late and hour < _HALF_DAY else hour), minute


def _forms(hour: int, minute: int) -> Iterator[Token]:
    for one in {hour, (hour - 1) % _HALF_DAY + 1}:
        for form in (
            f"{one}:{minute:02}",
            f"{one:02}:{minute:02}",
            decimal(f"{one}.{minute:02}"),
            f"{one}h{minute:02}",
        ):
            yield Token(TokenKind.NUMBER, form)
        yield Token(TokenKind.NUMBER, str(one))
        yield Token(TokenKind.DURATION, f"{one} hour")
        if not minute:
            yield from (Token(TokenKind.NUMBER, f"{one}{sign}") for sign in ("h", "am", "pm"))
    if minute:
        yield Token(TokenKind.NUMBER, str(minute))
    if minute == _HALF_HOUR:
        yield Token(TokenKind.NUMBER, str(hour % _HALF_DAY + 1))  # `halb zehn`
