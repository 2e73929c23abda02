"""`pasokh worker`."""


def worker() -> None:
    """Work off the queue, apart from `serve`. Start as many as you like, on as many machines."""
    import asyncio
    import contextlib
    import gc
    import signal

    from app.cli import database, runtime
    from app.cli.configuration import check_settings
    from app.cli.connections import check_connections
    from app.main import work
    from app.pipeline.desk import open_desk

    runtime.set_up_logging()
    settings = runtime.load_own()
    check_settings(settings)

    async def run(url: str) -> None:
        desk = open_desk(settings, url)
        task = asyncio.create_task(work(desk))
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await desk.close()

    with database.open_url(settings) as url:
        check_connections(settings, url)
        gc.freeze()  # what has been loaded by now stays: no garbage is looked for in it
        asyncio.run(run(url))
