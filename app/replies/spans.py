"""Spans of time and rounded figures: what is as long, what is nearly as much."""

import re
from collections.abc import Iterator
from datetime import date

from app.replies.tokens import Token, TokenKind

_DECIMAL = re.compile(r"\d+\.\d+")
_IN_UNITS = (
    ("month", 30, "day"),
    ("week", 7, "day"),
    ("fortnight", 14, "day"),
    ("fortnight", 2, "week"),
    ("day", 24, "hour"),
    ("hour", 60, "minute"),
    ("year", 12, "month"),
)

_WORKDAYS_OF_A_WEEK = 5


def equal_spans(token: Token) -> Iterator[Token]:
    """The same time in another unit: two weeks are 14 days, 48 hours two days, a year twelve months."""
    amount, _, unit = token.value.partition(" ")
    if token.kind is not TokenKind.DURATION or not amount.isdecimal():
        return
    for large, factor, small in _IN_UNITS:
        if unit == large:
            yield Token(token.kind, f"{int(amount) * factor} {small}")
        elif unit == small and int(amount) % factor == 0:
            yield Token(token.kind, f"{int(amount) // factor} {large}")


def is_end(token: Token, span: Token) -> bool:
    """Whether a bare number is an end of a span: `six` of `3-6 working days`."""
    return span.kind is TokenKind.DURATION and token.value in span.value.partition(" ")[0].split("-")


def is_within(token: Token, span: Token) -> bool:
    """Whether `about a week` rounds a span of working days: `3-6 working days`."""
    amount, _, unit = token.value.partition(" ")
    ends, _, other = span.value.partition(" ")
    first, _, last = ends.partition("-")
    if (unit, other) != ("week", "workday") or not (amount + first + last).isdecimal():
        return False
    return int(first) <= int(amount) * _WORKDAYS_OF_A_WEEK <= int(last or first)


def is_nearly(token: Token, other: Token) -> bool:
    """Whether a round number is the other, rounded: `about 2 kg` of 1.9."""
    is_number = other.kind is TokenKind.NUMBER and _DECIMAL.fullmatch(other.value)
    return bool(is_number) and token.value.isdecimal() and round(float(other.value)) == int(token.value)


def week_of(day: date) -> int:
    return (day.toordinal() - 1) // 7


def is_apart(token: Token, day: date, today: date, *, is_about: bool) -> bool:
    """Whether two days are so far apart: to the day, or as nearly as `almost two weeks` says."""
    number, _, unit = token.value.partition(" ")
    days = {"day": 1, "week": 7}.get(unit)
    if days is None or not number.isdecimal():
        return False
    slack = days // 2 if is_about else 0
    return abs(abs((day - today).days) - int(number) * days) <= slack
