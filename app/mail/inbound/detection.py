"""Which charset bytes are written in, where nobody says it or what is said is a lie.

UTF-8 is not asked about here: it proves itself. For the rest, `chardet` (0BSD) is asked, restricted to what mail
is written in; measured against others in docs/adr/0015. What short texts need is put around it: a mail's
subject has ten letters, and a currency sign alone is no script.
"""

import re
from functools import lru_cache

import chardet

# A detector needs a few hundred characters; more only costs time.
_SAMPLE = 2048
_ASCII = bytes(range(128))
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
_NUL_EVERY_SECOND = 0.3
# Half of the letters beyond ASCII: no Latin script has that in more than a word.
_LATIN_SHARE = 0.5
# So many bytes in runs are words of another script among markup, and no "äöü".
_WORDS = 6

CENTRAL = frozenset({"cp1250", "iso8859-2"})
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
_ISO_LETTERS = re.compile(rb"[A-Za-z][\xa1\xa6\xa9\xab\xac\xae\xb1\xb5\xb6\xbb][A-Za-z]")
_SIGNS_IN_WORDS = re.compile(rb"[A-Za-z][\xa6\xaf\xb1\xb3\xb6\xb9\xbc\xbe\xbf](?=[A-Za-z])")
_FEW_SIGNS = 2

# One accent in one word tells nothing: then the charset that most Latin mail is in.
_LEAST_CONFIDENCE = 0.03

_LATIN = frozenset({"cp1252", "cp1250", "cp1254", "iso8859-2"})
_OTHERS = _LATIN.union(
    ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "cp1253", "cp1255", "cp1256", "iso8859-6", "cp874"),
    ("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949"),
)
# Two readings that no statistics can part in short texts: kana are far more frequent than what else these bytes mean.
_KANA = (
    ("cp932", re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x5b\x40-\x45\x75-\x7c]")),
    ("euc_jis_2004", re.compile(rb"[\xa4\xa5][\xa1-\xf6]|\xa1[\xbc\xa1-\xa6]")),
)


def detect(data: bytes) -> str | None:
    """The Python codec that bytes beyond ASCII and UTF-8 are most likely written in, or None where nothing fits."""
    return _detect(data[:_SAMPLE])


@lru_cache(maxsize=32)
def _detect(sample: bytes) -> str | None:
    if wide := _find_wide(sample):
        return wide
    if looks_latin(sample):
        return _central(sample, _ask(sample, _LATIN, least=_LEAST_CONFIDENCE) or "cp1252")
    return _find_japanese(sample) or _ask(sample, _OTHERS)


def has_signs_in_words(data: bytes) -> bool:
    """Whether words hold what Western Europe has for signs (dotar³a): then they are of Central Europe."""
    return len(_SIGNS_IN_WORDS.findall(data[:_SAMPLE])) >= _FEW_SIGNS


def _central(sample: bytes, found: str) -> str:
    """Statistics hardly part the two charsets of Central Europe; bytes that are letters in one of them alone do."""
    if found not in CENTRAL:
        return found
    if _WINDOWS_ONLY.search(sample):
        return "cp1250"
    return "iso8859-2" if _ISO_LETTERS.search(sample) else found


def looks_latin(data: bytes) -> bool:
    """Whether bytes beyond ASCII are so few among the letters, and so much alone, that the script is a Latin one."""
    sample = data[:_SAMPLE]
    high = count_high(sample)
    in_runs = sum(map(len, _HIGH_RUN.findall(sample)))
    if len(set(sample.translate(None, delete=_ASCII))) == 1:
        return True  # one sign again and again: a price, a rule of dashes
    return high <= _LATIN_SHARE * (high + len(_ASCII_LETTERS.findall(sample))) and (
        in_runs * 3 <= high or in_runs < _WORDS
    )


def count_high(data: bytes) -> int:
    """How many bytes lie beyond ASCII."""
    return len(data.translate(None, delete=_ASCII))


def _ask(sample: bytes, candidates: frozenset[str], least: float = 0.0) -> str | None:
    # A character that the sample cuts in half would exclude its charset.
    words = sample[: sample.rfind(b"\n") + 1] or sample if len(sample) == _SAMPLE else sample
    found = chardet.detect(words, include_encodings=candidates, compat_names=False)
    return found["encoding"] if found["confidence"] >= least else None


def _find_wide(sample: bytes) -> str | None:
    """UTF-16 without a byte-order mark: every second byte of Latin text, spaces and line ends is a NUL."""
    if sample.count(0) < _NUL_EVERY_SECOND * len(sample) / 2 or len(sample) < len("\0a\0b"):
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return "utf_16_be" if even > odd else "utf_16_le"


def _find_japanese(sample: bytes) -> str | None:
    high = count_high(sample)
    for codec, kana in _KANA:
        if len(kana.findall(sample)) * 2 > high * (0.75 if codec == "cp932" else 0.6):
            return codec
    return None
