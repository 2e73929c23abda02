"""Bytes to text, when the declared charset is missing, unknown or a lie."""

import codecs
import re
from functools import lru_cache

from app.mail.inbound import detection, iso2022jp

# The WHATWG encoding standard reads these as their supersets, as every mail program does; the others are names
# that programs invented. https://encoding.spec.whatwg.org/#names-and-labels
_ALIASES = {
    **dict.fromkeys(("ascii", "us", "ansi", "ansi_x3.4-1968", "iso646-us", "iso-ir-100", "l1"), "cp1252"),
    **dict.fromkeys(("us-ascii", "usascii", "latin1", "latin-1", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("iso8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso8859-11", "tis-620", "dos-874"), "cp874"),
    **dict.fromkeys(("iso8859-8-i", "iso8859-8-e"), "iso8859-8"),
    **dict.fromkeys(("iso8859-6-i", "iso8859-6-e"), "iso8859-6"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "gb2312-80", "cp936", "ms936"), "gb18030"),
    **dict.fromkeys(("csgb2312", "chinese", "euc-cn", "x-euc-cn", "csgb231280"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5", "csbig5"), "big5hkscs"),
    **dict.fromkeys(("ks_c_5601-1987", "ks_c_5601", "ksc5601", "euc-kr", "euckr", "korean"), "cp949"),
    **dict.fromkeys(("ks_c_5601-1989", "x-euc-kr", "ks_c-5601-1987", "cseuckr", "ms949"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "ms_kanji", "ms932", "cp31j"), "cp932"),
    **dict.fromkeys(("x-euc-jp", "euc-jp", "x-euc", "cseucpkdfmtjapanese"), "euc_jis_2004"),
    **dict.fromkeys(("cp50220", "cp50221", "cp50222", "csiso2022jp", "jis", "x-jis"), "iso2022_jp"),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8", "x-unicode20utf8", "utf-8-mac", "x-utf-8"), "utf-8"),
    **dict.fromkeys(("unicode-1-1-utf-7", "x-utf-7", "utf7"), "utf-7"),
    **dict.fromkeys(("koi8", "koi", "koi8-ru", "cskoi8r", "x-koi8-r"), "koi8-u"),
    **dict.fromkeys(("x-mac-roman", "macintosh", "mac", "x-macintosh"), "mac_roman"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac_cyrillic"),
    "x-mac-ce": "mac_latin2",
    "x-mac-greek": "mac_greek",
    "x-mac-turkish": "mac_turkish",
}
_ASCII_NAMES = frozenset({"ascii", "us-ascii", "usascii", "ansi_x3.4-1968", "iso646-us", "us", "646"})
# Not text encodings, not safe to ask for by a stranger, or no charset at all but somebody's default.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_NAME = re.compile(r"[a-z0-9][a-z0-9._:+-]*")
_WINDOWS = re.compile(r"(?:x-)?(?:windows|win|cp|ms)[-_]?(125\d|874|9\d\d|31j)")
_ISO_8859 = re.compile(r"(?:x-)?iso[-_]?8859[-_]?(\d{1,2}(?:-[ie])?)(?:[-:].*)?")
_STATEFUL = ("utf-7", "utf-16", "utf-32", "hz", "iso2022")
_MULTIBYTE = ("gb", "big5", "cp932", "cp949", "euc", "shift", "johab", "hz")
# Real Latin, Cyrillic, Arabic … text is practically never valid UTF-8; Chinese of a few characters can be.
_PROOF = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_MULTIBYTE_PROOF = 4
_LIE_PROOF = 6
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE
)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=512)
def find_codec(declared: str) -> str | None:
    """The Python codec for a declared charset, or None where there is none."""
    found = _NAME.search(declared.lower().partition("//")[0])
    name = _normalise(found.group()) if found else ""
    try:
        b"a".decode(name)  # a LookupError also for codecs that are not text, such as base64_codec
    except UnicodeError:
        pass  # one byte is not enough for it, but it exists
    except (LookupError, ValueError):
        return None
    return None if name in _REFUSED else codecs.lookup(name).name


def _normalise(name: str) -> str:
    if match := _ISO_8859.fullmatch(name):
        name = f"iso8859-{match[1]}"
    elif match := _WINDOWS.fullmatch(name):
        name = f"cp{match[1]}"
    return _ALIASES.get(name, name)


def meta_charset(html: bytes) -> str | None:
    """The charset that an HTML document declares of itself (`<meta charset>`), or None."""
    found = _META.search(html, 0, 2048)
    return found[1].decode("ascii") if found else None


def is_utf_8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    return _strictly(data, "utf-8") is not None


def decode(data: bytes, declared: str | None = None, hint: str | None = None) -> tuple[str, str | None]:
    """Decode bytes by their declared charset, or by what they look like. Never raises.

    Args:
        data: Anything.
        declared: The charset as it is named beside them; may be anything, too.
        hint: A charset that is declared elsewhere in the same mail: believed where nothing better is known.

    Returns:
        The text (no NUL, no byte-order mark, no lone surrogate) and a problem, or None where the declaration was true.
    """
    codec = find_codec(declared) if declared else None
    if data.isascii() and (codec is None or not codec.startswith(_STATEFUL)):
        if not iso2022jp.is_used(data):
            return _tidy(data.decode("ascii")), None
        codec = "iso2022_jp"
    is_ascii = _is_ascii_name(declared)
    if (proven := _proven(data, codec)) is not None:
        text, used = proven
        return _tidy(text), _lie(declared, used) if codec not in {None, used} and not is_ascii else None
    if codec is not None and not is_ascii and (believed := _believed(data, codec)) is not None:
        return _tidy(believed), None
    return _guess(data, codec, declared, hint)


def _proven(data: bytes, codec: str | None) -> tuple[str, str] | None:
    """What bytes say of themselves, whatever is declared: a byte-order mark, ISO-2022-JP's escapes, UTF-8."""
    for mark, name in _BOMS:
        if data.startswith(mark) and (marked := _strictly(data, name)) is not None:
            return marked, name
    if codec in {None, "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "cp1252"} and iso2022jp.is_used(data):
        return iso2022jp.decode(data), codec if codec is not None and codec != "cp1252" else "iso2022_jp"
    if codec is not None and (data.isascii() or codec.startswith(("utf-16", "utf-32"))):
        return None
    if (text := _strictly(data, "utf-8")) is None:
        return None
    is_doubtful = codec is not None and codec != "utf-8" and codec.startswith((*_MULTIBYTE, "cp874"))
    return None if is_doubtful and len(_PROOF.findall(data[:4096])) < _MULTIBYTE_PROOF else (text, "utf-8")


def _believed(data: bytes, codec: str) -> str | None:
    """The text in its declared charset, unless a Latin one is declared of what is plainly no Latin script."""
    if codec.startswith(("cp1252", "iso8859-15")) and _is_another_script(data):
        found = detection.detect(data)
        if (
            found is not None
            and found not in {"cp1252", "cp1250", "cp1254", codec}
            and _strictly(data, found)
        ):
            return None
    if codec.startswith(("cp1252", "iso8859-15")) and detection.has_signs_in_words(data):
        found = detection.detect(data)
        if found in detection.CENTRAL and _strictly(data, found):
            return None
    return _strictly(data, codec)


def _is_another_script(data: bytes) -> bool:
    return detection.count_high(data[:4096]) >= _LIE_PROOF and not detection.looks_latin(data)


def _guess(data: bytes, codec: str | None, declared: str | None, hint: str | None) -> tuple[str, str]:
    # A codec that fails on a few bytes only (a character cut in half) is still the best guess.
    nearly = codec if codec is not None and codec != "cp1252" else "utf-8"
    if _mostly(data, nearly):
        text = data.decode(nearly, errors="mail" if nearly == "utf-8" else "replace")
        return _tidy(text), f"{_lie(declared, nearly)} Some characters could not be read."
    hinted = _hinted(hint)
    if hinted is not None and (read := _strictly(data, hinted)) is not None:
        return _tidy(read), _lie(declared, hinted)
    last = detection.detect(data) or "cp1252"
    for candidate in (last, "cp1252"):
        if (read := _strictly(data, candidate)) is not None:
            return _tidy(read), _lie(declared, candidate)
    return _tidy(
        data.decode(last, errors="replace")
    ), f"{_lie(declared, last)} Some characters could not be read."


def _hinted(hint: str | None) -> str | None:
    codec = find_codec(hint) if hint else None
    return None if codec in {"utf-8", "ascii"} or (codec or "").startswith(_STATEFUL) else codec


def _mostly(data: bytes, codec: str) -> bool:
    sample = data[:16384]
    return sample.decode(codec, errors="replace").count("\ufffd") * 5 <= detection.count_high(sample)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return iso2022jp.decode(data) if codec == "iso2022_jp" else data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _keep_windows_bytes(error: UnicodeError) -> tuple[str, int]:
    """In UTF-8, single bytes that are none: a server added its footer in Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    is_cut = error.end == len(error.object) or len(broken) > 1
    return "\ufffd" if is_cut else broken.decode("cp1252", errors="replace"), error.end


codecs.register_error("mail", _keep_windows_bytes)


def _is_ascii_name(declared: str | None) -> bool:
    return declared is not None and declared.strip().strip("\"'").lower() in _ASCII_NAMES


def _lie(declared: str | None, used: str) -> str:
    if declared is None:
        return f"No charset is declared; the text was read as {used}."
    return f"The declared charset {declared[:40]!r} does not fit; the text was read as {used}."


def _tidy(text: str) -> str:
    text = text.replace("\x00", "").replace("\ufeff", "")
    return text if text.isascii() else _LONE.sub("\ufffd", text)
