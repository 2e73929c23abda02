"""What words mean when a reply is checked: one file of word lists per language, `app/replies/words/<code>.toml`.

A phrase is a list of words in any case. Accents tell words apart in French and Spanish (`règle`, `réglé`; `envío`, `envió`):
there a letter with its accent is only itself, and one without may stand for either, as people write both. Elsewhere they
mean nothing. `send*` stands for every word that begins so, and
a `~` between two words for up to eleven others. A file maps tables to names to phrases: `[date] shipped_on = […]` are the
words beside which a date is one of sending. A language that gets a locale for replies needs a file here; nothing else.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "words"
LANGUAGES: tuple[str, ...] = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))
LAST_RESORT = "en"
MAX_GAP = 11

# Tables whose phrases compete: where two begin at one word, the longer one is meant.
FAMILIES: dict[str, str] = {
    "date": "date",
    "money": "money",
    "number": "number",
    "is": "statement",
    "is_not": "statement",
    "will": "statement",
    "will_not": "statement",
    "promise": "statement",
    "aside": "statement",
    "idiom": "idiom",
    "unit": "measure",
    "count": "measure",
    "day": "measure",
    "weekday": "measure",
    "negation": "negation",
    "condition": "condition",
    "future": "future",
    "possible": "possible",
    "conjunction": "conjunction",
    "filler": "filler",
    "adjacent": "adjacent",
    "range": "range",
    "no_goods": "no_goods",
    "counted": "counted",
    "cash": "cash",
    "until": "until",
    "wish": "wish",
    "habit": "habit",
    "half": "half",
    "within": "within",
    "for_now": "for_now",
    "closed": "closed",
    "message": "message",
    "rest": "rest",
    "substitute": "substitute",
    "carrier": "carrier",
    "to": "to",
    "whole": "whole",
    "between": "between",
    "threshold": "threshold",
    "about": "about",
    "later": "later",
    "join": "join",
    "opening": "opening",
    "reported": "reported",
}

# The letters that tell words apart by their accents, where a language has such; other accents are never meant.
_ACCENTED: dict[str, str] = {"fr": "àâçèéêëîïôùûü", "es": "áéíñóúü"}
_MARK = re.compile("[\u064b-\u0655\u0670\u0300-\u036f]")
_PERSIAN = str.maketrans({"ي": "ی", "ك": "ک", "ى": "ی", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "ؤ": "و"})
# Letters that look Latin and are Cyrillic or Greek would hide a word from readers of words, not from people.
_LOOK_ALIKES = str.maketrans("аеорсухіѕјԁһӏкмтнвαεορτυικν", "aeopcyxisjdhlkmthvaeoptyikv")
_PHRASE_WORD = re.compile(r"~|[^\W\d_](?:[^\W\d_]|[\u064b-\u0655\u0670])*\*?")


class Hit(NamedTuple):
    """A phrase that stands in a text: of which table and name, from which word to before which."""

    table: str
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Phrase:
    table: str
    name: str
    words: tuple["_Word", ...]  # after the first


class _Word(NamedTuple):
    """A word of a phrase in all its spellings; `is_start`: they are how it begins. No spelling: a gap."""

    spellings: tuple[str, ...]
    is_start: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.spellings) if self.is_start else word in self.spellings


@dataclass
class Lexicon:
    """The phrases of one language, found by their first word. `accented`: the letters that it tells words apart by."""

    accented: str = ""
    currencies: dict[str, str] = field(default_factory=dict)
    _idioms: dict[str, list[tuple[_Word, ...]]] = field(default_factory=dict)
    _exact: dict[str, list[_Phrase]] = field(default_factory=dict)
    _prefixes: dict[str, list[_Phrase]] = field(default_factory=dict)
    _known: dict[str, tuple[_Phrase, ...]] = field(default_factory=dict)

    def add(self, table: str, name: str, phrase: str) -> None:
        first, *others = (self._word(word) for word in _PHRASE_WORD.findall(phrase))
        for spelling in first.spellings:
            if table == "idiom":
                self._idioms.setdefault(spelling, []).append(tuple(others))
                continue
            target = self._prefixes if first.is_start else self._exact
            target.setdefault(spelling, []).append(_Phrase(table, name, tuple(others)))

    def _word(self, word: str) -> _Word:
        if word == "~":
            return _Word((), is_start=False)
        return _Word(spellings(fold(word.rstrip("*"), self.accented)), word.endswith("*"))

    def fold(self, word: str) -> str:
        """A word of a text in the spelling in which `hits` wants it."""
        return fold(word, self.accented)

    @cached_property
    def currency_words(self) -> dict[str, str]:
        """The names of currencies in all spellings, with their codes."""
        return {
            spelling: code
            for word, code in self.currencies.items()
            for spelling in spellings(self.fold(word))
        }

    @cached_property
    def conjunctions(self) -> frozenset[str]:
        """The words that begin a clause."""
        return frozenset(
            word
            for word, phrases in self._exact.items()
            if any(phrase.table == "conjunction" and not phrase.words for phrase in phrases)
        )

    @cached_property
    def openings(self) -> frozenset[str]:
        """The words that begin a sentence if they stand in capitals behind a date's full stop."""
        return frozenset(
            word
            for word, phrases in self._exact.items()
            if any(phrase.table == "opening" for phrase in phrases)
        )

    def hits(self, words: Sequence[str], ends: Sequence[int], parts: Sequence[int]) -> list[Hit]:
        """Every phrase that stands in a list of folded words ("" is none), the longest of each family.

        `ends`: for each word where its sentence ends; no phrase goes beyond. `parts`: for each word the part of the
        sentence; no two words that stand side by side in a phrase stand in two.
        """
        words = self._without_idioms(words, ends, parts)
        free: dict[str, int] = {}
        found: list[Hit] = []
        for index, word in enumerate(words):
            best: dict[str, list[Hit]] = {}
            for phrase in self._starting(word) if word else ():
                family = FAMILIES[phrase.table]
                end = _end(words, index + 1, phrase.words, ends[index], parts)
                if end is None or index < free.get(family, 0):
                    continue
                rivals = best.get(family, [])
                if not rivals or end > rivals[0].end:
                    best[family] = [Hit(phrase.table, phrase.name, index, end)]
                elif end == rivals[0].end:
                    rivals.append(Hit(phrase.table, phrase.name, index, end))
            for family, hits in best.items():
                free[family] = hits[0].end
                found += hits
        return found

    def _without_idioms(
        self, words: Sequence[str], ends: Sequence[int], parts: Sequence[int]
    ) -> Sequence[str]:
        """The words without those that mean nothing by themselves: `good morning` is no day."""
        left = list(words)
        for index, word in enumerate(words):
            for others in self._idioms.get(word, ()):
                end = _end(words, index + 1, others, ends[index], parts)
                if end is not None:
                    left[index:end] = [""] * (end - index)
        return left

    def _starting(self, word: str) -> tuple[_Phrase, ...]:
        known = self._known.get(word)
        if known is None:
            known = tuple(
                phrase
                for phrases in (
                    self._exact.get(word, []),
                    *(self._prefixes.get(word[:length], []) for length in range(2, len(word) + 1)),
                )
                for phrase in phrases
            )
            if len(word) <= 40 and len(self._known) < 20_000:
                self._known[word] = known
        return known


def _end(
    words: Sequence[str], index: int, pattern: Sequence[_Word], stop: int, parts: Sequence[int]
) -> int | None:
    """Behind the last word of a phrase whose other words may begin at `index`."""
    gap = 0
    for wanted in pattern:
        if not wanted.spellings:
            gap = MAX_GAP
            continue
        first, last = index, min(index + gap, stop - 1)
        while index <= last and not wanted.fits(words[index]):
            index += 1
        if index > last or (last == first and parts[index] != parts[index - 1]):
            return None
        index, gap = index + 1, 0
    return index


@lru_cache(maxsize=20_000)
def fold(word: str, accented: str = "") -> str:
    """A word in one spelling: lower case, Persian letters, no accents but those of the letters `accented`."""
    text = unicodedata.normalize("NFKD", word.translate(_PERSIAN).casefold()).translate(_LOOK_ALIKES)
    if not accented or text.isascii():
        return _MARK.sub("", text)
    letters = unicodedata.normalize("NFC", text)
    return "".join(c if c in accented else _MARK.sub("", unicodedata.normalize("NFD", c)) for c in letters)


def spellings(word: str) -> tuple[str, ...]:
    """A folded word, and it without some or all of its accents: `expédiée` is also typed `expediée`, `Epuisé` for `épuisé`."""
    letters = (dict.fromkeys((c, _MARK.sub("", unicodedata.normalize("NFD", c)))) for c in word)
    return tuple("".join(chosen) for chosen in product(*letters))


@lru_cache
def lexicon(code: str) -> Lexicon:
    """The words of a language; those of English for a language without a file."""
    file = FOLDER / f"{code if code in LANGUAGES else LAST_RESORT}.toml"
    made = Lexicon(_ACCENTED.get(code, ""))
    for table, names in tomllib.loads(file.read_text(encoding="utf-8")).items():
        if table == "currency":
            made.currencies = {word: code for code, words in names.items() for word in words}
            continue
        for name, phrases in names.items():
            for phrase in phrases:
                made.add(table, name, phrase)
    return made
