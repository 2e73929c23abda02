"""Which pieces of a mail ask for something, and for what."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.sandbox.openai.examples import NOTHING
from app.sandbox.openai.intent_classifier import IntentClassifier
from app.sandbox.openai.mail import Mail
from app.sandbox.openai.numbers import Found
from app.sandbox.openai.segments import Segment, split_joint, split_segments

OTHER: Final = "other"
ORDER_STATUS: Final = "order_status"
# Asked beside an order's number, "when is it sent?" is about that order.
_BEFORE_BUYING: Final = "shipping_question"
_SURE: Final = 0.85
# A piece among others counts from here on; a mail's only candidate already from the lower bar.
_CLEAR: Final = 0.5
_LIKELY: Final = 0.22
# Beside a question or a wish, a plain statement is more often background than a request of its own.
_STATED: Final = 0.75
_NAME_WORDS: Final = 3
_NUMBER_WORDS: Final = 5
# Clauses of one sentence are taken apart only where both are plain.
_PLAIN: Final = 0.6
# Said beside a concrete wish these add nothing that a reply could answer on its own.
_MOODS: Final = frozenset({"complaint", "feedback"})
_SUBJECT_PREFIX = re.compile(r"(?:(?:re|aw|fwd?|wg|tr|rv|sv|antw)\s*:\s*)+", re.IGNORECASE)

# What a question or a wish has in it, in the languages of the examples.
_ASKING = re.compile(
    r"""[?؟]
    | \b(?:please|pls|plz|kindly|can\ you|could|would|i\ want|i\ need|need|want|i'd\ like|let\ me\ know|tell\ me|send\ me|how|cancel|refund)\b
    | \b(?:bitte|könnt\w*|kann|möchte\w*|will|wollen|würde\w*|hätte\w*|brauche\w*|benötige\w*|erbitte|hiermit)\b
    | \b(?:svp|s'il\ vous|merci\ de|pouvez|pourriez|voudrais|souhait\w+|veux|aimerais|veuillez|besoin|demande)\b
    | \b(?:por\ favor|pueden?|podrían?|quier\w+|quisiera|gustaría|necesit\w+|deseo|solicito|exijo)\b
    | لطفا | بی‌زحمت | می‌?\ ?خوا | میشه | می‌شود | کنید | بدهید | بدید | بفرستید | لازم
    """,
    re.IGNORECASE | re.VERBOSE,
)

Scores = Mapping[str, float]


@dataclass(frozen=True)
class Piece:
    """One request: the intent and the words that show it, an exact part of the subject or the body."""

    intent: str
    text: str
    start: int
    in_subject: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class _Scored:
    segment: Segment
    in_subject: bool
    scores: Scores

    @property
    def best(self) -> tuple[str, float]:
        """The most probable intent of those that ask for something we know."""
        known = {name: score for name, score in self.scores.items() if name not in (NOTHING, OTHER)}
        name = max(known, key=known.__getitem__, default=OTHER)
        return name, known.get(name, 0.0)

    @property
    def is_known(self) -> bool:
        return self.best[1] >= max(self.scores.get(NOTHING, 0.0), self.scores.get(OTHER, 0.0))

    @property
    def weight(self) -> tuple[bool, float]:
        """Orders the pieces of one intent: its question or wish shows it better than its story."""
        return self.is_asking, self.best[1]

    @property
    def is_asking(self) -> bool:
        return _ASKING.search(self.segment.text) is not None


def find_pieces(
    mail: Mail, classifier: IntentClassifier, allowed: Collection[str] | None, orders: Sequence[Found] = ()
) -> list[Piece]:
    """One piece per intent, in the order of the mail; empty where the mail is only greetings and thanks.

    Args:
        mail: Its subject counts only where the body asks for nothing clear.
        classifier: Trained.
        allowed: Names that may be answered. What would have another name becomes `other` where that is
            allowed, else the next best.
        orders: Where the body names an order.
    """
    score = partial(_scored, classifier=classifier, allowed=allowed, has_order=bool(orders))
    body = _without_signature(score(split_segments(mail.body), in_subject=False))
    subject = score(_subject_segments(mail.subject), in_subject=True)
    for candidates in (
        _without_background([one for one in body if one.is_known and one.best[1] >= _CLEAR]),
        _best_only([one for one in body + subject if one.is_known and one.best[1] >= _LIKELY]),
    ):
        if candidates:
            return _pieces(candidates)
    return _bare_number(body, allowed, orders) or _unknown(body + subject, allowed)


def _without_background(candidates: list[_Scored]) -> list[_Scored]:
    if not any(one.is_asking for one in candidates):
        return candidates
    return [one for one in candidates if one.is_asking or one.best[1] >= _STATED]


def _pieces(candidates: list[_Scored]) -> list[Piece]:
    strongest: dict[str, _Scored] = {}
    for one in candidates:
        name = one.best[0]
        if name not in strongest or one.weight > strongest[name].weight:
            strongest[name] = one
    if set(strongest) - _MOODS:
        strongest = {name: one for name, one in strongest.items() if name not in _MOODS}
    found = [_piece(name, one) for name, one in strongest.items()]
    return sorted(found, key=lambda piece: piece.start)


def _bare_number(
    body: list[_Scored], allowed: Collection[str] | None, orders: Sequence[Found]
) -> list[Piece]:
    """A mail that only names an order, as the answer to "which one?", asks how that order is doing."""
    if allowed is not None and ORDER_STATUS not in allowed:
        return []
    for one in body:
        segment = one.segment
        is_here = any(segment.start <= order.start < segment.end for order in orders)
        says_no_more = _is_nothing(one) or not any(map(str.isalpha, segment.text))
        if is_here and says_no_more and len(segment.text.split()) <= _NUMBER_WORDS:
            return [_piece(ORDER_STATUS, one)]
    return []


def _unknown(scored: list[_Scored], allowed: Collection[str] | None) -> list[Piece]:
    """A mail that says something, and nothing that the examples know, is `other`."""
    if allowed is not None and OTHER not in allowed:
        return []
    said = [one for one in scored if not _is_nothing(one)]
    if not said:
        return []
    return [_piece(OTHER, max(said, key=lambda one: one.scores.get(OTHER, 0.0)))]


def _piece(name: str, one: _Scored) -> Piece:
    return Piece(name, one.segment.text, one.segment.start, one.in_subject)


def _without_signature(scored: list[_Scored]) -> list[_Scored]:
    """Drops the names that follow the last greeting: a name by itself resembles nothing."""
    while len(scored) > 1 and _is_name(scored[-1].segment.text) and _is_nothing(scored[-2]):
        scored = scored[:-1]
    return scored


def _is_name(text: str) -> bool:
    return (
        _ASKING.search(text) is None and len(text.split()) <= _NAME_WORDS and not any(map(str.isdigit, text))
    )


def _is_nothing(one: _Scored) -> bool:
    return max(one.scores, key=one.scores.__getitem__) == NOTHING


def _best_only(candidates: list[_Scored]) -> list[_Scored]:
    return [max(candidates, key=lambda one: one.best[1])] if candidates else []


def _subject_segments(subject: str) -> list[Segment]:
    prefix = _SUBJECT_PREFIX.match(subject)
    start = prefix.end() if prefix else 0
    return [Segment(subject[start:], start)] if subject[start:].strip() else []


def _scored(
    segments: list[Segment],
    *,
    classifier: IntentClassifier,
    allowed: Collection[str] | None,
    has_order: bool,
    in_subject: bool,
) -> list[_Scored]:
    clauses = [split_joint(segment) for segment in segments]
    flat = [*segments, *(part for parts in clauses if len(parts) > 1 for part in parts)]
    rows = iter(classifier.probabilities([segment.text for segment in flat]))
    scored = {
        segment: _Scored(segment, in_subject, _after_buying(_allowed(row, allowed), has_order=has_order))
        for segment, row in zip(flat, rows, strict=True)
    }
    found: list[_Scored] = []
    for segment, parts in zip(segments, clauses, strict=True):
        found += _clauses_or_whole(scored[segment], [scored[part] for part in parts if part in scored])
    return found


def _clauses_or_whole(whole: _Scored, clauses: list[_Scored]) -> list[_Scored]:
    plain = [clause for clause in clauses if clause.is_known and clause.best[1] >= _PLAIN]
    return plain if len({clause.best[0] for clause in plain}) > 1 else [whole]


def _after_buying(scores: Scores, *, has_order: bool) -> Scores:
    asked = scores.get(_BEFORE_BUYING, 0.0)
    if not has_order or ORDER_STATUS not in scores or asked >= _SURE:
        return scores
    return {**scores, _BEFORE_BUYING: 0.0, ORDER_STATUS: scores[ORDER_STATUS] + asked}


def _allowed(row: Scores, allowed: Collection[str] | None) -> Scores:
    if allowed is None:
        return row
    kept = {name: score for name, score in row.items() if name in allowed or name == NOTHING}
    lost = 1.0 - sum(kept.values())
    if OTHER in kept:
        return {**kept, OTHER: kept[OTHER] + lost}
    total = sum(kept.values())
    return {name: score / total for name, score in kept.items()} if total else {}
