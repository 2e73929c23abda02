"""How many tokens a text will be, before anybody is paid to count them.

An estimate from kinds of characters, made to lie above the true count of o200k_base (OpenAI's vocabulary since 2024) for
what people write: exact counting would cost a dependency of tens of megabytes and more time than it saves. What a call
really cost is what the answer's `usage` says.
"""

import re

_LETTERS = re.compile(r"[A-Za-z]{1,4}")
"""English words run longer than four letters a token; four also covers German compounds and typing errors."""
_PLAIN = re.compile(r"[A-Za-z\s]+")
_BREAKS = re.compile(r"\s{2,}")
_ASCII, _LEADS = bytes(range(0x80)), bytes(range(0xC2, 0xE0))
"""In UTF-8: what stands alone, and what leads two bytes."""
_WIDE_BYTES = 2.2
"""UTF-8 bytes a token in scripts with more than two bytes a character."""
_NARROW_BYTES = 3.2
"""The same in two-byte scripts: Arabic, Cyrillic, Greek, Hebrew."""


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    rest = _PLAIN.sub("", text).encode("utf-8", "replace")
    words, breaks = len(_LETTERS.findall(text)), len(_BREAKS.findall(text))
    ascii_signs = len(rest) - len(rest.translate(None, _ASCII))
    narrow = len(rest) - len(rest.translate(None, _LEADS))
    wide = len(rest) - ascii_signs - 2 * narrow
    return round(words + breaks + ascii_signs * 0.7 + 2 * narrow / _NARROW_BYTES + wide / _WIDE_BYTES) + 1


def clip_tokens(text: str, budget: int) -> str:
    """The beginning of a text that fits into a budget of tokens."""
    if estimate_tokens(text) <= budget:
        return text
    low, high = 0, min(len(text), budget * 8)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if estimate_tokens(text[:middle]) <= budget else (low, middle - 1)
    return text[:low]
