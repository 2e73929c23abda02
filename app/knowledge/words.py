"""Texts as they are searched: one spelling for each word, and the topics that join languages.

What PostgreSQL's dictionaries do not know is done here, alike for texts and for questions: Persian's spellings
(Arabic letters, joiners, digits) and Spanish without its accents, which customers leave out. A topic that a question and a
passage share is a word of both, so that a question in one language finds the passage in another.
"""

import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCONFIG, TSVECTOR

from app.intents import passages as topics
from app.knowledge.languages import LANGUAGES
from app.knowledge.splitting import Piece

MOST_WORDS = 60
"""Of a question: who writes more of them gives the first, which is where people ask."""
_LONGEST_QUESTION = 4_000
_LONGEST_WORD = 60

_WORD = re.compile(r"[^\W_]+")
_FOLD = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "ة": "ه",
        "ۀ": "ه",
        "ؤ": "و",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ـ": None,
        "\u200c": " ",
        "\u200d": None,
        "\u200e": None,
        "\u200f": None,
        "\u00ad": None,
        "’": "'",
    }
)
_NAMED_TOPICS = {
    "cost": (topics.COST, topics.COST),
    "deadline": (topics.DEADLINE, topics.DAYS),
    "deliverytime": (topics.DELIVERY_TIME, topics.DELIVERY_TIME),
    "exchange": (topics.EXCHANGE, topics.EXCHANGE),
    "damaged": (topics.DAMAGED, topics.DAMAGED),
    "moneyback": (topics.MONEY_BACK, topics.MONEY_BACK),
    "cancelling": (topics.CANCELLING, topics.CANCELLING),
    "customs": (topics.CUSTOMS, topics.CUSTOMS),
    "pickup": (topics.PICKUP, topics.PICKUP),
    "tracking": (topics.TRACKING, topics.TRACKING),
    "lost": (topics.LOST, topics.LOST),
    "countries": (topics.COUNTRIES, topics.COUNTRIES),
    "excluded": (topics.EXCLUDED, topics.EXCLUDED),
    "payment": (topics.PAYMENT, topics.PAYMENT),
    "codes": (topics.CODES, topics.CODES),
}
"""How a question speaks of a topic, and how the passage does that answers it."""


def normal(text: str, language: str) -> str:
    """A text whose words are spelled as they are searched in a language."""
    folded = unicodedata.normalize("NFKC", text).translate(_FOLD)
    if language in {"es", "fa"}:
        decomposed = unicodedata.normalize("NFD", folded)
        folded = "".join(sign for sign in decomposed if unicodedata.category(sign) != "Mn")
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in folded)
    return digits.casefold()


def question_words(question: str, language: str) -> str:
    """The words of a question, each once, as a text that holds nothing else."""
    words = _WORD.findall(normal(question[:_LONGEST_QUESTION], language))
    kept = [word for word in dict.fromkeys(words) if len(word) <= _LONGEST_WORD]
    return " ".join(kept[:MOST_WORDS])


def asked_topics(question: str) -> tuple[str, ...]:
    """Search words for what a question is about."""
    shown = question[:_LONGEST_QUESTION]
    return tuple(f"topic{name}" for name, (asked, _) in _NAMED_TOPICS.items() if asked.search(shown))


def search_vector(piece: Piece, title: str, language: str) -> sa.ColumnElement[object]:
    """What a passage is found by: heading and title (A), text (B), topics (C)."""
    told = " ".join(
        f"topic{name}"
        for name, (_, of_answer) in _NAMED_TOPICS.items()
        if of_answer.search(f"{piece.heading}\n{piece.text}")
    )
    return (
        _weighted(LANGUAGES[language].configuration, normal(f"{title}\n{piece.heading}", language), "A")
        .op("||")(_weighted(LANGUAGES[language].configuration, normal(piece.text, language), "B"))
        .op("||")(_weighted("simple", told, "C"))
    )


def _weighted(configuration: str, text: str, weight: str) -> sa.ColumnElement[object]:
    vector = sa.func.to_tsvector(sa.cast(sa.literal(configuration), REGCONFIG), text)
    return sa.func.setweight(vector, sa.literal_column(f"'{weight}'"), type_=TSVECTOR)
