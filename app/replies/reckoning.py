"""What follows from facts by reckoning: what two lamps cost, what is left of a total, until when something may be returned."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

from app.replies.tokens import Token, TokenKind

_MOST_PIECES = 5
_MOST_AMOUNTS = 20
"""Beyond, nearly every amount would be the sum of others."""
_DAYS = {"day": 1, "week": 7}


def is_reckoned(amount: Token, amounts: Iterable[Token]) -> bool:
    """Whether an amount is the sum, the difference or a small multiple of amounts in its currency."""
    wanted, _, currency = amount.value.partition(" ")
    known = {
        Decimal(value)
        for value, _, other in (one.value.partition(" ") for one in amounts)
        if other == currency
    }
    return len(known) <= _MOST_AMOUNTS and Decimal(wanted) in _reckoned(sorted(known))


def is_often(number: str, amounts: Iterable[Token]) -> bool:
    """Whether one amount is so many times another: `two payments`."""
    if not number.isdecimal() or not 1 < int(number) <= _MOST_PIECES:
        return False
    known = {one.value for one in amounts}
    multiples = (one.partition(" ") for one in known)
    return any(
        f"{(Decimal(value) * int(number)).normalize():f} {currency}" in known
        for value, _, currency in multiples
    )


def _reckoned(known: list[Decimal]) -> Iterator[Decimal]:
    for one, other in permutations([Decimal(0), *known], 2):
        yield other - one
        yield from (one * pieces + other for pieces in range(1, _MOST_PIECES + 1))


def last_days(days: Iterable[date], spans: Iterable[Token]) -> Iterator[date]:
    """The days on which the shop's spans of time end, counted from days of the facts."""
    lengths = []
    for span in spans:
        amount, _, unit = span.value.partition(" ")
        if span.kind is TokenKind.DURATION and unit in _DAYS and amount.isdecimal():
            lengths.append(timedelta(days=int(amount) * _DAYS[unit]))
    for day in days:
        yield from (day + length for length in lengths)
