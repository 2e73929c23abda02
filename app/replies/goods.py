"""Parts of one order, and variants of one product, by what is said of them where no title stands in full.

`The shade has shipped` speaks of the “Glass Shade”: a statement about goods is of the articles from whose titles a word
stands in its clause. A price in a sentence that says of something only that it can be bought is of what can be bought.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.intents.situation import Item, OrderFacts, Variant
from app.replies.passages import Passages
from app.replies.plain import normal
from app.replies.roles import Fact, Ledger, Role, Scope
from app.replies.statements import Statement
from app.replies.tokens import Token, TokenKind
from app.replies.values import Value
from app.replies.words import lexicon

_WORD = re.compile(r"[^\W\d_]{4,}")
"""Shorter words of a title are articles and sizes."""

_END = re.compile(r"[.,;!?؟\n()–—]")
_SENT = frozenset({"shipped", "delivered", "in_transit", "out_for_delivery"})


@dataclass(frozen=True)
class Parts:
    """Words of titles, of which those that have been sent share none with those that wait; empty if nothing waits."""

    sent: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()

    @classmethod
    def of(cls, ledger: Ledger, language: str) -> "Parts":
        """Those of the only order of the facts."""
        orders = [one for one, _ in ledger.instances if isinstance(one, OrderFacts)]
        if len(orders) != 1 or not orders[0].waiting_items:
            return cls()
        sent = _words((item for parcel in orders[0].parcels for item in parcel.items), language)
        waiting = _words(orders[0].waiting_items, language)
        return cls(sent - waiting, waiting - sent)

    def deny(self, one: Statement, words: Iterable[str]) -> bool:
        """Whether a statement in a clause of these words says of one part what is true of the other only."""
        if one.name not in _SENT or one.of:
            return False
        said = list(words)
        is_of_waiting, is_of_sent = (
            any(word.startswith(title) for word in said for title in titles)
            for titles in (self.waiting, self.sent)
        )
        if one.polarity == "is":
            return is_of_waiting and not is_of_sent
        return one.polarity == "is_not" and one.name == "shipped" and is_of_sent and not is_of_waiting


def _words(items: Iterable[Item], language: str) -> frozenset[str]:
    return frozenset(word for item in items for word in title_words(normal(item.title), language))


def title_words(text: str, language: str) -> list[str]:
    """The words of a `normal` text that may be those of a title."""
    return [lexicon(language).fold(word) for word in _WORD.findall(text)]


def clause_words(text: str, read: Passages, index: int) -> list[str]:
    """The words of an atom's clause, with the titles at its ends that are passed over as quotes."""
    atoms = read.atoms
    clause, first, last = atoms[index].clause, index, index
    while first > 0 and atoms[first - 1].clause == clause:
        first -= 1
    while last + 1 < len(atoms) and atoms[last + 1].clause == clause:
        last += 1
    before = text[atoms[first - 1].end if first else 0 : atoms[first].start]
    behind = text[atoms[last].end : atoms[last + 1].start if last + 1 < len(atoms) else None]
    inside = text[atoms[first].start : atoms[last].end]
    return title_words(f"{_END.split(before)[-1]}{inside}{_END.split(behind)[0]}", read.language)


class Prices:
    """The sentences of a text that say only of what can be bought, and have one price."""

    def __init__(self, read: Passages, stated: Sequence[Statement], found: Sequence[Value]) -> None:
        self._read = read
        amounts: dict[int, set[Token]] = {}
        for value in found:
            if value.token.kind is TokenKind.MONEY:
                amounts.setdefault(read.atoms[value.first].sentence, set()).add(value.token)
        said: dict[int, set[str]] = {}
        for one in stated:
            if one.name == "available":
                said.setdefault(read.atoms[one.first].sentence, set()).add(one.polarity)
        self._sentences = {
            sentence
            for sentence, polarities in said.items()
            if polarities == {"is"} and len(amounts.get(sentence, ())) == 1
        }

    def are_gone(self, value: Value, facts: Sequence[Fact], scope: Scope, ledger: Ledger) -> bool:
        """Whether the price of what cannot be bought stands as that of what can be, and no title says whose it is."""
        if Variant in scope or self._read.atoms[value.first].sentence not in self._sentences or not facts:
            return False
        variants = [
            ledger.instances[fact.path[Variant]][0]
            for fact in facts
            if fact.role is Role.PRICE and Variant in fact.path
        ]
        return len(variants) == len(facts) and not any(variant.available for variant in variants)
