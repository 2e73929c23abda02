"""No unbacked fact: every number, date, price, link and address in a reply is traced to the facts it was made from.

What may stand in a reply is what `tokens` finds in the facts as the locale writes them, and in the store's own
words. What it finds in the reply beyond that is unbacked: a templated reply must not leave with it, a person who
edits is warned. Templates themselves hold no digits and no links (a test sees to that), so they need no exception.

This version does not know roles: two dates of one order that change places are not found, nor is a promise or a
number in words.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.intents.situation import Item, Money, Situation
from app.replies.cleaning import clean_label, clean_text, web_link
from app.replies.locales import Locale, choose_locale
from app.replies.rendering import MAX_ITEMS
from app.replies.tokens import Token, TokenKind, date_tokens, plain_text, tokens

_APART = "\n|\n"  # no token reaches across


@dataclass(frozen=True, order=True)
class Finding:
    """A claim of a reply that no fact backs."""

    kind: TokenKind
    value: str

    @property
    def sentence(self) -> str:
        return f"The reply has a {self.kind.value} that no looked-up fact shows: {self.value}."


def check(
    markdown: str, situations: Sequence[Situation], locale: str, *, voice: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What in a reply is not backed by the facts of its situations.

    Args:
        markdown: The reply, as drafted or as edited by a person.
        situations: What it answers.
        locale: Code of the language that it is written in (`Draft.locale`).
        voice: Texts of the store that are its own to say: its name, its signature.
    """
    language = choose_locale(locale, locale)
    backed: set[Token] = set()
    for text in voice:
        backed |= tokens(text, language)
    for situation in situations:
        backed |= fact_tokens(situation, language)
    claimed = tokens(plain_text(markdown), language)
    return tuple(sorted(Finding(token.kind, token.value) for token in claimed - backed))


def fact_tokens(situation: Situation, locale: Locale) -> frozenset[Token]:
    """Every token that the facts of a situation back."""
    renderings = list(_renderings(situation.facts, locale))
    texts = dict.fromkeys(part for part in renderings if isinstance(part, str))
    found = set(tokens(_APART.join(texts), locale))  # read at once, since this is done for every reply
    for day in {part for part in renderings if isinstance(part, date)}:
        found |= date_tokens(day)
    return frozenset(found)


def _renderings(value: Any, locale: Locale) -> Iterator[str | date]:
    """The facts as texts in which their tokens stand, and as dates."""
    match value:
        case tuple():
            for member in value:
                yield from _renderings(member, locale)
            if len(value) > MAX_ITEMS + 1 and all(isinstance(member, Item) for member in value):
                yield locale.number(len(value) - MAX_ITEMS)
        case Item():
            yield from (value.title, clean_label(value.title), clean_label(value.variant or ""))
            yield from (value.variant or "", locale.number(value.quantity) if value.quantity != 1 else "")
        case Money():
            yield from (locale.money(value), f"{value.amount} {value.currency}", f"{value.amount}")
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from _renderings(getattr(value, field.name), locale)
        case _:
            yield from _scalar(value, locale)


def _scalar(value: Any, locale: Locale) -> Iterator[str | date]:
    if isinstance(value, str):
        yield from (value, clean_text(value), clean_label(value), web_link(value) or "")
    elif isinstance(value, date):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield locale.number(value)
