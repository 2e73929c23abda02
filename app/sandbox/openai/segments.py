"""Cuts a mail into the pieces that can each be one request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# A mail program wraps near 72-78 columns; a line much shorter was ended by its writer.
_WRAPPED: Final = 55
_MAX_SEGMENTS: Final = 60
_MAX_LENGTH: Final = 600

_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![ \t]*\n))*")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•–]|\(?[\d۰-۹]{1,2}[.)])\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nr|num|st|str|ca|bzw|etc|inkl|zzgl|usw|vs|mr|mrs|ms|dr|hr|fr|sr|sra|tel|art|bestellnr|best|approx|incl)|\b[^\W\d_])\.\Z",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?؟…。！？]+[\"'»”)]*(?=\s|\Z)|[。！？]")
# A word for "and" or "but" counts only before a word that can begin another request.
_JOINTS: Final = (
    (
        "and|but|plus",
        (
            "also|can|could|would|will|how|when|where|what|which|why|is|are|do|does|did|please|pls|i|i'[a-z]+|my|if|whether"
            "|send|tell|let|the|one|refund|cancel|change"
        ),
    ),
    (
        "und|aber|außerdem|zudem|sowie",
        (
            "auch|können|könnt|könnten|kann|wie|wann|wo|was|warum|ob|ich|bitte|haben|habt|gibt|ist|meine?|schicken|zusätzlich"
            "|außerdem"
        ),
    ),
    (
        "et|mais",
        (
            "aussi|pouvez|pourriez|puis|peut|comment|quand|où|combien|pourquoi|je|j'[a-z]+|est-ce|avez|serait|mon|ma|merci"
            "|envoyez|si"
        ),
    ),
    (
        "y|pero",
        (
            "también|además|pueden|puede|podéis|podrían|puedo|cómo|cuándo|dónde|cuánto|quiero|quisiera|me|mi|necesito|si"
            "|tienen|hay|por"
        ),
    ),
    ("و|ولی|اما", "آیا|چطور|چجوری|کی|کجا|چرا|لطفا|لطفاً|همچنین|می|اگه|اگر|هم|میخوام|میشه|یه"),
)
_ALSO: Final = "also|additionally|besides|par ailleurs|de plus|además|همچنین|ضمنا|در ضمن"
_JOINT = re.compile(
    r"(?:\s*[,;،؛–—-]\s*|\s+)(?:"
    + "|".join(rf"(?:{joint})\s+(?=(?:{after})\b)" for joint, after in _JOINTS)
    + rf"|(?:{_ALSO}),?\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Segment:
    """A piece of the mail: `text` is an exact substring of it, from `start`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def split_segments(text: str) -> list[Segment]:
    """Sentences, list items and short lines, in order; very long mails are read as far as 60 of them."""
    found: list[Segment] = []
    for paragraph in _PARAGRAPH.finditer(text):
        for start, end in _lines(paragraph[0]):
            offset = paragraph.start() + start
            found += _sentences(paragraph[0][start:end], offset)
            if len(found) >= _MAX_SEGMENTS:
                return found[:_MAX_SEGMENTS]
    return found


def split_joint(segment: Segment) -> list[Segment]:
    """The clauses of a sentence such as "where is it and can you send the invoice"; the sentence itself if it is one."""
    parts: list[Segment] = []
    start = 0
    for joint in _JOINT.finditer(segment.text):
        parts += _trimmed(segment.text[start : joint.start()], segment.start + start)
        start = joint.end()
    parts += _trimmed(segment.text[start:], segment.start + start)
    return parts


def _lines(paragraph: str) -> Iterator[tuple[int, int]]:
    """Joins lines that a mail program wrapped; yields (start, end) of each logical line."""
    start = position = 0
    for line in paragraph.split("\n"):
        end = position + len(line)
        following = paragraph[end + 1 :]
        if len(line) < _WRAPPED or _LIST_ITEM.match(following):
            yield start, end
            start = end + 1
        position = end + 1
    if start < len(paragraph):
        yield start, len(paragraph)


def _sentences(line: str, offset: int) -> Iterator[Segment]:
    start = 0
    for stop in _SENTENCE_END.finditer(line):
        if stop[0] == "." and _ABBREVIATION.search(line[start : stop.end()]):
            continue
        yield from _trimmed(line[start : stop.end()], offset + start)
        start = stop.end()
    yield from _trimmed(line[start:], offset + start)


def _trimmed(text: str, offset: int) -> list[Segment]:
    bare = text.strip()
    if not any(letter.isalnum() for letter in bare):
        return []
    return [Segment(bare[:_MAX_LENGTH].rstrip(), offset + len(text) - len(text.lstrip()))]
