"""No unbacked fact: every value, statement and promise in a reply is traced to the facts it was made from.

What may stand in a reply: the values of the facts, each in its role and of the order that is spoken of (`roles`,
`values`, `scopes`); the shop's own words, which are quoted or whose figures are repeated; and what the template of the
situation says of these facts, in its words or in others (`backing`). Anything beyond is a finding: a templated reply
must not leave with it, a person who edits is warned. No model takes part, and the cost grows with the length of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from app.intents.situation import Situation
from app.replies.backing import Backing, back
from app.replies.carriers import mark_carriers
from app.replies.goods import Parts, Prices, clause_words
from app.replies.links import mislabelled
from app.replies.locales import Locale, choose_locale
from app.replies.named_days import is_lately
from app.replies.passages import (
    Passages,
    Spans,
    blocks,
    date_beside,
    first_of_parts,
    item_numbers,
    occurrences,
    taken_apart,
)
from app.replies.plain import Text
from app.replies.roles import TO_COME, Fact, Ledger, Role
from app.replies.scopes import Scopes
from app.replies.shop_texts import Figures
from app.replies.statements import Statement, statements
from app.replies.tokens import Token, TokenKind, tokens
from app.replies.values import PERCENT, Value, turned_round, values

_TODAY = Token(TokenKind.DAY, "day 0")
_ALL = Token(TokenKind.PERCENT, "100 %")
_SHORTEST_QUOTE = 4
_BETWEEN = 2
"""Words between a message and its day."""
_DATED: dict[str, Role] = {
    "shipped": Role.SHIPPED_ON,
    "delivered": Role.DELIVERED_ON,
    "cancelled": Role.CANCELLED_ON,
    "refunded": Role.REFUNDED_ON,
}


@dataclass(frozen=True)
class Finding:
    """A claim of a reply that no fact backs, and where it stands.

    Attributes:
        kind: What sort of claim it is.
        value: The claim, in one form for all languages.
        start: Its first character in the Markdown; `end` is behind its last.
        text: It as a reader sees it there.
        because: What is wrong with it, where it is not just that nothing shows it.
    """

    kind: TokenKind
    value: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    text: str = field(default="", compare=False)
    because: str | None = field(default=None, compare=False)

    def document(self) -> dict[str, Any]:
        """As it is kept with the reply, and told by the API."""
        return {**asdict(self), "kind": self.kind.value, "sentence": self.sentence}

    @property
    def sentence(self) -> str:
        """In words that an agent understands."""
        match self.kind:
            case TokenKind.STATUS:
                return f"The reply says “{self.text}” ({self.value}), and the looked-up facts do not."
            case TokenKind.PROMISE:
                return f"The reply promises “{self.text}” ({self.value}), which no fact and no policy of the shop backs."
            case _ if self.because:
                return f"The reply has “{self.text}” {self.because}"
            case _:
                return f"The reply has a {self.kind.value} that no looked-up fact shows: {self.text or self.value}."


@dataclass(frozen=True)
class Shopper:
    """Who a reply is written to.

    Attributes:
        greeted: Their name as a greeting prints it (`greeting_name`); it may stand in the first paragraph, and backs
            nothing.
        wrote: Their mail. Its figures may be repeated as theirs: "you wrote that you paid €20".
    """

    greeted: str | None = None
    wrote: str = ""


def check(
    markdown: str,
    situations: Sequence[Situation],
    locale: str | Locale,
    *,
    voice: Sequence[str] = (),
    today: date | None = None,
    passages: Sequence[str] = (),
    shopper: Shopper | None = None,
) -> tuple[Finding, ...]:
    """What in a reply is not backed by the facts of its situations, in the order in which it stands there.

    Args:
        markdown: The reply, as drafted or as edited by a person.
        situations: What it answers.
        locale: The language that it is written in (`Draft.locale`).
        voice: Texts of the store that are its own to say: its name, its signature.
        today: The store's day. Without it, `tomorrow` and `in 2 days` are backed by no date.
        passages: Sentences of the store's policies and articles, in any language, that it was written from. Their
            figures, links and promises may be repeated.
        shopper: Who is written to, if their name and their figures may be repeated to them.
    """
    language = locale if isinstance(locale, Locale) else choose_locale(locale, locale)
    text = Text.of_markdown(markdown)
    backing = back(situations, language, texts=(*voice, *passages), today=today)
    return tuple(_Check(text, backing, language, shopper or Shopper()).findings())


def fact_tokens(situation: Situation, locale: Locale) -> frozenset[Token]:
    """Every token that the facts of a situation back."""
    ledger = Ledger()
    if situation.facts is not None:
        ledger.enter(situation.facts, locale)
    return frozenset(ledger.tokens)


class _Check:
    """One text against its backing."""

    def __init__(self, text: Text, backing: Backing, locale: Locale, shopper: Shopper) -> None:
        self._text = text
        self._backing = backing
        normal = text.normal
        quotes = [
            *occurrences(normal, backing.quotes, _SHORTEST_QUOTE),
            *_greeting(normal, shopper.greeted),
            *item_numbers(normal),
        ]
        self._read: Passages = taken_apart(normal, locale, quotes)
        mark_carriers(self._read, normal, backing.ledger.carrier_names)
        self._scopes = Scopes(normal, self._read, backing.ledger)
        self._own = Spans.of(span for span in blocks(normal) if backing.is_own(normal[slice(*span)]))
        self._values = values(normal, self._read)
        self._statements = statements(self._read)
        self._prices = Prices(self._read, self._statements, self._values)
        self._parts = Parts.of(backing.ledger, locale.code)
        self._timed = {
            self._read.atoms[value.first].sentence for value in self._values if value.token in backing.clock
        }
        self._mislabelled = tuple(mislabelled(normal, locale))
        self._reported = {self._read.atoms[hit.start].sentence for hit in self._read.family("reported")}
        self._asked = tokens(shopper.wrote, locale) if self._reported else frozenset()
        self._conditions = first_of_parts(self._read, "condition")
        self._closed = {self._read.atoms[hit.start].sentence for hit in self._read.family("closed")}
        self._messages = list(self._read.family("message"))
        self._negated = {self._read.atoms[hit.start].clause for hit in self._read.family("negation")}

    def findings(self) -> Iterator[Finding]:
        found = [
            *self._unbacked_values(),
            *self._turned_round(),
            *self._unbacked_statements(),
            *self._misleading_links(),
        ]
        yield from sorted(found, key=lambda finding: (finding.start, finding.end))

    def _unbacked_values(self) -> Iterator[Finding]:
        for value in self._values:
            if (
                value.is_bare
                or value.token == _ALL
                or _is_a_day(value)
                or self._is_quoted(value)
                or self._is_of_message(value)
            ):
                continue
            facts = self._backing.facts(value, self._beside(value))
            if self._is_own(value.first):
                if not facts and not self._backing.says(value):
                    yield self._finding(value, None)
                continue
            scope = self._scopes.at(value.first)
            mine = [fact for fact in facts if fact.is_in(scope)]
            if self._prices.are_gone(value, mine, scope, self._backing.ledger):
                yield self._finding(
                    value, "as the price of what is available, but the facts show it for what is not."
                )
                continue
            roles = self._backing.narrowed(value.roles)
            if self._backing.bears(value, roles, mine, scope) and not self._backing.is_mistaken(value):
                continue
            if self._is_today(value) and (not value.roles or self._is_negated(value)):
                continue  # `as of today we see no payment`
            if self._is_deadline(value) or self._is_opening_day(value):
                continue
            is_bound_day = value.token.kind is TokenKind.DAY and bool(
                value.roles and self._backing.ledger.days
            )
            if not facts and not is_bound_day and self._backing.says(value):
                continue
            yield self._finding(value, _because(value, facts, mine))

    def _turned_round(self) -> Iterator[Finding]:
        for value in turned_round(self._values, self._read):
            if not self._is_own(value.first):
                yield self._finding(value, "as the end of a span that begins after it.")

    def _misleading_links(self) -> Iterator[Finding]:
        for start, end, token in self._mislabelled:
            because = "as the label of a link that leads elsewhere."
            yield Finding(
                token.kind, token.value, *self._text.place(start, end), self._text.seen[start:end], because
            )

    def _is_quoted(self, value: Value) -> bool:
        """Whether it is the customer's own figure, given as such."""
        return self._read.atoms[value.first].sentence in self._reported and value.token in self._asked

    def _is_of_message(self, value: Value) -> bool:
        """Whether it is the day of the customer's mail, which is no fact of the order: `your message of 3 October`."""
        place = self._read.atoms[value.first].part
        is_beside = any(
            0 <= value.first - hit.end <= _BETWEEN and self._read.atoms[hit.start].part == place
            for hit in self._messages
        )
        return is_beside and is_lately(value.token, self._backing.today)

    def _is_opening_day(self, value: Value) -> bool:
        """Whether a day is one of the shop's, with a time: `Monday to Friday, 9:30-18:00`; or none of them: `closed on Monday`."""
        if value.token.kind is not TokenKind.DAY:
            return False
        atom, is_open = self._read.atoms[value.first], self._backing.says(value)
        if not is_open and (atom.sentence in self._closed or atom.clause in self._negated):
            return self._backing.knows_opening_days
        return is_open and atom.sentence in self._timed

    def _is_today(self, value: Value) -> bool:
        today = self._backing.today
        return value.token == _TODAY or (
            today is not None and value.token == Token(TokenKind.DAY, f"weekday {today.weekday()}")
        )

    def _is_deadline(self, value: Value) -> bool:
        """Whether it is a day to wait for: `if it has not come by Wednesday`."""
        if value.token.kind is not TokenKind.DAY or not self._is_negated(value):
            return False
        first = self._conditions.get(self._read.atoms[value.first].part)
        return first is not None and first <= value.first

    def _is_negated(self, value: Value) -> bool:
        return self._read.atoms[value.first].clause in self._negated

    def _beside(self, value: Value) -> Token | None:
        """The date that a weekday stands beside."""
        index = date_beside(self._read, value.first, value.last)
        return None if index is None else self._read.atoms[index].token

    def _unbacked_statements(self) -> Iterator[Finding]:
        figures = Figures(self._values, self._read)
        unbacked: list[Statement] = []
        told: set[int] = set()
        some = set(self._of_some(self._statements))
        for one in self._statements:
            if self._is_own(one.first):
                continue
            scope = self._scopes.of_part(one.first) if one.name == "available" else self._scopes.at(one.first)
            readings = [one, replace(one, polarity="will")] if self._is_to_come(one) else [one]
            beside = figures.beside(one)
            backed = one.first in some or any(self._backing.states(two, scope, beside) for two in readings)
            if self._is_dated(one) or self._is_of_other_part(one) or not backed:
                unbacked.append(one)
            else:
                told.add(one.first)
        for one in unbacked:
            if one.first not in told:  # `reembolsamos`, `enviamos`: we refund and send, or refunded and sent
                yield self._statement(one)

    def _is_to_come(self, one: Statement) -> bool:
        """Whether what seems to have happened stands with a day to come: `on its way by Wednesday`."""
        days = self._days.get(self._read.atoms[one.first].clause, set())
        return one.polarity == "is" and bool(days) and days <= TO_COME

    @cached_property
    def _days(self) -> dict[int, set[Role | None]]:
        """What the days of each clause are in the facts."""
        found: dict[int, set[Role | None]] = {}
        for value in self._values:
            if value.token.kind in {TokenKind.DATE, TokenKind.DAY}:
                facts = self._backing.facts(value, self._beside(value))
                found.setdefault(self._read.atoms[value.first].clause, set()).update(
                    fact.role for fact in facts
                )
        return found

    def _of_some(self, found: Sequence[Statement]) -> Iterator[int]:
        """Where variants are said to be gone by words that are not their titles: `white has sold out`.

        So it is if the text says of others that they are there, or elsewhere what they cost.
        """
        stock = [one for one in found if one.name == "available"]
        if self._backing.has_some and not self._scopes.names_variants:
            part_of = [atom.part for atom in self._read.atoms]
            gone = {part_of[one.first] for one in stock if one.polarity == "is_not"}
            is_priced = any(
                value.token.kind is TokenKind.MONEY and part_of[value.first] not in gone
                for value in self._values
            )
            if is_priced or any(one.polarity == "is" for one in stock):
                yield from (one.first for one in stock if one.polarity == "is_not")

    def _is_dated(self, one: Statement) -> bool:
        """Whether what is said not to have happened stands with the day on which it did."""
        role = _DATED.get(one.name)
        if one.polarity != "is_not" or role is None:
            return False
        clause = self._read.atoms[one.first].clause
        return any(
            fact.role is role
            for value in self._values
            if value.token.kind is TokenKind.DATE and self._read.atoms[value.first].clause == clause
            for fact in self._backing.facts(value, None)
        )

    def _is_of_other_part(self, one: Statement) -> bool:
        """Whether it is said of the part of an order that waits, and true only of that which was sent, or the other way."""
        return bool(self._parts.waiting) and self._parts.deny(
            one, clause_words(self._text.normal, self._read, one.first)
        )

    def _is_own(self, index: int) -> bool:
        return self._own.holds(self._read.atoms[index].start)

    def _finding(self, value: Value, because: str | None) -> Finding:
        text, (start, end) = self._seen(value.first, value.last)
        shown = text if value.token.kind is TokenKind.DAY else value.token.value
        return Finding(value.token.kind, shown, start, end, text, because)

    def _statement(self, one: Statement) -> Finding:
        text, (start, end) = self._seen(one.first, one.last)
        kind = TokenKind.PROMISE if one.is_promise else TokenKind.STATUS
        return Finding(kind, one.meaning, start, end, text)

    def _seen(self, first: int, last: int) -> tuple[str, tuple[int, int]]:
        """What a reader sees of a claim, and its place in the Markdown."""
        start, end = self._read.atoms[first].start, self._read.atoms[last].end
        sign = PERCENT.match(self._text.normal, end)
        end = sign.end() if sign else end
        return self._text.seen[start:end], self._text.place(start, end)


def _greeting(text: str, name: str | None) -> list[tuple[int, int]]:
    """Where the customer is greeted by name: in the first paragraph."""
    paragraphs = blocks(text)
    if not name or not paragraphs:
        return []
    return occurrences(text[: paragraphs[0][1]], (Text.of_plain(name).normal,), 1)


def _is_a_day(value: Value) -> bool:
    """Whether it is a day in words that is not said to be when: `leave it alone for a day`."""
    return value.in_words and not value.roles and value.token == Token(TokenKind.DURATION, "1 day")


def _because(value: Value, facts: Sequence[Fact], mine: Sequence[Fact]) -> str | None:
    if not facts or value.token.kind is TokenKind.DAY:
        return None
    if not mine:
        return "where another order, parcel or article is spoken of: there the facts do not show it."
    stands_as = " or ".join(sorted(role.value for role in value.roles))
    known_as = " or ".join(sorted({fact.role.value for fact in mine if fact.role is not None}))
    return f"as {stands_as}, but the facts show it as {known_as}."
