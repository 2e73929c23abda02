"""The forms in which numbers are written, in one: `60cm` is `60`, `1,80` is `1.8`, `nº3308` is `3308`; and which are no claims."""

import re

_COMPOUND = re.compile(r"(?<=\w)(?:-[^\W\d_]{3,})+$")
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)(?:[mck]?m|[mk]?g|[mc]?l|k?w|v|[gt]b|mah|lb|oz|x)", re.IGNORECASE)
_NAMED = re.compile(r"(?:n[º°o]?|nr|núm|num)\.?(\d+)", re.IGNORECASE)
_DECIMAL = re.compile(r"(\d+)[.,](\d{1,2})")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e|er|ère|re|ème|ère|º|ª|°)", re.IGNORECASE)
_LONGEST_MONTH = 31
"""Beyond, an ordinal is a misspelt day."""
_WEEKDAY = re.compile(r"\dشنبه")
_ALWAYS = frozenset({"24/7", "7j/7", "24h/24", "24/24", "7/7", "24h"})
_PIECE = re.compile(r"\d+")


def number_form(word: str) -> tuple[str, int] | None:
    """The number that a word with a digit in it begins with, and its length; None if it claims nothing: `the 2nd parcel`."""
    word = _COMPOUND.sub("", word)  # `E27-Birne`, `60-Tage-Frist`
    ordinal = _ORDINAL.fullmatch(word)
    if word in _ALWAYS or _WEEKDAY.match(word) or (ordinal and 0 < int(ordinal[1]) <= _LONGEST_MONTH):
        return None
    named, measure = _NAMED.fullmatch(word), _MEASURE.fullmatch(word)
    if named:
        return named[1], len(word)
    word = measure[1] if measure else word
    return decimal(word), len(word)


def decimal(word: str) -> str:
    """A number in one form: `1,80` and `1.8` are the same; what else has digits is told by its characters."""
    match = _DECIMAL.fullmatch(word)
    if match:
        return f"{match[1]}.{match[2]}".rstrip("0").rstrip(".")
    return word.replace(" ", "").casefold()


def pieces(number: str) -> frozenset[str]:
    """The numbers in one that has other characters too: of `39/42` and `39-42` the same two, of `T40` one."""
    return frozenset() if number.isdecimal() else frozenset(_PIECE.findall(number))
