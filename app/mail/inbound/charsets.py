"""Bytes to text, when the declared charset is missing, unknown or a lie."""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

# A detector needs a few kilobytes; more only costs time.
_SAMPLE = 16 * 1024
_ALIASES = {
    # The WHATWG encoding standard reads these as their Windows supersets, as every mail program does.
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
# Not text encodings (base64_codec, zlib_codec …) or not safe to ask for by a stranger.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_MULTIBYTE_LIARS = frozenset(
    {"cp1252", "cp1250", "cp1254", "cp1251", "iso-8859-15", "iso8859-15", "iso8859-2", "cp1256"}
)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
# What the detector may choose from: what mail is written in, no EBCDIC, no rarities.
_USUAL = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "koi8_r"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "utf_16", "utf_16_le", "utf_16_be"),
]
_ASCII = bytes(range(128))


@lru_cache(maxsize=512)
def find_codec(declared: str) -> str | None:
    """The Python codec for a declared charset, or None where there is none."""
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    try:
        b"a".decode(name)  # a LookupError also for codecs that are not text, such as base64_codec
    except UnicodeError:
        pass  # one byte is not enough for it, but it exists
    except (LookupError, ValueError):
        return None
    return None if name in _REFUSED else codecs.lookup(name).name


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Decode bytes by their declared charset, or by what they look like. Never raises.

    Returns:
        The text (no NUL, no byte-order mark) and a problem, or None where the declaration was true.
    """
    codec = find_codec(declared) if declared else None
    is_ascii_declared = _is_ascii_name(declared)
    if data.isascii() and not _is_stateful(codec) and not _ISO_2022_JP.search(data):
        return _tidy(data.decode("ascii")), None
    if codec is None or codec in _MULTIBYTE_LIARS:
        # Real Latin text is practically never valid UTF-8 as soon as it has a letter beyond ASCII.
        guess = "iso2022_jp" if _ISO_2022_JP.search(data) else "utf-8"
        if (text := _strictly(data, guess)) is not None:
            return _tidy(text), _lie(declared, guess) if codec and not is_ascii_declared else None
    if codec is not None and not is_ascii_declared and (text := _strictly(data, codec)) is not None:
        return _tidy(text), None
    return _guess(data, codec, declared)


def _guess(data: bytes, codec: str | None, declared: str | None) -> tuple[str, str]:
    for candidate in _candidates(data, codec):
        if (text := _strictly(data, candidate)) is not None:
            return _tidy(text), _lie(declared, candidate)
    last = codec or ("utf-8" if _mostly(data, "utf-8") else "cp1252")
    return _tidy(data.decode(last, errors="replace")), _lie(
        declared, last
    ) + " Some characters could not be read."


def _candidates(data: bytes, codec: str | None) -> list[str]:
    # A codec that fails on a few bytes only (a character cut in half) is still the best guess.
    if _mostly(data, codec if codec is not None and codec != "cp1252" else "utf-8"):
        return []
    sample = data[:_SAMPLE]
    if _count_high(sample) * 4 < len(sample):
        return ["cp1252"]  # a Latin script: a detector only guesses between its neighbours
    best = from_bytes(sample, cp_isolation=_USUAL).best()
    return [best.encoding, "cp1252"] if best is not None else ["cp1252"]


def _mostly(data: bytes, codec: str) -> bool:
    sample = data[:_SAMPLE]
    return sample.decode(codec, errors="replace").count("\ufffd") * 5 <= _count_high(sample)


def _count_high(data: bytes) -> int:
    return len(data.translate(None, delete=_ASCII))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _is_stateful(codec: str | None) -> bool:
    return codec is not None and codec.startswith(("utf-7", "utf_7", "utf-16", "utf-32", "hz", "iso2022"))


def _is_ascii_name(declared: str | None) -> bool:
    return declared is not None and declared.strip().strip("\"'").lower() in {
        "ascii",
        "us-ascii",
        "ansi_x3.4-1968",
    }


def _lie(declared: str | None, used: str) -> str:
    if declared is None:
        return f"No charset is declared; the text was read as {used}."
    return f"The declared charset {declared[:40]!r} does not fit; the text was read as {used}."


def _tidy(text: str) -> str:
    return text.replace("\x00", "").replace("\ufeff", "")
