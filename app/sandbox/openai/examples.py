"""Reads the example sentences and spins the verb phrases among them into questions and wishes.

A file of `data/intents/` is named after an intent (`nothing.txt`: greetings, thanks, signatures, what happened
so far) and has sections:

- `[en]`, `[fa]` …: sentences as customers write them, one a line;
- `[en do]` …: verb phrases ("cancel my order"), which `data/carriers.txt` completes ("how do I …?");
- `[en about]`, `[en have]`: noun phrases ("your delivery times", "a problem with my card"), completed likewise.

`{product}` stands for something a shop may sell, `{damage}` for what may be wrong with it, and so on: each such sentence
is taken with several of the words that `data/slots.txt` lists for the slot and the language. So a product's name
teaches no intent, and all the ways to be broken teach the same one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import count
from typing import Final

NOTHING: Final = "nothing"
# How many of the carriers each phrase gets; all of them would only repeat the carriers' words.
_CARRIERS_EACH: Final = 7
_FILLINGS_EACH: Final = 4
_SLOT: Final = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True)
class Example:
    text: str
    intent: str
    language: str


def load_examples() -> list[Example]:
    """Every example in a fixed order; the same on every machine."""
    folder = _data().joinpath("intents")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name
    )
    return [example for file in files for example in _read(file)]


def _read(file: Traversable) -> Iterator[Example]:
    intent = file.name.removesuffix(".txt")
    for section, lines in _sections(file).items():
        language, _, form = section.partition(" ")
        for position, line in enumerate(lines):
            texts = _carried(line, section, position) if form else _filled(line, language, position)
            for text in texts:
                yield Example(text, intent, language)


def _carried(phrase: str, section: str, position: int) -> list[str]:
    carriers = _carriers().get(section, ["{}"])
    # A stride that shares no factor with the count walks through all carriers, phrase after phrase.
    chosen = {(position * _CARRIERS_EACH + step) % len(carriers) for step in range(_CARRIERS_EACH)}
    return [phrase, *(carriers[index].replace("{}", phrase) for index in sorted(chosen))]


def _filled(sentence: str, language: str, position: int) -> list[str]:
    if not _SLOT.search(sentence):
        return [sentence]
    return [_fill(sentence, language, position * _FILLINGS_EACH + step) for step in range(_FILLINGS_EACH)]


def _fill(sentence: str, language: str, turn: int) -> str:
    """The sentence with words in its slots; another turn takes other words, and so does the next slot."""
    turns = count(turn)

    def pick(slot: re.Match[str]) -> str:
        words = _slots()[f"{language} {slot[1]}"]
        return words[next(turns) % len(words)]

    return _SLOT.sub(pick, sentence)


@cache
def _slots() -> Mapping[str, list[str]]:
    return _sections(_data().joinpath("slots.txt"))


@cache
def _carriers() -> Mapping[str, list[str]]:
    return _sections(_data().joinpath("carriers.txt"))


def _sections(file: Traversable) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in file.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line:
            lines.append(line)
    return sections


def _data() -> Traversable:
    return resources.files("app.sandbox.openai").joinpath("data")
