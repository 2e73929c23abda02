"""Which goods of an order a mail speaks of: its words against the titles that stand on the lines."""

import re
from collections.abc import Sequence
from typing import TypeVar

from app.shopify.schemas import LineName
from app.tools.words import is_like, query_words

NAMED = 0.6
"""Share of the words of a line's title that the customer must have used for the line to count as named."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""What shops add to a title and nobody repeats: "(pre-order)", "[new]"."""

Score = tuple[float, int]
LineT = TypeVar("LineT", bound=LineName)


def line_score(line: LineName, words: tuple[str, ...]) -> Score:
    """The share of the title that the words cover, then how many of the variant's words are among them."""
    title = query_words(_ASIDE.sub(" ", line.title)) or query_words(line.title)
    covered = sum(any(is_like(word, own) for word in words) for own in title)
    variant = query_words(line.variant_title or "")
    hits = sum(any(is_like(word, own) for word in words) for own in variant)
    return (covered / len(title) if title else 0.0), hits


def named_lines(lines: Sequence[LineT], goods: str) -> tuple[LineT, ...]:
    """The lines that the customer's words name, in their order; none where they name none.

    Several titles may be named at once; of the variants of one title, the best told.
    """
    words = query_words(goods)
    scores = [line_score(line, words) for line in lines]
    best = {
        line.title: max(
            score for other, score in zip(lines, scores, strict=True) if other.title == line.title
        )
        for line in lines
    }
    return tuple(
        line
        for line, score in zip(lines, scores, strict=True)
        if score[0] >= NAMED and score == best[line.title]
    )
