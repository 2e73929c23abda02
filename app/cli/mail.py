"""`pasokh mail parse|ingest`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Read emails from files.", no_args_is_help=True)

_NOT_MAIL = frozenset({".json", ".yml", ".md"})


def mail_files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and every regular file below the folders named that can be a mail."""
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file())
            yield from (one for one in inside if one.suffix not in _NOT_MAIL)
        else:
            yield path


@app.command("parse")
def parse(
    paths: list[Path],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    body: Annotated[
        bool, typer.Option("--body", help="The files are plain-text bodies without headers.")
    ] = False,
) -> None:
    """Show how emails are read. However broken a mail is: exit code 0, and `problems` says what could not be read."""
    import json

    from app.mail.inbound.report import describe_body, describe_raw

    for path in mail_files(paths):
        raw = path.read_bytes()
        row = {"file": str(path), **(describe_body(raw) if body else describe_raw(raw))}
        if as_json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{path}\n  {row['kind']}: {row['subject']!r}\n  {row['reply'][:200]!r}")


@app.command("ingest")
def ingest(
    paths: list[Path],
    mailbox: Annotated[str, typer.Option(help="Its address; default: the only one.")] = "",
) -> None:
    """Take emails from files in, as if they had come to the mailbox. A running service answers them."""
    from app.cli import runtime
    from app.cli.lookup import get_mailbox
    from app.intake.accept import MESSAGE, accept

    files = [*mail_files(paths)]

    async def run(url: str) -> tuple[int, int]:
        taken = known = 0
        async with runtime.open_database(url) as database:
            async with database.transaction() as session:
                box = await get_mailbox(session, mailbox)
            for path in files:
                async with database.transaction() as session:
                    result = await accept(
                        session, box, path.read_bytes(), content_type=MESSAGE, source="ingest"
                    )
                taken, known = taken + result.is_new, known + (not result.is_new)
        return taken, known

    import asyncio

    with runtime.open_url(runtime.load()) as url:
        taken, known = asyncio.run(run(url))
    print(f"{taken} taken in, {known} known already. `pasokh serve` answers them.")
