"""What a reply may say: its facts, the shop's own words, and what the template of the situation makes of the facts.

The product's own template is the word on a situation, whatever a store words itself: what it says of these facts ("has not been sent") may be said in other
words and, since statements are read into one form for all languages, in another language. A paragraph or list that
stands in the reply as the template renders it needs no second look at its words; its values are traced to facts all the
same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any

from app.errors import NeedsPerson
from app.intents.situation import Situation, Variant
from app.replies.carriers import mark_carriers
from app.replies.cleaning import clean_facts
from app.replies.locales import LAST_RESORT, LOCALES, Locale
from app.replies.passages import Passages, blocks, occurrences, taken_apart
from app.replies.plain import Text
from app.replies.rendering import render
from app.replies.roles import Fact, Ledger, Role, Scope
from app.replies.scopes import Scopes
from app.replies.sources import has_template
from app.replies.statements import Statement, statements
from app.replies.tokens import Token, TokenKind, date_tokens
from app.replies.values import Value, values
from app.replies.words import LANGUAGES

_LONGEST_TITLE = 24
_NEAR_DAYS = 7
"""Within these a weekday needs no date."""

_DECIMAL = re.compile(r"\d+\.\d+")
_SENTENCE_END = re.compile(r"(?<=[.!?؟。])\s")

# What follows from what.
_IMPLIED: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("is", "refunded_in_full"): (("is", "refunded"), ("is", "paid")),
    ("is", "refunded"): (("is", "paid"),),
    ("will_not", "delivered"): (("will_not", "shipped"),),
    ("will_not", "shipped"): (("will_not", "delivered"),),
    ("is", "delivered"): (("is", "shipped"),),
    ("is", "out_for_delivery"): (("is", "in_transit"), ("is", "shipped")),
    ("is", "in_transit"): (("is", "shipped"),),
    ("is", "scanned"): (("is", "shipped"),),
    ("is_not", "scanned"): (("is_not", "shipped"), ("is_not", "in_transit"), ("is_not", "delivered")),
    ("is_not", "shipped"): (
        ("is_not", "in_transit"),
        ("is_not", "delivered"),
        ("is_not", "out_for_delivery"),
    ),
    ("is", "cancelled"): (("will_not", "shipped"), ("will_not", "delivered"), ("is_not", "shipped")),
}
_KNOWN_BY_ABSENCE = frozenset(
    {"shipped", "delivered", "cancelled", "refunded", "in_transit", "out_for_delivery", "labelled"}
)
_NEVER_KNOWN = frozenset({"scanned", "on_hold", "returned", "lost"})

_NO_LIMIT = frozenset({TokenKind.DURATION, TokenKind.DAY, TokenKind.DATE})
"""What is promised within a time is promised; whether the time is over, the reply may leave unsaid."""

_RATHER = (Role.DUE, Role.RECEIVED)

Meaning = tuple[str, str]


@dataclass
class Backing:
    """What may be said.

    Attributes:
        ledger: The facts.
        quotes: The shop's own words, `normal`: they may stand verbatim.
        own: The blocks of the templates' rendering, in one line each.
        said: What the templates state, and of which order.
        figures: Values in words of the templates and of the shop's texts: time spans, weekdays, counts.
        thresholds: Amounts of the shop's texts from which something holds: `free from 75 EUR`.
        fees: Amounts of the shop's texts that something costs.
        policy: Promises in the shop's texts, each with the figures of its sentence, which limit it.
    """

    today: date | None
    ledger: Ledger = field(default_factory=Ledger)
    quotes: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    said: list[tuple[Statement, Scope]] = field(default_factory=list)
    figures: set[Token] = field(default_factory=set)
    thresholds: set[Token] = field(default_factory=set)
    fees: set[Token] = field(default_factory=set)
    policy: list[tuple[Meaning, frozenset[Token]]] = field(default_factory=list)

    def is_own(self, block: str) -> bool:
        """Whether a paragraph or list is the template's, word for word."""
        return " ".join(block.split()) in self.own

    def says(self, token: Token) -> bool:
        """Whether a template or a text of the shop says it, though no fact is it."""
        return token in self.figures

    def is_mistaken(self, value: Value) -> bool:
        """Whether a fee of the shop is told as the amount from which something holds, or the other way round."""
        token, roles = value.token, value.roles
        if Role.THRESHOLD in roles:
            return token in self.fees - self.thresholds
        return Role.PRICE in roles and token in self.thresholds - self.fees

    def narrowed(self, roles: frozenset[Role]) -> frozenset[Role]:
        """Where the facts know an amount due or received, the total is no other name for it."""
        known = {fact.role for facts in self.ledger.tokens.values() for fact in facts}
        return next((frozenset({role}) for role in _RATHER if role in roles & known), roles)

    def facts(self, value: Value, beside: Token | None) -> Sequence[Fact]:
        """The facts that have a value; `beside`: the date that a weekday belongs to."""
        token = value.token
        if token.kind is TokenKind.DAY:
            return [fact for day, fact in self.ledger.days if self._is_day(token.value, day, beside)]
        found = self.ledger.tokens.get(token, [])
        if found:
            return found
        if value.is_about and token.kind is TokenKind.NUMBER:
            return [fact for other, facts in self.ledger.tokens.items() if _is_nearly(token, other) for fact in facts]
        if token.kind is not TokenKind.DURATION:
            return found
        if value.is_later:
            days = self.ledger.days
            return [fact for day, fact in days if any(self._is_apart(value, day, other) for other, _ in days)]
        if self.today is None:
            return found
        return [fact for day, fact in self.ledger.days if self._is_apart(value, day, self.today)]

    def _is_day(self, name: str, day: date, beside: Token | None) -> bool:
        sort, _, number = name.partition(" ")
        if sort == "weekday":
            if beside is not None:
                return day.weekday() == int(number) and beside in date_tokens(day)
            is_near = self.today is None or abs((day - self.today).days) <= _NEAR_DAYS
            return day.weekday() == int(number) and is_near
        if self.today is None:
            return False
        if number.startswith("w"):
            return _week(day) - _week(self.today) == int(number[1:])
        return (day - self.today).days == int(number)

    @staticmethod
    def _is_apart(value: Value, day: date, today: date) -> bool:
        """Whether a day is so far from today: to the day, or as nearly as `almost two weeks` says."""
        number, _, unit = value.token.value.partition(" ")
        days = {"day": 1, "week": 7}.get(unit)
        if days is None or not number.isdecimal():
            return False
        slack = days // 2 if value.is_about else 0
        return abs(abs((day - today).days) - int(number) * days) <= slack

    def states(self, one: Statement, scope: Scope, figures: frozenset[Token]) -> bool:
        """Whether a statement or promise is true of what is spoken of."""
        meaning = (one.polarity, one.name)
        told = [other for other, place in self.said if _meet(scope, place, is_strict=one.name == "available")]
        alone = _of_the_same(one, told)
        if alone is not None:
            known = {("knows", "order")} & self._known(scope)
            return meaning in alone or self._follows(one, alone, known)
        said = _closure((other.polarity, other.name) for other in told)
        if meaning in said:
            return True
        known = self._known(scope)
        if one.of == "carrier" and meaning in known:
            return True
        if one.is_promise:
            return meaning in known or any(
                own == meaning and (not limits or limits & figures) for own, limits in self.policy
            )
        if meaning in _closure(own for own, _ in self.policy):
            return True
        return self._follows(one, said, known)

    def _follows(self, one: Statement, said: set[Meaning], known: set[Meaning]) -> bool:
        opposite = ("is" if one.polarity == "is_not" else "is_not", one.name)
        meaning = (one.polarity, one.name)
        everything = said | known
        if one.polarity == "will":
            is_over = ("is", "cancelled") in everything or {("is", one.name), opposite} & everything == {
                ("is", one.name)
            }
            return (one.name in {"shipped", "delivered"} or meaning in known) and not is_over
        if one.polarity == "will_not":
            return meaning in known
        if opposite in said:
            return False
        if meaning in known:
            return True
        if one.polarity == "is":
            return False
        is_known = one.name in _KNOWN_BY_ABSENCE and ("knows", "order") in known
        return (is_known or one.name in _NEVER_KNOWN) and opposite not in known

    @property
    def has_some(self) -> bool:
        """Whether a variant of a product can be bought and another cannot."""
        return {one.available for one, _ in self.ledger.instances if isinstance(one, Variant)} == {True, False}

    def _known(self, scope: Scope) -> set[Meaning]:
        """What the facts in a scope amount to."""
        found: set[Meaning] = set()
        for instance, path in self.ledger.instances:
            if Fact(None, path).is_in(scope):
                found |= _states(instance)
        if ("is", "available") in found:
            found.discard(("is_not", "available"))  # one variant that is there is enough
        return _closure(found)


def back(
    situations: Sequence[Situation],
    locale: Locale,
    *,
    texts: Sequence[str],
    today: date | None,
) -> Backing:
    """Everything that backs a reply to these situations in a language.

    Args:
        situations: What it answers.
        locale: Its language.
        texts: What the store says in its own words.
        today: The store's day.
    """
    backing = Backing(today)
    for situation in situations:
        if situation.facts is not None:
            backing.ledger.enter(situation.facts, locale)
    for text in texts:
        for line in text.splitlines():
            backing.ledger.text(line, Fact(Role.TEXT, {}), locale)
    for text in backing.ledger.texts:
        words = _words(text, locale)
        backing.quotes += words.quotes
        backing.thresholds |= words.thresholds
        backing.fees |= words.fees
        backing.figures |= words.figures
        backing.policy += words.promises
    for situation in situations:
        _take_template(backing, situation, locale)
    return backing


def _take_template(backing: Backing, situation: Situation, locale: Locale) -> None:
    """What the product's own template says of the facts, in the reply's language or in one that has templates."""
    spoken = locale if situation.name and has_template(locale, situation.name) else LOCALES[LAST_RESORT]
    if situation.name is None or situation.facts is None or not has_template(spoken, situation.name):
        return
    facts = clean_facts(situation.facts, backing.today or date.min)
    try:
        context = {f.name: getattr(facts, f.name) for f in fields(facts)}
        markdown = render(spoken, situation.name, context)
    except NeedsPerson:
        return  # these facts make no such reply: there is nothing that it could say
    text = Text.of_markdown(markdown).normal
    if spoken is locale:
        backing.own |= {" ".join(text[a:b].split()) for a, b in blocks(text)}
    quotes = occurrences(text, backing.quotes, _LONGEST_TITLE)
    read = taken_apart(text, spoken, quotes)
    mark_carriers(read, text, backing.ledger.carrier_names)
    scopes = Scopes(text, read, backing.ledger)
    stated = statements(read)
    done = {one.first for one in stated if not one.is_promise}
    for one in stated:
        if one.is_promise and one.first in done:
            continue  # `reembolsamos`: what has been done promises nothing more
        scope = scopes.of_part(one.first) if one.name == "available" else scopes.at(one.first)
        backing.said.append((one, scope))
    backing.figures |= {value.token for value in values(text, read) if _is_figure(value)}


class Figures:
    """The figures of each clause, which limit what it promises: `free from 75 EUR`."""

    def __init__(self, found: Iterable[Value], read: Passages) -> None:
        self._read = read
        self._clauses: dict[int, set[Token]] = {}
        self._sentences: dict[int, set[Token]] = {}
        for value in found:
            if value.token.kind in _NO_LIMIT:
                continue
            atom = read.atoms[value.first]
            self._clauses.setdefault(atom.clause, set()).add(value.token)
            self._sentences.setdefault(atom.sentence, set()).add(value.token)

    def beside(self, one: Statement) -> frozenset[Token]:
        """Those of the clause of a statement; of its sentence if the clause has none."""
        atom = self._read.atoms[one.first]
        return frozenset(self._clauses.get(atom.clause) or self._sentences.get(atom.sentence) or set())


def _is_nearly(token: Token, other: Token) -> bool:
    """Whether a round number is the other, rounded: `about 2 kg` of 1.9."""
    is_number = other.kind is TokenKind.NUMBER and _DECIMAL.fullmatch(other.value)
    return bool(is_number) and token.value.isdecimal() and round(float(other.value)) == int(token.value)


def _ends(token: Token) -> tuple[Token, ...]:
    """A span, and where it ends: of `3-5 day` also `5 day` may be said."""
    amount, _, unit = token.value.partition(" ")
    return token, Token(token.kind, f"{amount.rpartition('-')[2]} {unit}".strip())


def _is_figure(value: Value) -> bool:
    return value.in_words or value.token.kind in {TokenKind.DURATION, TokenKind.PERCENT}


@dataclass(frozen=True)
class _Words:
    quotes: tuple[str, ...]
    figures: frozenset[Token]
    thresholds: frozenset[Token]
    fees: frozenset[Token]
    promises: tuple[tuple[Meaning, frozenset[Token]], ...]


@lru_cache(maxsize=512)
def _words(text: str, locale: Locale) -> _Words:
    """What a text of the shop says, in whichever language it is."""
    normal = Text.of_plain(text).normal
    quotes = tuple(dict.fromkeys((normal, *_SENTENCE_END.split(normal))))
    if len(text) <= _LONGEST_TITLE:
        return _Words(quotes, frozenset(), frozenset(), frozenset(), ())
    figures: set[Token] = set()
    amounts: set[tuple[Token, bool]] = set()
    promises: list[tuple[Meaning, frozenset[Token]]] = []
    for language in dict.fromkeys((locale.code, language_of(normal, locale))):
        read = taken_apart(normal, locale, language=language)
        found = values(normal, read)
        figures |= {token for value in found if _is_figure(value) for token in _ends(value.token)}
        amounts |= {
            (value.token, Role.THRESHOLD in value.roles)
            for value in found
            if value.token.kind is TokenKind.MONEY
        }
        limits = Figures(found, read)
        if language != locale.code or not promises:
            promises = [((one.polarity, one.name), limits.beside(one)) for one in statements(read)]
        thresholds = frozenset(token for token, is_threshold in amounts if is_threshold)
    fees = frozenset(token for token, _ in amounts) - thresholds
    return _Words(quotes, frozenset(figures), thresholds, fees, tuple(promises))


def language_of(text: str, locale: Locale) -> str:
    """The language most of whose phrases stand in a text; the locale's where none has more."""

    def known(code: str) -> int:
        return sum(len(hits) for hits in taken_apart(text, locale, language=code).hits.values())

    return max((locale.code, *LANGUAGES), key=known)


def _states(instance: Any) -> set[Meaning]:
    """What the fields of one fact say has happened, and that an order's later states would be known."""
    found: set[Meaning] = set()

    def has(name: str) -> bool:
        return bool(getattr(instance, name, None))

    for name, evidence in {
        "shipped": ("shipped_on", "delivered_on"),
        "delivered": ("delivered_on",),
        "cancelled": ("cancelled_on",),
        "refunded": ("refunded", "refunded_on"),
        "paid": ("paid_on", "received"),
    }.items():
        if any(has(field_name) for field_name in evidence):
            found.add(("is", name))
    total = getattr(instance, "total", None)
    more: tuple[tuple[bool, Meaning], ...] = (
        (has("refunded") and total == getattr(instance, "refunded", None), ("is", "refunded_in_full")),
        (has("shipped_on") and not has("delivered_on"), ("is", "in_transit")),
        (has("tracking_number"), ("is", "labelled")),
        (has("last_event_on"), ("is", "scanned")),
        (has("due"), ("is_not", "paid")),
        (hasattr(instance, "available"), ("is" if has("available") else "is_not", "available")),
        (has("available_on"), ("will", "available")),
        (has("exchange_items"), ("promise", "replacement")),
        (hasattr(instance, "cancelled_on"), ("knows", "order")),
    )
    return found | {meaning for holds, meaning in more if holds}


def _of_the_same(one: Statement, told: Sequence[Statement]) -> set[Meaning] | None:
    """What the template says of the rest of an order, or on the carrier's word, where a statement is of that too.

    The rest is on its way where a part has been delivered; the carrier says delivered what has not reached the customer.
    """
    if not one.of:
        return None
    alone = [other for other in told if other.of == one.of]
    if one.of == "carrier":
        alone = [other for other in alone if other.name == one.name]
    return _closure((other.polarity, other.name) for other in alone) if alone else None


def _closure(meanings: Iterable[Meaning]) -> set[Meaning]:
    found = set(meanings)
    is_mixed = {
        ("is", "shipped"),
        ("is_not", "shipped"),
    } <= found  # one part of it has been sent, the other not
    for meaning in tuple(found):
        if not (is_mixed and meaning == ("is_not", "shipped")):
            found.update(_IMPLIED.get(meaning, ()))
    return found


def _meet(one: Scope, other: Scope, *, is_strict: bool) -> bool:
    """Whether two passages may speak of the same; strictly: not one of the whole and one of a part."""
    if is_strict and one.keys() != other.keys():
        return False
    return all(some & other[kind] for kind, some in one.items() if kind in other)


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7
