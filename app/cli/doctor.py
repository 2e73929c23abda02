"""`pasokh doctor`."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.cli.findings import Finding
    from app.settings import Settings


def doctor() -> None:
    """Check each connection, and say what to do. Exit code 1 where something stops the service."""
    from app.cli import runtime
    from app.cli.configuration import examine_settings
    from app.cli.findings import Verdict

    runtime.set_up_logging(quiet=True)
    settings = runtime.load()
    found = [*examine_settings(settings)]
    found += _ask(settings, frozenset(one.name for one in found if one.verdict is Verdict.NO))
    for one in found:
        _show(one)
    if any(one.verdict is Verdict.NO for one in found):
        raise typer.Exit(1)


def _ask(settings: "Settings", wrong: frozenset[str]) -> list["Finding"]:
    """Everybody who can be asked with the settings that are right."""
    import asyncio

    from app.cli.connections import examine_connections
    from app.cli.database import open_url
    from app.cli.findings import Finding, Verdict
    from app.errors import Misconfigured

    try:
        with open_url(settings) as url:
            return asyncio.run(examine_connections(settings, url, unusable=wrong))
    except Misconfigured as error:
        services = asyncio.run(examine_connections(settings, None, unusable=wrong))
        return [Finding("database", Verdict.NO, error.message), *services]


_MARKS = {"ok": ("ok", "green"), "look": ("look", "yellow"), "down": ("look", "yellow"), "no": ("no", "red")}


def _show(finding: "Finding") -> None:
    """One finding: wrapped and in colour on a terminal, one line in a pipe. No sentence is taken for markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    sentence = finding.sentence
    text = sentence if sentence.startswith(finding.name) else f"{finding.name}: {sentence}"
    mark, style = _MARKS[finding.verdict]
    console = Console()
    if not console.is_terminal:
        print(f"{mark:<5}{text}")
        return
    line = Table.grid(padding=(0, 1))
    line.add_column(width=4)
    line.add_row(Text(mark, style=style), Text(text))
    console.print(line)
