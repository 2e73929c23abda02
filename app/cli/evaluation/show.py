"""What an evaluation tells: notes and progress on standard error, the figures on standard output."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app.cli.evaluation.lines import Lines

_PLAIN_WIDTH = 120
_TOLD_EVERY = 15.0
_FAILURES, _CONFUSIONS = 25, 15
_LONGEST = 90

Report = Mapping[str, Any]
_FIGURES = (
    ("n", "mails"),
    ("intent_accuracy", "intents right"),
    ("order_number_accuracy", "order numbers right"),
    ("language_accuracy", "language right"),
    ("situation_accuracy", "situations right"),
    ("disclosed", "replies that disclose"),
    ("errors", "errors"),
    ("model_calls_per_email", "model calls a mail"),
    ("input_tokens_per_email", "input tokens a mail"),
    ("cached_tokens_per_email", "of them cached"),
    ("output_tokens_per_email", "output tokens a mail"),
    ("cost_usd", "cost in USD"),
    ("seconds_p50", "seconds, half of the mails"),
    ("seconds_p95", "seconds, 95 of 100"),
)


class Show:
    """The terminal of one evaluation."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._aside = Console(stderr=True)
        self._console = Console()
        if not self._console.is_terminal:
            self._console = Console(width=_PLAIN_WIDTH)

    def note(self, sentence: str) -> None:
        self._aside.print(f"· {sentence}", style="dim", highlight=False, soft_wrap=True)

    def problem(self, sentence: str) -> None:
        print(f"pasokh: {sentence}", file=sys.stderr)

    @contextlib.contextmanager
    def progress(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal, else a line now and then: a long run must not look dead in a log."""
        if not self._aside.is_terminal:
            yield self._ticker(name, total)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._aside, transient=True) as bar:
            task = bar.add_task(name, total=total)
            yield lambda done: bar.update(task, completed=done)

    def _ticker(self, name: str, total: int) -> Callable[[int], None]:
        told = time.monotonic()

        def tell(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _TOLD_EVERY:
                told = time.monotonic()
                print(f"{name}: {done} of {total}", file=sys.stderr, flush=True)

        return tell

    def result(self, name: str, other: str, reports: Sequence[Report], read: Lines) -> None:
        """The figures of one run, or of two side by side."""
        for report in reports:
            if report["stopped"]:
                self.problem(f"{report['stopped']} The figures are of what was done until then.")
        first, second = reports[0], reports[1] if len(reports) > 1 else None
        if self._as_json:
            whole = {**first, "problems": [*read.problems]}
            if second is not None:
                whole |= {"compared": {"with": other, **second}, "differences": _differences(first, second)}
            print(json.dumps(whole, ensure_ascii=False))
            return
        self._console.print(_figures({name: first} | ({other: second} if second is not None else {})))
        self._details(first)
        if second is not None:
            self._differences(name, other, _differences(first, second))
        self._failures(first, read)

    def _details(self, report: Report) -> None:
        columns = ("n", "precision", "recall")
        self._console.print(_table("By intent", "intent", report["by_intent"], columns))
        for title, key in (
            ("By language", "by_language"),
            ("Harmless and hostile", "hostile"),
            ("By situation", "by_situation"),
        ):
            rows = report[key]
            if rows:
                self._console.print(_table(title, "", rows, tuple(next(iter(rows.values())))))
        confusions = report["confusion"][:_CONFUSIONS]
        if confusions:
            named = {f"{one['expected']} → {one['returned']}": {"n": one["n"]} for one in confusions}
            self._console.print(_table("Most often taken for another", "expected → returned", named, ("n",)))
        if len(report["pass_k"]) > 1:
            shares = ", ".join(f"k={k} {share:.3f}" for k, share in report["pass_k"].items())
            self._console.print(f"All of k runs right: {shares}")

    def _failures(self, report: Report, read: Lines) -> None:
        failures = report["failures"]
        texts = {line.id: " ".join(line.text.split()) for line in read.lines}
        if failures:
            self._console.print(f"{len(failures)} not right:", style="bold")
        for failure in failures[:_FAILURES]:
            why = "; ".join(f"{key} {_plain(value)}" for key, value in failure.items() if key != "id")
            self._console.print(Text(f"  {failure['id']}: {why}"))
            self._console.print(Text(f"      {texts[failure['id']][:_LONGEST]}", style="dim"))
        if len(failures) > _FAILURES:
            self._console.print(f"  … and {len(failures) - _FAILURES} more; --json lists all.")

    def _differences(self, name: str, other: str, found: Mapping[str, list[str]]) -> None:
        for who, key in ((name, "only_first_right"), (other, "only_second_right")):
            ids = found[key]
            listed = ", ".join(ids[:_FAILURES]) + (" …" if len(ids) > _FAILURES else "")
            self._console.print(Text(f"Only {who} is right on {len(ids)}: {listed}"))


def _differences(first: Report, second: Report) -> dict[str, list[str]]:
    """Ids that one of the two got wrong and the other did not."""
    wrong = [dict.fromkeys(failure["id"] for failure in report["failures"]) for report in (first, second)]
    return {
        "only_first_right": [one for one in wrong[1] if one not in wrong[0]],
        "only_second_right": [one for one in wrong[0] if one not in wrong[1]],
    }


def _figures(reports: Mapping[str, Report]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for name in reports:
        table.add_column(Text(name), justify="right")
    for key, label in _FIGURES:
        values = [report[key] for report in reports.values()]
        if any(value is not None for value in values):
            table.add_row(label, *map(_plain, values))
    return table


def _table(title: str, first: str, rows: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first)
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    for name, row in rows.items():
        table.add_row(Text(name), *(_plain(row[column]) for column in columns))
    return table


def _plain(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "(none)"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
