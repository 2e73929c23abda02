"""Which pieces of a mail ask for something, and for what."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from app.sandbox.openai.examples import NOTHING
from app.sandbox.openai.intent_classifier import IntentClassifier
from app.sandbox.openai.mail import Mail
from app.sandbox.openai.segments import Segment, split_joint, split_segments

OTHER: Final = "other"
# A piece among others counts from here on; a mail's only candidate already from the lower bar.
_CLEAR: Final = 0.5
_LIKELY: Final = 0.22
# Clauses of one sentence are taken apart only where both are plain.
_PLAIN: Final = 0.6
# Said beside a concrete wish these add nothing that a reply could answer on its own.
_MOODS: Final = frozenset({"complaint", "feedback"})
_SUBJECT_PREFIX = re.compile(r"(?:(?:re|aw|fwd?|wg|tr|rv|sv|antw)\s*:\s*)+", re.IGNORECASE)

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


def find_pieces(mail: Mail, classifier: IntentClassifier, allowed: Collection[str] | None) -> list[Piece]:
    """One piece per intent, in the order of the mail; empty where the mail is only greetings and thanks.

    Args:
        mail: Its subject counts only where the body asks for nothing clear.
        classifier: Trained.
        allowed: Names that may be answered. What would have another name becomes `other` where that is
            allowed, else the next best.
    """
    body = _scored(split_segments(mail.body), classifier, allowed, in_subject=False)
    subject = _scored(_subject_segments(mail.subject), classifier, allowed, in_subject=True)
    for candidates in (
        [one for one in body if one.is_known and one.best[1] >= _CLEAR],
        _best_only([one for one in body + subject if one.is_known and one.best[1] >= _LIKELY]),
    ):
        if candidates:
            return _pieces(candidates)
    return _unknown(body + subject, allowed)


def _pieces(candidates: list[_Scored]) -> list[Piece]:
    strongest: dict[str, _Scored] = {}
    for one in candidates:
        name, score = one.best
        if name not in strongest or score > strongest[name].best[1]:
            strongest[name] = one
    if set(strongest) - _MOODS:
        strongest = {name: one for name, one in strongest.items() if name not in _MOODS}
    found = [_piece(name, one) for name, one in strongest.items()]
    return sorted(found, key=lambda piece: piece.start)


def _unknown(scored: list[_Scored], allowed: Collection[str] | None) -> list[Piece]:
    """A mail that says something, and nothing that the examples know, is `other`."""
    if allowed is not None and OTHER not in allowed:
        return []
    said = [one for one in scored if max(one.scores, key=one.scores.__getitem__) != NOTHING]
    if not said:
        return []
    return [_piece(OTHER, max(said, key=lambda one: one.scores.get(OTHER, 0.0)))]


def _piece(name: str, one: _Scored) -> Piece:
    return Piece(name, one.segment.text, one.segment.start, one.in_subject)


def _best_only(candidates: list[_Scored]) -> list[_Scored]:
    return [max(candidates, key=lambda one: one.best[1])] if candidates else []


def _subject_segments(subject: str) -> list[Segment]:
    prefix = _SUBJECT_PREFIX.match(subject)
    start = prefix.end() if prefix else 0
    return [Segment(subject[start:], start)] if subject[start:].strip() else []


def _scored(
    segments: list[Segment],
    classifier: IntentClassifier,
    allowed: Collection[str] | None,
    *,
    in_subject: bool,
) -> list[_Scored]:
    clauses = [split_joint(segment) for segment in segments]
    flat = [*segments, *(part for parts in clauses if len(parts) > 1 for part in parts)]
    rows = iter(classifier.probabilities([segment.text for segment in flat]))
    scored = {
        segment: _Scored(segment, in_subject, _allowed(row, allowed))
        for segment, row in zip(flat, rows, strict=True)
    }
    found: list[_Scored] = []
    for segment, parts in zip(segments, clauses, strict=True):
        found += _clauses_or_whole(scored[segment], [scored[part] for part in parts if part in scored])
    return found


def _clauses_or_whole(whole: _Scored, clauses: list[_Scored]) -> list[_Scored]:
    plain = [clause for clause in clauses if clause.is_known and clause.best[1] >= _PLAIN]
    return plain if len({clause.best[0] for clause in plain}) > 1 else [whole]


def _allowed(row: Scores, allowed: Collection[str] | None) -> Scores:
    if allowed is None:
        return row
    kept = {name: score for name, score in row.items() if name in allowed or name == NOTHING}
    lost = 1.0 - sum(kept.values())
    if OTHER in kept:
        return {**kept, OTHER: kept[OTHER] + lost}
    total = sum(kept.values())
    return {name: score / total for name, score in kept.items()} if total else {}
