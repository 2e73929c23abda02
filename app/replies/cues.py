"""The words of a reply that give its values roles: `delivered on`, `a total of`, `your order`.

A value takes its role from the nearest such word of its clause, not beyond another value of its kind. A word of the
clause before counts only if that has no value of its own, and never makes of a day to come a day gone by.
"""

from bisect import bisect_left

from app.replies.passages import Passages, date_beside
from app.replies.roles import GONE_BY, TO_COME, Role
from app.replies.tokens import TokenKind
from app.replies.words import Hit

_ADJACENT_ORDER = 6
"""Words between an order and the `of` of its date."""

_NEXT_BUT_ONE = 2
_MOST_RIVALS = 4

_DATE_ROLES: dict[str, frozenset[Role]] = {
    "ordered_on": frozenset({Role.ORDERED_ON}),
    "shipped_on": frozenset({Role.SHIPPED_ON, Role.SHIPS_BY}),
    "ships_by": frozenset({Role.SHIPS_BY, Role.AVAILABLE_ON, Role.ANSWER_BY}),  # "at the latest"
    "delivered_on": frozenset({Role.DELIVERED_ON}),
    "expected_on": frozenset({Role.EXPECTED_ON, Role.AVAILABLE_ON}),
    "there": frozenset(
        {Role.EXPECTED_ON, Role.AVAILABLE_ON, Role.DELIVERED_ON}
    ),  # "with you", gone by or to come
    "underway": frozenset(),
    "arrives_on": frozenset({Role.EXPECTED_ON}),
    "last_event_on": frozenset({Role.LAST_EVENT_ON}),
    "cancelled_on": frozenset({Role.CANCELLED_ON}),
    "refunded_on": frozenset({Role.REFUNDED_ON}),
    "paid_on": frozenset({Role.PAID_ON, Role.TRIED_ON}),
    "tried_on": frozenset({Role.TRIED_ON, Role.LAST_EVENT_ON}),  # to take money, or to deliver
    "available_on": frozenset({Role.AVAILABLE_ON}),
}
_PERHAPS = {"perhaps_ordered_on": frozenset({Role.ORDERED_ON})}
"""What a language without a word for `of` leaves open: «سفارش دیروز» is yesterday's order, or the order, yesterday."""

_MONEY_ROLES: dict[str, frozenset[Role]] = {
    "total": frozenset({Role.TOTAL}),
    "altogether": frozenset({Role.TOTAL, Role.RECEIVED}),
    "sum": frozenset({Role.TOTAL}),  # "comes to"
    "refund": frozenset({Role.REFUND}),
    "credited": frozenset({Role.REFUND, Role.RECEIVED}),  # to the customer, or to the shop
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
_OF_MONEY = frozenset({Role.PAID_ON, Role.TRIED_ON, Role.REFUNDED_ON})
_EXPECTING = frozenset({"expected_on", "there", "arrives_on"})
_ARRIVING = frozenset({"expected_on", "there", "arrives_on", "delivered_on"})
_OF_GOODS = frozenset({"shipped_on", "delivered_on"})

_FARTHEST = 60
"""Words between a value and the word that names its role."""

_NO_ROLE: frozenset[Role] = frozenset()
_NO_WALLS: frozenset[int] = frozenset()


class Cues:
    """The words of a text that name roles, by kind of value."""

    def __init__(self, text: str, read: Passages) -> None:
        self._text = text
        self._read = read
        self._said = {read.atoms[hit.start].clause for hit in read.family("no_goods")}
        self._hits = {
            TokenKind.DATE: sorted(
                # Messages are sent and arrive as parcels do.
                (
                    hit
                    for hit in read.family("date")
                    if hit.name not in _OF_GOODS or read.atoms[hit.start].clause not in self._said
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
        self._conditional = {read.atoms[hit.start].part for hit in read.family("condition")}
        self._certain = {read.atoms[hit.start].part for hit in read.family("future")}
        self._expecting = {
            read.atoms[hit.start].clause for hit in read.family("date") if hit.name in _EXPECTING
        }
        self._negated = {read.atoms[hit.start].clause for hit in read.family("negation", "is_not")}
        self._habits = {read.atoms[hit.start].part for hit in read.family("habit")}
        self._cash = {read.atoms[hit.start].clause for hit in read.family("cash")}
        self._arriving = {read.atoms[hit.start].part for hit in read.family("date") if hit.name in _ARRIVING}
        # `with you on Thursday, or Monday at the latest`
        self._arriving |= {part + 1 for part in self._arriving}
        self._until = {read.atoms[hit.start].part for hit in read.family("until")}
        self._orders = {  # a `pre-order` is none
            hit.end - 1: hit
            for hit in read.family("number")
            if text[read.atoms[hit.start].start - 1 : read.atoms[hit.start].start] != "-"
        }
        self._arrivals: dict[int, frozenset[Role]] = {}
        for hit in self._hits[TokenKind.DATE]:
            if hit.name in {
                "paid_on",
                "refunded_on",
            }:  # money arrives, and is entered, as parcels and orders do
                at = read.atoms[hit.start].sentence
                self._arrivals[at] = self._arrivals.get(at, _NO_ROLE) | _DATE_ROLES[hit.name]
        self._paid = {atom.clause for atom in read.atoms if atom.token and atom.token.kind is TokenKind.MONEY}
        self._fillers = {index for hit in read.family("filler") for index in range(hit.start, hit.end)}
        self._limits = {hit.end for hit in read.family("threshold") if hit.name == "before"}
        self._wholes = {hit.end for hit in read.family("threshold") if hit.name == "of"}
        self._limited = {hit.start for hit in read.family("threshold") if hit.name == "behind"}
        self._adjacent = {hit.end: hit.name for hit in read.family("adjacent")}
        self._walls = {TokenKind.DATE: _days_alone(read)}
        self._valued = {
            kind: {atom.clause for atom in read.atoms if atom.token and atom.token.kind is kind}
            for kind in (TokenKind.DATE, TokenKind.MONEY)
        }
        self._valued[TokenKind.DATE] |= {read.atoms[index].clause for index in self._walls[TokenKind.DATE]}

    def roles(self, index: int, last: int, kind: TokenKind) -> frozenset[Role]:
        """Those of a value from one atom to another."""
        found = self._named(index, kind)
        if kind is TokenKind.MONEY and index in self._wholes:
            found |= _MONEY_ROLES["total"]
        is_limit = kind is TokenKind.MONEY and (index in self._limits or last + 1 in self._limited)
        return found | _THRESHOLD if is_limit else found

    def _named(self, index: int, kind: TokenKind) -> frozenset[Role]:
        if kind is TokenKind.NUMBER:
            return self._number_roles(index)
        if kind not in self._hits or self._is_habit(index, kind):
            return _NO_ROLE
        if kind is TokenKind.DATE and self._is_of_order(index):
            return _DATE_ROLES[self._adjacent[index]]
        perhaps = _PERHAPS.get(self._adjacent.get(index, ""), _NO_ROLE)
        roles = self._named_by_clause(index, kind)
        return roles | perhaps if roles else roles

    def _named_by_clause(self, index: int, kind: TokenKind) -> frozenset[Role]:
        """Those that the nearest words of the clause name."""
        left, right = self._beside(index, kind, -1), self._beside(index, kind, 1)
        atom = self._read.atoms[index]
        names = self._names[kind]
        near = [hit for hit in (left, right) if hit and self._read.atoms[hit.start].clause == atom.clause]
        if near:
            rivals = [one for hit in near for one in self._rivals(kind, hit)]
            return frozenset(role for hit in rivals for role in self._meant(hit, names))
        if kind is TokenKind.MONEY and left is None and right is not None and self._is_aside(index, right):
            return self._meant(right, names)
        # What follows in another clause is of something else: `scanned on 3 October, and it should arrive …`.
        # So is what stands before, if its clause has a value of its own.
        if left is None or self._read.atoms[left.start].clause in self._valued[kind]:
            return _NO_ROLE
        return self._loose(self._meant(left, names))

    def _rivals(self, kind: TokenKind, cue: Hit) -> list[Hit]:
        """What a cue may mean: `arrive` is also `arrivé` without its accent."""
        at, hits = bisect_left(self._starts[kind], cue.start), self._hits[kind]
        return [hit for hit in hits[at : at + _MOST_RIVALS] if hit.start == cue.start]

    def _is_habit(self, index: int, kind: TokenKind) -> bool:
        """Whether a day is said of every order: `on Saturdays we never ship`."""
        return kind is TokenKind.DATE and self._read.atoms[index].part in self._habits

    def _is_aside(self, index: int, cue: Hit) -> bool:
        """Whether an amount stands alone between commas before the clause of a cue: `half of it, €44.50, was refunded`."""
        atoms, clause = self._read.atoms, self._read.atoms[index].clause
        near = range(max(0, index - _NEXT_BUT_ONE), min(len(atoms), index + _NEXT_BUT_ONE + 1))
        follows = atoms[cue.start].clause
        is_alone = sum(atoms[at].clause == clause for at in near) <= _NEXT_BUT_ONE
        return is_alone and follows == clause + 1 and follows not in self._valued[TokenKind.MONEY]

    @staticmethod
    def _loose(roles: frozenset[Role]) -> frozenset[Role]:
        """What a word of another clause leaves open: it makes of no day to come a day gone by, nor the other way."""
        return roles | TO_COME if roles & GONE_BY else roles | GONE_BY if roles & TO_COME else roles

    def _meant(self, hit: Hit, names: dict[str, frozenset[Role]]) -> frozenset[Role]:
        """The roles of a cue, and those that the words around it leave open: what is still to come is expected, not done."""
        atom = self._read.atoms[hit.start]
        is_future = atom.part in self._future
        roles = names[hit.name]
        match hit.name:
            case "there" if atom.part in self._certain:
                return _DATE_ROLES["expected_on"]
            case "refund" if atom.clause in self._negated:
                return _NO_ROLE  # `the chain, £89, was no part of the refund`
            case "delivered_on" if is_future:
                is_certain = (
                    atom.part in self._certain
                )  # else: `they need to show where they left it on Thursday`
                return frozenset({Role.EXPECTED_ON} if is_certain else {Role.EXPECTED_ON, Role.DELIVERED_ON})
            case "shipped_on" if atom.clause in self._cash:
                return roles | _OF_MONEY
            case "shipped_on" if is_future or atom.part in self._until | self._conditional:
                return roles | {Role.AVAILABLE_ON}
            case "ships_by" if atom.part in self._arriving:
                roles = TO_COME
            case "expected_on" if atom.clause in self._said:
                roles |= {Role.ANSWER_BY}
            case "delivered_on" if atom.clause in self._expecting:
                roles |= _DATE_ROLES["expected_on"]
            case "delivered_on" | "ordered_on" if names is _DATE_ROLES:
                money = _OF_MONEY if atom.clause in self._paid else _NO_ROLE  # `€20 reached us yesterday`
                roles |= self._arrivals.get(atom.sentence, _NO_ROLE) | money
        return roles

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
        if step > 0:
            is_of_next = (
                hits[at].end == wall and hits[at].start > index + 1 and self._is_value(wall, kind, index)
            )
            return hits[at] if hits[at].end <= wall and not is_of_next else None  # `€90 for an order of €45`
        if hits[at].name == "sum" and at and self._is_subject(hits[at - 1], hits[at], wall):
            at -= 1  # `the open balance comes to €400`
        return hits[at] if wall < hits[at].start and hits[at].end <= index else None

    def _is_value(self, place: int, kind: TokenKind, index: int) -> bool:
        atoms = self._read.atoms
        token = atoms[place].token if place < len(atoms) else None
        return token is not None and token.kind is kind and atoms[place].sentence == atoms[index].sentence

    def _is_subject(self, cue: Hit, verb: Hit, wall: int) -> bool:
        one, other = self._read.atoms[cue.start], self._read.atoms[verb.start]
        return wall < cue.start and one.clause == other.clause

    def _is_of_order(self, index: int) -> bool:
        """Whether a date stands as in `your order #1042 of 5 October`."""
        if self._adjacent.get(index) not in _DATE_ROLES:
            return False
        near = [at for at in range(max(0, index - _ADJACENT_ORDER), index) if self._is_joined(at, index)]
        if any((hit := self._orders.get(at)) and hit.name == "order_number" for at in near):
            return True
        if self._beside(index, TokenKind.DATE, -1) is not None:
            return False
        before = (self._read.atoms[at] for at in near)
        return any(a.token and a.token.kind is TokenKind.NUMBER for a in before)

    def _is_joined(self, order: int, index: int) -> bool:
        """Whether a date may belong to an order before it: beyond a comma only `#1042, of 5 October`, with nothing between."""
        one, other = self._read.atoms[order], self._read.atoms[index]
        return one.part == other.part or (one.sentence == other.sentence and index - order <= _NEXT_BUT_ONE)

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


def _days_alone(read: Passages) -> frozenset[int]:
    """Where days without a date stand: `tomorrow`, and `Wednesday` unless a date is right beside it."""
    return frozenset(
        hit.start
        for hit in read.family("day", "weekday")
        if date_beside(read, hit.start, hit.end - 1) is None
    )
