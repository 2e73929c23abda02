"""What of a model's paragraphs may stand in a draft. Each is looked at alone, against the sources that it names itself.

A paragraph goes where code can tell that it must not be said: it echoes the mail, speaks to a machine, leads somewhere that
no source leads (links, addresses, long numbers), or names no source and states something all the same. What grounding cannot
trace otherwise stays, and is marked for the person who reads it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.classifier.attacks import find_attack
from app.classifier.composing import Paragraph
from app.intents.situation import Situation
from app.replies.cleaning import MAX_PARAGRAPH, clean_text
from app.replies.filters import Markdown
from app.replies.grounding import check
from app.replies.locales import Locale
from app.replies.plain import Text
from app.replies.tokens import TokenKind

_ECHO = 8
"""Words in a row that a draft has in common with the mail, and with no source: somebody dictates."""
_LONG_NUMBER = 7
"""Digits from which a number may be a phone, an account or a parcel of somebody else."""
_WORD = re.compile(r"\w+")
_FIGURES = re.compile(r"\d(?:[ \u00a0\-/().]{0,2}\d)+")
_MARK = re.compile(r"([\\`*_\[\]<>]|&(?=#?\w+;))")
_LINE_START = re.compile(r"^(?:(?P<sign>[#+\-=~>|])|(?P<number>\d+)(?P<dot>[.)]))")
_ECHOED = "The model repeated the customer's own words; that paragraph was left out."
_SPOKEN = "The model wrote words that speak to a machine; that paragraph was left out."
_LED_AWAY = (
    "The model wrote a link, an address or a number that it was not given; that paragraph was left out."
)
_UNFOUNDED = "The model stated something and named no source; that paragraph was left out."


@dataclass(frozen=True)
class Ground:
    """What paragraphs may rest on.

    Attributes:
        told: Situations whose facts were given to the model.
        facts: What the model was told of them, by ids; `passages` likewise: the shop's own sentences.
        mail: All that the model saw of the customer.
        voice: Texts of the store that are its own to say.
    """

    told: Sequence[Situation]
    facts: Mapping[str, str]
    passages: Mapping[str, str]
    mail: str
    locale: Locale
    today: date
    voice: Sequence[str]


@dataclass(frozen=True)
class Vetted:
    """The paragraphs that may stand, each with its Markdown, and a sentence for each kind that may not."""

    paragraphs: tuple[tuple[Paragraph, Markdown], ...]
    problems: tuple[str, ...]


def vet(paragraphs: Sequence[Paragraph], ground: Ground) -> Vetted:
    """Sort out what must not be said, whoever asks for it."""
    echoes = _runs(ground.mail) - {run for text in ground.passages.values() for run in _runs(text)}
    kept: list[tuple[Paragraph, Markdown]] = []
    problems: dict[str, None] = {}
    for paragraph in paragraphs:
        markdown = as_markdown(paragraph.text)
        problem = _problem(markdown, paragraph, ground, echoes) if markdown else None
        if problem is not None:
            problems[problem] = None
        elif markdown:
            kept.append((paragraph, markdown))
    return Vetted(tuple(kept), tuple(problems))


def as_markdown(text: str) -> Markdown:
    """Somebody's prose as Markdown that shows exactly that: no links, no lists, no marks; readable where an agent edits it."""
    lines = (clean_text(line, MAX_PARAGRAPH) for line in text.splitlines())
    literal = (_LINE_START.sub(_unlisted, _MARK.sub(r"\\\1", line)) for line in lines if line)
    return Markdown("\\\n".join(literal))


def _unlisted(match: re.Match[str]) -> str:
    return f"\\{match['sign']}" if match["sign"] else f"{match['number']}\\{match['dot']}"


def _problem(markdown: Markdown, paragraph: Paragraph, ground: Ground, echoes: frozenset[str]) -> str | None:
    text = Text.of_markdown(markdown).normal
    if _runs(text) & echoes:
        return _ECHOED
    if find_attack(text) is not None:
        return _SPOKEN
    told = ground.told if paragraph.facts else ()
    cited = [ground.passages[key] for key in paragraph.passages]
    findings = check(markdown, told, ground.locale, voice=ground.voice, today=ground.today, passages=cited)
    given = "\n".join([*(ground.facts.values() if paragraph.facts else ()), *cited])
    if _long_numbers(text) - _long_numbers(Text.of_plain(given).normal):
        return _LED_AWAY
    if any(finding.kind in {TokenKind.LINK, TokenKind.EMAIL} for finding in findings):
        return _LED_AWAY
    if findings and not paragraph.facts and not paragraph.passages:
        return _UNFOUNDED
    return None


def _long_numbers(text: str) -> frozenset[str]:
    """Numbers of many digits, however they are grouped."""
    digits = (re.sub(r"\D", "", run) for run in _FIGURES.findall(text))
    return frozenset(number for number in digits if len(number) >= _LONG_NUMBER)


def _runs(text: str) -> frozenset[str]:
    """Every run of `_ECHO` words."""
    words = _WORD.findall(Text.of_plain(text).normal.casefold())
    return frozenset(" ".join(words[start : start + _ECHO]) for start in range(len(words) - _ECHO + 1))
