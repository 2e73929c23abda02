"""Kinds of values in templates, and what each filter takes and gives."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from app.intents.situation import Item, Money, Variant
from app.replies.cleaning import MAX_MEMBERS
from app.replies.filters import Excerpt, Markdown


@dataclass(frozen=True)
class Loop:
    """Where a loop stands, as `loop`."""

    index: int
    index0: int
    revindex: int
    revindex0: int
    length: int
    first: bool
    last: bool


@dataclass(frozen=True)
class Many:
    """Several values of a kind, `most` of them at most. `is_lazy`: they can only be gone through, once."""

    of: "Kind"
    most: int = MAX_MEMBERS
    is_lazy: bool = False


@dataclass(frozen=True)
class Pair:
    """Values of different kinds that belong together."""

    of: tuple["Kind", ...]


@dataclass(frozen=True)
class Table:
    """Texts under names: a dictionary that a template sets."""

    gives: "Kind"


Kind: TypeAlias = type | Many | Pair | Table


@dataclass(frozen=True)
class Signature:
    """What a filter does to a kind of value.

    Attributes:
        takes: What stands before it, in words.
        gives: The kind that comes of one; None where it does not take that kind.
        arguments: The kinds of its arguments, all of which must be given.
        is_literal: The arguments stand there as texts: they are printed as they are.
        weight: How much work it is at most, in steps of going through a template: measured on 100 members.
    """

    takes: str
    gives: Callable[[Kind], Kind | None]
    arguments: tuple[Kind, ...] = ()
    is_literal: bool = False
    weight: int = 1


def _only(taken: Kind, given: Kind) -> Callable[[Kind], Kind | None]:
    return lambda kind: given if kind == taken else None


def _of_many(kind: Kind) -> Kind | None:
    return dataclasses.replace(kind, is_lazy=False) if isinstance(kind, Many) else None


def _some(kind: Kind) -> Kind | None:
    return dataclasses.replace(kind, is_lazy=True) if isinstance(kind, Many) else None


def _counted(kind: Kind) -> Kind | None:
    return (
        int
        if kind is str or (isinstance(kind, Table | Many) and not getattr(kind, "is_lazy", False))
        else None
    )


def _texts(kind: Kind) -> Kind | None:
    return Markdown if isinstance(kind, Many) and kind.of is str else None


def _items(kind: Kind) -> Kind | None:
    return Markdown if isinstance(kind, Many) and kind.of is Item else None


def _excerpt(kind: Kind) -> Kind | None:
    return Excerpt if isinstance(kind, Many) and kind.of is str else None


def _by_price(kind: Kind) -> Kind | None:
    is_variants = isinstance(kind, Many) and kind.of is Variant
    return Many(Pair((Money, Many(str)))) if is_variants else None


JINJA_FILTERS = ("length", "list", "map", "rejectattr", "selectattr")
"""Those of Jinja2's own that templates have."""

FILTERS: Mapping[str, Signature] = {
    "code": Signature("a text such as a number", _only(str, Markdown)),
    "count": Signature("a whole number", _only(int, Markdown)),
    "date": Signature("a day", _only(date, Markdown)),
    "excerpt": Signature("paragraphs", _excerpt, weight=50),
    "items": Signature("items of an order", _items),
    "lines": Signature("a text of several lines", _only(str, Markdown)),
    "link": Signature("the address of a page", _only(str, Markdown), (str,)),
    "money": Signature("an amount of money", _only(Money, Markdown)),
    "by_price": Signature("the variants of a product", _by_price, weight=50),
    "plural": Signature("a whole number", _only(int, Markdown), (str, str), is_literal=True),
    "titles": Signature("several texts", _texts),
    "length": Signature("several values", _counted),
    "list": Signature("several values", _of_many, weight=50),
    "selectattr": Signature("several values", _some, weight=400),
    "rejectattr": Signature("several values", _some, weight=400),
    "map": Signature("several values", _some, weight=400),
}
"""Those that make text have no weight: they stand only where they are printed, and what is printed is bounded."""

PRINTED_WITH: Mapping[Any, str] = {date: "date", Money: "money", int: "count"}
"""The filter that makes a text of a kind that cannot be printed as it is."""


@lru_cache
def fields_of(kind: type) -> Mapping[str, tuple[Kind, bool]]:
    """The fields of a class of facts: the kind of each, and whether it may be unknown."""
    return {name: _kind(hint) for name, hint in get_type_hints(kind).items()}


def _kind(hint: Any) -> tuple[Kind, bool]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        (known,) = [one for one in arguments if one is not type(None)]
        return _kind(known)[0], True
    if origin in {tuple, list}:
        if arguments[-1] is Ellipsis or origin is list:
            return Many(_kind(arguments[0])[0]), False
        return Pair(tuple(_kind(one)[0] for one in arguments)), False
    assert isinstance(hint, type), hint
    return hint, False


def in_words(kind: Kind) -> str:
    """What a kind is called by people who write templates."""
    match kind:
        case Many(of=of):
            return f"several: each {in_words(of)}"
        case Pair(of=of):
            return " with ".join(in_words(one) for one in of)
        case Table():
            return "texts under names"
        case type():
            return _WORDS.get(kind) or _split(kind.__name__)


_WORDS: Mapping[type, str] = {
    str: "text",
    Markdown: "finished text",
    int: "whole number",
    bool: "yes or no",
    date: "day",
    Money: "amount of money",
}


def _split(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
