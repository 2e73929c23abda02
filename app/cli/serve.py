"""`pasokh serve`."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.", min=1, max=65535)] = 8000,
) -> None:
    """Serve webhooks, API and pages; and work, unless PASOKH_WORKER_IN_SERVE=false."""
    import contextlib
    import logging

    from app.cli import database, runtime
    from app.cli.configuration import check_settings
    from app.cli.connections import check_connections
    from app.main import create_app
    from app.pipeline.desk import open_desk
    from app.web.server import Server

    runtime.set_up_logging()
    settings = runtime.load_own()
    check_settings(settings)
    with runtime.listen(host, port) as listener, database.open_url(settings) as url:
        check_connections(settings, url)
        server = Server(create_app(open_desk(settings, url)))
        logging.getLogger(__name__).info("serving", extra={"host": host, "port": port})
        # uvicorn ends in good order, and then raises the signal again: Ctrl-C is how this is meant to end.
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])
