"""Two ways of evening out text: one that keeps every position, one for comparing words."""

import re
import unicodedata
from typing import Final

_DIGITS: Final = {ord(first) + value: str(value) for first in ("۰", "٠", "０") for value in range(10)}
_ARABIC_LETTERS: Final = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ك": "ک",
        "ة": "ه",
        "أ": "ا",
        "إ": "ا",
        "ؤ": "و",
        "\u200c": " ",
        "\u200f": None,
        "ـ": None,
    }
)
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "ß": "ss", "œ": "oe", "æ": "ae"})
_REPEATED = re.compile(r"(\D)\1{2,}")
_SPACES = re.compile(r"\s+")


def ascii_digits(text: str) -> str:
    """Persian, Arabic and full-width digits as 0-9; every character keeps its position."""
    return text.translate(_DIGITS)


def fold(text: str) -> str:
    """Lower case, no accents, one space, one form for letters that Arabic and Persian keyboards write apart."""
    text = ascii_digits(text).translate(_ARABIC_LETTERS).casefold().translate(_QUOTES)
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SPACES.sub(" ", _REPEATED.sub(r"\1\1", bare)).strip()
