"""`pasokh sandbox`."""

from typing import Annotated

import typer


def sandbox(
    port: Annotated[int, typer.Option(help="Where to listen, on this machine only.")] = 8099,
    events: Annotated[str, typer.Option(help="Post delivery events to this address.")] = "",
) -> None:
    """Play Shopify, OpenAI and SendGrid on this machine, over real HTTP."""
    from app.cli.runtime import require

    try:
        from app.sandbox.app import SandboxConfig
        from app.sandbox.server import run
    except ImportError as error:
        require(
            found=False,
            sentence=f"The sandbox is not installed ({error.name}). Run `uv sync --extra sandbox`.",
        )
        raise
    run(port=port, config=SandboxConfig(event_webhook_url=events or None, warm=True))
