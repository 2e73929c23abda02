"""What stands between `{{ }}` and after `{% if %}`: each expression is given its kind, or a sentence on what is wrong with it."""

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from jinja2 import nodes

from app.replies.filters import Markdown
from app.replies.wording.kinds import (
    FILTERS,
    PRINTED_WITH,
    Kind,
    Many,
    Pair,
    Signature,
    Table,
    fields_of,
    in_words,
)

JINJA_TESTS = ("defined", "none")
TESTS = (*JINJA_TESTS, "order_number")
_BY_ATTRIBUTE = ("selectattr", "rejectattr", "map")
_ORDERED: tuple[Kind, ...] = (int, date)

_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: "Nothing can be called in a template.",
    nodes.Concat: "Texts are not joined with “~”: write them one after the other.",
    nodes.List: "There are no lists but those of the facts.",
    nodes.Pow: "There is no arithmetic in a template.",
    nodes.Mul: "There is no arithmetic in a template.",
}

Told: TypeAlias = tuple[str, str]
"""A fact: the class of facts, and its field."""


@dataclass(frozen=True)
class Problem:
    """Why a wording cannot be used. `line` counts from 1; 0: it is about the whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}" if self.line else self.sentence


@dataclass(frozen=True)
class Value:
    """What an expression gives: its kind, None where it has a problem already, and the facts that it is made of."""

    kind: Kind | None
    facts: frozenset[Told] = frozenset()


UNKNOWN = Value(None)


@dataclass
class Going:
    """Where going through a template stands: the names that are known here, and what was found and counted so far."""

    scope: dict[str, Value]
    problems: list[Problem] = field(default_factory=list)
    told: set[Told] = field(default_factory=set)
    steps: int = 0
    partial: str | None = None
    _times: int = 1
    _line: int = 0

    @contextmanager
    def repeated(self, times: int) -> Iterator[None]:
        """What is gone through inside is gone through so often."""
        outer, self._times = self._times, self._times * times
        yield
        self._times = outer

    @contextmanager
    def inside(self, partial: str, line: int) -> Iterator[None]:
        """What is gone through inside stands in a file of the product's: problems are told of the line that takes it in."""
        outer, self.partial, self._line = (self.partial, self._line), partial, line
        yield
        self.partial, self._line = outer

    def step(self, weight: int = 1) -> None:
        self.steps += weight * self._times

    def problem(self, node: nodes.Node, sentence: str) -> Value:
        """Note what is wrong; what comes of it is not known."""
        if self.partial is not None:
            self.problems.append(Problem(self._line, f"“{self.partial}” does not fit here. {sentence}"))
        else:
            self.problems.append(Problem(node.lineno, sentence))
        return UNKNOWN


def value(node: nodes.Node, going: Going) -> Value:
    """What an expression gives."""
    going.step()
    return _READERS.get(type(node), refuse)(node, going)


def printed(node: nodes.Node, going: Going) -> Value:
    """What is printed: there alone a filter may make text, so that the work of making it is bounded by what is printed."""
    match node:
        case nodes.Filter():
            going.step()
            return _filter(node, going, is_printed=True)
        case nodes.Or():
            return _either(printed(node.left, going), printed(node.right, going))
        case nodes.CondExpr(expr2=nodes.Expr() as other):
            value(node.test, going)
            return _either(printed(node.expr1, going), printed(other, going))
        case _:
            return value(node, going)


def refuse(node: nodes.Node, going: Going) -> Value:
    """Say that this is no part of the language."""
    if isinstance(node, nodes.BinExpr | nodes.UnaryExpr) and type(node) not in _REFUSED:
        return going.problem(node, _REFUSED[nodes.Mul])
    if isinstance(node, nodes.CondExpr):
        return going.problem(
            node, "“if” between braces needs an “else”, so that there is always something to print."
        )
    return going.problem(node, _REFUSED.get(type(node), "Templates here do not have this."))


def suggest(written: str, known: Iterable[str]) -> str:
    """The name that was probably meant, as a sentence with a space before it; empty where none is alike."""
    alike = difflib.get_close_matches(written, sorted(known), n=1, cutoff=0.6)
    return f" Did you mean “{alike[0]}”?" if alike else ""


def hint(kind: Kind) -> str:
    """How something of a kind is printed that cannot be printed as it is."""
    if kind in PRINTED_WITH:
        return f"Put “| {PRINTED_WITH[kind]}” after it."
    match kind:
        case type() if kind is bool:
            return "Ask for it: {% if … %}."
        case Many():
            fitting = [name for name in ("items", "titles") if FILTERS[name].gives(kind)]
            return f"Put “| {fitting[0]}” after it." if fitting else "Go through it: {% for one in … %}."
        case type() if dataclasses.is_dataclass(kind):
            return f"Print one of its facts: {', '.join(fields_of(kind))}."
        case _:
            return ""


def called(kind: Kind) -> str:
    """A kind with its article."""
    words = in_words(kind)
    if isinstance(kind, Many | Table):
        return words
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def shown(node: nodes.Node) -> str:
    """An expression, short, as its writer knows it."""
    match node:
        case nodes.Name():
            return f"“{node.name}”"
        case nodes.Getattr():
            return f"“{shown(node.node).strip('“”')}.{node.attr}”"
        case nodes.Filter(node=nodes.Node() as inner):
            return f"“{shown(inner).strip('“”')} | {node.name}”"
        case _:
            return "This"


def _name(node: nodes.Name, going: Going) -> Value:
    found = going.scope.get(node.name)
    if found is None:
        known = ", ".join(sorted(going.scope))
        near = suggest(node.name, going.scope) or f" There are: {known}."
        return going.problem(node, f"There is no fact “{node.name}” in this situation.{near}")
    return found


def _attribute(node: nodes.Getattr, going: Going) -> Value:
    of = value(node.node, going)
    if of.kind is None:
        return UNKNOWN
    if not dataclasses.is_dataclass(of.kind) or not isinstance(of.kind, type):
        return going.problem(node, f"{shown(node.node)} is {called(of.kind)} and has no “{node.attr}”.")
    return _field(node, of, of.kind, node.attr, going)


def _field(node: nodes.Node, of: Value, owner: type, name: str, going: Going) -> Value:
    known = fields_of(owner)
    if name not in known:
        near = suggest(name, known) or f" There are: {', '.join(known)}."
        return going.problem(node, f"{called(owner).capitalize()} has no “{name}”.{near}")
    return Value(known[name][0], of.facts | {(owner.__name__, name)})


def _item(node: nodes.Getitem, going: Going) -> Value:
    of = value(node.node, going)
    if isinstance(node.arg, nodes.Slice):
        return _slice(node, node.arg, of, going)
    place = value(node.arg, going)
    if of.kind is None or place.kind is None:
        return UNKNOWN
    if isinstance(of.kind, Many) and of.kind.is_lazy:
        return going.problem(node, f"Put “| list” behind {shown(node.node)} before you take one out of it.")
    kind = _taken(of.kind, place.kind, node.arg)
    if kind is None:
        return going.problem(
            node, f"{shown(node.node)} is {called(of.kind)}: nothing can be taken out of it so."
        )
    return Value(kind, of.facts | place.facts)


def _taken(of: Kind, place: Kind, where: nodes.Node) -> Kind | None:
    """What stands at a place of several values; None where there is no such place."""
    match of:
        case Many() if place is int:
            return of.of
        case Pair() if isinstance(where, nodes.Const) and where.value in range(len(of.of)):
            return of.of[int(where.value)]
        case Table() if place is str:
            return of.gives
        case _:
            return None


def _slice(node: nodes.Getitem, cut: nodes.Slice, of: Value, going: Going) -> Value:
    ends = [cut.start, cut.stop]
    if cut.step is not None or not all(end is None or _is_count(end) for end in ends):
        return going.problem(node, "Cut with whole numbers, such as [:10].")
    if of.kind is None:
        return UNKNOWN
    if not isinstance(of.kind, Many) or of.kind.is_lazy:
        return going.problem(node, f"{shown(node.node)} is {called(of.kind)}: it cannot be cut.")
    start, stop = (end.value if isinstance(end, nodes.Const) else None for end in ends)
    most = min(of.kind.most, max((stop or of.kind.most) - (start or 0), 0))
    return Value(dataclasses.replace(of.kind, most=most), of.facts)


def _is_count(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and type(node.value) is int and node.value >= 0


def _filter(node: nodes.Filter, going: Going, *, is_printed: bool = False) -> Value:
    signature = FILTERS.get(node.name)
    if node.node is None or signature is None:
        return going.problem(node, f"There is no filter “{node.name}”.{suggest(node.name, FILTERS)}")
    going.step(signature.weight)
    of = value(node.node, going)
    if node.name in _BY_ATTRIBUTE:
        return _by_attribute(node, of, going)
    given = _arguments(node, signature, going)
    if of.kind is None or given is None:
        return UNKNOWN
    kind = signature.gives(of.kind)
    if kind is None:
        better = f" {hint(of.kind)}" if of.kind in PRINTED_WITH else ""
        what = f"{shown(node.node)} is {called(of.kind)}"
        return going.problem(node, f"The filter “{node.name}” takes {signature.takes}; {what}.{better}")
    if kind is Markdown and not is_printed:
        sentence = f"The filter “{node.name}” makes text to print: put it between {{{{ and }}}}, as the last."
        return going.problem(node, sentence)
    return Value(kind, of.facts | given)


def _arguments(node: nodes.Filter, signature: Signature, going: Going) -> frozenset[Told] | None:
    """The facts in the arguments of a filter; None where they do not fit."""
    given = [value(argument, going) for argument in node.args]
    wanted = " and ".join(f"a {in_words(one)}" for one in signature.arguments) or "nothing"
    is_plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(given) == len(
        signature.arguments
    )
    is_fit = is_plain and all(
        one.kind in {None, kind} and (isinstance(argument, nodes.Const) or not signature.is_literal)
        for argument, one, kind in zip(node.args, given, signature.arguments, strict=True)
    )
    if not is_fit:
        how = " in quotation marks" if signature.is_literal else ""
        going.problem(node, f"The filter “{node.name}” takes {wanted}{how} in brackets.")
        return None
    return frozenset[Told]().union(*(one.facts for one in given))


def _by_attribute(node: nodes.Filter, of: Value, going: Going) -> Value:
    """`selectattr("available")`, `map(attribute="title")`: the field stands there as it is, so that it can be checked."""
    positional = [] if node.name == "map" else node.args
    named = [one.value for one in node.kwargs if one.key == "attribute"] if node.name == "map" else []
    given = [*positional, *named]
    is_plain = (
        len(given) == 1 and len(node.args) + len(node.kwargs) == 1 and not (node.dyn_args or node.dyn_kwargs)
    )
    if not is_plain or not isinstance(given[0], nodes.Const) or not isinstance(given[0].value, str):
        how = 'map(attribute="title")' if node.name == "map" else f'{node.name}("available")'
        return going.problem(node, f"The filter “{node.name}” names one fact, such as {how}.")
    if of.kind is None:
        return UNKNOWN
    if (
        not isinstance(of.kind, Many)
        or not isinstance(of.kind.of, type)
        or not dataclasses.is_dataclass(of.kind.of)
    ):
        return going.problem(node, f"{shown(node)} goes through several facts that have facts of their own.")
    found = _field(node, of, of.kind.of, given[0].value, going)
    if found.kind is None:
        return UNKNOWN
    lazy = dataclasses.replace(of.kind, is_lazy=True)
    return (
        Value(dataclasses.replace(lazy, of=found.kind), found.facts)
        if node.name == "map"
        else Value(lazy, of.facts)
    )


def _test(node: nodes.Test, going: Going) -> Value:
    if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return going.problem(node, f"There is no test “is {node.name}” here; there are: {', '.join(TESTS)}.")
    is_about_name = node.name == "defined" and isinstance(node.node, nodes.Name)
    of = Value(str) if is_about_name else value(node.node, going)
    if node.name == "order_number" and of.kind not in {None, str}:
        return going.problem(node, "“is order_number” asks a text.")
    return Value(bool)


def _compare(node: nodes.Compare, going: Going) -> Value:
    left = value(node.expr, going)
    for operand in node.ops:
        right = value(operand.expr, going)
        known = left.kind is not None and right.kind is not None
        if known and operand.op in {"lt", "lteq", "gt", "gteq"}:
            if left.kind != right.kind or left.kind not in _ORDERED:
                return going.problem(
                    node, "Only two whole numbers or two days can be more or less than one another."
                )
        elif known and operand.op in {"in", "notin"} and not isinstance(right.kind, Many | Table):
            return going.problem(
                node, f"“in” asks several facts; {shown(operand.expr)} is {called(right.kind or str)}."
            )
        left = right
    return Value(bool)


def _either(left: Value, right: Value) -> Value:
    if left.kind is None or right.kind is None:
        return UNKNOWN
    return Value(left.kind if left.kind == right.kind else bool, left.facts | right.facts)


def _table(node: nodes.Dict, going: Going) -> Value:
    for pair in node.items:
        going.step()
        if not all(
            isinstance(one, nodes.Const) and isinstance(one.value, str) for one in (pair.key, pair.value)
        ):
            return going.problem(node, "Names and texts between { and } stand in quotation marks.")
    return Value(Table(str))


def _constant(node: nodes.Const, _: Going) -> Value:
    return Value(type(node.value))


def _not(node: nodes.Not, going: Going) -> Value:
    value(node.node, going)
    return Value(bool)


def _and_or(node: nodes.And | nodes.Or, going: Going) -> Value:
    return _either(value(node.left, going), value(node.right, going))


def _choice(node: nodes.CondExpr, going: Going) -> Value:
    if node.expr2 is None:
        return refuse(node, going)
    value(node.test, going)
    return _either(value(node.expr1, going), value(node.expr2, going))


_READERS: Mapping[type[nodes.Node], Callable[[Any, Going], Value]] = {
    nodes.Const: _constant,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Compare: _compare,
    nodes.Not: _not,
    nodes.And: _and_or,
    nodes.Or: _and_or,
    nodes.CondExpr: _choice,
    nodes.Dict: _table,
}
"""What an expression may be. Everything else is refused."""
