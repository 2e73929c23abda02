"""Facts to try a template on: the samples of its situation, and each of them with one thing less known."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.errors import NeedsPerson
from app.intents.situation import Situation
from app.replies.cleaning import clean_facts
from app.replies.filters import Markdown
from app.replies.locales import Locale
from app.replies.rendering import render
from app.replies.samples import samples
from app.replies.wording.facts import LAYOUT, NOTE, STANDS_FOR, LayoutFacts, NoteFacts
from app.replies.wording.kinds import fields_of

_AROUND = (
    LayoutFacts("Anna Schmidt", Markdown("Body of the answer."), "Sara\nThe shop", invites=True),
    LayoutFacts(None, Markdown("Body of the answer."), "The shop", invites=False),
)


@dataclass(frozen=True)
class Case:
    """Facts that a template has to be written from.

    Attributes:
        facts: A sample, or one with something less known.
        sample: Which of the samples.
        unknown: What is not known here but in the sample, as in `parcels.carrier`; empty: this is the sample.
    """

    facts: Any
    sample: int
    unknown: str = ""

    @property
    def context(self) -> Mapping[str, Any]:
        return {one.name: getattr(self.facts, one.name) for one in dataclasses.fields(self.facts)}


@lru_cache(maxsize=256)
def cases(locale: Locale, name: str, today: date) -> tuple[Case, ...]:
    """All on which the product's own text can be written: what it cannot be written from is another situation."""
    found: dict[Any, Case] = {}
    every = _facts(locale, name, today)
    for place, facts in enumerate(every):
        found[facts] = Case(facts, place)
    for place, facts in enumerate(every):
        for unknown, fewer in _with_less(facts):
            found.setdefault(fewer, Case(fewer, place, unknown))
    return tuple(case for case in found.values() if _is_possible(locale, name, case))


def situations(name: str, today: date) -> tuple[Situation, ...]:
    """The samples that show what a template looks like in a whole reply."""
    return samples(STANDS_FOR if name in {LAYOUT, NOTE} else name, today)


def _facts(locale: Locale, name: str, today: date) -> tuple[Any, ...]:
    if name == LAYOUT:
        return _AROUND
    if name == NOTE:
        return (NoteFacts("The shop", locale.person_word),)
    return tuple(
        clean_facts(sample.facts, today) for sample in samples(name, today) if sample.facts is not None
    )


def _with_less(facts: Any) -> Iterator[tuple[str, Any]]:
    """The facts with one thing less: what is optional is unknown, of several there are none, or one fact of each is unknown."""
    owner: type = type(facts)
    for field, (_, is_optional) in fields_of(owner).items():
        known = getattr(facts, field)
        if is_optional and known is not None:
            yield field, dataclasses.replace(facts, **{field: None})
        if isinstance(known, tuple) and known and dataclasses.is_dataclass(known[0]):
            yield field, dataclasses.replace(facts, **{field: ()})
            inner: type = type(known[0])
            optional = [one for one, (_, may_lack) in fields_of(inner).items() if may_lack]
            for one in optional:
                fewer = tuple(dataclasses.replace(member, **{one: None}) for member in known)
                yield f"{field}.{one}", dataclasses.replace(facts, **{field: fewer})


def _is_possible(locale: Locale, name: str, case: Case) -> bool:
    try:
        render(locale, name, case.context)
    except NeedsPerson:
        return False
    return True
