"""Numbers in words: `twenty-five`, `zweihundertfünfzig`, `quatre-vingt-dix`, `doscientos`, `صد و بیست`.

The words are data (`[count]` and `[join]` of app/replies/words); how they add up is the same in the languages of replies,
but that German writes a number as one word.
"""

from collections.abc import Mapping
from functools import lru_cache

from app.replies.passages import Passages
from app.replies.words import Hit, fold

_HUNDRED, _THOUSAND, _MILLION = 100, 1000, 1_000_000
_TWENTIES = (60, 80)
"""Upon which French counts on to 79 and 99."""

_GERMAN_ONES = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_GERMAN_TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_GERMAN_TEENS = [
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]


def numerals(read: Passages, language: str) -> dict[int, Hit]:
    """The numbers that a text has in words, by their first word; the name of each is the number in digits."""
    hits = {hit.start: hit for hit in read.family("count")}
    if language == "de":
        for index, atom in enumerate(read.atoms):
            if index not in hits and atom.word in _german():
                hits[index] = Hit("count", str(_german()[atom.word]), index, index + 1)
    for index, atom in enumerate(read.atoms):
        factor = hits.get(index + 1)
        if (
            atom.token is not None
            and atom.token.value.isdecimal()
            and factor
            and int(factor.name) >= _THOUSAND
        ):
            hits[index] = Hit("count", atom.token.value, index, index + 1)  # «۹۰ هزار تومان»
    joins = {hit.start for hit in read.family("join")}
    found: dict[int, Hit] = {}
    behind = 0
    for start in sorted(hits):
        if start >= behind:
            number, behind = _sum(read, hits, start, joins)
            found[start] = Hit("count", str(number), start, behind)
    return found


def _sum(read: Passages, hits: Mapping[int, Hit], start: int, joins: set[int]) -> tuple[int, int]:
    """The number that begins with a word, and the place behind it."""
    number, behind = int(hits[start].name), hits[start].end
    while True:
        hit = hits.get(behind + (behind in joins))
        together = _together(number, int(hit.name)) if hit else None
        if hit is None or together is None or read.atoms[hit.start].sentence != read.atoms[start].sentence:
            return number, behind
        number, behind = together, hit.end


def _together(number: int, following: int) -> int | None:
    """What two words make: `two` and `hundred` 200, `twenty` and `five` 25; None where they are two numbers."""
    if following in {_HUNDRED, _THOUSAND, _MILLION}:
        factor = (
            number if following == _MILLION else number % (_THOUSAND if following == _HUNDRED else _MILLION)
        )
        is_factor = 0 < factor < (10 if following == _HUNDRED else _THOUSAND)
        return number - factor + factor * following if is_factor else None
    last = number % _HUNDRED
    room = 20 if last in _TWENTIES else 10 if last >= 20 and last % 10 == 0 else 0
    if last == 0:
        room = _HUNDRED if number % _THOUSAND else _THOUSAND if number % _MILLION else _MILLION
    return number + following if 0 < following < room else None


@lru_cache
def _german() -> Mapping[str, int]:
    """The numbers from 21 to 999 that are one word, folded."""
    small = dict(enumerate(_GERMAN_ONES, start=1)) | dict(enumerate(_GERMAN_TEENS, start=10))
    for tens, word in enumerate(_GERMAN_TENS, start=2):
        small[tens * 10] = word
        small |= {tens * 10 + one: f"{name}und{word}" for one, name in enumerate(_GERMAN_ONES, start=1)}
    words = dict(small)
    for hundreds, name in ((0, ""), *enumerate(_GERMAN_ONES, start=1)):
        for number, word in ((0, ""), *small.items()):
            if hundreds:
                words[hundreds * _HUNDRED + number] = f"{name}hundert{word}"
    return {fold(word): number for number, word in words.items() if number > 20}
