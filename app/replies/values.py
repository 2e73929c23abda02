"""The values that a reply states, with the role that the words around each give it.

A value takes its role from the nearest word in its clause that names one (`delivered on 5 October`, `am 5. Oktober
zugestellt`), not beyond another value of its kind. Without such a word it has no role, and any fact with that value
backs it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.replies.numerals import numerals
from app.replies.passages import Atom, Passages
from app.replies.roles import GONE_BY, TO_COME, Role
from app.replies.tokens import Token, TokenKind
from app.replies.words import Hit, lexicon

_RANGE = re.compile(r"(\d{1,3})[-–](\d{1,3})")
_DIGITS = re.compile(r"\d{1,6}")
PERCENT = re.compile(r"[ \u00a0]?[%٪]")
_DASH = re.compile(r"\s*[-–—]\s*")

_ADJACENT_ORDER = 6
"""Words between an order and the `of` of its date."""

_DATE_ROLES: dict[str, frozenset[Role]] = {
    "ordered_on": frozenset({Role.ORDERED_ON}),
    "shipped_on": frozenset({Role.SHIPPED_ON, Role.SHIPS_BY}),
    "ships_by": frozenset({Role.SHIPS_BY, Role.AVAILABLE_ON, Role.ANSWER_BY}),  # "at the latest"
    "delivered_on": frozenset({Role.DELIVERED_ON}),
    "expected_on": frozenset({Role.EXPECTED_ON, Role.AVAILABLE_ON}),
    "underway": frozenset(),
    "arrives_on": frozenset({Role.EXPECTED_ON}),
    "last_event_on": frozenset({Role.LAST_EVENT_ON}),
    "cancelled_on": frozenset({Role.CANCELLED_ON}),
    "refunded_on": frozenset({Role.REFUNDED_ON}),
    "paid_on": frozenset({Role.PAID_ON, Role.TRIED_ON}),
    "tried_on": frozenset({Role.TRIED_ON}),
    "available_on": frozenset({Role.AVAILABLE_ON}),
}
_MONEY_ROLES: dict[str, frozenset[Role]] = {
    "total": frozenset({Role.TOTAL}),
    "refund": frozenset({Role.REFUND}),
    "price": frozenset({Role.PRICE, Role.TOTAL}),
    "due": frozenset({Role.DUE, Role.TOTAL}),
    "received": frozenset({Role.RECEIVED, Role.TOTAL}),
    "reserved": frozenset({Role.RESERVED}),
}
_NUMBER_ROLES: dict[str, frozenset[Role]] = {
    "order_number": frozenset({Role.ORDER_NUMBER}),
    "tracking_number": frozenset({Role.TRACKING_NUMBER}),
}
_THRESHOLD = frozenset({Role.THRESHOLD, Role.PRICE, Role.TOTAL})
_EXPECTING = frozenset({"expected_on", "arrives_on"})
_OF_GOODS = frozenset({"shipped_on", "delivered_on"})

_ROLES_OF = {TokenKind.DURATION: TokenKind.DATE}

_FARTHEST = 60
"""Words between a value and the word that names its role."""

_NO_ROLE: frozenset[Role] = frozenset()
_NO_WALLS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Value:
    """A value of a reply: the token, the atoms that it stands in, and its possible roles (empty: any).

    `is_about`: it is said not to be exact. `is_later`: it is the time from one day to another: `two days later`.
    """

    token: Token
    first: int
    last: int
    roles: frozenset[Role] = _NO_ROLE
    in_words: bool = False
    is_about: bool = False
    is_later: bool = False


def values(text: str, read: Passages) -> list[Value]:
    """All values of a text, in order."""
    cues = _Cues(text, read)
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
            at = _beside(read, hit)  # `Wednesday, 7 October` is one day
            roles = cues.roles(at, at, TokenKind.DATE)
            found.append(Value(token, hit.start, hit.end - 1, roles, in_words=True))
    about = {hit.end for hit in read.family("about")}
    later = {hit.start for hit in read.family("later")}
    found = [
        replace(value, is_about=value.first in about, is_later=value.last + 1 in later)
        if value.first in about or value.last + 1 in later
        else value
        for value in found
    ]
    return sorted(found, key=lambda value: value.first)


def _beside(read: Passages, day: Hit) -> int:
    """The date that a weekday stands before; itself if none."""
    if day.table == "weekday" and day.end < len(read.atoms):
        atom = read.atoms[day.end]
        is_date = atom.token is not None and atom.token.kind is TokenKind.DATE
        if is_date and atom.sentence == read.atoms[day.start].sentence:
            return day.end
    return day.start


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
        if len(until.token.value) == len(value.token.value) and until.token.value < value.token.value:
            yield until


def _measures(text: str, read: Passages) -> Iterator[Value]:
    """Numbers with a unit, percentages, and numbers in words."""
    units = {hit.start: hit for hit in read.family("unit")}
    words = numerals(read, read.language)
    currencies = lexicon(read.language).currency_words
    ranges = {hit.start for hit in read.family("range")}
    counted = frozenset(hit.start for hit in read.family("counted"))
    waiting: list[tuple[int, int, str, bool]] = []
    for index, atom in enumerate(read.atoms):
        number = _number(atom, words.get(index))
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
        if index in units and atoms[index].sentence == atoms[behind - 1].sentence:
            hit = units[index]
            kind = TokenKind.PERCENT if hit.name == "percent" else TokenKind.DURATION
            return kind, "%" if hit.name == "percent" else hit.name, hit.end - 1
        if index < len(atoms) and atoms[index].token is not None:
            return None
    return None


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
        tells = number != "1" and (len(number) > 1 or number > "3" or bool(near))
        if in_words and tells:  # those in digits are tokens already
            yield Value(Token(TokenKind.NUMBER, number), first, last, in_words=True)


def _days_alone(read: Passages) -> frozenset[int]:
    """Where days without a date stand: `tomorrow`, and `Wednesday` unless a date is right beside it."""
    dated = {index for index, atom in enumerate(read.atoms) if atom.token and atom.token.kind is TokenKind.DATE}
    return frozenset(
        hit.start for hit in read.family("day", "weekday") if not {hit.start - 1, hit.end} & dated
    )


class _Cues:
    """The words of a text that name roles, by kind of value."""

    def __init__(self, text: str, read: Passages) -> None:
        self._text = text
        self._read = read
        said = {read.atoms[hit.start].clause for hit in read.family("no_goods")}
        self._hits = {
            TokenKind.DATE: sorted(
                # Messages are sent and arrive as parcels do.
                (
                    hit
                    for hit in read.family("date")
                    if hit.name not in _OF_GOODS or read.atoms[hit.start].clause not in said
                ),
                key=lambda hit: hit.start,
            ),
            TokenKind.MONEY: sorted(read.family("money"), key=lambda hit: hit.start),
        }
        self._names = {
            TokenKind.DATE: _DATE_ROLES,
            TokenKind.MONEY: _MONEY_ROLES,
        }
        self._starts = {kind: [hit.start for hit in hits] for kind, hits in self._hits.items()}
        self._future = {read.atoms[hit.start].part for hit in read.family("future", "possible")}
        self._expecting = {read.atoms[hit.start].clause for hit in read.family("date") if hit.name in _EXPECTING}
        self._until = {read.atoms[hit.start].part for hit in read.family("until")}
        self._orders = {hit.end - 1: hit for hit in read.family("number")}
        self._arrivals: dict[int, frozenset[Role]] = {}
        for hit in self._hits[TokenKind.DATE]:
            if hit.name in {
                "paid_on",
                "refunded_on",
            }:  # money arrives, and is entered, as parcels and orders do
                at = read.atoms[hit.start].sentence
                self._arrivals[at] = self._arrivals.get(at, _NO_ROLE) | _DATE_ROLES[hit.name]
        self._fillers = {index for hit in read.family("filler") for index in range(hit.start, hit.end)}
        self._limits = {hit.end for hit in read.family("threshold") if hit.name == "before"}
        self._limited = {hit.start for hit in read.family("threshold") if hit.name == "behind"}
        self._adjacent = {hit.end: hit.name for hit in read.family("adjacent")}
        self._walls = {TokenKind.DATE: _days_alone(read)}

    def roles(self, index: int, last: int, kind: TokenKind) -> frozenset[Role]:
        """Those of a value from one atom to another."""
        found = self._named(index, kind)
        is_limit = kind is TokenKind.MONEY and (index in self._limits or last + 1 in self._limited)
        return found | _THRESHOLD if is_limit else found

    def _named(self, index: int, kind: TokenKind) -> frozenset[Role]:
        if kind is TokenKind.NUMBER:
            return self._number_roles(index)
        if kind not in self._hits:
            return _NO_ROLE
        if kind is TokenKind.DATE and self._is_of_order(index):
            return _DATE_ROLES[self._adjacent[index]]
        left, right = self._beside(index, kind, -1), self._beside(index, kind, 1)
        atom = self._read.atoms[index]
        names = self._names[kind]
        near = [hit for hit in (left, right) if hit and self._read.atoms[hit.start].clause == atom.clause]
        if near:
            return frozenset(role for hit in near for role in self._meant(hit, names))
        # What follows in another clause is of something else: `scanned on 3 October, and it should arrive …`.
        return self._loose(self._meant(left, names)) if left else _NO_ROLE

    @staticmethod
    def _loose(roles: frozenset[Role]) -> frozenset[Role]:
        """What a word of another clause leaves open: it makes of no day to come a day gone by, nor the other way."""
        if roles & GONE_BY and not roles & TO_COME:
            return roles | TO_COME
        return roles | GONE_BY if roles & TO_COME and not roles & GONE_BY else roles

    def _meant(self, hit: Hit, names: dict[str, frozenset[Role]]) -> frozenset[Role]:
        """The roles of a cue; what is still to come is expected, not done."""
        atom = self._read.atoms[hit.start]
        is_future = atom.part in self._future
        if is_future and hit.name == "delivered_on":
            return frozenset({Role.EXPECTED_ON})
        if hit.name == "delivered_on" and atom.clause in self._expecting:
            return names[hit.name] | {Role.EXPECTED_ON}
        if hit.name == "shipped_on" and (is_future or atom.part in self._until):
            return names[hit.name] | {Role.AVAILABLE_ON}
        if hit.name in {"delivered_on", "ordered_on"} and names is _DATE_ROLES:
            return names[hit.name] | self._arrivals.get(atom.sentence, _NO_ROLE)
        return names[hit.name]

    def _beside(self, index: int, kind: TokenKind, step: int) -> Hit | None:
        """The nearest cue on one side in the same sentence, before another value of the kind."""
        atoms, sentence = self._read.atoms, self._read.atoms[index].sentence
        walls = self._walls.get(kind, _NO_WALLS)
        wall = index + step
        while 0 <= wall < len(atoms) and atoms[wall].sentence == sentence and abs(wall - index) <= _FARTHEST:
            token = atoms[wall].token
            if (token is not None and token.kind is kind) or wall in walls:
                break
            wall += step
        hits = self._hits[kind]
        at = bisect_left(self._starts[kind], index) - (step < 0)
        if not 0 <= at < len(hits) or (hits[at].start == index and step > 0):
            return None
        is_between = wall < hits[at].start and hits[at].end <= index if step < 0 else hits[at].end <= wall
        return hits[at] if is_between else None

    def _is_of_order(self, index: int) -> bool:
        """Whether a date stands as in `your order #1042 of 5 October`."""
        if index not in self._adjacent:
            return False
        sentence = self._read.atoms[index].sentence
        near = (self._orders.get(at) for at in range(index - _ADJACENT_ORDER, index))
        if any(
            hit and hit.name == "order_number" and self._read.atoms[hit.start].sentence == sentence
            for hit in near
        ):
            return True
        if self._beside(index, TokenKind.DATE, -1) is not None:
            return False
        before = (self._read.atoms[at] for at in range(max(0, index - _ADJACENT_ORDER), index))
        return any(a.token and a.token.kind is TokenKind.NUMBER and a.sentence == sentence for a in before)

    def _number_roles(self, index: int) -> frozenset[Role]:
        atom = self._read.atoms[index]
        if self._text[atom.start - 1 : atom.start] == "#":
            return _NUMBER_ROLES["order_number"]
        if self._text[atom.end : atom.end + 2].strip() == "×":
            return frozenset({Role.QUANTITY})
        before = index - 1
        while before in self._fillers and before not in self._orders:
            before -= 1
        hit = self._orders.get(before)
        if hit and self._read.atoms[before].sentence == atom.sentence:
            return _NUMBER_ROLES[hit.name]
        return _NO_ROLE
