"""Transfer encodings undone (RFC 2045, 6): base64, quoted-printable, and uuencode, also where they are damaged."""

import binascii
import re
import string
from dataclasses import dataclass

_BLANK = b" \t\r\n\x00"
_ALPHABET = (string.ascii_letters + string.digits + "+/").encode()
_WRITTEN = _ALPHABET + b"=" + string.whitespace.encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_AFTER_PADDING = re.compile(rb"=[\s=]*(?=[^\s=])")
_BETWEEN_WORDS = re.compile(rb"[ \t](?<=\S.)[ \t]*+\S")
_SOFT_BREAK_WITH_BLANKS = re.compile(rb"=[ \t]++(?=\r?\n)")
_PADDED = (b" \n", b" \r\n", b"\t\n", b"\t\r\n")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t\r]*$\n?", re.MULTILINE)
_MAX_UU = 50
_LOOKED_AT = 4096
_WORD_LENGTH = 16  # a line of base64 is one word of 60 or more characters
_FOREIGN_SHARE = 0.1  # of characters that base64 does not know: more than any damage leaves
_MAX_PIECES = 50


def decode(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The bytes behind a Content-Transfer-Encoding (lower case; an unknown one is none), and a problem or None."""
    if encoding == "base64":
        return _decode_base64(data)
    if encoding == "quoted-printable":
        # Some relays append blanks to lines, which would undo a soft break.
        is_padded = any(mark in data for mark in _PADDED)
        return binascii.a2b_qp(_SOFT_BREAK_WITH_BLANKS.sub(b"=", data) if is_padded else data), None
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _decode_uu_part(data)
    return data, None


def _decode_base64(data: bytes) -> tuple[bytes, str | None]:
    compact = data.translate(None, delete=_BLANK)
    try:
        return binascii.a2b_base64(compact, strict_mode=True), None
    except binascii.Error:
        if _is_clear_text(data):
            return data, "A part is declared as base64 and is none; it was read as it stands."
        return _salvage_base64(data)


def _is_clear_text(data: bytes) -> bool:
    """Whether words stand there: some scripts declare base64 and forget to encode."""
    sample = _AFTER_PADDING.split(data[:_LOOKED_AT], maxsplit=1)[0]
    words = sample.split()
    foreign = len(sample.translate(None, delete=_ALPHABET + b"=" + _BLANK))
    is_wordy = len(words) > 2 and len(sample) < _WORD_LENGTH * len(words) and _is_clear(sample)
    return bool(is_wordy) or foreign > _FOREIGN_SHARE * len(sample)


def _is_clear(data: bytes) -> bool:
    """Whether something stands there that base64 never writes: its alphabet knows no blanks inside a line."""
    foreign = data.translate(None, delete=_WRITTEN)
    return bool(foreign) or ((b" " in data or b"\t" in data) and _BETWEEN_WORDS.search(data) is not None)


def _salvage_base64(data: bytes) -> tuple[bytes, str]:
    """Pieces end at their padding; what follows it and is no base64 is a footer that a server put there in clear."""
    decoded: list[bytes] = []
    for piece in _AFTER_PADDING.split(data, maxsplit=_MAX_PIECES):
        if decoded and _is_clear(piece):
            return b"".join(decoded), "Text behind a base64 part was left out."
        compact = piece.translate(None, delete=_NOT_BASE64)
        whole = compact[: len(compact) - 1] if len(compact) % 4 == 1 else compact
        decoded.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(decoded), "A base64 part is damaged or cut off."


def _decode_uu_part(data: bytes) -> tuple[bytes, str | None]:
    begin = _UU_BEGIN.search(data)
    return _decode_uu(data[begin.end() :] if begin else data)


def _decode_uu(data: bytes) -> tuple[bytes, str | None]:
    decoded = []
    for line in data.split(b"\n"):
        if line.strip() in {b"end", b"`"}:
            break
        try:
            decoded.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            return b"".join(decoded), "A uuencoded part is damaged."
    return b"".join(decoded), None


@dataclass(frozen=True, slots=True)
class UuFile:
    """A file that stood uuencoded inside a text."""

    name: bytes
    content: bytes


def take_uu_files(text: bytes) -> tuple[bytes, list[UuFile]]:
    """A text without the files that are uuencoded in it, and these files. What is not whole stays in the text."""
    if b"begin " not in text or not (begin := _UU_BEGIN.search(text)):
        return text, []
    kept: list[bytes] = []
    files: list[UuFile] = []
    position = 0
    while begin and len(files) < _MAX_UU and (end := _UU_END.search(text, begin.end())):
        content, problem = _decode_uu(text[begin.end() : end.start()])
        if problem is None and content:
            kept.append(text[position : begin.start()])
            files.append(UuFile(begin[1].strip(), content))
            position = end.end()
        begin = _UU_BEGIN.search(text, end.end())
    return b"".join((*kept, text[position:])), files
