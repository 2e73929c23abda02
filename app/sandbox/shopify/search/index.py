"""An inverted index over one kind of object."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.search.syntax import And, Comparator, Not, Or, Query, Term
from app.sandbox.shopify.search.values import parse_number, parse_span, tokenize

Matches = frozenset[int] | set[int]
Getter = Callable[[Node], Iterable[Any]]


@dataclass
class Warnings:
    """What of a search string was not understood, as `extensions.search` tells it."""

    found: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str | None, message: str, code: str) -> None:
        self.found.append({"field": name or "", "message": message, "code": code})


class FieldIndex(Protocol):
    """One searchable field. Built once; `find` gives the positions of the objects that match a term."""

    def find(self, term: Term, now: datetime) -> Matches | None:
        """None: the value makes no sense for this field."""


class TextField:
    """Words in any order; quoted, in this order side by side; with `*`, the last one is a beginning."""

    def __init__(self, nodes: Sequence[Node], getter: Getter) -> None:
        self._texts: list[list[list[str]]] = []
        self._postings: dict[str, set[int]] = {}
        for position, node in enumerate(nodes):
            texts = [tokenize(str(value)) for value in getter(node) if value]
            self._texts.append(texts)
            for word in {word for text in texts for word in text}:
                self._postings.setdefault(word, set()).add(position)
        self._words = sorted(self._postings)

    def find(self, term: Term, now: datetime) -> Matches | None:  # noqa: ARG002  a word is no date
        words = tokenize(term.value)
        if not words:
            return self._any() if term.prefix else set()
        found = [self._postings.get(word, set()) for word in words]
        if term.prefix:
            found[-1] = self._beginning(words[-1])
        matches = set.intersection(*map(set, found))
        return {hit for hit in matches if self._has_phrase(hit, words)} if term.phrase else matches

    def _any(self) -> Matches:
        return {position for position, texts in enumerate(self._texts) if any(texts)}

    def _beginning(self, start: str) -> set[int]:
        first = bisect_left(self._words, start)
        found: set[int] = set()
        for word in self._words[first:]:
            if not word.startswith(start):
                break
            found |= self._postings[word]
        return found

    def _has_phrase(self, position: int, words: list[str]) -> bool:
        size = len(words)
        return any(
            text[start : start + size] == words
            for text in self._texts[position]
            for start in range(len(text) - size + 1)
        )


class KeywordField:
    """Whole values without case; several with commas between them.

    `accepted` are the only values that make sense, each with the values of the objects that it stands for.
    """

    def __init__(
        self, nodes: Sequence[Node], getter: Getter, accepted: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self._accepted = accepted
        self._postings: dict[str, set[int]] = {}
        for position, node in enumerate(nodes):
            for value in getter(node):
                if value is not None:
                    self._postings.setdefault(str(value).casefold(), set()).add(position)

    def find(self, term: Term, now: datetime) -> Matches | None:  # noqa: ARG002  a keyword is no date
        found: set[int] = set()
        if term.prefix:
            start = term.value.casefold()
            return found.union(*(hits for value, hits in self._postings.items() if value.startswith(start)))
        for value in term.value.casefold().split(","):
            meant = self._meanings(value.strip())
            if meant is None:
                return None
            found.update(*(self._postings.get(one, set()) for one in meant))
        return found

    def _meanings(self, value: str) -> tuple[str, ...] | None:
        return (value,) if self._accepted is None else self._accepted.get(value)


class NumberField:
    """Numbers and ids, with comparators and `from..to`."""

    def __init__(self, nodes: Sequence[Node], getter: Getter) -> None:
        self._values = [
            (Decimal(str(value)), position)
            for position, node in enumerate(nodes)
            for value in getter(node)
            if value is not None
        ]

    def find(self, term: Term, now: datetime) -> Matches | None:  # noqa: ARG002  a number is no date
        if term.prefix and not term.value:
            return {position for _, position in self._values}
        low, dots, high = term.value.rpartition("/")[2].partition("..")
        bounds = parse_number(low), parse_number(high) if dots else None
        if bounds[0] is None or (dots and bounds[1] is None):
            return None
        first, last = bounds[0], bounds[1] if bounds[1] is not None else bounds[0]
        return {
            position for value, position in self._values if _compares(value, term.comparator, first, last)
        }


class TimeField:
    """Dates, which the objects keep as offsets from now."""

    def __init__(self, nodes: Sequence[Node], getter: Getter) -> None:
        self._values: list[tuple[timedelta, int]] = [
            (value, position)
            for position, node in enumerate(nodes)
            for value in getter(node)
            if value is not None
        ]

    def find(self, term: Term, now: datetime) -> Matches | None:
        if term.prefix and not term.value:
            return {position for _, position in self._values}
        start_text, dots, end_text = term.value.partition("..")
        start, end = parse_span(start_text, now), parse_span(end_text, now) if dots else None
        if start is None or (dots and end is None):
            return None
        first = start[0] - now
        last = (end or start)[1] - now - timedelta(microseconds=1)
        return {
            position for value, position in self._values if _compares(value, term.comparator, first, last)
        }


def _compares(value: Any, comparator: Comparator, first: Any, last: Any) -> bool:
    """Whether a value stands in that relation to the span from `first` to `last`."""
    match comparator:
        case ":":
            return bool(first <= value <= last)
        case "<":
            return bool(value < first)
        case "<=":
            return bool(value <= last)
        case ">":
            return bool(value > last)
        case ">=":
            return bool(value >= first)


@dataclass(frozen=True)
class SearchIndex:
    """All searchable fields of one kind of object, and the one that a bare word is looked for in.

    Attributes:
        negatives: Fields that mean "not this value" of another field, as `tag_not`.
    """

    size: int
    default: FieldIndex
    fields: dict[str, FieldIndex]
    negatives: dict[str, str] = field(default_factory=dict)

    def find(self, query: Query, now: datetime, warnings: Warnings) -> Matches:
        """The positions of the matching objects. A term that makes no sense is left out, as Shopify does."""
        found = self._find(query, now, warnings)
        return self._all() if found is None else found

    def score(self, query: Query, now: datetime) -> Counter[int]:
        """How many of the terms that are wished for each object matches."""
        scores: Counter[int] = Counter()
        for term in _wished(query):
            scores.update(self._term(term, now, Warnings()) or ())
        return scores

    def _all(self) -> Matches:
        return frozenset(range(self.size))

    def _find(self, query: Query, now: datetime, warnings: Warnings) -> Matches | None:
        match query:
            case Term():
                return self._term(query, now, warnings)
            case Not(part):
                inner = self._find(part, now, warnings)
                return None if inner is None else self._all() - inner
            case And(parts) | Or(parts):
                found = [self._find(part, now, warnings) for part in parts]
                known = [set(matches) for matches in found if matches is not None]
                if not known:
                    return None
                return set.intersection(*known) if isinstance(query, And) else set.union(*known)

    def _term(self, term: Term, now: datetime, warnings: Warnings) -> Matches | None:
        if term.field is None or term.field == "default":
            return self.default.find(term, now)
        name = self.negatives.get(term.field, term.field)
        index = self.fields.get(name)
        if index is None:
            warnings.add(term.field, "Invalid search field for this query.", "invalid_field")
            return None
        found = index.find(term, now)
        if found is None:
            warnings.add(term.field, f"Input `{term.value}` is not an accepted value.", "invalid_value")
        elif name != term.field:
            return self._all() - found
        return found


def _wished(query: Query) -> Iterator[Term]:
    if isinstance(query, Term):
        yield query
    elif not isinstance(query, Not):
        for part in query.parts:
            yield from _wished(part)
