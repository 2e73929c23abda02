"""The small language that templates are written in: a part of Jinja2, read before anything of it is compiled or run.

A template goes through facts and prints them, and does nothing else. There is no call, no arithmetic, no text that grows, no
attribute but the fields of facts, no import but of the product's own partials; a loop goes through facts alone. So nothing
can be reached that was not given, and the work that a template can make is bounded before it runs: every node that may be
visited is counted with its weight, times the most members of each loop around it (`Reading.steps`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from app.replies.filters import Markdown
from app.replies.locales import Locale
from app.replies.sources import built_in, partials
from app.replies.wording.expressions import (
    UNKNOWN,
    Going,
    Problem,
    Told,
    Value,
    called,
    hint,
    printed,
    refuse,
    shown,
    suggest,
    value,
)
from app.replies.wording.facts import variables
from app.replies.wording.kinds import Kind, Loop, Many, Pair

MAX_SOURCE = 8_000
"""Characters of a wording; the longest of the product's own has 1,700."""
MAX_STEPS = 500_000
"""Less than 1 µs each where it was measured. The product's own come to some 280,000 at most."""
MAX_DEPTH = 60
"""Levels of a syntax tree: Python's own compiler gives up at some hundreds."""
MAX_PROBLEMS = 20

SYNTAX: Mapping[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}

_PARSER = Environment(**SYNTAX)  # noqa: S701 - it parses, and never renders
_WHOLE = "The text is nested too deeply, or holds a figure that is too long. Take some of it apart."
_REPEATED = "This goes through too many facts over and over. Use fewer loops inside loops."


@dataclass(frozen=True)
class Reading:
    """What a wording is.

    Attributes:
        problems: Why it cannot be used; none: it can.
        steps: The most work that it can make, in visited nodes by their weight.
        told: The facts that it prints somewhere.
    """

    problems: tuple[Problem, ...]
    steps: int = 0
    told: frozenset[Told] = frozenset()


@lru_cache(maxsize=1024)
def read(locale: Locale, name: str, source: str) -> Reading:
    """A wording of a template, read as far as it goes. Nothing of it is compiled or run."""
    if len(source) > MAX_SOURCE:
        return Reading((Problem(0, f"The text is longer than {MAX_SOURCE:,} characters. Shorten it."),))
    try:
        tree = _PARSER.parse(source)
    except TemplateSyntaxError as error:
        return Reading((Problem(error.lineno, _syntax(error)),))
    except (
        RecursionError,
        ValueError,
        OverflowError,
    ):  # thousands of brackets; a figure of thousands of digits
        return Reading((Problem(0, _WHOLE),))
    if _is_deep(tree):
        return Reading((Problem(0, _WHOLE),))
    facts, known = variables(name)
    going = Going({one: Value(kind, frozenset({(facts, one)})) for one, kind in known.items()})
    _Template(locale, going).body(tree.body)
    problems = [*going.problems]
    if not problems and going.steps > MAX_STEPS:
        problems.append(Problem(0, _REPEATED))
    return Reading(tuple(dict.fromkeys(problems))[:MAX_PROBLEMS], going.steps, frozenset(going.told))


class _Template:
    """The statements of a template, in the names that are known at each place."""

    def __init__(self, locale: Locale, going: Going) -> None:
        self._locale = locale
        self._going = going

    def body(self, body: Iterable[nodes.Node]) -> None:
        for node in body:
            self._going.step()
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        self._print(part)
                case nodes.If():
                    value(node.test, self._going)
                    for branch in (node.body, node.elif_, node.else_):
                        self.body(branch)
                case nodes.For():
                    self._for(node)
                case nodes.Assign(target=nodes.Name() as target):
                    self._going.scope[target.name] = value(node.node, self._going)
                case nodes.Include():
                    self._include(node)
                case nodes.FromImport():
                    self._import(node)
                case _:
                    refuse(node, self._going)

    def _print(self, part: nodes.Node) -> None:
        if isinstance(part, nodes.TemplateData):
            self._going.step()
            return
        found = printed(part, self._going)
        if found.kind in {str, Markdown}:
            self._going.told |= found.facts
        elif found.kind is not None:
            sentence = (
                f"{shown(part)} is {called(found.kind)}, which is not printed as it is. {hint(found.kind)}"
            )
            self._going.problem(part, sentence.rstrip())

    def _for(self, node: nodes.For) -> None:
        going = self._going
        if node.recursive:
            going.problem(node, "A loop cannot be recursive here.")
        through = value(node.iter, going)
        if through.kind is not None and not isinstance(through.kind, Many):
            going.problem(
                node, f"{shown(node.iter)} is {called(through.kind)}: a loop goes through several facts."
            )
        many = through.kind if isinstance(through.kind, Many) else None
        outer = dict(going.scope)
        going.scope["loop"] = Value(Loop)
        self._bind(node.target, many.of if many else None, through.facts)
        with going.repeated(many.most if many else 1):
            going.step()
            if node.test is not None:
                value(node.test, going)
            self.body(node.body)
        going.scope = outer
        self.body(node.else_)

    def _bind(self, target: nodes.Node, kind: Kind | None, facts: frozenset[Told]) -> None:
        going = self._going
        if isinstance(target, nodes.Name):
            going.scope[target.name] = Value(kind, facts)
            return
        names = target.items if isinstance(target, nodes.Tuple) else []
        kinds: Iterable[Kind | None] = kind.of if isinstance(kind, Pair) else [None] * len(names)
        if kind is not None and not (isinstance(kind, Pair) and len(kind.of) == len(names)):
            going.problem(target, f"Each is {called(kind)}: it goes by one name.")
            kinds = [None] * len(names)
        for one, each in zip(names, kinds, strict=True):
            self._bind(one, each, facts)

    def _include(self, node: nodes.Include) -> None:
        tree = self._partial(node, node.template)
        if tree is None:
            return
        if node.ignore_missing or not node.with_context:
            self._going.problem(node, 'A part of the product\'s own is taken in plainly: {% include "…" %}.')
            return
        outer = dict(self._going.scope)
        with self._going.inside(_named(node.template), node.lineno):
            self.body(tree.body)
        self._going.scope = outer

    def _import(self, node: nodes.FromImport) -> None:
        tree = self._partial(node, node.template)
        names = [(one, one) if isinstance(one, str) else one for one in node.names]
        if tree is None or node.with_context:
            for _, alias in names:
                self._going.scope[alias] = UNKNOWN
            if tree is not None:
                self._going.problem(node, "Import it without “with context”.")
            return
        outer, self._going.scope = self._going.scope, {}
        with self._going.inside(_named(node.template), node.lineno):
            self.body(tree.body)
        found, self._going.scope = self._going.scope, outer
        for name, alias in names:
            if name not in found:
                self._going.problem(node, f"“{_named(node.template)}” has no “{name}”.{suggest(name, found)}")
            self._going.scope[alias] = found.get(name, UNKNOWN)

    def _partial(self, node: nodes.Node, template: nodes.Node) -> nodes.Template | None:
        """The syntax tree of a file of the product's own that templates share; such files take in no others."""
        known = partials(self._locale)
        if _named(template) not in known or self._going.partial is not None:
            self._going.problem(node, f"Only these can be taken in here: {', '.join(known)}.")
            return None
        return _parse_partial(self._locale, _named(template))


@lru_cache
def _parse_partial(locale: Locale, file: str) -> nodes.Template:
    return _PARSER.parse(built_in(locale, file.removesuffix(".md")))


def _named(template: nodes.Node) -> str:
    return template.value if isinstance(template, nodes.Const) and isinstance(template.value, str) else ""


def _syntax(error: TemplateSyntaxError) -> str:
    message = (error.message or "this is not understood").rstrip(".")
    return f"The signs of the template do not fit: {message}."


def _is_deep(tree: nodes.Node) -> bool:
    level: list[nodes.Node] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return False
    return True
