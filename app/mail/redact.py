"""What must not leave or be logged: card numbers in text, whole addresses in logs."""

import re
import unicodedata

CARD_MARK = "[card number removed]"

# Up to two separators between digits: people write 4111-1111, 4111 1111, "4111 - 1111". Invisible format
# characters and no-break spaces count as separators too, as do line breaks inside a wrapped number.
_SEPARATOR = "[\\s\\-._·•/|,\u2010-\u2015\u2212\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*+:]"
_RUN = re.compile(rf"\d(?:{_SEPARATOR}{{0,3}}\d){{12,}}")
_MIN, _MAX = 13, 19


def blank_cards(text: str) -> str:
    """Replace every payment card number by a mark: 13 to 19 digits of any script that pass the Luhn check.

    A number is looked for at each digit of a run and may be followed or preceded by other digits (an order
    number beside a card). Of the places that pass, the longest from the left is taken.
    """
    return _RUN.sub(lambda match: _blank_run(match.group()), text)


def _blank_run(run: str) -> str:
    places = [index for index, char in enumerate(run) if char.isdecimal()]
    digits = [unicodedata.decimal(run[index]) for index in places]
    pieces: list[str] = []
    position = first = 0
    while first + _MIN <= len(digits):
        length = _card_length(digits, first)
        if length:
            pieces += [run[position : places[first]], CARD_MARK]
            first += length
            position = places[first - 1] + 1
        else:
            first += 1
    return "".join((*pieces, run[position:]))


def _card_length(digits: list[int], first: int) -> int:
    """How many digits from `first` on are a card number, 0 for none."""
    longest = min(_MAX, len(digits) - first)
    for length in range(longest, _MIN - 1, -1):
        if digits[first] and _passes_luhn(digits[first : first + length]):
            return length
    return 0


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def redact_address(address: str) -> str:
    """An address as logs may hold it: "ann.b@shop.example" becomes "a…@shop.example"."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        return "…"
    return f"{local[0]}…@{domain}"
