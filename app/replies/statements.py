"""What a reply says has happened, or promises: sent, not delivered, refunded; a replacement, a discount, a call.

A statement is a word for a state with what makes it true or false around it: `not`, `will`. What stands under a
condition ("if it was not delivered"), in a question, or as a possibility states nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.replies.passages import Passages, first_of_parts
from app.replies.tokens import TokenKind
from app.replies.words import Hit

_OF_GOODS = frozenset({"shipped", "delivered", "in_transit", "out_for_delivery"})
_NEGATED = {"is": "is_not", "is_not": "is", "will": "will_not", "will_not": "will"}


@dataclass(frozen=True)
class Statement:
    """`shipped` and `is_not`: it has not been sent; or `promise` and what is promised. Where: atoms.

    `of`: whose it is, if it is not simply of the order: `rest` of it, what the `carrier` says, of a `substitute`
    for it, or `awaited`: to come once something else has come.
    """

    polarity: str
    name: str
    first: int
    last: int
    of: str = ""

    @property
    def meaning(self) -> str:
        """In words: `not shipped`, `replacement`."""
        prefix = {"is": "", "is_not": "not ", "will": "will be ", "will_not": "will not be "}
        return prefix.get(self.polarity, "") + self.name.replace("_", " ")

    @property
    def is_promise(self) -> bool:
        return self.polarity == "promise"


def statements(read: Passages) -> list[Statement]:
    """All statements and promises of a text, in order."""
    where = _Grammar(read)
    found: list[Statement] = []
    for hit in read.family("is", "is_not", "will", "will_not"):
        found += _stated(hit, where)
    for hit in read.family("promise"):
        if not (where.is_negated(hit) or where.promises_nothing(hit)):
            found.append(Statement("promise", hit.name, hit.start, hit.end - 1))
    return sorted(found, key=lambda one: one.first)


def _stated(hit: Hit, where: "_Grammar") -> Iterator[Statement]:
    if where.states_nothing(hit):
        return
    polarity = hit.table
    if hit.table in {"is", "will"} and where.is_negated(hit):
        polarity = _NEGATED[polarity]
    if hit.table == "is" and (where.is_future(hit) or where.is_due(hit)):
        polarity = "will_not" if polarity == "is_not" else "will"
    if polarity == "will" and hit.name == "refunded":
        of = "awaited" if where.awaits(hit) else ""
        yield Statement("promise", "refund", hit.start, hit.end - 1, of)
    elif not where.is_limited(hit, polarity):
        name = "refunded_in_full" if where.is_whole(hit, polarity) else hit.name
        if where.is_of_money(hit):
            name = "refunded"
        yield Statement(polarity, name, hit.start, hit.end - 1, where.subject(hit))


class _Grammar:
    """Where the words stand that turn a statement round."""

    def __init__(self, read: Passages) -> None:
        self._read = read
        self._negated = self._clauses("negation")
        self._future = self._clauses("future")
        self._possible = self._clauses("possible")
        self._first_possible = first_of_parts(read, "possible")
        self._no_goods = self._clauses("no_goods")
        self._conditions = first_of_parts(read, "condition")
        self._wished = self._clauses("wish")
        self._within = self._clauses("within") & self._clauses("unit")
        self._for_now = self._first_of_sentence("for_now")
        self._first_condition = self._first_of_sentence("condition")
        self._habits = first_of_parts(read, "habit")
        self._until = frozenset(read.atoms[hit.start].part for hit in read.family("until"))
        self._reported = self._first_of_sentence("reported")
        self._rest = self._first_of_sentence("rest")
        self._carrier = self._first_of_sentence("carrier")
        self._whole = self._clauses("whole")
        self._substitutes = self._clauses("substitute")
        self._amounts = frozenset(
            atom.clause for atom in read.atoms if atom.token and atom.token.kind is TokenKind.MONEY
        )
        self._dated = frozenset(
            atom.clause for atom in read.atoms if atom.token and atom.token.kind is TokenKind.DATE
        )
        self._cash = self._clauses("cash")
        self._units = self._clauses("unit")
        self._travellers = self._clauses("counted") | self._clauses("number")
        self._said = frozenset(hit.end for hit in read.family("no_goods"))
        self._starts: dict[int, int] = {}
        for index, atom in enumerate(read.atoms):
            self._starts.setdefault(atom.clause, index)

    def _clauses(self, table: str) -> frozenset[int]:
        return frozenset(self._read.atoms[hit.start].clause for hit in self._read.family(table))

    def _first_of_sentence(self, table: str) -> dict[int, int]:
        found: dict[int, int] = {}
        for hit in self._read.family(table):
            found.setdefault(self._read.atoms[hit.start].sentence, hit.start)
        return found

    def _stands(self, hit: Hit, clauses: frozenset[int]) -> bool:
        """Whether a phrase reaches into one of the clauses."""
        first, last = self._read.atoms[hit.start].clause, self._read.atoms[hit.end - 1].clause
        return any(clause in clauses for clause in range(first, last + 1))

    def states_nothing(self, hit: Hit) -> bool:
        """A question, a condition, a wish, a habit, somebody else's words, a mere possibility; or of a message."""
        sentence = self._read.atoms[hit.start].sentence
        return (
            sentence in self._read.questions
            or self._reported.get(sentence, hit.start) < hit.start
            or self.is_conditional(hit)
            or self.is_wished(hit)
            or self._is_about_words(hit)
            or self._is_habit(hit)
            or ((hit.table == "is" or hit.name != "refunded") and self._is_possible(hit, hit.table))
        )

    def promises_nothing(self, hit: Hit) -> bool:
        """A condition, a wish, somebody else's words, what is kept `for now`. A question is an offer."""
        is_reported = self._reported.get(self._read.atoms[hit.start].sentence, hit.start) < hit.start
        is_kept = hit.name == "keep" and self._read.atoms[hit.start].sentence in self._for_now
        return is_reported or is_kept or self.is_conditional(hit) or self.is_wished(hit)

    def awaits(self, hit: Hit) -> bool:
        """Whether it is said with a condition, before or behind: `once it is back, we refund you`."""
        return self._read.atoms[hit.start].sentence in self._first_condition

    def is_limited(self, hit: Hit, polarity: str) -> bool:
        """A denial up to a day, or of a rest."""
        if polarity == "will_not":
            return self._read.atoms[hit.start].part in self._until
        if polarity == "is_not" and hit.name == "scanned" and self._stands(hit, self._units | self._dated):
            return True  # `not scanned for ten days`, `since 24 September`
        return (
            polarity == "is_not"
            and hit.name == "refunded"
            and self._rest.get(self._read.atoms[hit.start].sentence, hit.start) < hit.start
        )

    def is_whole(self, hit: Hit, polarity: str) -> bool:
        """`I have processed a full refund`."""
        return polarity == "is" and hit.name == "refunded" and self._stands(hit, self._whole)

    def is_of_money(self, hit: Hit) -> bool:
        """`Your €20 are on their way back`, `we sent the money`: and nothing else that could travel."""
        if hit.name not in {"in_transit", "shipped"} or self._stands(hit, self._travellers):
            return False
        return self._stands(hit, self._cash) or (
            hit.name == "in_transit" and self._stands(hit, self._amounts)
        )

    def subject(self, hit: Hit) -> str:
        if hit.name in _OF_GOODS and self._stands(hit, self._substitutes):
            return "substitute"
        sentence = self._read.atoms[hit.start].sentence
        for name, firsts in (("rest", self._rest), ("carrier", self._carrier)):
            if firsts.get(sentence, hit.start) < hit.start:
                return name
        return ""

    def is_negated(self, hit: Hit) -> bool:
        return self._stands(hit, self._negated)

    def is_future(self, hit: Hit) -> bool:
        return self._stands(hit, self._future)

    def is_due(self, hit: Hit) -> bool:
        """`The refund is made within 14 days`."""
        return hit.name == "refunded" and self._stands(hit, self._within)

    def _is_possible(self, hit: Hit, table: str) -> bool:
        """`It has to be packed and handed to the carrier`: also in the clauses that follow."""
        if table not in {"is", "will"}:
            return False
        atom = self._read.atoms[hit.start]
        return atom.clause in self._possible or self._first_possible.get(atom.part, hit.start) < hit.start

    def _is_about_words(self, hit: Hit) -> bool:
        """`We sent the link`: nothing that the customer ordered."""
        if hit.name not in {"shipped", "delivered", "returned"}:
            return False
        atoms = self._read.atoms
        clause = atoms[hit.start].clause
        start = self._starts[clause]  # `the notice that we sent you`
        is_relative = any(
            end in self._said and end > 0 and atoms[end - 1].sentence == atoms[hit.start].sentence
            for end in (start, start - 1)
        )
        return clause in self._no_goods or is_relative

    def _is_habit(self, hit: Hit) -> bool:
        """`We never ship plants over a weekend`, `they usually deliver again`: nothing of this order."""
        return self._read.atoms[hit.start].part in self._habits

    def is_wished(self, hit: Hit) -> bool:
        """`You would like to cancel it`, `your request for a refund`."""
        return self._read.atoms[hit.start].clause in self._wished

    def is_conditional(self, hit: Hit) -> bool:
        first = self._conditions.get(self._read.atoms[hit.start].part)
        return first is not None and first <= hit.start
