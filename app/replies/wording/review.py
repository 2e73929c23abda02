"""Whether a store's wording of a template can be used, and what its owner should know before it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from app.errors import NeedsPerson
from app.intents.situation import Situation
from app.replies.drafting import StoreVoice, draft, with_note
from app.replies.greeting import greeting_name
from app.replies.grounding import Finding, Shopper, check
from app.replies.locales import Locale
from app.replies.rendering import render
from app.replies.sources import built_in
from app.replies.wording.cases import Case, cases, situations
from app.replies.wording.expressions import Problem, Told
from app.replies.wording.facts import LAYOUT, NOTE, facts_class, known_classes, meanings
from app.replies.wording.kinds import Kind, Many, fields_of
from app.replies.wording.language import MAX_PROBLEMS, read

_STRAY = re.compile(r"\{+\s*[\w.]+\s*(?:\|[^{}]*)?\}+|\{\{|\}\}|\{%|%\}")
_NEVER_WITHOUT = {
    LAYOUT: (
        ("LayoutFacts", "body"),
        "The answers themselves have to stand in it, whatever is known: {{ body }}.",
    ),
    NOTE: (("NoteFacts", "person_word"), "It has to say how a person is reached: {{ person_word }}."),
}


@dataclass(frozen=True)
class Review:
    """What is to be said of a wording.

    Attributes:
        problems: Why it cannot be saved.
        warnings: What its owner should know; it can be saved all the same.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()


def review(locale: Locale, name: str, source: str, voice: StoreVoice, today: date) -> Review:
    """Read a wording, and try it on every sample of its situation, also with each optional fact unknown."""
    if not source.strip():
        return Review((Problem(0, "There is no text. Write one, or go back to the product's own."),))
    reading = read(locale, name, source)
    if reading.problems:
        return Review(reading.problems)
    problems = [*_missing(name, reading.told), *_unwritable(locale, name, source, reading.told, today)]
    if problems:
        return Review(tuple(dict.fromkeys(problems))[:MAX_PROBLEMS])
    claims = tuple(_claims(locale, name, source, voice, today))
    if name == NOTE and claims:  # it is put under a reply that has been held against its facts already
        return Review(tuple(Problem(0, claim) for claim in claims))
    stray = tuple(_stray(locale, name, source, today))
    return Review((), (*stray, *_dropped(locale, name, reading.told), *claims))


def compose(
    locale: Locale,
    name: str,
    situation: Situation,
    voice: StoreVoice,
    *,
    customer_name: str | None,
    now: datetime,
) -> tuple[str, tuple[Finding, ...]]:
    """A whole reply in a store's voice as it would be mailed, as Markdown, and what grounding finds in it.

    Raises:
        NeedsPerson: It cannot be written from these facts.
    """
    made = draft([situation], language=locale.code, store=voice, customer_name=customer_name, now=now)
    markdown = made.markdown
    if name == NOTE:
        markdown = with_note(markdown, locale=locale.code, store_name=voice.name, wordings=voice.wordings)
    return markdown, check(
        markdown,
        [situation],
        locale,
        voice=(voice.name, voice.signature),
        shopper=Shopper(greeting_name(customer_name)),
        today=now.date(),
    )


def _missing(name: str, told: frozenset[Told]) -> Iterator[Problem]:
    needed = _NEVER_WITHOUT.get(name)
    if needed is not None and needed[0] not in told:
        yield Problem(0, needed[1])


def _unwritable(
    locale: Locale, name: str, source: str, told: frozenset[Told], today: date
) -> Iterator[Problem]:
    """Facts from which it cannot be written. What a sample lacks already is not told again of those made from it."""
    wordings = {(locale.code, name): source}
    failed: set[int] = set()
    for case in cases(locale, name, today):
        if case.sample in failed and case.unknown:
            continue
        try:
            text = render(locale, name, case.context, wordings)
        except NeedsPerson as error:
            failed.add(case.sample if not case.unknown else -1)
            yield from (Problem(0, sentence) for sentence in _why(case, told, error))
            continue
        if not text:
            failed.add(case.sample)
            yield Problem(0, f"Nothing is left of the text where {_lacked(case)}.")
        elif name == LAYOUT and str(case.facts.body) not in text:
            yield Problem(0, "The answers themselves have to stand in it, whatever is known: {{ body }}.")


def _why(case: Case, told: frozenset[Told], error: NeedsPerson) -> Iterator[str]:
    if error.code == "reply_too_long":
        yield "The text becomes too long for an answer."
        return
    lacking = [case.unknown] if case.unknown else [*_lacking(case.facts, told, "")]
    for one in dict.fromkeys(lacking):
        yield (
            f"“{one}” may be unknown, and then this text cannot be written. "
            "Put what needs it between {% if … %} and {% endif %}."
        )
    if not lacking:
        yield f"With the facts of one of the samples this text cannot be written: {error.__cause__ or error.message}."


def _lacking(facts: Any, told: frozenset[Told], before: str) -> Iterator[str]:
    """What a text prints and these facts have not."""
    for one in fields(facts):
        known = getattr(facts, one.name)
        if known in (None, ()) and (type(facts).__name__, one.name) in told:
            yield f"{before}{one.name}"
        for member in known if isinstance(known, tuple) else ():
            if is_dataclass(member):
                yield from _lacking(member, told, f"{one.name}.")


def _lacked(case: Case) -> str:
    return f"“{case.unknown}” is unknown" if case.unknown else "little is known, as in one of the samples"


def _stray(locale: Locale, name: str, source: str, today: date) -> Iterator[str]:
    """Signs of the template that would reach customers as they are."""
    wordings = {(locale.code, name): source}
    seen = {
        found[0]
        for case in cases(locale, name, today)
        for found in _STRAY.finditer(render(locale, name, case.context, wordings))
    }
    for one in sorted(seen):
        yield f"Customers will read “{one}” as it stands there. A fact stands between {{{{ and }}}}."


def _dropped(locale: Locale, name: str, told: frozenset[Told]) -> Iterator[str]:
    """What the product's own text tells, and this one never does."""
    missing = read(locale, name, built_in(locale, name)).told - told
    classes = {one.__name__: one for one in known_classes(facts_class(name))}
    inside = {
        _class_name(fields_of(classes[owner])[field][0]) for owner, field in missing if owner in classes
    }
    for owner, field in sorted(missing):
        if owner in classes and owner not in inside:
            meaning = meanings(classes[owner]).get(field, "").rstrip(".")
            yield f"Customers will not be told what the product's own text tells them: “{field}” ({meaning})."


def _class_name(kind: Kind) -> str:
    of = kind.of if isinstance(kind, Many) else kind
    return of.__name__ if isinstance(of, type) else ""


def _claims(locale: Locale, name: str, source: str, voice: StoreVoice, today: date) -> Iterator[str]:
    """What no fact backs: such a reply is held by grounding whenever it is made."""
    own = replace(voice, wordings={**voice.wordings, (locale.code, name): source})
    now = datetime.combine(today, time(12), UTC)
    found: dict[Finding, None] = {}
    for situation in situations(name, today):
        try:
            found |= dict.fromkeys(compose(locale, name, situation, own, customer_name=None, now=now)[1])
        except NeedsPerson:  # another template of the store's own is in its way
            continue
    for finding in found:
        yield f"Replies in this wording will wait for a person. {finding.sentence}"
