"""How a mail sounds: sentiment and urgency, from a list of words and the way it is typed."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from app.sandbox.openai.normal import fold

Sentiment = Literal["positive", "neutral", "negative", "angry"]
Urgency = Literal["low", "normal", "high"]

_SHOUTED = re.compile(r"\b[A-ZÄÖÜÉÈÑ]{4,}\b")
_SHOUTED_ENOUGH = 3


def detect_sentiment(text: str) -> Sentiment:
    """Rude words, threats, or a complaint that is shouted make `angry`; else the more frequent side wins."""
    folded = fold(text)
    bad, good = _count("negative", folded), _count("positive", folded)
    is_shouted = (
        len(_SHOUTED.findall(text)) >= _SHOUTED_ENOUGH or re.search(r"[!؟?]{3,}|!{2,}", text) is not None
    )
    if _count("angry", folded) or (bad and is_shouted):
        return "angry"
    if bad >= max(1, good):
        return "negative"
    return "positive" if good else "neutral"


def detect_urgency(text: str) -> Urgency:
    folded = fold(text)
    if _count("low", folded):
        return "low"
    return "high" if _count("high", folded) else "normal"


def _count(name: str, folded: str) -> int:
    return len(_patterns()[name].findall(folded))


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    source = resources.files("app.sandbox.openai").joinpath("data/tone.toml")
    lists: Mapping[str, list[str]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: _compiled(phrases) for name, phrases in lists.items()}


def _compiled(phrases: list[str]) -> re.Pattern[str]:
    """One pattern of whole words; `*` at the end of a phrase stands for any ending."""
    parts = [
        re.escape(fold(phrase.rstrip("*"))) + (r"\w*" if phrase.endswith("*") else "") for phrase in phrases
    ]
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(parts, key=len, reverse=True)) + r")(?!\w)")
