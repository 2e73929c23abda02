"""Which language a mail is in, by its script and its commonest words. Small on purpose: a dozen languages."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

UNDETERMINED: Final = "und"  # BCP 47 / ISO 639-2: no language could be told

_SCRIPTS: Final = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_ARABIC_SCRIPT = re.compile(r"[\u0600-\u06ff]")
_LATIN = re.compile(r"[a-zà-öø-ÿāăąćčďđēėęěğīįıķłľńňőœřśşšţťūůűųźżž]")
_PERSIAN_LETTERS = re.compile(r"[پچژگکی]")
_ARABIC_LETTERS = re.compile(r"[ةيكىأإؤ]|\bال")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def detect_language(text: str) -> str:
    """A BCP 47 code, or `und` where nothing tells."""
    text = text.casefold()
    scripts = Counter({code: len(pattern.findall(text)) for code, pattern in _SCRIPTS})
    scripts["arabic"] = len(_ARABIC_SCRIPT.findall(text))
    latin = len(_LATIN.findall(text))
    code, letters = scripts.most_common(1)[0]
    if scripts["ja"]:
        code, letters = "ja", scripts["ja"] + scripts["zh"]
    # A few Latin words (a brand, an address) do not make another script's mail English.
    if letters * 2 > latin and letters > 0:
        return _arabic_or_persian(text) if code == "arabic" else code
    return _by_words(text)


def _arabic_or_persian(text: str) -> str:
    words = _words()
    tokens = _WORD.findall(text.replace("\u200c", " "))
    score = Counter({code: sum(token in words[code] for token in tokens) * 2 for code in ("fa", "ar")})
    score["fa"] += len(_PERSIAN_LETTERS.findall(text))
    score["ar"] += len(_ARABIC_LETTERS.findall(text)) * 2
    return "ar" if score["ar"] > score["fa"] else "fa"


def _by_words(text: str) -> str:
    letters, words = _letters(), _words()
    tokens = Counter(token.replace("’", "'") for token in _WORD.findall(text))
    scores = {
        code: sum(count for token, count in tokens.items() if token in known)
        + sum(text.count(letter) for letter in letters.get(code, ""))
        for code, known in words.items()
    }
    # The order of the data file breaks ties: English first.
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] else UNDETERMINED


@cache
def _data() -> Mapping[str, Mapping[str, str]]:
    source = resources.files("app.sandbox.openai").joinpath("data/languages.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _words() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in _data()["words"].items()}


def _letters() -> Mapping[str, str]:
    return _data()["letters"]
