"""The pretend writer: puts a letter together from the facts and passages that a prompt gives, word for word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.sandbox.openai.language import detect_language
from app.sandbox.openai.mail import Mail, read_mail

_WRITE_IN = re.compile(r"^Write in: (?P<code>[A-Za-z]{2,3})\b", re.MULTILINE)
_FACT = re.compile(r"^(?P<key>F\d+): (?P<name>[^=\n]+?) = (?P<value>[^\n]+)$", re.MULTILINE)
_PASSAGE = re.compile(r"^(?P<key>P\d+) \((?P<title>[^\n]*?)\): (?P<text>[^\n]+)$", re.MULTILINE)
_FENCE = re.compile(r"^<[a-z]+-[0-9A-Fa-f]+>$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE_END = re.compile(r"(?<=[.!?؟。])\s+")

_STEM: Final = 5
"""Letters by which two words are taken for one."""
_MOST_PASSAGES: Final = 2
_MOST_SENTENCES: Final = 3
_ORDER_FACT: Final = "order number"

_ABOUT_ORDER: Final[Mapping[str, str]] = {
    "en": "You are writing about order {}.",
    "de": "Es geht um Ihre Bestellung {}.",
    "fr": "Vous nous écrivez au sujet de la commande {}.",
    "es": "Nos escribe sobre el pedido {}.",
    "fa": "پیام شما دربارهٔ سفارش {} است.",
}
_STILL_OPEN: Final[Mapping[str, str]] = {
    "en": "Thank you for your message. Somebody from our team reads it and answers what is still open.",
    "de": "Vielen Dank für Ihre Nachricht. Jemand aus unserem Team liest sie und beantwortet, was noch offen ist.",
    "fr": "Merci de votre message. Quelqu'un de notre équipe le lit et répond à ce qui reste ouvert.",
    "es": "Gracias por su mensaje. Alguien de nuestro equipo lo lee y responde a lo que queda pendiente.",
    "fa": "از پیام شما سپاسگزاریم. یکی از همکاران ما آن را می‌خواند و به آنچه باقی مانده پاسخ می‌دهد.",
}


@dataclass(frozen=True)
class Paragraph:
    text: str
    facts: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """What was put together; `unanswered` are short English sentences."""

    language: str
    paragraphs: tuple[Paragraph, ...]
    unanswered: tuple[str, ...]

    def as_hints(self) -> dict[str, Any]:
        """Values by property name."""
        return {
            "language": self.language,
            "paragraphs": [
                {"text": one.text, "facts": [*one.facts], "passages": [*one.passages]}
                for one in self.paragraphs
            ],
            "unanswered": [*self.unanswered],
        }


def compose(prompt: str) -> Letter:
    """A letter from a prompt's facts and passages to the mail at its end."""
    mail = read_mail(prompt)
    fence = _FENCE.search(prompt)
    given = prompt[: fence.start()] if fence else ""
    told = _WRITE_IN.search(given)
    language = told["code"].lower() if told else detect_language(f"{mail.subject}\n{mail.body}")
    paragraphs = [*_about_order(given, mail, language), *_from_passages(given, mail)]
    is_answered = any(paragraph.passages for paragraph in paragraphs)
    if not is_answered:
        paragraphs.append(Paragraph(_STILL_OPEN.get(language, _STILL_OPEN["en"])))
    unanswered = () if is_answered else ("Neither the facts nor the passages answer this mail.",)
    return Letter(language, tuple(paragraphs), unanswered)


def _about_order(given: str, mail: Mail, language: str) -> list[Paragraph]:
    """Names the order, where one is given that the mail names."""
    written = f"{mail.subject}\n{mail.body}"
    for fact in _FACT.finditer(given):
        if fact["name"].strip() == _ORDER_FACT and fact["value"].strip().lstrip("#") in written:
            sentence = _ABOUT_ORDER.get(language, _ABOUT_ORDER["en"])
            return [Paragraph(sentence.format(fact["value"].strip()), facts=(fact["key"],))]
    return []


def _from_passages(given: str, mail: Mail) -> list[Paragraph]:
    """The passages that share words with the mail; the first where none does: whoever gave them ranked them."""
    asked = _stems(f"{mail.subject}\n{mail.body}")
    passages = [*_PASSAGE.finditer(given)]
    scores = [len(asked & _stems(f"{one['title']} {one['text']}")) for one in passages]
    chosen = sorted(range(len(passages)), key=lambda place: -scores[place])[:_MOST_PASSAGES]
    kept = [place for place in chosen if scores[place] * 3 > max(scores) * 2] or chosen[:1]
    return [
        Paragraph(_excerpt(passages[place]["text"], asked), passages=(passages[place]["key"],))
        for place in kept
    ]


def _excerpt(text: str, asked: frozenset[str]) -> str:
    """The sentences of a passage that share most with the mail, in their order."""
    sentences = _SENTENCE_END.split(text.strip())
    ranked = sorted(range(len(sentences)), key=lambda place: -len(asked & _stems(sentences[place])))
    return " ".join(sentences[place] for place in sorted(ranked[:_MOST_SENTENCES]))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(text.casefold()))
