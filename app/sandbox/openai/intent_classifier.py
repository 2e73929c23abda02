"""TF-IDF over words and characters, and a linear model: which intent a piece of text has, with a probability."""

import math
import re
from collections.abc import Sequence
from typing import Any, Final

from app.sandbox.openai.examples import Example
from app.sandbox.openai.normal import fold

_NUMBER = re.compile(r"#?\s?\b[a-z]{0,3}-?\d[\d.,:/-]*\b")
_MAIL_OR_LINK = re.compile(r"(?<!\S)[^\s@]{1,64}@\S+\.\S+|https?://\S+|www\.\S+")
# A greeting is a request of nothing, and must not drown the one that follows it on the same line.
_GREETING = re.compile(
    r"\A\W*(?:hello|hi|hey|dear (?:team|all|sirs?)|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|"
    r"moin|servus|bonjour|bonsoir|salut|hola|buen[oa]s (?:días|dias|tardes|noches)|سلام(?: و)?(?: (?:وقت بخیر|خسته نباشید|وقت شما بخیر))?"
    r"|درود)(?: there| zusammen| a todos| à tous)?[\s,،;!.:-]+(?=\S+\s+\S+\s+\S)"
)
_WORD: Final = r"[^\W_]+(?:'\w+)?"
_WEIGHTS: Final[dict[str, Any]] = {"sublinear_tf": True, "min_df": 2}
# How steep the probabilities are: the value with the least log loss in cross-validation over the examples.
_SHARPNESS: Final = 5.0
# What resembles no example at all is `other`: the margin below which an intent is not believed.
_UNFAMILIAR: Final = -0.45
_OTHER: Final = "other"


def normalise(text: str) -> str:
    """What the features see: even letters, and one word for every number, address and link."""
    text = _GREETING.sub("", _MAIL_OR_LINK.sub(" adr ", fold(text)))
    return _NUMBER.sub(" 0 ", text)


class IntentClassifier:
    """A linear support-vector machine, one against the rest; the same examples give the same model."""

    def __init__(self, examples: Sequence[Example]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - heavy, for the sandbox alone
        from sklearn.pipeline import make_union  # noqa: PLC0415 - as above
        from sklearn.svm import LinearSVC  # noqa: PLC0415 - as above

        self._features: Any = make_union(
            TfidfVectorizer(preprocessor=normalise, token_pattern=_WORD, ngram_range=(1, 2), **_WEIGHTS),
            TfidfVectorizer(preprocessor=normalise, analyzer="char_wb", ngram_range=(3, 4), **_WEIGHTS),
        )
        self._model: Any = LinearSVC(C=0.3, random_state=0)
        matrix = self._features.fit_transform([example.text for example in examples])
        self._model.fit(matrix, [example.intent for example in examples])
        self.intents: tuple[str, ...] = tuple(str(name) for name in self._model.classes_)

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text the probability of every intent of the examples; they sum to 1."""
        if not texts:
            return []
        margins = self._model.decision_function(self._features.transform(texts))
        return [self._row(dict(zip(self.intents, row, strict=True))) for row in margins.tolist()]

    def _row(self, margins: dict[str, float]) -> dict[str, float]:
        if _OTHER in margins:
            margins[_OTHER] = max(margins[_OTHER], _UNFAMILIAR)
        return dict(zip(margins, _softmax(list(margins.values())), strict=True))


def _softmax(margins: list[float]) -> list[float]:
    highest = max(margins)
    weights = [math.exp(_SHARPNESS * (margin - highest)) for margin in margins]
    total = sum(weights)
    return [weight / total for weight in weights]
