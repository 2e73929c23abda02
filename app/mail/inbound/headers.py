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
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,80}")

# A word may lack its end, hold spaces and question marks, or be cut off by the next one.
_WORD = re.compile(
    r"=\?(?P<charset>[^?\s*=]{0,60})(?:\*[^?\s]{0,20})?\?(?P<encoding>[bBqQ])\?"
    r"(?P<payload>(?:[^?=]++|=(?!\?[^?\s]{0,60}\?[bBqQ]\?)|\?(?!=))*+)(?P<end>\?=|)"
)
_FOLD = re.compile(r"\r?\n[ \t]*|\r[ \t]*")
_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"(?<![^\s<>,;\"()])[^\s<>,;\"()]+@[^\s<>,;\"()]+")
_TOKEN_ID = re.compile(r"[^\s<>]{4,250}")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_PERCENT = re.compile(r"%[CcDdEe][0-9A-Fa-f]%[89AaBb][0-9A-Fa-f]")
_VALUE = re.compile(r"\s*([^\s;,=/\"]{1,80}(?:\s*/\s*[^\s;,=\"]{0,80})?)(?![^\s;,])")
_QUOTED_PAIR = re.compile(r"\\([\"\\])")  # no other: Windows paths come with bare backslashes
# What follows a value without a semicolon is the next parameter where its name is one that matters.
_PARAMETER = re.compile(
    r"(?:[;,]\s*|\s)(?P<name>[^\s=;,]{1,200})\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.){0,4000})\"?|"
    r"(?P<plain>(?:(?![,\s]\s{0,4}(?:charset|boundary|format|delsp|name|filename)\*?\s{0,4}=)[^;])*))",
    re.DOTALL | re.IGNORECASE,
)
_SECTION = re.compile(r"^(?P<base>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<encoded>\*)?$")


def text_of(raw: str, hint: str | None = None) -> str:
    """A raw header as the parser gives it (8-bit bytes as surrogates) on one line, its bytes decoded.

    `hint` is the charset that the mail's text declares: headers of 8 bits are mostly written in the same.
    """
    line = _FOLD.sub(" ", raw) if "\n" in raw or "\r" in raw else raw
    if not line.isascii():
        line, _ = charsets.decode(line.encode("utf-8", "surrogateescape"), hint=hint)
    return line.replace("\x00", "").strip()


def decode_words(value: str) -> str:
    """Replace the encoded words of a header (RFC 2047), also where they are wrong or stand in wrong places.

    Neighbours of one charset are joined before decoding: programs split them inside characters, and base64 inside
    its groups of four. What was encoded twice is decoded twice.
    """
    decoded = _decode_once(value)
    return _decode_once(decoded) if decoded != value and "=?" in decoded else decoded


def _decode_once(value: str) -> str:
    if "=?" not in value:
        return value
    parts: list[str] = []
    run = _Run("")
    position = 0
    for word in _WORD.finditer(value):
        between = value[position : word.start()]
        if (between and not (between.isspace() and run.words)) or run.charset != word["charset"].lower():
            parts += run.decoded(), between if not run.words or not between.isspace() else ""
            run = _Run(word["charset"].lower())
        run.words.append((word["encoding"].lower(), word["payload"]))
        position = word.end()
    return "".join((*parts, run.decoded(), value[position:]))


@dataclass(slots=True)
class _Run:
    """Encoded words of one charset, next to each other."""

    charset: str
    words: list[tuple[str, str]] = field(default_factory=list)

    def decoded(self) -> str:
        if not self.words:
            return ""
        data: list[bytes] = []
        rest = ""  # of base64 that goes on in the next word
        for index, (encoding, payload) in enumerate(self.words):
            if encoding == "q":
                data.append(binascii.a2b_qp(payload.encode("utf-8", "surrogateescape"), header=True))
                continue
            compact = rest + _NOT_BASE64.sub("", payload)
            goes_on = (
                "=" not in payload and self.words[index + 1 : index + 2] and self.words[index + 1][0] == "b"
            )
            whole = len(compact) // 4 * 4 if goes_on else len(compact)
            rest = compact[whole:]
            data.append(_base64(compact[:whole]))
        text, _ = charsets.decode(b"".join(data), self.charset or None)
        return text


def _base64(compact: str) -> bytes:
    compact = compact[: len(compact) - 1] if len(compact) % 4 == 1 else compact
    return b64decode(compact + "=" * (-len(compact) % 4))


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A value with parameters, such as Content-Type: `value` is lower case, parameter names too."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def parse_parameters(header: str) -> Parameterised:
    """Read `value; name=value; …`, RFC 2231 continuations and charsets included, encoded words too."""
    if not header:
        return Parameterised("")
    value = _VALUE.match(header)
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    rest = header[value.end() :] if value else header
    for match in _PARAMETER.finditer(rest if rest.lstrip().startswith((";", ",")) else ";" + rest):
        text = match["plain"].strip() if match["quoted"] is None else _QUOTED_PAIR.sub(r"\1", match["quoted"])
        name = _SECTION.match(match["name"].lower())
        if name is None or (name["number"] is None and name["encoded"] is None):
            plain.setdefault(match["name"].lower(), _decode_value(text))
        else:
            found = sections.setdefault(name["base"], {})
            found.setdefault(int(name["number"] or 0), (name["encoded"] is not None, text))
    for base, numbered in sections.items():
        plain[base] = _join_sections([numbered[number] for number in sorted(numbered)])
    return Parameterised("".join((value[1] if value else "").split()).lower(), plain)


def _decode_value(text: str) -> str:
    """A value with encoded words (forbidden, and usual) or percent-encoded UTF-8 (of browsers)."""
    if "=?" in text:
        return decode_words(text)
    if _PERCENT.search(text):
        try:
            return unquote_to_bytes(text).decode("utf-8")
        except UnicodeDecodeError:
            pass  # a per cent sign in a name
    return text


def _join_sections(sections: list[tuple[bool, str]]) -> str:
    charset: str | None = None
    data: list[bytes] = []
    for index, (encoded, text) in enumerate(sections):
        piece = text
        if encoded and index == 0 and piece.count("'") >= 2:
            charset, _, piece = piece.split("'", 2)
        data.append(unquote_to_bytes(piece) if encoded else piece.encode("utf-8", "surrogateescape"))
    text, _ = charsets.decode(b"".join(data), charset or None)
    return decode_words(text) if "=?" in text else text


def parse_ids(value: str) -> tuple[str, ...]:
    """The message ids of a header, each once, in order, with angle brackets."""
    found = [match.strip() for match in _ID.findall(value)]
    if not found:
        found = _BARE_ID.findall(value) or _TOKEN_ID.findall(value)[: 1 if len(value.split()) == 1 else 0]
    return tuple(dict.fromkeys(f"<{''.join(one.split())}>" for one in found if one))


def parse_date(value: str) -> datetime | None:
    """A Date header as an aware datetime, or None. "-0000" and no zone at all mean UTC."""
    try:
        date = _first_date(value)
        aware = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # year 1 with an offset is a datetime that no one can convert
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return aware


def _first_date(value: str) -> datetime:
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return datetime.fromisoformat(value.strip())  # scripts write ISO 8601
