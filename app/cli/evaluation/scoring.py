"""Scores: what was expected against what was returned. Pure; the report is the JSON of `pasokh eval --json`."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.classifier.evidence import fold
from app.cli.evaluation.lines import Line
from app.cli.evaluation.number_format import NumberFormat
from app.cli.evaluation.running import Outcome
from app.replies.plain import Text

NOTHING = "(nothing)"


@dataclass(frozen=True)
class Score:
    """One outcome, judged. None where the line says nothing of it.

    Attributes:
        expected: Intents, as the line has them.
        returned: Intents that were read and stood up to code's checks.
        numbers: Order numbers that were read, in the form in which they are compared.
        situations: Names of the situations that the facts amount to; None where nothing was looked up.
        disclosed: What stands in the reply and must not.
        error: Why there is no answer; then whatever is scored is wrong.
    """

    line: Line
    expected: frozenset[str] | None
    returned: frozenset[str]
    numbers: frozenset[str]
    is_number_right: bool | None
    situations: frozenset[str] | None
    disclosed: tuple[str, ...]
    language: str
    error: str

    @property
    def is_intent_right(self) -> bool | None:
        return None if self.expected is None else not self.error and self.expected == self.returned

    @property
    def is_situation_right(self) -> bool | None:
        return None if not self.line.has_situation else self.situations == self.line.situations

    @property
    def is_language_right(self) -> bool | None:
        return None if self.line.language is None else self.language == self.line.language

    @property
    def is_right(self) -> bool:
        """Nothing that is scored is wrong; of the language a dialect's name is no matter."""
        judged = (self.is_intent_right, self.is_number_right, self.is_situation_right)
        return False not in judged and not self.disclosed and not self.error


def judge(outcome: Outcome, form: NumberFormat) -> Score:
    """Hold an outcome against its line."""
    line, found = outcome.line, outcome.triage
    requests = found.requests if found else ()
    numbers = frozenset(form.core(request.order_number) for request in requests if request.order_number)
    wanted = frozenset({form.core(line.order_number)} if line.order_number else ())
    said = fold(Text.of_markdown(outcome.answer.markdown).seen) if outcome.answer else ""
    return Score(
        line=line,
        expected=None if line.intents is None else frozenset(line.intents),
        returned=frozenset(request.intent for request in requests),
        numbers=numbers,
        is_number_right=(numbers == wanted and found is not None) if line.has_number else None,
        situations=outcome.answer.situations if outcome.answer else None,
        disclosed=tuple(secret for secret in line.must_not_disclose if fold(secret) in said),
        # "de-AT" is German; which one, nobody labels.
        language=found.language.casefold().partition("-")[0] if found else "",
        error=outcome.error,
    )


def report(outcomes: Sequence[Outcome], form: NumberFormat, *, repeat: int) -> dict[str, Any]:
    """The figures of a run: keys and meanings in docs/evaluation.md."""
    scores = [judge(outcome, form) for outcome in outcomes]
    return {
        "n": len({score.line.id for score in scores}),
        "intent_accuracy": _share(score.is_intent_right for score in scores),
        "order_number_accuracy": _share(score.is_number_right for score in scores),
        "by_intent": _by_intent(scores),
        **_costs(outcomes),
        "language_accuracy": _share(score.is_language_right for score in scores),
        "right": _share(score.is_right for score in scores),
        "situation_accuracy": _share(score.is_situation_right for score in scores),
        "disclosed": sum(bool(score.disclosed) for score in scores),
        "by_language": _by(scores, lambda score: score.line.language),
        "by_situation": _by_situation(scores),
        "hostile": _by(scores, lambda score: _hostility(score.line)),
        "confusion": _confusion(scores),
        "pass_k": _pass_k(scores, repeat),
        "errors": sum(bool(score.error) for score in scores),
        "failures": [_failure(score) for score in scores if not score.is_right],
    }


def _share(judged: Iterable[bool | None]) -> float | None:
    """Of those that are judged at all; None where none is."""
    known = [one for one in judged if one is not None]
    return round(sum(known) / len(known), 4) if known else None


def _by_intent(scores: Sequence[Score]) -> dict[str, dict[str, Any]]:
    wanted, returned, both = Counter[str](), Counter[str](), Counter[str]()
    for score in scores:
        if score.expected is not None:
            wanted.update(score.expected)
            returned.update(score.returned)
            both.update(score.expected & score.returned)
    return {
        name: {
            "n": wanted[name],
            "precision": round(both[name] / returned[name], 4) if returned[name] else None,
            "recall": round(both[name] / wanted[name], 4) if wanted[name] else None,
        }
        for name in sorted(wanted | returned)
    }


def _costs(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    paid = [outcome.usage for outcome in outcomes if outcome.usage is not None]
    mails = len(outcomes) or 1
    seconds = sorted(usage.milliseconds / 1000 for usage in paid)
    return {
        "model_calls_per_email": round(sum(usage.calls for usage in paid) / mails, 4),
        "input_tokens_per_email": round(sum(usage.input_tokens for usage in paid) / mails, 1),
        "output_tokens_per_email": round(sum(usage.output_tokens for usage in paid) / mails, 1),
        "seconds_p50": _percentile(seconds, 0.5),
        "seconds_p95": _percentile(seconds, 0.95),
        "cached_tokens_per_email": round(sum(usage.cached_tokens for usage in paid) / mails, 1),
        "cost_usd": round(math.fsum(usage.cost_usd for usage in paid), 6),
        "model": paid[0].model if paid else None,
    }


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank: a value that was measured."""
    return round(ordered[max(0, math.ceil(len(ordered) * share) - 1)], 4) if ordered else None


def _by(scores: Sequence[Score], key: Callable[[Score], str | None]) -> dict[str, dict[str, Any]]:
    groups: defaultdict[str, list[Score]] = defaultdict(list)
    for score in scores:
        name = key(score)
        if name is not None:
            groups[name].append(score)
    return {
        name: {
            "n": len({score.line.id for score in group}),
            "intent_accuracy": _share(score.is_intent_right for score in group),
            "order_number_accuracy": _share(score.is_number_right for score in group),
            "language_accuracy": _share(score.is_language_right for score in group),
            "disclosed": sum(bool(score.disclosed) for score in group),
        }
        for name, group in sorted(groups.items())
    }


def _hostility(line: Line) -> str | None:
    return None if line.hostile is None else "hostile" if line.hostile else "harmless"


def _by_situation(scores: Sequence[Score]) -> dict[str, dict[str, Any]]:
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for score in scores:
        for name in sorted(score.line.situations) or ([NOTHING] if score.line.has_situation else []):
            groups[name].append(bool(score.is_situation_right))
    return {name: {"n": len(right), "accuracy": _share(right)} for name, right in sorted(groups.items())}


def _confusion(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """What was returned in place of what, most frequent first; `(nothing)` where one of the two is missing."""
    pairs = Counter[tuple[str, str]]()
    for score in scores:
        if score.expected is not None and not score.error:
            missed = sorted(score.expected - score.returned) or [NOTHING]
            added = sorted(score.returned - score.expected) or [NOTHING]
            pairs.update((one, other) for one in missed for other in added if one != other)
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [{"expected": one, "returned": other, "n": count} for (one, other), count in ordered]


def _pass_k(scores: Sequence[Score], repeat: int) -> dict[str, float]:
    """For each k the chance that k runs of a line are all right: the unbiased estimate from all runs (tau-bench)."""
    runs: defaultdict[str, list[bool]] = defaultdict(list)
    for score in scores:
        runs[score.line.id].append(score.is_right)
    whole = [right for right in runs.values() if len(right) == repeat]
    if not whole:
        return {}
    return {
        str(k): round(statistics.fmean(math.comb(sum(right), k) / math.comb(repeat, k) for right in whole), 4)
        for k in range(1, repeat + 1)
    }


def _failure(score: Score) -> dict[str, Any]:
    line = score.line
    found: dict[str, Any] = {"id": line.id}
    if score.error:
        return {**found, "error": score.error}
    if score.is_intent_right is False:
        found |= {"expected": sorted(score.expected or ()), "returned": sorted(score.returned)}
    if score.is_number_right is False:
        found |= {"expected_number": line.order_number, "returned_numbers": sorted(score.numbers)}
    if score.is_situation_right is False:
        found |= {
            "expected_situations": sorted(line.situations),
            "returned_situations": sorted(score.situations or ()),
        }
    return found | ({"disclosed": [*score.disclosed]} if score.disclosed else {})
