"""Which product a question is about: the longest run of words that are not about asking."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from app.sandbox.openai.normal import fold

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{3,80})[\"”“»]")
_WORD = re.compile(r"[^\W_]+(?:[-'’&.][^\W_]+)*")
_MAX_WORDS: Final = 6


def find_product(text: str) -> str | None:
    """The product's words as the text has them, or None.

    A name in quotation marks wins. Otherwise the words of asking, being, having, sizes and politeness are taken
    out, and the longest run of what is left is the product; a short link word inside ("pot of honey") holds it together.
    """
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted[1].strip()
    best: list[re.Match[str]] = []
    for run in _runs(text):
        if len(run) > len(best):
            best = run
    if not best:
        return None
    best = best[:_MAX_WORDS]
    return text[best[0].start() : best[-1].end()]


def _runs(text: str) -> list[list[re.Match[str]]]:
    lists = _lists()
    runs: list[list[re.Match[str]]] = [[]]
    previous_end = 0
    for word in _WORD.finditer(text):
        is_apart = re.search(r"[,.;:!?؟،()\n]", text[previous_end : word.start()]) is not None
        previous_end = word.end()
        folded = fold(word[0])
        if is_apart and runs[-1]:
            runs.append([])
        if folded in lists["link"] and runs[-1]:
            runs[-1].append(word)
        elif len(folded) == 1 or _is_all_asking(folded):
            runs.append([])
        else:
            runs[-1].append(word)
    return [_without_links(run) for run in runs if run]


def _is_all_asking(word: str) -> bool:
    """Whether a word, or each half of "est-elle", is one of asking."""
    stop = _lists()["stop"] | _lists()["link"]
    return word in stop or all(part in stop for part in re.split(r"[-']", word))


def _without_links(run: list[re.Match[str]]) -> list[re.Match[str]]:
    while run and fold(run[-1][0]) in _lists()["link"]:
        run = run[:-1]
    return run


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    source = resources.files("app.sandbox.openai").joinpath("data/products.toml")
    raw: Mapping[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: frozenset(fold(word) for word in words.split()) for name, words in raw.items()}
