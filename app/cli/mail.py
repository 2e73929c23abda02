"""`pasokh mail parse|ingest`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Read emails from files.", no_args_is_help=True)

_MOST = 160 * 1024 * 1024  # bytes: mail servers take 150 MB at most; what is larger is no mail

Paths = Annotated[list[Path], typer.Argument(help="Files, and folders of files.")]


@app.command("parse")
def parse(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    body: Annotated[
        bool, typer.Option("--body", help="The files are plain-text bodies without headers.")
    ] = False,
) -> None:
    """Show how emails are read. However broken a mail is: exit code 0, and `problems` says what could not be read."""
    from app.cli import files
    from app.errors import BadRequest

    describe = _describe_body if body else _describe_mail
    unread = 0
    for path in _flat(paths):
        try:
            row = describe(files.read(path, first=_MOST), str(path))
            if path.stat().st_size > _MOST:
                row["problems"].append(f"Only the first {_MOST:,} bytes of the file were read.")
        except BadRequest as error:
            unread += 1
            print(f"pasokh: {error.message}", file=sys.stderr)
            continue
        print(_as_json(row) if as_json else _in_words(row))
    if unread:
        raise typer.Exit(1)


def _as_json(row: dict[str, Any]) -> str:
    """In UTF-8 as it reads; escaped for any other terminal, and for a file name that is no UTF-8."""
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return json.dumps(row)
    return line


def _flat(paths: list[Path]) -> Iterator[Path]:
    from app.cli import files

    for path in paths:
        yield from files.walk(path) if path.is_dir() else [path]


def _describe_mail(content: bytes, file: str) -> dict[str, Any]:
    from app.mail.inbound import mime
    from app.mail.report import describe

    return describe(mime.read(content), file=file)


def _describe_body(content: bytes, file: str) -> dict[str, Any]:
    from app.mail.inbound import charsets
    from app.mail.inbound.mime import normalise
    from app.mail.report import describe_body

    text, problem = charsets.decode(content)
    row = describe_body(normalise(text), file=file)
    return {**row, "problems": [problem] if problem else []}


def _in_words(row: dict[str, Any]) -> str:
    """What a person wants to see first, a fact a line."""
    sender = row["customer"]
    attached = ", ".join(one["filename"] or one["content_type"] for one in row["attachments"])
    bounced = ", ".join(f"{one['recipient']} {one['status'] or ''}".strip() for one in row["bounces"])
    check = row["forwarding_check"] or {}
    facts = {
        "from": f"{sender['name']} <{sender['address']}>".strip(),
        "subject": row["subject"],
        "kind": " ".join([row["kind"], *row["reasons"]]),
        "bounced": bounced,
        "confirm": " ".join(one for one in check.values() if one),
        "attached": attached,
        "problems": " ".join(row["problems"]),
        "reply": row["reply"].strip().replace("\n", "\n" + " " * 12),
    }
    return "\n".join([row["file"], *(f"  {name:<10}{fact}" for name, fact in facts.items() if fact)])


@app.command("ingest")
def ingest(
    paths: Paths,
    mailbox: Annotated[str, typer.Option(help="Its address; default: the only one.")] = "",
) -> None:
    """Take emails from files in, as if they had come to the mailbox. A running service answers them.

    A file that cannot be taken is named, the others go on, and the exit code is 1 at the end.
    """
    from app.cli.ingestion import take_in

    taken = take_in(paths, mailbox)
    for sentence in taken.refusals:
        print(f"pasokh: {sentence}", file=sys.stderr)
    parts = [f"{taken.new} taken in", f"{taken.known} known already"]
    if taken.known:
        parts[-1] += " (same Message-ID, sender, date and text)"
    if taken.skipped:
        parts.append(f"{len(taken.skipped)} skipped, being no emails ({', '.join(taken.skipped)})")
    if taken.refusals:
        parts.append(f"{len(taken.refusals)} not taken")
    print(f"{', '.join(parts)}. `pasokh serve` answers what is taken in.")
    if taken.refusals:
        raise typer.Exit(1)
