"""A text cut into passages: each small enough to be read at a glance, and whole enough to answer by itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.intents.passages import sections
from app.mail.outbound.markdown import render_markdown

LONGEST = 700
"""Characters of a passage; a longer paragraph is cut between its sentences, and a longer sentence between its words."""

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>[^\n]+?)[ \t#]*\Z")
_SENTENCE_END = re.compile(r"(?<=[.!?؟。])\s+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Piece:
    """A passage to be: what it stands under, and what it says, in plain text."""

    heading: str
    text: str


def split_markdown(body: str) -> tuple[Piece, ...]:
    """An article's passages. Plain text is Markdown without marks: it is split at its blank lines."""
    found: list[Piece] = []
    for heading, markdown in _markdown_sections(body):
        paragraphs = (_plain(block) for block in _BLANK_LINE.split(markdown))
        found += _pieces(heading, [paragraph for paragraph in paragraphs if paragraph])
    return tuple(found)


def split_paragraphs(paragraphs: Sequence[str]) -> tuple[Piece, ...]:
    """A policy's passages: what stands under one heading belongs together."""
    found: list[Piece] = []
    for heading, *rest in sections(paragraphs):
        found += _pieces(heading, rest) if rest else _pieces("", [heading])
    return tuple(found)


def _markdown_sections(body: str) -> Iterator[tuple[str, str]]:
    """Each heading with what stands under it; one without anything under it is a line of its own."""
    heading, lines = "", list[str]()
    for line in body.replace("\r\n", "\n").split("\n"):
        if found := _HEADING.match(line.strip()):
            yield (heading, "\n".join(lines)) if any(map(str.strip, lines)) else ("", heading)
            heading, lines = _plain(found["text"]), []
        else:
            lines.append(line)
    yield (heading, "\n".join(lines)) if any(map(str.strip, lines)) else ("", heading)


def _plain(markdown: str) -> str:
    text, _ = render_markdown(markdown.strip("\n"), rtl=False, lang="en")
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _pieces(heading: str, paragraphs: Iterable[str]) -> Iterator[Piece]:
    """Paragraphs taken together as far as they fit."""
    gathered = ""
    for part in (part for paragraph in paragraphs for part in _parts(paragraph)):
        if gathered and len(gathered) + len(part) >= LONGEST:
            yield Piece(heading, gathered)
            gathered = ""
        gathered = f"{gathered}\n{part}" if gathered else part
    if gathered:
        yield Piece(heading, gathered)


def _parts(paragraph: str) -> Iterator[str]:
    rest = paragraph
    while len(rest) > LONGEST:
        ends = [match.start() for match in _SENTENCE_END.finditer(rest, 0, LONGEST)]
        spaces = [rest.rfind(" ", 0, LONGEST), rest.rfind("\n", 0, LONGEST)]
        end = ends[-1] if ends else max(*spaces, 0) or LONGEST
        yield rest[:end].strip()
        rest = rest[end:].strip()
    if rest:
        yield rest
