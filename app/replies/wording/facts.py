"""Which facts a template may name, what each is, and samples of them."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from functools import lru_cache

from app.replies.filters import Markdown
from app.replies.samples import SITUATIONS, samples
from app.replies.wording.expressions import hint
from app.replies.wording.kinds import FILTERS, PRINTED_WITH, Kind, Many, fields_of, in_words

LAYOUT, NOTE = "layout", "automatic"
NAMES: tuple[str, ...] = (*SITUATIONS, LAYOUT, NOTE)
"""The templates that a store may word itself. Mails that carry a code are not among them: they guard whose an order is."""

STANDS_FOR = "order_in_transit"
"""The situation that shows what the layout and the note look like around an answer."""

_ANY_DAY = date(2026, 1, 1)
_ATTRIBUTE = re.compile(r"`?(\w+(?:`?, `?\w+)*)`?: (.+)")


@dataclass(frozen=True)
class LayoutFacts:
    """What stands around the answers of a mail.

    Attributes:
        customer_name: By which the customer may be greeted.
        body: The answers themselves.
        signature: Who greets at the end, in one line or several.
        invites: Further questions are asked for. Not where somebody may be in danger: there it would sound careless.
    """

    customer_name: str | None
    body: Markdown
    signature: str
    invites: bool


@dataclass(frozen=True)
class NoteFacts:
    """What stands under a reply that leaves by itself.

    Attributes:
        store_name: The shop's name.
        person_word: The word with which a customer answers to reach a person.
    """

    store_name: str
    person_word: str


@dataclass(frozen=True)
class Variable:
    """A fact as somebody who writes templates needs to know it.

    Attributes:
        name: As it stands in a template.
        kind: What it is, in words.
        meaning: What it tells.
        is_optional: Whether it may be unknown: then it stands between `{% if %}` and `{% endif %}`.
        example: How it is printed, or gone through.
        fields: What each of several, or a fact of several parts, is made of.
    """

    name: str
    kind: str
    meaning: str
    is_optional: bool
    example: str
    fields: tuple["Variable", ...] = ()


def facts_class(name: str) -> type:
    """The class of a template's facts."""
    if name == LAYOUT:
        return LayoutFacts
    if name == NOTE:
        return NoteFacts
    return type(samples(name, _ANY_DAY)[0].facts)


@lru_cache
def known_classes(owner: type) -> tuple[type, ...]:
    """A class of facts, and those that its facts are made of."""
    inner = [kind.of if isinstance(kind, Many) else kind for kind, _ in fields_of(owner).values()]
    below = [one for one in inner if isinstance(one, type) and is_dataclass(one)]
    return tuple(dict.fromkeys([owner, *(deep for one in below for deep in known_classes(one))]))


@lru_cache
def variables(name: str) -> tuple[str, Mapping[str, Kind]]:
    """The name of the class of a template's facts, and the kind of each."""
    owner = facts_class(name)
    return owner.__name__, {one: kind for one, (kind, _) in fields_of(owner).items()}


@lru_cache
def describe(name: str) -> tuple[Variable, ...]:
    """Every fact that a template may name."""
    return _describe(facts_class(name), "")


@lru_cache
def known_here(name: str) -> frozenset[str]:
    """The facts that are ever known in the situation of a template, by its samples."""
    if name in {LAYOUT, NOTE}:
        return frozenset(fields_of(facts_class(name)))
    facts = [sample.facts for sample in samples(name, _ANY_DAY)]
    return frozenset(
        one
        for one in fields_of(facts_class(name))
        if any(getattr(each, one) not in {None, ()} for each in facts)
    )


def _describe(owner: type, before: str) -> tuple[Variable, ...]:
    said = meanings(owner)
    return tuple(
        Variable(
            name=name,
            kind=in_words(kind),
            meaning=said.get(name, "").replace("`", ""),
            is_optional=is_optional,
            example=_example(f"{before}{name}", kind),
            fields=_parts(name, kind),
        )
        for name, (kind, is_optional) in fields_of(owner).items()
    )


def _parts(name: str, kind: Kind) -> tuple[Variable, ...]:
    of = kind.of if isinstance(kind, Many) else kind
    if not isinstance(of, type) or not is_dataclass(of) or of in PRINTED_WITH:
        return ()
    return _describe(of, f"{_one_of(name) if isinstance(kind, Many) else name}.")


def _one_of(name: str) -> str:
    return name.removesuffix("s").rpartition("_")[2] or name


def _example(path: str, kind: Kind) -> str:
    """How a fact is used where it can be used at once."""
    last = path.rpartition(".")[2]
    if kind is bool:
        return f"{{% if {path} %}}…{{% endif %}}"
    if last == "paragraphs":
        return f'{{% set shown = {path} | excerpt %}}{{% include "_quote.md" %}}'
    if isinstance(kind, Many) and hint(kind).startswith("Go"):
        return f"{{% for {_one_of(last)} in {path} %}}…{{% endfor %}}"
    return f"{{{{ {path}{_printing(last, kind)} }}}}"


def _printing(name: str, kind: Kind) -> str:
    if kind is str:
        endings = (one for one in _TEXTS if name.endswith(one))
        return _TEXTS.get(next(endings, ""), "")
    fitting = next((one for one, signature in FILTERS.items() if signature.gives(kind) is Markdown), None)
    return f" | {fitting}" if fitting and kind is not Markdown else ""


_TEXTS: Mapping[str, str] = {"url": ' | link("…")', "number": " | code", "signature": " | lines"}


@lru_cache
def meanings(owner: type) -> Mapping[str, str]:
    """What each field of a class of facts means: its docstring's own `Attributes`."""
    _, _, listed = (inspect.getdoc(owner) or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    last: tuple[str, ...] = ()
    for line in listed.splitlines():
        entry = (
            _ATTRIBUTE.fullmatch(line.strip())
            if line.startswith("    ") and not line.startswith("     ")
            else None
        )
        if entry is not None:
            last = tuple(entry[1].replace("`", "").split(", "))
            found |= dict.fromkeys(last, entry[2])
        elif line.strip():
            found |= {one: f"{found[one]} {line.strip()}" for one in last}
    return found
