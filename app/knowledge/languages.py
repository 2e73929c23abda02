"""The languages that passages are searched in, each with PostgreSQL's configuration for it."""

import re
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of texts.

    Attributes:
        name: For people.
        configuration: PostgreSQL's text-search configuration; `simple` knows neither stems nor stop words.
        common: Words that stand in nearly every text of it, and in few of the others.
    """

    name: str
    configuration: str
    common: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LANGUAGES = {
    "en": Language("English", "english", _words("the and of to you we your our is are with for this not if")),
    "de": Language(
        "German", "german", _words("der die das und ist wir sie ihre mit für nicht ein eine von zu")
    ),
    "fr": Language(
        "French", "french", _words("le la les et des nous vous votre est une pour avec pas dans du")
    ),
    "es": Language(
        "Spanish", "spanish", _words("el los las y del su nosotros es una para con no en por que")
    ),
    "fa": Language("Persian", "simple", _words("و در به از که را این برای است با می شما ما")),
}

_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_SCRIPT = re.compile(r"[\u0600-\u06ff]")
# Arabic has none of these letters, and Persian that is typed on its keyboard these words. Urdu has letters of its own besides.
_PERSIAN = re.compile(r"[پچژگکی]|(?<!\w)(?:از|را|است|شما)(?!\w)")
_URDU = re.compile(r"[ٹڈڑںہے]")
_READ = 20_000


def detect(text: str, *, default: str) -> str:
    """The language that a text of some sentences is in; `default` where nothing tells.

    Small on purpose: it tells the five apart that are searched in, and takes any other for `default`.
    """
    shown = text[:_READ].casefold()
    words = Counter(_WORD.findall(shown))
    if len(_ARABIC_SCRIPT.findall(shown)) * 2 > sum(len(word) * n for word, n in words.items()):
        return "fa" if _PERSIAN.search(shown) and not _URDU.search(shown) else default
    counts = {
        code: sum(n for word, n in words.items() if word in one.common) for code, one in LANGUAGES.items()
    }
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] > counts.get(default, 0) else default
