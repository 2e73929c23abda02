"""`pasokh demo`: the whole thing on a pretend shop, model and mail provider, with nothing to sign up for."""

from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Exit after the table; 0 only if every mail ended as it should.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the counts as one JSON line instead of the table.")
    ] = False,
    port: Annotated[int, typer.Option(help="Of the service; a free one where it is taken.")] = 8000,
    sandbox_port: Annotated[int, typer.Option(help="Of the sandbox; a free one where it is taken.")] = 8099,
) -> None:
    """Start everything on the sandbox, send sample mails through the webhook, and show how each one ends."""
    import asyncio
    import logging

    from app.cli import runtime
    from app.cli.demo.show import Show

    runtime.set_up_logging(logging.ERROR)
    show = Show(as_json=as_json)
    try:
        from app.cli.demo.stage import Stage
    except ImportError as error:
        runtime.require(
            found=False, sentence=f"The sandbox is not installed ({error.name}). Run `make demo`."
        )
        raise
    stage = Stage(show, port=port, sandbox_port=sandbox_port)
    try:
        with stage.built() as theatre:
            is_as_expected = asyncio.run(theatre.play(stay=not once))
    except KeyboardInterrupt:
        if once:
            raise
        return  # Ctrl-C is how it is meant to end
    if once and not is_as_expected:
        raise typer.Exit(1)
