"""Looked-up facts as lines `name = value`: how a model is told them, and how it may repeat them.

Values stand as the templates would write them in the reply's language, so that a copy of one is right and grounding knows it.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.classifier.composing import MOST_FACTS, Fact
from app.intents.situation import Item, Money, OrderFacts, Situation
from app.replies.bidi import strip_marks
from app.replies.cleaning import clean_facts
from app.replies.locales import Locale
from app.replies.trust import fact_kind

_NAMES = {"number": "order number", "arrives_from": "arrives on or after", "arrives_until": "arrives by"}
_UNTOLD = frozenset({"paragraphs", "is_extract"})
"""The shop's own texts come as passages."""
_ONE_OF = {"parcels": "parcel", "orders": "order", "variants": "variant", "products": "product"}


def fact_lines(situations: Sequence[Situation], locale: Locale, today: date) -> tuple[Fact, ...]:
    """Every fact of these situations, each once, in their order. All of them may be told to the recipient."""
    found: dict[Fact, None] = {}
    for situation in situations:
        if situation.facts is None or fact_kind(situation.facts) is None:
            continue  # a number that the customer wrote is no fact
        facts = clean_facts(situation.facts, today)
        prefix = _prefix(facts, situations)
        for name, value in _walk(facts, locale):
            is_number = name == _NAMES["number"]
            found.setdefault(Fact(name if is_number else f"{prefix}{name}", value))
        if isinstance(facts, OrderFacts) and situation.name is not None:
            found.setdefault(Fact(f"{prefix}state", _words(situation.name)))
    return tuple(found)[:MOST_FACTS]


def _prefix(facts: Any, situations: Sequence[Situation]) -> str:
    """Which order a line is about, where there are several."""
    numbers = {getattr(one.facts, "number", None) for one in situations} - {None}
    number = getattr(facts, "number", None)
    return f"order {number}, " if number is not None and len(numbers) > 1 else ""


def _walk(value: Any, locale: Locale, name: str = "") -> Iterator[tuple[str, str]]:
    if value in (None, "", ()):
        return
    if (plain := _plain(value, locale)) is not None:
        yield name, plain
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in _UNTOLD:
                label = _NAMES.get(field.name, _words(field.name))
                yield from _walk(getattr(value, field.name), locale, f"{name} {label}".strip())
    elif all(isinstance(one, Item | str) for one in value):
        yield name, ", ".join(_plain(one, locale) or "" for one in value)
    else:
        *before, last = name.split()
        base = " ".join([*before, _ONE_OF.get(last, last)])
        for number, one in enumerate(value, 1):
            yield from _walk(one, locale, f"{base} {number}" if len(value) > 1 else base)


def _plain(value: Any, locale: Locale) -> str | None:
    """A single value in words; None for what has parts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return strip_marks(locale.date(value))
    if isinstance(value, Money):
        return strip_marks(locale.money(value))
    if isinstance(value, Item):
        variant = f" ({value.variant})" if value.variant else ""
        return f"{value.quantity} × {value.title}{variant}"
    return str(value) if isinstance(value, str | int) else None


def _words(name: str) -> str:
    return name.replace("_", " ")
