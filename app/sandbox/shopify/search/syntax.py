r"""Shopify's search syntax as a tree.

Terms stand side by side (AND), or with AND, OR, NOT, `-` and parentheses between them. A term is a value or
`field:value` with an optional comparator; a value is bare or in single or double quotes; a backslash takes the
next character as it is. Like the real one it never fails: what makes no sense is read as text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Comparator = Literal[":", "<", "<=", ">", ">="]
MAX_DEPTH = 50

_FIELD = re.compile(r"(?P<name>[A-Za-z_][\w.]*):\s*(?P<comparator><=|>=|<|>)?\s*")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"(?:\\.|[^\s()\\])+", re.DOTALL)
_QUOTED = {quote: re.compile(rf"{quote}((?:\\.|[^{quote}\\])*){quote}?", re.DOTALL) for quote in "\"'"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Term:
    """`field:value`; without a field the default fields are meant.

    Attributes:
        phrase: It was quoted: its words must stand together.
        prefix: It ended with `*`; an empty value then means "has any".
    """

    value: str
    field: str | None = None
    comparator: Comparator = ":"
    phrase: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Not:
    part: "Query"


@dataclass(frozen=True)
class And:
    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Query", ...]


Query = Term | Not | And | Or
_Token = Term | Literal["(", ")", "AND", "OR", "NOT"]


def parse_query(text: str) -> Query | None:
    """The tree of a search string; None if it has no term."""
    return _Parser(list(_tokens(text))).parse()


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
        elif text[position] in "()":
            yield "(" if text[position] == "(" else ")"
            position += 1
        elif text[position] == "-" and position + 1 < len(text) and not text[position + 1].isspace():
            yield "NOT"
            position += 1
        else:
            token, position = _word_or_term(text, position)
            yield token


def _word_or_term(text: str, position: int) -> tuple[_Token, int]:
    field = _FIELD.match(text, position)
    if field:
        value, end = _value(text, field.end())
        comparator: Comparator = field["comparator"] or ":"  # type: ignore[assignment]  # the pattern knows no others
        return Term(value.value, field["name"].lower(), comparator, value.phrase, value.prefix), end
    value, end = _value(text, position)
    raw = text[position:end]
    if raw in {"AND", "OR", "NOT"}:
        return raw, end  # type: ignore[return-value]  # mypy does not narrow a str by a set of literals
    return value, end


def _value(text: str, position: int) -> tuple[Term, int]:
    quote = text[position : position + 1]
    if quote and quote in _QUOTED:
        match = _QUOTED[quote].match(text, position)
        assert match  # it begins with the quote
        return Term(_unescaped(match[1]), phrase=True), match.end()
    word = _WORD.match(text, position)
    if word is None:
        # Nothing stands behind the colon, or a lone backslash ends the text.
        return Term(""), max(position, position + (quote == "\\"))
    raw = word[0]
    is_prefix = raw.endswith("*") and not raw.endswith("\\*")
    return Term(_unescaped(raw.removesuffix("*") if is_prefix else raw), prefix=is_prefix), word.end()


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(r"\1", value)


class _Parser:
    """Precedence from loose to tight: OR, AND (written or not), NOT."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0

    def parse(self) -> Query | None:
        parts = []
        while self._position < len(self._tokens):
            part = self._or()
            if part is not None:
                parts.append(part)
            if self._peek() == ")":  # one too many
                self._position += 1
        return _joined(And, parts)

    def _peek(self) -> _Token | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _or(self) -> Query | None:
        parts = [self._and()]
        while self._peek() == "OR":
            self._position += 1
            parts.append(self._and())
        return _joined(Or, [part for part in parts if part is not None])

    def _and(self) -> Query | None:
        parts = []
        while self._peek() not in {None, ")", "OR"}:
            if self._peek() == "AND":
                self._position += 1
                continue
            part = self._not()
            if part is not None:
                parts.append(part)
        return _joined(And, parts)

    def _not(self) -> Query | None:
        is_negated = False
        while self._peek() == "NOT":
            self._position += 1
            is_negated = not is_negated
        part = self._atom()
        return Not(part) if is_negated and part is not None else part

    def _atom(self) -> Query | None:
        upcoming = self._peek()
        if upcoming is None or upcoming in {")", "AND", "OR", "NOT"}:
            return None  # a connective without its right side
        self._position += 1
        if isinstance(upcoming, Term):
            return upcoming if upcoming.value or upcoming.prefix or upcoming.field else None
        if self._depth >= MAX_DEPTH:
            return None  # deeper than anybody means: the parenthesis is dropped
        self._depth += 1
        part = self._or()
        self._depth -= 1
        if self._peek() == ")":
            self._position += 1
        return part


def _joined(kind: type[And] | type[Or], parts: list[Query]) -> Query | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    return kind(tuple(parts))
