"""What each fact is: a date of sending is no date of delivery, a total no refund, and one order's facts are not another's.

The roles follow from the names of the fields in `app/intents/situation.py`. A test sees to it that every field which can
be told has an entry here; one without an entry would back a claim in any role.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.intents.situation import Facts, Item, Money
from app.replies.cleaning import clean_label, clean_text, web_link
from app.replies.filters import MAX_ITEMS
from app.replies.locales import Locale
from app.replies.number_forms import pieces
from app.replies.plain import normal
from app.replies.tokens import Token, TokenKind, date_tokens, tokens


class Role(StrEnum):
    """What a value is the value of, in words for people."""

    ORDERED_ON = "date of the order"
    SHIPPED_ON = "date of sending"
    SHIPS_BY = "last day of sending"
    DELIVERED_ON = "date of delivery"
    EXPECTED_ON = "expected day of delivery"
    LAST_EVENT_ON = "date of the carrier's latest news"
    CANCELLED_ON = "date of the cancellation"
    REFUNDED_ON = "date of the refund"
    PAID_ON = "date of the payment"
    TRIED_ON = "date of the failed payment"
    AVAILABLE_ON = "day of availability"
    ANSWER_BY = "day of a person's answer"
    TOTAL = "total"
    REFUND = "refund"
    PRICE = "price"
    DUE = "amount due"
    RECEIVED = "amount received"
    RESERVED = "amount reserved"
    THRESHOLD = "amount from which something holds"
    ORDER_NUMBER = "order number"
    TRACKING_NUMBER = "tracking number"
    LINK = "link"
    QUANTITY = "quantity"
    COUNT = "count"
    TEXT = "words of the shop"


GONE_BY = frozenset(
    {
        Role.ORDERED_ON,
        Role.SHIPPED_ON,
        Role.DELIVERED_ON,
        Role.LAST_EVENT_ON,
        Role.CANCELLED_ON,
        Role.REFUNDED_ON,
        Role.PAID_ON,
        Role.TRIED_ON,
    }
)
TO_COME = frozenset({Role.SHIPS_BY, Role.EXPECTED_ON, Role.AVAILABLE_ON, Role.ANSWER_BY})

FIELDS: Mapping[str, Role] = {
    "number": Role.ORDER_NUMBER,
    "tracking_number": Role.TRACKING_NUMBER,
    "ordered_on": Role.ORDERED_ON,
    "shipped_on": Role.SHIPPED_ON,
    "ships_by": Role.SHIPS_BY,
    "delivered_on": Role.DELIVERED_ON,
    "expected_on": Role.EXPECTED_ON,
    "arrives_from": Role.EXPECTED_ON,
    "arrives_until": Role.EXPECTED_ON,
    "last_event_on": Role.LAST_EVENT_ON,
    "cancelled_on": Role.CANCELLED_ON,
    "refunded_on": Role.REFUNDED_ON,
    "paid_on": Role.PAID_ON,
    "tried_on": Role.TRIED_ON,
    "available_on": Role.AVAILABLE_ON,
    "answer_by": Role.ANSWER_BY,
    "total": Role.TOTAL,
    "refunded": Role.REFUND,
    "price": Role.PRICE,
    "due": Role.DUE,
    "received": Role.RECEIVED,
    "reserved": Role.RESERVED,
    "quantity": Role.QUANTITY,
    "code_minutes": Role.COUNT,
    "tries_left": Role.COUNT,
    "url": Role.LINK,
    "tracking_url": Role.LINK,
    "policy_url": Role.LINK,
    "status_url": Role.LINK,
    "title": Role.TEXT,
    "variant": Role.TEXT,
    "carrier": Role.TEXT,
    "paragraphs": Role.TEXT,
    "wallets": Role.TEXT,
    "method": Role.TEXT,
    "address": Role.TEXT,
    "states": Role.TEXT,  # names of situations, which no reply shows
    "available": Role.TEXT,  # a statement, not a value: `app/replies/statements.py`
}
UNITS: Mapping[str, str] = {"minutes": "minute", "hours": "hour", "days": "day", "weeks": "week"}

_PHONE = re.compile(r"\+\d[\d ()/-]{6,}\d")
_COUNTRY_CODES = (1, 2, 3)

_IDENTIFYING = frozenset({"number", "tracking_number", "tracking_url"})
_TITLES = frozenset({"title", "variant"})
_RIALS_IN_A_TOMAN = 10

Path = Mapping[type, int]
"""Where a fact belongs: the instance of each class that it stands in."""

Scope = Mapping[type, frozenset[int]]
"""Which instances of a class a passage speaks of; a class that is not in it: any of them."""


@dataclass(frozen=True)
class Fact:
    """What backs a token: its role (None: any) and where it belongs."""

    role: Role | None
    path: Path

    def is_in(self, scope: Scope) -> bool:
        return all(self.path[kind] in some for kind, some in scope.items() if kind in self.path)


@dataclass
class Ledger:
    """All that the facts of a reply back.

    Attributes:
        tokens: What each token is.
        days: Every date with its fact, for `tomorrow` and `Monday`.
        orders: Which instances an order's number names.
        parcels: Which instances a tracking number or link names.
        titles: Titles of variants, with the instance that bears them.
        carriers: Names of carriers, with the parcel that each has.
        pieces: The numbers in titles of articles, with those of which others consist: `39-42`.
        phones: The shop's telephone numbers, in digits, as one dials them here and from abroad.
        texts: The shop's own words, which may be repeated.
        instances: Every dataclass of the facts, with its path.
    """

    tokens: dict[Token, list[Fact]] = field(default_factory=dict)
    days: list[tuple[date, Fact]] = field(default_factory=list)
    orders: dict[Token, list[tuple[type, int]]] = field(default_factory=dict)
    parcels: dict[Token, list[tuple[type, int]]] = field(default_factory=dict)
    titles: list[tuple[str, type, int]] = field(default_factory=list)
    carriers: list[tuple[str, type, int]] = field(default_factory=list)
    pieces: dict[str, list[Fact]] = field(default_factory=dict)
    phones: dict[str, list[Fact]] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    instances: list[tuple[Any, Path]] = field(default_factory=list)

    @property
    def carrier_names(self) -> frozenset[str]:
        return frozenset(name for name, _, _ in self.carriers)

    def enter(self, facts: Facts, locale: Locale) -> None:
        """Take in the facts of a situation."""
        _Entry(self, locale).instance(facts, {})

    def back(self, token: Token, fact: Fact) -> None:
        self.tokens.setdefault(token, []).append(fact)

    def text(self, text: str, fact: Fact, locale: Locale) -> None:
        for token in _text_tokens(text, locale):
            self.back(token, fact)
        if fact.role in {None, Role.TEXT}:
            self.texts[text] = None
            for number in _phones(text):
                self.phones.setdefault(number, []).append(fact)


@dataclass
class _Entry:
    ledger: Ledger
    locale: Locale

    def instance(self, value: Any, path: Path) -> None:
        number = len(self.ledger.instances)
        own = {**path, type(value): number}
        self.ledger.instances.append((value, own))
        for part in dataclasses.fields(value):
            self.member(getattr(value, part.name), part.name, own)
        title = getattr(value, "title", None)
        if title and hasattr(value, "price"):
            self.ledger.titles.append((title, type(value), number))
        carrier = getattr(value, "carrier", None)
        if carrier:
            self.ledger.carriers.append((carrier, type(value), number))

    def member(self, value: Any, name: str, path: Path) -> None:
        fact = Fact(FIELDS.get(name), path)
        match value:
            case tuple():
                for one in value:
                    self.member(one, name, path)
                self._counts(value, path)
            case str():
                if name != "states":
                    self._text(value, name, fact)
            case Money() | date() | int():
                self._value(value, name, fact)
            case _ if dataclasses.is_dataclass(value):
                self.instance(value, path)

    def _value(self, value: Money | date | int, name: str, fact: Fact) -> None:
        match value:
            case Money():
                for token in _money_tokens(value):
                    self.ledger.back(token, fact)
            case date():
                self.ledger.days.append((value, fact))
                for token in date_tokens(value):
                    self.ledger.back(token, fact)
            case int() if not isinstance(value, bool):
                self.ledger.back(_number(value), fact)
                unit = UNITS.get(name.rpartition("_")[2])
                if unit:
                    self.ledger.back(Token(TokenKind.DURATION, f"{value} {unit}"), fact)

    def _counts(self, members: tuple[Any, ...], path: Path) -> None:
        """How many there are may be said in any language: two parcels, five articles."""
        if not members or not dataclasses.is_dataclass(members[0]):
            return
        counts = {len(members), len(members) - MAX_ITEMS}
        if isinstance(members[0], Item):
            counts.add(sum(item.quantity for item in members))
        for count in counts:
            if count > 0:
                self.ledger.back(_number(count), Fact(Role.COUNT, path))

    def _text(self, value: str, name: str, fact: Fact) -> None:
        for text in {value, clean_text(value, len(value) + 1), clean_label(value), web_link(value) or value}:
            self.ledger.text(text, fact, self.locale)
        if name in _TITLES:
            for token in _text_tokens(value, self.locale):
                for piece in pieces(token.value) or (token.value,):
                    self.ledger.pieces.setdefault(piece, []).append(fact)
        if name in _IDENTIFYING:
            kind, number = list(fact.path.items())[-1]
            named = self.ledger.orders if name == "number" else self.ledger.parcels
            for token in _text_tokens(value, self.locale):
                named.setdefault(token, []).append((kind, number))


@lru_cache(maxsize=2048)
def _text_tokens(text: str, locale: Locale) -> frozenset[Token]:
    return tokens(text, locale)


def _phones(text: str) -> Iterator[str]:
    """`+49 30 5557 120` is also `0049 30 …` and `030 …`; how long a country's code is does not show."""
    for match in _PHONE.finditer(normal(text)):
        digits = re.sub(r"\D", "", match.group())
        yield from (f"00{digits}", *(f"0{digits[length:]}" for length in _COUNTRY_CODES))


def _number(value: int) -> Token:
    return Token(TokenKind.NUMBER, str(value))


def _money_tokens(money: Money) -> Iterator[Token]:
    yield _money_token(money.amount, money.currency)
    if money.currency == "IRR":  # Iranians write and say tomans
        yield _money_token(money.amount / _RIALS_IN_A_TOMAN, "IRT")


def _money_token(amount: Decimal, currency: str) -> Token:
    return Token(TokenKind.MONEY, f"{amount.normalize():f} {currency}")
