"""Days by other names than a date: `tomorrow`, `next week`, `Monday`."""

from datetime import date, timedelta

from app.replies.spans import week_of
from app.replies.tokens import Token, TokenKind, date_tokens

_NEAR_DAYS = 7
"""Within these a weekday needs no date."""

_LATELY_DAYS = 31


def is_day(name: str, day: date, today: date | None, beside: Token | None) -> bool:
    """Whether a name (`weekday 0`, `day 1`, `day w1`) is that of a day; `beside`: the date that a weekday belongs to."""
    sort, _, number = name.partition(" ")
    if sort == "weekday":
        if beside is not None:
            return day.weekday() == int(number) and beside in date_tokens(day)
        is_near = today is None or abs((day - today).days) <= _NEAR_DAYS
        return day.weekday() == int(number) and is_near
    if today is None:
        return False
    if number.startswith("w"):
        return week_of(day) - week_of(today) == int(number[1:])
    return (day - today).days == int(number)


def is_lately(token: Token, today: date | None) -> bool:
    """Whether a date or a name is that of one of the last days, today included."""
    if today is None:
        return False
    days = [today - timedelta(days=back) for back in range(_LATELY_DAYS)]
    if token.kind is TokenKind.DAY:
        return any(is_day(token.value, day, today, None) for day in days)
    return token.kind is TokenKind.DATE and any(token in date_tokens(day) for day in days)
