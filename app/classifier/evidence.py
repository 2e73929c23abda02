"""Is it really in the mail? What the model claims to have read is looked for, letter by letter, by code."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_JOINERS = str.maketrans("", "", "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad")
_LOOKALIKES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "ي": "ی", "ك": "ک"}
)


def fold(text: str) -> str:
    """Text without what differs between two spellings of the same: case, white space, digits' script, quotes."""
    plain = unicodedata.normalize("NFKC", text).translate(_JOINERS).translate(_LOOKALIKES).casefold()
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
    return _SPACE.sub(" ", digits).strip()


def is_quoted(claim: str, mail: str) -> bool:
    """Whether words stand in a mail. Both are folded; a full stop at the end of the claim may be the model's."""
    folded = fold(claim).strip(" .…\"'")
    return bool(folded) and folded in fold(mail)


def has_number(number: str, mail: str) -> bool:
    """Whether a number stands in a mail by itself: 1001 is not in 41001, and not in 10011."""
    folded = fold(number).lstrip("#").strip()
    if not folded:
        return False
    return re.search(rf"(?<![0-9a-z]){re.escape(folded)}(?![0-9a-z])", fold(mail)) is not None
