"""`pasokh worker`."""


def worker() -> None:
    """Work off the queue, apart from `serve`. Start as many as you like, on as many machines."""
    import asyncio
    import contextlib
    import signal

    from app.cli import runtime
    from app.cli.checks import check_start
    from app.main import work
    from app.pipeline.desk import open_desk

    runtime.set_up_logging()
    settings = runtime.load()

    async def run(url: str) -> None:
        desk = open_desk(settings, url)
        task = asyncio.create_task(work(desk))
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await desk.close()

    with runtime.open_url(settings) as url:
        check_start(settings, url)
        asyncio.run(run(url))
