"""Times of day in the shop's texts, and the forms in which a reply may repeat them.

`9:30 am to 6 pm` is also `9.30-18.00`, `9 h 30`, `half past nine`, `between half nine and six`. A reply's figures are
numbers like any other; so each time of a text backs what it may be written as.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from babel import Locale as Cldr

from app.replies.number_forms import decimal
from app.replies.plain import normal
from app.replies.tokens import Token, TokenKind

_TIME = re.compile(
    r"(?<![\w.,:/+])(?<!\D-)(?P<hour>2[0-4]|[01]?\d)(?!\d)"
    r"(?:(?P<exact>[:.](?P<minute>[0-5]\d)|[ ]?[hH](?P<french>[ ]?[0-5]\d)?(?!\w))?"
    r"(?:[ ]?(?P<half>am|pm|a\.m\.|p\.m\.|uhr|o'clock|heures?|عصر|صبح)(?!\w))?)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s?(?:[-–]|to|and|until|bis|und|à|et|a|y|تا|و)\s?", re.IGNORECASE)
_THROUGH = re.compile(r"\s?(?:[-–]|to|through|till|until|bis|au|à|a|al|تا)\s?(?:le\s|el\s)?", re.IGNORECASE)
_WEEKEND = re.compile(r"weekend|wochenende|week-end|fin(?:es)? de semana|آخر هفته", re.IGNORECASE)
_WEEKEND_DAYS = {5, 6}
_HALF_DAY = 12
_HALF_HOUR = 30


def open_days(text: str, code: str) -> frozenset[Token]:
    """The weekdays that a `normal` text has in short or between two: `Mon-Fri`, `du lundi au vendredi`."""
    names, pattern = _weekdays(code)
    found = [(match, names[(match["wide"] or match["short"]).casefold()]) for match in pattern.finditer(text)]
    days = {day for _, day in found} | (_WEEKEND_DAYS if _WEEKEND.search(text) else set())
    for (one, first), (other, last) in pairwise(found):
        if _THROUGH.fullmatch(text, one.end(), other.start()):
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(Token(TokenKind.DAY, f"weekday {day}") for day in days)


@lru_cache
def _weekdays(code: str) -> tuple[dict[str, int], re.Pattern[str]]:
    """The days by their names in a language and in English, case-folded (Monday is 0), and what finds them.

    `So` and `sat` are words too: names in short count only before a dash, a comma or a time.
    """
    names: dict[str, dict[str, int]] = {"wide": {}, "abbreviated": {}, "short": {}}
    for width, found in names.items():
        for language in (code, "en"):
            for day, name in Cldr.parse(language).days["format"][width].items():
                found.setdefault(normal(name).casefold().rstrip("."), day)
    wide, short = (
        "|".join(map(re.escape, some)) for some in (names["wide"], names["abbreviated"] | names["short"])
    )
    pattern = (
        rf"(?<!\w)(?:(?P<wide>{wide})s?|(?P<short>{short})\.?(?=\s?[-–/,:\d]|\s(?:to|bis|au|a|à)\s))(?!\w)"
    )
    return names["short"] | names["abbreviated"] | names["wide"], re.compile(pattern, re.IGNORECASE)


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
