"""Words of goods: folded for comparison, without those that tell nothing, and alike despite a typing mistake."""

import re
import unicodedata
from difflib import SequenceMatcher

# Words that say nothing about which product is meant, in the languages that customers write in.
_STOPS = """
a an the of in on for with and or to is are it its this that your you my do does have stock available size
colour color
der die das den dem ein eine einen mit und oder für von im auf ist sind größe farbe
le la les un une des de du et ou avec pour en est taille couleur
el los las una unos con y o para es talla
از در به با و یا را این آن که است هست سایز رنگ
"""
_STOP_WORDS = frozenset(_STOPS.split())
_ALIKE = 0.8
"""Of the letters of both words, the share that stands in both in the same order: one slip in five letters."""
_SHORTEST_TYPO = 5
"""Shorter words have too many neighbours that are other words."""


def query_words(text: str) -> tuple[str, ...]:
    """The words of a text that can tell one product from another, folded for comparison, in order."""
    return tuple(dict.fromkeys(w for w in words_of(text) if w not in _STOP_WORDS))


def words_of(text: str) -> list[str]:
    """The words of a text, folded: case, width, accents' composition and joiners aside. `2g` is two, as `2 g` is."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u200c", " ")
    return re.findall(r"\d+|[^\W\d]+", folded)


def stem(word: str) -> str:
    """A plural's singular, roughly: enough for a prefix search and for comparing with a title."""
    return word.removesuffix("s") if len(word) > 3 else word


def is_same_word(word: str, other: str) -> bool:
    """Whether two folded words differ by an ending only. Short ones, as sizes, must be equal."""
    one, two = stem(word), stem(other)
    return one == two or (min(len(one), len(two)) >= 4 and (one.startswith(two) or two.startswith(one)))


def likeness(word: str, other: str) -> float:
    """How alike two folded words are, from 0 to 1. Numbers and short words are the same or they are not."""
    if is_same_word(word, other):
        return 1.0
    if min(len(word), len(other)) < _SHORTEST_TYPO or not (word.isalpha() and other.isalpha()):
        return 0.0
    return SequenceMatcher(None, stem(word), stem(other), autojunk=False).ratio()


def is_like(word: str, other: str) -> bool:
    """Whether two folded words are the same but for an ending or one slip of the keyboard in five letters."""
    return likeness(word, other) >= _ALIKE


def corrected(words: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """The words as the shop spells them: each that it does not know becomes the most alike that it does."""
    return tuple(dict.fromkeys(_corrected(word, known) for word in words))


def _corrected(word: str, known: frozenset[str]) -> str:
    if word in known:
        return word
    best = max(sorted(known), key=lambda other: likeness(word, other), default=word)
    return best if is_like(word, best) else word
