"""A reply as words and values in sentences and clauses: what the checks of a reply look at.

A sentence ends at its full stop, a question mark or a line; a part of it at a comma, a dash or a bracket; a clause also
at a conjunction. Blocks are separated by blank lines. All of it is read in one pass over the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.replies.locales import Locale
from app.replies.tokens import Found, Token, TokenKind, blanked, read
from app.replies.words import Hit, Lexicon, lexicon

_WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u064b-\u0655\u0670\u0300-\u036f])*")
_BLANK_LINE = re.compile(r"\n[\s>]*\n")
_SENTENCE_END = re.compile("[!?؟;؛…\n]")
_STOP = re.compile(r"[.。]+[*_\"”“»)]*\s")
_PART_END = re.compile(r"[,()–—]|\s-\s|&")
_ITEM = re.compile(r"^[ \t]*(\d{1,2})[.)](?=\s)", re.MULTILINE)
_QUESTION = re.compile("[?؟]")

_SMALL_NUMBER = 2
"""Digits of a number that may be denied: `no 30 days`."""

_LONGEST_ARTICLE = 3
"""Letters of what may stand between a weekday and its date."""


class Atom(NamedTuple):
    """A word (folded) or a value, and in which sentence, part and clause it stands."""

    start: int
    end: int
    word: str
    token: Token | None
    block: int
    sentence: int
    part: int
    clause: int


@dataclass
class Passages:
    """A text taken apart, with the phrases that stand in it."""

    atoms: list[Atom]
    hits: dict[str, list[Hit]]
    language: str
    questions: set[int] = field(default_factory=set)

    def family(self, *tables: str) -> Iterable[Hit]:
        for table in tables:
            yield from self.hits.get(table, ())


def taken_apart(
    text: str, locale: Locale, quotes: Sequence[tuple[int, int]] = (), *, language: str | None = None
) -> Passages:
    """A `normal` text taken apart; what stands in `quotes` is passed over.

    `language`: whose words it is written in, if not the locale's.
    """
    code = language or locale.code
    seen = blanked(text, quotes) if quotes else text
    found, rest = read(seen, locale)
    words = lexicon(code)
    atoms, questions = _atoms(text, seen, rest, found, words)
    hits: dict[str, list[Hit]] = {}
    parts = [atom.part for atom in atoms]
    for hit in words.hits([atom.word for atom in atoms], _sentence_ends(atoms), parts):
        if hit.table != "negation" or not _is_number_sign(hit, atoms):
            hits.setdefault(hit.table, []).append(hit)
    return Passages(atoms, hits, code, questions)


def _is_number_sign(hit: Hit, atoms: Sequence[Atom]) -> bool:
    """Whether it is the `no.` of `order no. 3308`."""
    token = atoms[hit.end].token if hit.end < len(atoms) else None
    is_named = token is not None and token.kind is TokenKind.NUMBER and len(token.value) > _SMALL_NUMBER
    return is_named and atoms[hit.start].word in {"no", "n"}


def blocks(text: str) -> list[tuple[int, int]]:
    """Where the paragraphs and lists of a text stand."""
    found, start = [], 0
    for match in _BLANK_LINE.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(text)))
    return [(a, b) for a, b in found if text[a:b].strip()]


def item_numbers(text: str) -> list[tuple[int, int]]:
    """Where the numbers of lists stand that count up from one, over two items at least."""
    found: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for match in _ITEM.finditer(text):
        number = int(match[1])
        if number == 1:
            run = [match.span()]
        elif number == len(run) + 1:
            run.append(match.span())
            found += run if len(run[1:]) == 1 else run[-1:]
        else:
            run = []
    return found


@dataclass
class _Place:
    """Where a reader is: what follows an insertion in brackets goes on with what stands before it."""

    block: int = 0
    sentence: int = 0
    part: int = 0
    clause: int = 0
    _parts: int = 0
    _clauses: int = 0
    _outside: tuple[int, int] | None = None

    def end_sentence(self) -> None:
        self.sentence, self._outside = self.sentence + 1, None
        self._new_part()

    def end_part(self, mark: str) -> None:
        outside = self._outside
        if mark == ")" and outside:
            self.part, self.clause = outside
            self._outside = None
            return
        if mark == "(":
            self._outside = self.part, self.clause
        self._new_part()

    def end_clause(self) -> None:
        self._clauses += 1
        self.clause = self._clauses

    def _new_part(self) -> None:
        self._parts += 1
        self.part = self._parts
        self.end_clause()


def _atoms(
    text: str, seen: str, rest: str, found: Sequence[Found], words: Lexicon
) -> tuple[list[Atom], set[int]]:
    pieces: list[tuple[int, int, str, Token | None]] = [
        (match.start(), match.end(), words.fold(match.group()), None) for match in _WORD.finditer(rest)
    ]
    pieces += [(one.start, one.end, "", one.token) for one in found]
    pieces.sort(key=lambda piece: piece[0])
    atoms: list[Atom] = []
    questions: set[int] = set()
    conjunctions, openings = words.conjunctions, words.openings
    at, last = _Place(), 0
    for start, end, word, token in pieces:
        gap = seen[last:start]
        opens = (
            word in openings and text[last - 1 : last] == "." and text[start].isupper()
        )  # `am 9.10. Die …`
        if (gap != " " or opens) and last:
            if _BLANK_LINE.search(gap):
                at.block += 1
            if opens or _ends_sentence(gap, text[last : start + 1]):
                if _QUESTION.search(gap):
                    questions.add(at.sentence)
                at.end_sentence()
            elif _PART_END.search(gap):
                at.end_part(gap.strip())
            elif ":" in gap and token is None:  # else it is a label: `Delivered on: 5 October`
                at.end_clause()
        if word in conjunctions:
            at.end_clause()
        atoms.append(Atom(start, end, word, token, at.block, at.sentence, at.part, at.clause))
        last = end
    if _QUESTION.search(seen[last:]):
        questions.add(at.sentence)
    return atoms, questions


def _sentence_ends(atoms: Sequence[Atom]) -> list[int]:
    """For each atom the index behind the last one of its sentence."""
    ends = [len(atoms)] * len(atoms)
    for index in range(len(atoms) - 2, -1, -1):
        is_last = atoms[index].sentence != atoms[index + 1].sentence
        ends[index] = index + 1 if is_last else ends[index + 1]
    return ends


def _ends_sentence(gap: str, written: str) -> bool:
    """`written`: the same and the character behind it, with what is passed over: a sentence may begin with a title."""
    if _SENTENCE_END.search(gap):
        return True
    stop = _STOP.search(gap)
    if stop is None:
        return False
    following = written[stop.end() :].lstrip()[:1]
    return not (following.islower() or (following.isdigit() and "#" not in gap))


@dataclass
class Spans:
    """Stretches of a text, to be asked whether a place is within one."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> "Spans":
        ordered = sorted(spans)
        return cls([a for a, _ in ordered], [b for _, b in ordered])

    def holds(self, place: int) -> bool:
        index = bisect_right(self.starts, place) - 1
        return index >= 0 and place < self.ends[index]


def occurrences(text: str, wanted: Iterable[str], least: int) -> list[tuple[int, int]]:
    """Where texts of at least `least` characters stand verbatim, as whole words."""
    found: list[tuple[int, int]] = []
    for one in wanted:
        if len(one) < least:
            continue
        start = text.find(one)
        while start >= 0:
            end = start + len(one)
            if not (text[start - 1 : start].isalnum() and one[0].isalnum()) and not (
                text[end : end + 1].isalnum() and one[-1].isalnum()
            ):
                found.append((start, end))
            start = text.find(one, end)
    return found


def date_beside(read: Passages, first: int, last: int) -> int | None:
    """The date that a weekday belongs to: `Wednesday, 7 October`, `Montag, dem 5. Oktober`, `on 7 October, Wednesday`."""
    atoms = read.atoms
    for index in (last + 1, last + 2, first - 1):
        if not 0 <= index < len(atoms) or atoms[index].sentence != atoms[first].sentence:
            continue
        token = atoms[index].token
        if token is not None:
            return index if token.kind is TokenKind.DATE else None
        if index == last + 1 and len(atoms[index].word) > _LONGEST_ARTICLE:
            break
    return None


def first_of_parts(read: Passages, table: str) -> dict[int, int]:
    """For each part of a sentence the first word of a table."""
    found: dict[int, int] = {}
    for hit in read.family(table):
        found.setdefault(read.atoms[hit.start].part, hit.start)
    return found
