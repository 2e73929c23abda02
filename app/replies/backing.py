"""What a reply may say: its facts, the shop's own words, and what the template of the situation makes of the facts.

The product's own template is the word on a situation, whatever a store words itself: what it says of these facts ("has
not been sent") may be said in other words and, since statements are read into one form for all languages, in another
language. A paragraph or list that stands in the reply as the template renders it needs no second look at its words; its
values are traced to facts all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from app.errors import NeedsPerson
from app.intents.situation import PaymentFacts, Situation, Variant
from app.replies.carriers import mark_carriers
from app.replies.cleaning import clean_facts
from app.replies.consequences import KNOWN_BY_ABSENCE, NEVER_KNOWN, Meaning, closure, states_of
from app.replies.locales import LAST_RESORT, LOCALES, Locale
from app.replies.named_days import is_day
from app.replies.number_forms import pieces
from app.replies.passages import blocks, occurrences, taken_apart
from app.replies.plain import Text
from app.replies.reckoning import is_often, is_reckoned, last_days
from app.replies.rendering import render
from app.replies.roles import GONE_BY, TO_COME, Fact, Ledger, Role, Scope
from app.replies.scopes import Scopes
from app.replies.shop_texts import LONGEST_TITLE, is_figure, words_of
from app.replies.sources import has_template
from app.replies.spans import equal_spans, is_apart, is_end, is_nearly, is_within
from app.replies.statements import Statement, statements
from app.replies.tokens import Token, TokenKind, date_tokens
from app.replies.values import Value, values

_DAYS = frozenset({TokenKind.DATE, TokenKind.DAY, TokenKind.DURATION})
_SHORTEST_END = 4
"""Characters by which a tracking number may be told: `it ends in 0186`."""
_SMALL = 2
"""Digits of a number that is told without its currency only by chance."""


_MAY_END_IN_REFUND = frozenset(
    {
        "refund_awaits_return",
        "refund_possible",
        "return_possible",
        "order_return_open",
        "order_return_requested",
        "order_returned",
        "cancel_possible",
    }
)
_DIGITAL = frozenset({"order_digital_sent", "order_digital_waiting"})
_HELD_AGAINST_LIKE = frozenset({"rest", "carrier"})
_STILL_TO_COME = frozenset({"shipped", "delivered", "in_transit", "out_for_delivery"})
_COUNTED_FROM = frozenset({Role.DELIVERED_ON, Role.ORDERED_ON})
_RATHER = frozenset({Role.DUE, Role.RECEIVED})


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
        clock: Times of day of the shop's texts, in all their forms.
        may_refund: Whether money is returned once something else is done: goods are back, an order is cancelled.
        has_gift_cards: Whether what was ordered may be gift cards, which then are no promise.
    """

    today: date | None
    may_refund: bool = False
    has_gift_cards: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    quotes: list[str] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    said: list[tuple[Statement, Scope]] = field(default_factory=list)
    figures: set[Token] = field(default_factory=set)
    thresholds: set[Token] = field(default_factory=set)
    fees: set[Token] = field(default_factory=set)
    policy: list[tuple[Meaning, frozenset[Token]]] = field(default_factory=list)
    clock: set[Token] = field(default_factory=set)

    def is_own(self, block: str) -> bool:
        """Whether a paragraph or list is the template's, word for word."""
        return " ".join(block.split()) in self.own

    def says(self, value: Value) -> bool:
        """Whether a template or a text of the shop says it, though no fact is it."""
        token = value.token
        if token in self.clock or any(one in self.figures for one in (token, *equal_spans(token))):
            return True
        is_count = value.in_words and token.kind is TokenKind.NUMBER
        if is_count and any(is_end(token, span) for span in self.figures):
            return True  # `three to six elsewhere`: the unit is left out
        if value.is_about and any(is_within(token, span) for span in self.figures):
            return True
        return self._is_reckoned(value)

    def _is_reckoned(self, value: Value) -> bool:
        """Whether it follows from the facts by reckoning; what was refunded, and when something was, does not."""
        token, roles = value.token, value.roles
        if token.kind is TokenKind.NUMBER:
            return self._is_counted(value)
        if token.kind is TokenKind.MONEY and Role.REFUND not in roles:
            others = (one for one in self.ledger.tokens if one.kind is TokenKind.MONEY)
            return is_reckoned(token, others)
        if token.kind is TokenKind.DATE and (value.is_end or not roles - TO_COME):
            days = (day for day, fact in self.ledger.days if fact.role in _COUNTED_FROM)
            return any(token in date_tokens(day) for day in last_days(days, self.figures))
        return False

    def _is_counted(self, value: Value) -> bool:
        """Whether a number is that of an amount (`two million`), of times (`10h-19h`), or how often one amount is another: `two payments`."""
        number = value.token.value
        if value.in_words and len(number) > _SMALL:
            return any(one.value.startswith(f"{number} ") for one in self.figures)
        if "-" in number:
            return all(Token(TokenKind.NUMBER, one) in self.clock for one in number.split("-"))
        amounts = [one for one in self.ledger.tokens if one.kind is TokenKind.MONEY]
        return is_often(number, amounts)

    def bears(self, value: Value, roles: frozenset[Role], mine: Sequence[Fact], scope: Scope) -> bool:
        """Whether facts of an order have a value in one of its roles, or nothing that is known speaks against it.

        Words name roles in more ways than lists have. So a day is mistaken only where the facts have another day in that
        role, or where it is still to come and told as gone by, or the other way round.
        """
        if any(_has_role(fact, roles) for fact in mine):
            return True
        if not mine or value.token.kind not in _DAYS or self._is_out_of_time(roles, mine):
            return False
        return not any(fact.role in roles and fact.is_in(scope) for _, fact in self.ledger.days)

    def _is_out_of_time(self, roles: frozenset[Role], mine: Sequence[Fact]) -> bool:
        """Whether a day gone by is told as one to come, or the other way."""
        days = [day for day, fact in self.ledger.days if fact in mine]
        if self.today is None or not days:
            return True
        return (roles <= TO_COME and max(days) < self.today) or (roles <= GONE_BY and min(days) > self.today)

    def is_mistaken(self, value: Value) -> bool:
        """Whether a fee of the shop is told as the amount from which something holds, or the other way round."""
        token, roles = value.token, value.roles
        if Role.THRESHOLD in roles:
            return token in self.fees - self.thresholds
        return Role.PRICE in roles and token in self.thresholds - self.fees

    def narrowed(self, roles: frozenset[Role]) -> frozenset[Role]:
        """Where the facts know an amount due or received, the total is no other name for it."""
        known = {fact.role for facts in self.ledger.tokens.values() for fact in facts}
        return roles - {Role.TOTAL} if roles & _RATHER & known - self._more else roles

    @property
    def _more(self) -> frozenset[Role]:
        """What of the money is more than the total: then a payment may well be the total."""
        paid = (one for one, _ in self.ledger.instances if isinstance(one, PaymentFacts) and one.received)
        is_more = any(one.received and one.received.amount > one.total.amount for one in paid)
        return frozenset({Role.RECEIVED} if is_more else ())

    def facts(self, value: Value, beside: Token | None) -> Sequence[Fact]:
        """The facts that have a value; `beside`: the date that a weekday belongs to."""
        token = value.token
        if token.kind is TokenKind.DAY:
            return [fact for day, fact in self.ledger.days if is_day(token.value, day, self.today, beside)]
        found = self.ledger.tokens.get(token) or self.ledger.phones.get(token.value, [])
        if not found and token.kind is TokenKind.NUMBER:
            return self._in_other_words(value)
        if not found and token.kind is TokenKind.DURATION:
            return self._at_a_distance(value)
        return found

    def _in_other_words(self, value: Value) -> Sequence[Fact]:
        """The facts that have a number in another form: `39/42` for `39-42`, the end of a tracking number, `about 2` for 1.9."""
        token, ledger = value.token, self.ledger
        parts = [ledger.pieces.get(piece, []) for piece in pieces(token.value)]
        if parts and all(parts):
            return parts[0]
        if len(token.value) >= _SHORTEST_END:
            named = [one for one in ledger.parcels if one.value.endswith(token.value)]
            return [fact for one in named for fact in ledger.tokens.get(one, ())]
        amounts = [
            facts for other, facts in ledger.tokens.items() if other.value.startswith(f"{token.value} ")
        ]
        if amounts and not value.roles:
            return amounts[0]  # `the big one is €289, the small one 189`
        if value.is_about:
            return [
                fact for other, facts in ledger.tokens.items() if is_nearly(token, other) for fact in facts
            ]
        return []

    def _at_a_distance(self, value: Value) -> Sequence[Fact]:
        """The facts of the days that are a span of time away from today, or from another day: `two days later`."""
        days = self.ledger.days
        marks = [day for day, _ in days] if value.is_later else [self.today] if self.today else []
        return [
            fact
            for day, fact in days
            if any(
                is_apart(span, day, mark, is_about=value.is_about)
                for mark in marks
                for span in (value.token, *equal_spans(value.token))
            )
        ]

    def states(self, one: Statement, scope: Scope, figures: frozenset[Token]) -> bool:
        """Whether a statement or promise is true of what is spoken of."""
        meaning = (one.polarity, one.name)
        told = [other for other, place in self.said if _meet(scope, place, is_strict=one.name == "available")]
        known = self._known(scope)
        if self._is_plain(one):
            return True
        alone = _of_the_same(one, told)
        if alone is not None:
            return meaning in alone or self._follows(one, alone, {("knows", "order")} & known)
        said = closure((other.polarity, other.name) for other in told)
        if meaning in said or (one.of == "carrier" and meaning in known):
            return True
        if one.is_promise:
            return meaning in known or self._is_policy(meaning, figures)
        policy = closure(own for own, _ in self.policy)
        return meaning in policy or self._follows(one, said, known)

    def _is_plain(self, one: Statement) -> bool:
        """What is no claim of its own: that there is a substitute (a promise, looked at as such), the money of goods once they are back."""
        return (
            one.of == "substitute"
            or (one.of == "awaited" and self.may_refund)
            or (one.name == "gift_card" and self.has_gift_cards)
        )

    def _is_policy(self, promise: Meaning, figures: frozenset[Token]) -> bool:
        """Whether a text of the shop promises it, within the figures of that sentence."""
        return any(own == promise and (not limits or limits & figures) for own, limits in self.policy)

    def _follows(self, one: Statement, said: set[Meaning], known: set[Meaning]) -> bool:
        opposite = ("is" if one.polarity == "is_not" else "is_not", one.name)
        meaning = (one.polarity, one.name)
        everything = said | known
        if one.polarity == "will":
            is_over = ("is", "cancelled") in everything or {("is", one.name), opposite} & everything == {
                ("is", one.name)
            }
            return (one.name in _STILL_TO_COME or meaning in known) and not is_over
        if one.polarity == "will_not":
            is_refused = (
                one.name == "refunded" and not {("is", "refunded"), ("promise", "refund")} & everything
            )
            return meaning in known or is_refused
        if opposite in said:
            return False
        if meaning in known:
            return True
        if one.polarity == "is":
            return False
        is_known = one.name in KNOWN_BY_ABSENCE and ("knows", "order") in known
        return (is_known or one.name in NEVER_KNOWN) and opposite not in known

    @property
    def knows_opening_days(self) -> bool:
        """Whether the shop's texts have days of the week."""
        return any(token.value.startswith("weekday ") for token in self.figures)

    @property
    def has_some(self) -> bool:
        """Whether a variant of a product can be bought and another cannot."""
        return {one.available for one, _ in self.ledger.instances if isinstance(one, Variant)} == {
            True,
            False,
        }

    def _known(self, scope: Scope) -> set[Meaning]:
        """What the facts in a scope amount to."""
        found: set[Meaning] = set()
        for instance, path in self.ledger.instances:
            if Fact(None, path).is_in(scope):
                found |= states_of(instance)
        if ("is", "available") in found:
            found.discard(("is_not", "available"))  # one variant that is there is enough
        return closure(found)


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
    names = {one.name for one in situations}
    backing = Backing(today, bool(names & _MAY_END_IN_REFUND), bool(names & _DIGITAL))
    for situation in situations:
        if situation.facts is not None:
            backing.ledger.enter(situation.facts, locale)
    for text in texts:
        for line in text.splitlines():
            backing.ledger.text(line, Fact(Role.TEXT, {}), locale)
    carriers = backing.ledger.carrier_names  # whose word a sentence is, `carriers` has to see
    for text in (one for one in backing.ledger.texts if one not in carriers):
        words = words_of(text, locale)
        backing.quotes += words.quotes
        backing.thresholds |= words.thresholds
        backing.fees |= words.fees
        backing.figures |= words.figures
        backing.clock |= words.clock
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
    quotes = occurrences(text, backing.quotes, LONGEST_TITLE)
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
    backing.figures |= {value.token for value in values(text, read) if is_figure(value)}


def _of_the_same(one: Statement, told: Sequence[Statement]) -> set[Meaning] | None:
    """What the template says of the rest of an order, or on the carrier's word, where a statement is of that too.

    The rest is on its way where a part has been delivered; the carrier says delivered what has not reached the customer.
    """
    if one.of not in _HELD_AGAINST_LIKE:
        return None
    alone = [other for other in told if other.of == one.of]
    if one.of == "carrier":
        alone = [other for other in alone if other.name == one.name]
    return closure((other.polarity, other.name) for other in alone) if alone else None


def _has_role(fact: Fact, roles: frozenset[Role]) -> bool:
    if not roles or fact.role in roles or fact.role in {None, Role.TEXT}:
        return True
    return fact.role is Role.COUNT and Role.QUANTITY not in roles


def _meet(one: Scope, other: Scope, *, is_strict: bool) -> bool:
    """Whether two passages may speak of the same; strictly: not one of the whole and one of a part."""
    if is_strict and one.keys() != other.keys():
        return False
    return all(some & other[kind] for kind, some in one.items() if kind in other)
