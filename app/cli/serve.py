"""`pasokh serve`."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
) -> None:
    """Serve webhooks, API and pages; and work, unless PASOKH_WORKER_IN_SERVE=false."""
    from app.cli import runtime
    from app.cli.checks import check_start
    from app.main import create_app
    from app.pipeline.desk import open_desk
    from app.web.server import Server

    runtime.set_up_logging()
    settings = runtime.load()
    with runtime.open_url(settings) as url:
        check_start(settings, url)
        desk = open_desk(settings, url)
        Server(create_app(desk), host=host, port=port).run()
