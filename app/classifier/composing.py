"""The second function: a draft where no template fits, written from facts and passages, each sentence naming its own.

The model sees only what this recipient may be told. What it writes is text without marks, checked here for its shape and in
`app.replies.composed` for what it says; a person reads it in any case.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.classifier.fencing import fenced, new_nonce, shorten
from app.classifier.model import MAX_OUTPUT_TOKENS, Function, MalformedAnswer, Model, Usage
from app.classifier.tokens import estimate_tokens
from app.errors import NeedsPerson

VERSION = "compose-1"
_INSTRUCTIONS = resources.files(__package__).joinpath("prompts/compose.md").read_text(encoding="utf-8")
_SCHEMA = resources.files(__package__).joinpath("prompts/compose.schema.json").read_text(encoding="utf-8")
PROMPT_HASH = hashlib.sha256((_INSTRUCTIONS + _SCHEMA).encode()).hexdigest()[:16]
FUNCTION = Function("write_draft", "Write the body of a reply to a shopper.", json.loads(_SCHEMA))

MOST_FACTS = 80
MOST_PASSAGES = 6
_STATIC_TOKENS = estimate_tokens(_INSTRUCTIONS + _SCHEMA)
_MAIL_TOKENS = 1_500
_HEAD, _TAIL = 12_000, 4_000
"""Characters of a mail that are looked at; more would cost time and not be shown."""
_NOTES_TOKENS = 800
_LONGEST_SUBJECT = 500
_LONGEST_FACT = 400
_LONGEST_PASSAGE = 1_000
_LONGEST_ANSWERED = 3_000
_MOST_PARAGRAPHS = 10
_LONGEST_PARAGRAPH = 1_500
_MOST_UNANSWERED = 10
_LONGEST_UNANSWERED = 300


@dataclass(frozen=True)
class Fact:
    """Something that was looked up and may be told: `order number = #1035`."""

    name: str
    value: str


@dataclass(frozen=True)
class Source:
    """A passage of the shop's own: where it stands, and what it says."""

    title: str
    text: str


@dataclass(frozen=True)
class Brief:
    """What the model is shown. Secrets have been blanked; facts are what this recipient may be told.

    Attributes:
        store: The shop's name.
        tone: How it wants to sound, in its owner's words; empty: no wish.
        language: Two-letter code of the language to write in.
        facts: F1, F2 …, in order.
        passages: P1, P2 …, in order.
        answered: What the same letter says already, by templates.
        intents: What still has to be answered, as triage names it.
        notes: What was understood and what was written before, oldest first. From strangers, like the mail.
        subject: Of the newest mail.
        text: What the customer newly wrote.
    """

    store: str
    tone: str
    language: str
    facts: tuple[Fact, ...]
    passages: tuple[Source, ...]
    answered: str
    intents: tuple[str, ...]
    notes: tuple[str, ...]
    subject: str
    text: str


_Given = TypeVar("_Given", Fact, Source)


class Paragraph(BaseModel):
    """One paragraph, and the ids of what it rests on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    facts: tuple[str, ...]
    passages: tuple[str, ...]


class Composition(BaseModel):
    """What the model wrote. Strict mode promises this shape; we check it all the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    paragraphs: tuple[Paragraph, ...]
    unanswered: tuple[str, ...]


class NotComposed(NeedsPerson):
    """The model wrote nothing that can be used; `usage` is what that cost."""

    code = "not_composed"

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


async def compose(model: Model, brief: Brief) -> tuple[Composition, tuple[str, ...], Usage]:
    """One model call, without a second try: a person writes as well, and is not kept waiting.

    Returns:
        What may be used of it; sentences for an agent about what may not; what it cost.

    Raises:
        TryLater: the model is out of reach.
        NotComposed: its answer cannot be used.
        NeedsPerson: it refused.
    """
    try:
        call = await model.call(
            FUNCTION, instructions=_INSTRUCTIONS, messages=[_prompt(brief)], cache_key=VERSION
        )
    except MalformedAnswer as error:
        raise NotComposed(f"The model wrote no draft. {error.message}", error.usage) from error
    try:
        found = Composition.model_validate_json(call.arguments)
    except ValidationError as error:
        raise NotComposed("The model's draft did not fit its schema.", call.usage) from error
    try:
        checked, problems = _check(found, brief)
    except NotComposed as error:
        error.usage = call.usage
        raise
    return checked, problems, call.usage


def price_at_most(model: Model, brief: Brief) -> float:
    """What this draft costs at most, in USD. Known before the call."""
    return model.price(_STATIC_TOKENS + estimate_tokens(_prompt(brief)), MAX_OUTPUT_TOKENS)


def _prompt(brief: Brief) -> str:
    """What strangers wrote comes last; each fact and passage stands on one line, whatever it holds."""
    nonce = new_nonce()
    lines = [f"Shop: {_line(brief.store, 200)}", f"Write in: {brief.language}"]
    if brief.tone:
        lines.append(f"Tone: {_line(brief.tone, 1_000)}")
    lines.append(f"To be answered: {', '.join(brief.intents) or 'whatever the email asks'}")
    if brief.answered:
        lines.append(f"Already answered: {_line(brief.answered, _LONGEST_ANSWERED)}")
    lines.append("Facts:" if brief.facts else "Facts: none")
    for key, fact in _keyed("F", brief.facts):
        lines.append(f"{key}: {_line(fact.name, 100)} = {_line(fact.value, _LONGEST_FACT)}")
    lines.append("Passages:" if brief.passages else "Passages: none")
    for key, passage in _keyed("P", brief.passages):
        lines.append(f"{key} ({_line(passage.title, 200)}): {_line(passage.text, _LONGEST_PASSAGE)}")
    mail = shorten(ends_of(brief.text), _MAIL_TOKENS)
    if brief.notes:
        notes = ends_of("\n".join(brief.notes))
        lines.append(fenced("notes", shorten(notes, _NOTES_TOKENS), nonce))
    lines.append(fenced("email", f"Subject: {brief.subject[:_LONGEST_SUBJECT]}\n\n{mail}", nonce))
    return "\n".join(lines)


def ends_of(text: str) -> str:
    """Beginning and end of a mail of megabytes: more of it than the model is shown."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n[…]\n{text[-_TAIL:]}"


def keys(brief: Brief) -> frozenset[str]:
    """The ids that a paragraph may name."""
    return frozenset(
        key for keyed in (_keyed("F", brief.facts), _keyed("P", brief.passages)) for key, _ in keyed
    )


def _keyed(letter: str, values: tuple[_Given, ...]) -> list[tuple[str, _Given]]:
    return [(f"{letter}{number}", value) for number, value in enumerate(values, 1)]


def _line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest]


def _check(found: Composition, brief: Brief) -> tuple[Composition, tuple[str, ...]]:
    """Drop what names sources that were not given: a made-up source is the surest sign of a made-up sentence."""
    if found.language.strip().replace("_", "-").split("-")[0].casefold() != brief.language:
        raise NotComposed("The model's draft is not in the language of the reply.")
    known = keys(brief)
    kept: list[Paragraph] = []
    problems: list[str] = []
    for paragraph in found.paragraphs[:_MOST_PARAGRAPHS]:
        text = paragraph.text.strip()
        if not {*paragraph.facts, *paragraph.passages} <= known:
            problems.append("The model named a source that it was not given; that paragraph was left out.")
        elif len(text) > _LONGEST_PARAGRAPH:
            problems.append("The model wrote a paragraph that is too long; it was left out.")
        elif text:
            kept.append(paragraph.model_copy(update={"text": text}))
    if not kept:
        raise NotComposed(" ".join(["The model found nothing to say.", *dict.fromkeys(problems)]))
    unanswered = tuple(
        one.strip()[:_LONGEST_UNANSWERED] for one in found.unanswered[:_MOST_UNANSWERED] if one.strip()
    )
    return found.model_copy(update={"paragraphs": tuple(kept), "unanswered": unanswered}), tuple(
        dict.fromkeys(problems)
    )
