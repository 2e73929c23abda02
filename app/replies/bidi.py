"""Directional isolates (Unicode UAX #9): a Latin number inside a Persian sentence keeps its order, and the reverse.

Order numbers, tracking numbers and the like stay Latin in every language, so that they can be copied into a
carrier's form. In a right-to-left reply each is put between LRI and PDI; other values whose direction is not the
locale's stand between FSI and PDI. The HTML part may turn a pair into `<bdi>`, which leaves nothing to copy along.
"""

import unicodedata

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"

_LEFT_TO_RIGHT = frozenset({"L", "EN"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TO_NOTHING = dict.fromkeys(map(ord, _MARKS))


def isolate(text: str, *, rtl: bool) -> str:
    """The text between FSI and PDI if any of it runs against the direction of the reply, else the text."""
    opposite = _LEFT_TO_RIGHT if rtl else _RIGHT_TO_LEFT
    if any(unicodedata.bidirectional(character) in opposite for character in text):
        return f"{FSI}{text}{PDI}"
    return text


def isolate_ltr(text: str, *, rtl: bool) -> str:
    """The text between LRI and PDI in a right-to-left reply: for what is Latin by nature."""
    return f"{LRI}{text}{PDI}" if rtl else text


def strip_marks(text: str) -> str:
    """The text without any directional mark: a value must not turn round the sentence that it stands in."""
    return text.translate(_TO_NOTHING)
