"""How many tokens a text will be, before anybody is paid to count them.

An estimate from kinds of characters, made to lie above the true count of o200k_base (OpenAI's vocabulary since 2024) for
what people write: exact counting would cost a dependency of tens of megabytes and more time than it saves. What a call
really cost is what the answer's `usage` says.
"""

import re

_WORDS = re.compile(r"[A-Za-z]+")
_SPACES = re.compile(r"\s+")
_LETTERS_A_TOKEN = 4
"""English words run longer; 4 also covers German compounds and typing errors."""
_WIDE_BYTES = 2.2
"""UTF-8 bytes a token in scripts with more than two bytes a character."""
_NARROW_BYTES = 3.2
"""The same in two-byte scripts: Arabic, Cyrillic, Greek, Hebrew."""


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    words = sum(-(-len(word) // _LETTERS_A_TOKEN) for word in _WORDS.findall(text))
    rest = _SPACES.sub("", _WORDS.sub("", text))
    ascii_signs = sum(char.isascii() for char in rest)
    narrow = sum("\x80" <= char < "\u0800" for char in rest)
    wide = len(rest.encode("utf-8", "replace")) - ascii_signs - 2 * narrow
    breaks = sum(len(found) > 1 for found in _SPACES.findall(text))
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
