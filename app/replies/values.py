"""The values that a reply states, with the role that the words around each give it.

A value takes its role from the words around it (`cues`): `delivered on 5 October`, `am 5. Oktober zugestellt`. Without
such a word it has no role, and any fact with that value backs it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.replies.cues import Cues
from app.replies.numerals import numerals
from app.replies.passages import Atom, Passages, date_beside
from app.replies.roles import Role
from app.replies.tokens import Token, TokenKind
from app.replies.words import Hit, lexicon

_RANGE = re.compile(r"(\d{1,3})[-–](\d{1,3})")
_LAST_NUMBER = re.compile(r"\d+$")
_DIGITS = re.compile(r"\d{1,6}")
PERCENT = re.compile(r"[ \u00a0]?[%٪]")
_DASH = re.compile(r"\s*[-–—]\s*")

_ROLES_OF = {TokenKind.DURATION: TokenKind.DATE}

_NO_ROLE: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Value:
    """A value of a reply: the token, the atoms that it stands in, and its possible roles (empty: any).

    `is_about`: it is said not to be exact. `is_later`: it is the time from one day to another: `two days later`.
    `is_end`: it is the end of a time: `until 5 October`. `is_bare`: a number in words that counts nothing: `an even hundred`.
    """

    token: Token
    first: int
    last: int
    roles: frozenset[Role] = _NO_ROLE
    in_words: bool = False
    is_about: bool = False
    is_later: bool = False
    is_end: bool = False
    is_bare: bool = False


def values(text: str, read: Passages) -> list[Value]:
    """All values of a text, in order."""
    cues = Cues(text, read)
    found = [
        replace(
            value,
            roles=cues.roles(value.first, value.last, _ROLES_OF.get(value.token.kind, value.token.kind)),
        )
        if value.token.kind in {TokenKind.DURATION, TokenKind.MONEY}
        else value
        for value in _measures(text, read)
    ]
    taken = {index for value in found for index in range(value.first, value.last + 1)}
    for index, atom in enumerate(read.atoms):
        if atom.token is not None and index not in taken:
            found.append(Value(atom.token, index, index, cues.roles(index, index, atom.token.kind)))
    for hit in read.family("day", "weekday"):
        if hit.start not in taken:
            token = Token(TokenKind.DAY, f"{hit.table} {hit.name}")
            at = date_beside(read, hit.start, hit.end - 1) if hit.table == "weekday" else None
            at = hit.start if at is None else at  # `Wednesday, 7 October` is one day
            roles = cues.roles(at, at, TokenKind.DATE)
            found.append(Value(token, hit.start, hit.end - 1, roles, in_words=True))
    about = {hit.end for hit in read.family("about")}
    halves = {hit.start for hit in read.family("half")}
    later = {hit.start for hit in read.family("later")}
    until = {hit.end for hit in read.family("until")}
    until |= {end + 1 for end in until}  # `hasta el 30 de noviembre`
    found = [
        replace(
            value,
            is_about=value.first in about or value.last + 1 in halves,
            is_later=value.last + 1 in later,
            is_end=value.first in until,
        )
        if value.first in about | until or value.last + 1 in later | halves
        else value
        for value in found
    ]
    return sorted(found, key=lambda value: value.first)


def turned_round(found: Sequence[Value], read: Passages) -> Iterator[Value]:
    """Days before which their own span begins: `between 11 and 8 October`."""
    begins = {hit.end for hit in read.family("between")}
    links = {hit.start: hit.end for hit in read.family("range")}
    dates = {value.first: value for value in found if value.token.kind is TokenKind.DATE}
    for first, value in dates.items():
        behind = links.get(value.last + 1, -2)
        until = dates.get(behind) or dates.get(behind + 1)  # `entre el 8 y el 11`
        if until is None or not {first, first - 1} & begins:
            continue
        if _is_before(until.token.value, value.token.value):
            yield until


def _is_before(one: str, other: str) -> bool:
    """Whether a day is before another, as far as they are written alike; a day without a month is of the other's."""
    if "day " in one or "day " in other:
        first, second = _LAST_NUMBER.search(one), _LAST_NUMBER.search(other)
        return first is not None and second is not None and int(first[0]) < int(second[0])
    return len(one) == len(other) and one < other


def _measures(text: str, read: Passages) -> Iterator[Value]:
    """Numbers with a unit, percentages, and numbers in words."""
    units = {hit.start: hit for hit in read.family("unit")}
    words = numerals(read, read.language)
    currencies = lexicon(read.language).currency_words
    ranges = {hit.start for hit in read.family("range")}
    counted = frozenset(hit.start for hit in read.family("counted"))
    waiting: list[tuple[int, int, str, bool]] = []
    for index, atom in enumerate(read.atoms):
        number = None if _is_name(text, atom) else _number(atom, words.get(index))
        if number is None:
            continue
        behind = words[index].end if index in words else index + 1
        in_words = index in words
        unit = _unit(text, read.atoms, behind, units) or _currency(read.atoms, behind, currencies, in_words)
        waiting.append((index, behind - 1, number, in_words))
        if unit is not None and not (number == "1" and in_words and unit[2] > behind):
            kind, name, last = unit
            linked = _linked(waiting)
            amount = "-".join(one[2] for one in linked)
            token = Token(kind, f"{amount} {name}".strip())
            yield Value(token, linked[0][0], last, in_words=any(one[3] for one in linked))
            waiting = []
        elif not _continues(text, read.atoms, behind, ranges):
            yield from _bare(waiting, counted, read.atoms)
            waiting = []
    yield from _bare(waiting, counted, read.atoms)


def _is_name(text: str, atom: Atom) -> bool:
    """Whether it is an order's number, which counts nothing: «سفارش #20731 روز ۹ مهر»."""
    return atom.token is not None and text[atom.start - 1 : atom.start] == "#"


def _number(atom: Atom, word: Hit | None) -> str | None:
    if word is not None:
        return word.name
    if atom.token is None or atom.token.kind is not TokenKind.NUMBER:
        return None
    value = atom.token.value
    match = _RANGE.fullmatch(value)
    if match:
        return f"{match[1]}-{match[2]}"
    return value if _DIGITS.fullmatch(value) else None


def _unit(
    text: str, atoms: Sequence[Atom], behind: int, units: dict[int, Hit]
) -> tuple[TokenKind, str, int] | None:
    """The unit that follows a number, and its last atom."""
    end = atoms[behind - 1].end
    if PERCENT.match(text, end):
        return TokenKind.PERCENT, "%", behind - 1
    for index in (behind, behind + 1):
        if index in units and atoms[index].part == atoms[behind - 1].part:
            hit = units[index]
            if _is_of_date(atoms, hit):
                return None
            kind = TokenKind.PERCENT if hit.name == "percent" else TokenKind.DURATION
            return kind, "%" if hit.name == "percent" else hit.name, hit.end - 1
        if index < len(atoms) and atoms[index].token is not None:
            return None
    return None


def _is_of_date(atoms: Sequence[Atom], unit: Hit) -> bool:
    """Whether a unit is the name of a day: «هر دو روز ۸ مهر» is both, on the 8th."""
    token = atoms[unit.end].token if unit.name == "day" and unit.end < len(atoms) else None
    return token is not None and token.kind is TokenKind.DATE


def _currency(
    atoms: Sequence[Atom], behind: int, currencies: Mapping[str, str], in_words: bool
) -> tuple[TokenKind, str, int] | None:
    """The currency that follows a number in words; one in digits is a token with its currency already."""
    if not in_words or behind >= len(atoms) or atoms[behind].sentence != atoms[behind - 1].sentence:
        return None
    code = currencies.get(atoms[behind].word)
    return (TokenKind.MONEY, code, behind) if code else None


def _continues(text: str, atoms: Sequence[Atom], behind: int, ranges: set[int]) -> bool:
    """Whether a number is the first of two that share a unit: `3 to 5 days`."""
    if behind >= len(atoms) or atoms[behind].sentence != atoms[behind - 1].sentence:
        return False
    return behind in ranges or bool(_DASH.fullmatch(text, atoms[behind - 1].end, atoms[behind].start))


def _linked(waiting: list[tuple[int, int, str, bool]]) -> list[tuple[int, int, str, bool]]:
    """The last number before a unit, or the last two: `3 to 5 days` is one span, `3-5 day`."""
    *_, last = waiting
    if len(waiting) > 1 and last[0] - waiting[-2][1] <= 2 and "-" not in last[2]:
        return [waiting[-2], last]
    return [last]


def _bare(
    waiting: list[tuple[int, int, str, bool]], counted: frozenset[int], atoms: Sequence[Atom]
) -> Iterator[Value]:
    """Numbers in words without a unit. The small ones are everywhere ("both questions"), and tell only of goods."""
    for first, last, number, in_words in waiting:
        clause = atoms[last].clause
        near = {index for index in (last + 1, last + 2) if index in counted and atoms[index].clause == clause}
        is_of_something = last + 1 < len(atoms) and atoms[last + 1].clause == clause
        tells = number != "1" and (len(number) > 1 or number > "3" or bool(near))
        if in_words and tells:  # those in digits are tokens already
            token = Token(TokenKind.NUMBER, number)
            yield Value(token, first, last, in_words=True, is_bare=not is_of_something)
