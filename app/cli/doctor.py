"""`pasokh doctor`."""

import typer


def doctor() -> None:
    """Check each connection, and say what to do."""
    import asyncio

    from rich.console import Console

    from app.cli import runtime
    from app.cli.checks import examine

    console = Console()
    settings = runtime.load()
    is_fine = True

    async def run(url: str) -> None:
        nonlocal is_fine
        async for finding in examine(settings, url):
            mark = (
                "[green]ok[/]  "
                if finding.is_ok
                else ("[red]no[/]  " if finding.stops else "[yellow]look[/]")
            )
            console.print(f"{mark} {finding.name}: {finding.sentence}")
            is_fine = is_fine and (finding.is_ok or not finding.stops)

    with runtime.open_url(settings) as url:
        asyncio.run(run(url))
    if not is_fine:
        raise typer.Exit(1)
