"""A reply's Markdown as its reader sees it, and where each character stands in the Markdown.

What nobody sees must not hide a claim: directional marks, zero-width characters, soft hyphens, escapes, character
references and emphasis inside a word are taken out of `refund` and `1042` before anything is read.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e0fff"
)
# ZWNJ is spelling between Persian letters, and nothing elsewhere.
_LETTER = "[\u0620-\u064a\u066e-\u06d3]"
_UNSEEN = rf"[{_INVISIBLE}]|\u200c(?!{_LETTER})|(?<!{_LETTER})\u200c"
_PLAIN = re.compile(_UNSEEN)
_MARKDOWN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<reference>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    rf"|(?<=\w)[*`]{{1,3}}(?=\w)|{_UNSEEN}"
)


SEPARATORS = str.maketrans({"٫": ".", "٬": ",", "،": ",", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_DIGITS = {
    code: str(digit)
    for code in range(0x80, 0x20000)
    if (digit := unicodedata.digit(chr(code), None)) is not None  # also ², ① and 𝟚
}
_NORMAL = _DIGITS | SEPARATORS


@dataclass(frozen=True)
class Text:
    """What is seen of a text, the same with Latin digits (`normal`, as long), and its characters' places."""

    seen: str
    normal: str
    _places: tuple[tuple[int, int], ...] | None

    @classmethod
    def of_markdown(cls, markdown: str) -> "Text":
        """A reply, as it is mailed."""
        return cls._of(markdown, _MARKDOWN)

    @classmethod
    def of_plain(cls, text: str) -> "Text":
        """A text in which a backslash is a backslash: a title, a policy."""
        return cls._of(text, _PLAIN)

    @classmethod
    def _of(cls, text: str, unseen: re.Pattern[str]) -> "Text":
        if unseen.search(text) is None:
            return cls(text, normal(text), None)
        pieces = list(_pieces(text, unseen))
        seen = "".join(piece for piece, _, _ in pieces)
        places = tuple(
            place
            for piece, start, end in pieces
            for place in (
                ((at, at + 1) for at in range(start, end))
                if len(piece) == end - start
                else ((start, end),) * len(piece)
            )
        )
        return cls(seen, normal(seen), places)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text as it was given."""
        if self._places is None:
            return start, end
        return self._places[start][0], self._places[end - 1][1]


def normal(text: str) -> str:
    """The text with Latin digits and separators; of the same length."""
    return text.translate(_NORMAL)


def _pieces(text: str, unseen: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """What is seen, with the place that it is made from."""
    last = 0
    for match in unseen.finditer(text):
        yield text[last : match.start()], last, match.start()
        groups = match.groupdict()
        shown = groups.get("escaped") or unescape(groups.get("reference") or "")
        yield shown, *match.span()
        last = match.end()
    yield text[last:], last, len(text)
