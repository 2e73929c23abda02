"""Header values: folding, encoded words (RFC 2047), parameters (RFC 2231), ids and dates. All tolerant, all linear."""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from app.mail.inbound import charsets

MAX_HEADER = 64 * 1024

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"[^\s<>,;\"()]+@[^\s<>,;\"()]+")
_QUOTED_PAIR = re.compile(r"\\([\"\\])")  # no other: Windows paths come with bare backslashes
_PARAMETER = re.compile(
    r";\s*(?P<name>[^\s=;]{1,200})\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.){0,4000})\"?|(?P<plain>[^;]*))",
    re.DOTALL,
)
_SECTION = re.compile(r"^(?P<base>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<encoded>\*)?$")


def text_of(raw: str) -> str:
    """A raw header as the parser gives it (8-bit bytes as surrogates) on one line, its bytes decoded."""
    line = _FOLD.sub(" ", raw) if "\n" in raw or "\r" in raw else raw
    if not line.isascii():
        line, _ = charsets.decode(line.encode("utf-8", "surrogateescape"))
    return line.strip()


def decode_words(value: str) -> str:
    """Replace the encoded words of a header (RFC 2047), also where they stand in wrong places.

    Neighbours of one charset and encoding are joined before decoding: programs split them inside characters.
    """
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub("", value)
    parts: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for word in _WORD.finditer(value):
        if word.start() > position or pending is None or pending[0] != word[1].lower():
            parts.append(_decoded(pending))
            parts.append(value[position : word.start()])
            pending = (word[1].lower(), b"")
        pending = (pending[0], pending[1] + _word_bytes(word[2], word[3]))
        position = word.end()
    return "".join((*parts, _decoded(pending), value[position:]))


def _decoded(pending: tuple[str, bytes] | None) -> str:
    return charsets.decode(pending[1], pending[0])[0] if pending else ""


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        compact = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        compact = compact[: len(compact) - 1] if len(compact) % 4 == 1 else compact
        return b64decode(compact + b"=" * (-len(compact) % 4))
    return binascii.a2b_qp(data, header=True)


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A value with parameters, such as Content-Type: `value` is lower case, parameter names too."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def parse_parameters(header: str) -> Parameterised:
    """Read `value; name=value; …`, RFC 2231 continuations and charsets included, encoded words too."""
    value, _, _ = header.partition(";")
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(header):
        text = match["plain"].strip() if match["quoted"] is None else _QUOTED_PAIR.sub(r"\1", match["quoted"])
        name = _SECTION.match(match["name"].lower())
        if name is None or (name["number"] is None and name["encoded"] is None):
            plain.setdefault(match["name"].lower(), decode_words(text))
        else:
            number = int(name["number"] or 0)
            sections.setdefault(name["base"], []).append((number, name["encoded"] is not None, text))
    for base, found in sections.items():
        plain[base] = _join_sections(sorted(found, key=lambda section: section[0]))
    return Parameterised("".join(value.split()).lower(), plain)


def _join_sections(sections: list[tuple[int, bool, str]]) -> str:
    charset: str | None = None
    data = b""
    for index, (_, encoded, text) in enumerate(sections):
        piece = text
        if encoded and index == 0 and piece.count("'") >= 2:
            charset, _, piece = piece.split("'", 2)
        data += unquote_to_bytes(piece) if encoded else piece.encode("utf-8", "surrogateescape")
    return charsets.decode(data, charset or None)[0]


def parse_ids(value: str) -> tuple[str, ...]:
    """The message ids of a header, each once, in order, with angle brackets."""
    found = [match.strip() for match in _ID.findall(value)]
    if not found:
        found = _BARE_ID.findall(value)
    return tuple(dict.fromkeys(f"<{''.join(one.split())}>" for one in found if one))


def parse_date(value: str) -> datetime | None:
    """A Date header as an aware datetime, or None. "-0000" and no zone at all mean UTC."""
    try:
        date = parsedate_to_datetime(value)
        aware = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # year 1 with an offset is a datetime that no one can convert
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return aware
