"""What the shop's own texts back: their wording, their figures, and what they promise."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.replies.clock import clock_tokens, open_days
from app.replies.consequences import Meaning
from app.replies.locales import Locale
from app.replies.passages import Passages, taken_apart
from app.replies.plain import Text
from app.replies.roles import Role
from app.replies.spans import equal_spans
from app.replies.statements import Statement, statements
from app.replies.tokens import Token, TokenKind
from app.replies.values import Value, values
from app.replies.words import LANGUAGES

LONGEST_TITLE = 24
_SENTENCE_END = re.compile(r"(?<=[.!?؟。])\s")

_TIMELY = frozenset({"refund"})
_NO_LIMIT = frozenset({TokenKind.DURATION, TokenKind.DAY, TokenKind.DATE})
"""What is promised within a time is promised; whether the time is over, the reply may leave unsaid. Money has to come in it."""


class Figures:
    """The figures of each clause, which limit what it promises: `free from 75 EUR`."""

    def __init__(self, found: Iterable[Value], read: Passages) -> None:
        self._read = read
        self._clauses: dict[int, set[Token]] = {}
        self._sentences: dict[int, set[Token]] = {}
        for value in found:
            atom = read.atoms[value.first]
            self._clauses.setdefault(atom.clause, set()).add(value.token)
            self._sentences.setdefault(atom.sentence, set()).add(value.token)

    def beside(self, one: Statement) -> frozenset[Token]:
        """Those of the clause of a statement; of its sentence if the clause has none."""
        atom = self._read.atoms[one.first]
        found = self._clauses.get(atom.clause) or self._sentences.get(atom.sentence) or set()
        kept = [token for token in found if one.name in _TIMELY or token.kind not in _NO_LIMIT]
        return frozenset(other for token in kept for other in (token, *equal_spans(token)))


def _ends(token: Token) -> tuple[Token, ...]:
    """A span, and where it ends: of `3-5 day` also `5 day` may be said."""
    amount, _, unit = token.value.partition(" ")
    return token, Token(token.kind, f"{amount.rpartition('-')[2]} {unit}".strip())


def is_figure(value: Value) -> bool:
    return value.in_words or value.token.kind in {TokenKind.DURATION, TokenKind.PERCENT}


@dataclass(frozen=True)
class Words:
    quotes: tuple[str, ...]
    figures: frozenset[Token]
    thresholds: frozenset[Token]
    fees: frozenset[Token]
    promises: tuple[tuple[Meaning, frozenset[Token]], ...]
    clock: frozenset[Token]


@lru_cache(maxsize=512)
def words_of(text: str, locale: Locale) -> Words:
    """What a text of the shop says, in whichever language it is."""
    normal = Text.of_plain(text).normal
    quotes = tuple(dict.fromkeys((normal, *_SENTENCE_END.split(normal))))
    if len(text) <= LONGEST_TITLE:
        return Words(quotes, frozenset(), frozenset(), frozenset(), (), frozenset())
    figures: set[Token] = set()
    amounts: set[tuple[Token, bool]] = set()
    promises: list[tuple[Meaning, frozenset[Token]]] = []
    for language in dict.fromkeys((locale.code, language_of(normal, locale))):
        read = taken_apart(normal, locale, language=language)
        found = values(normal, read)
        figures |= {token for value in found if is_figure(value) for token in _ends(value.token)}
        figures |= open_days(normal, language)
        amounts |= {
            (value.token, Role.THRESHOLD in value.roles)
            for value in found
            if value.token.kind is TokenKind.MONEY
        }
        limits = Figures(found, read)
        if language != locale.code or not promises:
            said = [*statements(read), *_refunds(read)]
            promises = [((one.polarity, one.name), limits.beside(one)) for one in said]
        thresholds = frozenset(token for token, is_threshold in amounts if is_threshold)
    fees = frozenset(token for token, _ in amounts) - thresholds
    return Words(quotes, frozenset(figures), thresholds, fees, tuple(promises), clock_tokens(normal))


def _refunds(read: Passages) -> Iterator[Statement]:
    """`Refunds are made within 5 days`: a shop that speaks of refunds, and does not rule them out, makes them."""
    denied = {read.atoms[hit.start].clause for hit in read.family("negation")}
    for hit in read.family("money"):
        if hit.name == "refund" and read.atoms[hit.start].clause not in denied:
            yield Statement("promise", "refund", hit.start, hit.end - 1)


def language_of(text: str, locale: Locale) -> str:
    """The language most of whose phrases stand in a text; the locale's where none has more."""

    def known(code: str) -> int:
        return sum(len(hits) for hits in taken_apart(text, locale, language=code).hits.values())

    return max((locale.code, *LANGUAGES), key=known)
