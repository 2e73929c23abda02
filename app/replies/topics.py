"""Topics that always go to a person, found by words in what the customer newly wrote.

Deliberately plain and a little too eager: a mail that is read by a person for nothing costs a minute, a template
sent to somebody who was hurt costs the shop its name. Words are looked for in every language at once, since a customer
may threaten in another language than they ask in.

Each topic is a file of `app/replies/topic_words/`: a table per language with `words` and with what is `harmless`, which
is taken out of the text before. A stem ends in `*`; a `~` stands for up to three words.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.replies.locales import LOCALES

FOLDER = Path(__file__).parent / "topic_words"
CODES = ("legal_threat", "chargeback", "injury", "press", "self_harm", "minor", "personal_data")
"""In the order in which they are told. Each has its words in app/replies/reasons.py."""


@dataclass(frozen=True)
class Topic:
    """Attributes: code: constant name; words: what tells of it; harmless: what sounds like it and is not."""

    code: str
    words: re.Pattern[str]
    harmless: re.Pattern[str]


# Arabic letter forms and joiners that keyboards mix up with the Persian ones.
_FOLD = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "\u200c": " ", "’": "'", "ـ": None})


def find_topics(text: str) -> tuple[str, ...]:
    """The codes of the topics whose words stand in a text, in the order of `TOPICS`."""
    folded = _fold(text)
    return tuple(topic.code for topic in TOPICS if topic.words.search(topic.harmless.sub(" | ", folded)))


def asks_for_person(text: str) -> bool:
    """Whether a mail begins with a line that is nothing but the word by which automatic replies lead to a person."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    words = _fold(re.sub(r"[^\w\s\u200c]", " ", first))
    return any(words == _fold(locale.person_word) for locale in LOCALES.values())


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLD).casefold().replace("-", " ").split())


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of the phrases, between words; one that never matches where there are none."""
    alternatives = "|".join(_phrase(_fold(phrase)) for phrase in phrases) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _phrase(phrase: str) -> str:
    words = [_GAP if word == "~" else re.escape(word).replace(r"\*", r"\w*") for word in phrase.split()]
    return " ".join(words).replace(f" {_GAP} ", _GAP)


_GAP = r"(?: [\w'’-]+){0,3}? "


def _read(code: str) -> Topic:
    languages = tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8")).values()
    words, harmless = ([one for table in languages for one in table[name]] for name in ("words", "harmless"))
    return Topic(code, _pattern(words), _pattern(harmless))


TOPICS: tuple[Topic, ...] = tuple(_read(code) for code in CODES)
