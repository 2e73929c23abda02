"""Long lists of wordings, looked for in a text at the price of a few plain searches.

An alternation of a hundred regular expressions is tried at every character of a text. But whatever a wording matches
holds one of a few plain words, its stems, which can be read off the expression; and a plain word is found a hundred
times faster. So an expression runs only where a stem of it stands in the text, and in most mail none does.

Wordings are written in lower case, as texts are compared folded.
"""

import re
from collections.abc import Iterator
from functools import cache, cached_property

# What an expression is made of: an escaped character, a set, the opening of a group, a quantifier, any other character.
_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:[:!=]|<[!=]))?|(?:[?*+]|\{\d*,?\d*\})\??|.", re.DOTALL
)
_LONG_ENOUGH = 5


class Wordings:
    """Expressions of which any may stand in a text; `words` has them with `|` between, MULTILINE."""

    def __init__(self, words: str) -> None:
        self.words = words.replace("ß", "ss").replace("ς", "σ")

    def are_in(self, text: str) -> bool:
        """Whether any of them stands in a folded text."""
        stems = self._plain_stems if text.isascii() else self._stems
        possible = [words for stem, words in stems if stem in text]
        if not possible:  # as of nearly every text
            return False
        return any(_compile(words).search(text) is not None for words in dict.fromkeys(possible))

    def begin(self, text: str) -> bool:
        """Whether a folded text begins with any of them."""
        return _compile(self.words).match(text) is not None

    @cached_property
    def _stems(self) -> tuple[tuple[str, str], ...]:
        """Every stem with its expression; the wordings that share their stems are one."""
        found: dict[frozenset[str], list[str]] = {}
        for wording in alternatives(self.words):
            found.setdefault(stems_of(wording), []).append(wording)
        return tuple((stem, "|".join(every)) for stems, every in found.items() for stem in stems)

    @cached_property
    def _plain_stems(self) -> tuple[tuple[str, str], ...]:
        """Those that can stand in a text of ASCII, as most are."""
        return tuple((stem, words) for stem, words in self._stems if stem.isascii())


def fold(text: str) -> str:
    """A text as wordings are compared with: case-folded (ß is ss, a final sigma any other), with plain apostrophes."""
    return text.casefold().replace("\u2019", "'")


def alternatives(words: str) -> Iterator[str]:
    """The expressions of a list, without the bars between them."""
    depth, start = 0, 0
    for piece in _TOKEN.finditer(words):
        depth += (piece[0][0] == "(") - (piece[0] == ")")
        if piece[0] == "|" and not depth:
            yield words[start : piece.start()]
            start = piece.end()
    yield words[start:]


def stems_of(wording: str) -> frozenset[str]:
    """Plain words of which one stands in whatever an expression matches; the empty word where it holds none."""
    return _read(_TOKEN.finditer(wording)) or frozenset({""})


@cache
def _compile(words: str) -> re.Pattern[str]:
    return re.compile(words, re.MULTILINE)


class _Sequence:
    """The parts of an expression that follow each other, each with its stems; none for one that may be absent."""

    def __init__(self) -> None:
        self._parts: list[frozenset[str]] = [frozenset()]
        self._run = ""

    def add_character(self, character: str) -> None:
        self._run += character

    def add(self, stems: frozenset[str]) -> None:
        self._end_run()
        self._parts.append(stems)

    def repeat(self, *, is_optional: bool) -> None:
        """What came last may come again, or be absent."""
        if self._run:
            last, self._run = self._run[-1], self._run[:-1]
            self.add(frozenset({last}))
        if is_optional:
            self._parts[-1] = frozenset()

    def stems(self) -> frozenset[str]:
        """Those of the part that is the least likely to be found in vain: long words, and few of them."""
        self._end_run()
        return max(self._parts, key=_worth)

    def _end_run(self) -> None:
        if self._run:
            self._parts.append(frozenset({self._run}))
        self._run = ""


def _worth(stems: frozenset[str]) -> tuple[int, int, int]:
    shortest = min(map(len, stems), default=0)
    return min(shortest, _LONG_ENOUGH), -len(stems), shortest


def _read(pieces: Iterator[re.Match[str]]) -> frozenset[str]:
    """The stems of an expression, or of a group up to its end: one of every alternative's; none if one has none."""
    sequences = [_Sequence()]
    for piece in (match[0] for match in pieces):
        if piece == ")":
            break
        if piece == "|":
            sequences.append(_Sequence())
        elif piece[0] == "(":
            stems = _read(pieces)
            sequences[-1].add(stems if piece in {"(", "(?:"} else frozenset())
        elif piece[0] in "?*+{":
            sequences[-1].repeat(is_optional=piece[0] in "?*" or piece.startswith(("{0", "{,")))
        elif piece[0] in "[.^$" or (piece[0] == "\\" and piece[1].isalnum()):
            sequences[-1].add(frozenset())
        else:
            sequences[-1].add_character(piece[-1])
    found = [one.stems() for one in sequences]
    every = frozenset[str]().union(*found) if all(found) else frozenset[str]()
    return frozenset(one for one in every if not any(other in one for other in every if other != one))
