"""`pasokh eval`."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(help="Files of labelled mails (.jsonl), and folders of them.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as one JSON object.")] = False,
    order_format: Annotated[
        str,
        typer.Option(
            help="How order numbers are written: any (bare digits), a pattern as '#{n}', or a prefix. "
            "Default: the store's own with --store, else any."
        ),
    ] = "",
    model: Annotated[str, typer.Option(help="Ask this model instead of PASOKH_OPENAI_MODEL.")] = "",
    repeat: Annotated[int, typer.Option(help="Run each mail so often, for pass^k.", min=1, max=100)] = 1,
    compare: Annotated[str, typer.Option(help="Also run another model, or another prompt (a file).")] = "",
    store: Annotated[
        str, typer.Option(help="Look facts up in this store's shop; default: the sandbox's.")
    ] = "",
) -> None:
    """Measure a model on labelled mails: what it understands, what it costs, how long it takes. Nothing is sent.

    Without OPENAI_API_KEY and OPENAI_BASE_URL the sandbox's own model is measured. The exit code is 1 where a line could not be
    read, a run was cut short, or a reply disclosed what it must not.
    """
    import asyncio
    import logging

    from app.cli import runtime
    from app.cli.evaluation.lines import read_lines
    from app.cli.evaluation.session import Choices, open_session

    runtime.set_up_logging(logging.ERROR)
    read = read_lines(files)
    choices = Choices(model, compare, store, order_format, repeat)
    with open_session(choices, read, as_json=as_json) as session:
        is_clean = asyncio.run(session.run())
    if not is_clean:
        raise typer.Exit(1)
