"""What the demo tells on the terminal: progress, then a table, then where to look."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from app.cli.demo.cast import EMAIL, PASSWORD
from app.cli.demo.results import Ending
from app.cli.demo.samples import Sample
from app.intents.titles import title_of
from app.vocabulary import Outcome

_COLOURS = {
    Outcome.ANSWERED: "green",
    Outcome.DRAFTED: "cyan",
    Outcome.HANDED_OVER: "yellow",
    Outcome.IGNORED: "dim",
    Outcome.MERGED: "blue",
    Outcome.WAITING: "magenta",
    Outcome.FAILED: "red",
}
_PLAIN_WIDTH = 140
ORDER = ("received", "answered", "drafted", "handed_over", "ignored", "merged", "waiting", "failed")


class Show:
    """The demo's terminal. With JSON everything but the one line goes to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._console = Console(stderr=as_json)
        if not self._console.is_terminal:
            self._console = Console(stderr=as_json, width=_PLAIN_WIDTH)
        self._bar: Progress | None = None

    def step(self, sentence: str) -> None:
        self._console.print(f"[dim]·[/] {sentence} …")

    def sent(self, sample: Sample) -> None:
        self._console.print(
            Text(
                f"    → {sample.sender}: {sample.subject or '(no subject)'}",
                style="dim",
                overflow="ellipsis",
                no_wrap=True,
            )
        )

    def progress(self, ended: int, count: int) -> None:
        """Move the bar of mails that have come to an end."""
        if self._bar is None:
            columns = (
                TextColumn("    "),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("mails ended"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._bar.add_task("", total=count)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=ended, total=count)
        if ended >= count:
            self._bar.stop()
            self._bar = None

    def result(self, found: Sequence[Ending], sums: dict[str, Any]) -> None:
        """The table, or the JSON line."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        if self._as_json:
            print(
                json.dumps(
                    {name: sums[name] for name in (*ORDER, *(key for key in sums if key not in ORDER))}
                )
            )
        else:
            self._console.print(_table(found))
            self._console.print(
                "  ".join(f"[bold]{sums[name]}[/] {name.replace('_', ' ')}" for name in ORDER)
            )
            self._console.print(
                f"{sums['sent']} mails sent, {sums['touchpoints']} touchpoints, {sums['model_calls']} model calls, "
                f"{sums['input_tokens']:,} + {sums['output_tokens']:,} tokens, {sums['seconds']} s"
            )
        for ending in found:
            if not ending.is_as_expected:
                print(_complaint(ending), file=sys.stderr)

    def where_to_look(self, service: str, sandbox: str) -> None:
        self._console.print()
        self._console.print(
            f"Inbox:   [link={service}]{service}[/link]   sign in as [bold]{EMAIL}[/], password [bold]{PASSWORD}[/]"
        )
        self._console.print(f"Outbox:  [link={sandbox}/outbox]{sandbox}/outbox[/link]   what customers got")
        self._console.print("[dim]Ctrl-C ends it.[/]")


def _table(found: Sequence[Ending]) -> Table:
    table = Table(title="What became of each mail", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("From", no_wrap=True, overflow="ellipsis", min_width=12, max_width=18)
    table.add_column("Lang", no_wrap=True)
    table.add_column("Intent", min_width=11, max_width=24)
    table.add_column("Situation", min_width=11, max_width=26)
    table.add_column("Decision, and why", min_width=24)
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("Tokens", justify="right", no_wrap=True)
    for ending in found:
        decision = Text(_words(ending.outcome), style=_COLOURS[ending.outcome])
        if not ending.is_as_expected:
            decision.append(f" (expected {_words(ending.sample.outcome)})", style="red")
        if ending.outcome is not Outcome.ANSWERED:
            decision.append(f": {ending.why}", style="dim")
        table.add_row(
            Text(ending.sample.sender.partition("<")[0].strip()),
            ending.language,
            ", ".join(map(_words, ending.intents)),
            "; ".join(map(title_of, ending.situations)),
            decision,
            str(ending.milliseconds),
            str(ending.tokens or ""),
        )
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _complaint(ending: Ending) -> str:
    sample = ending.sample
    return (
        f"not as expected: {sample.name}: {ending.outcome} {list(ending.situations)} {ending.language}, expected "
        f"{sample.outcome} {list(sample.situations)} {sample.language}. {ending.why}"
    )
