"""A warm parent of service processes: each line on its standard input forks one more `pasokh serve` or `pasokh worker`.

A fresh interpreter would import for seconds; a fork is there at once, and SIGKILL hits it just the same.
"""

import os
import signal
import sys

from app.cli import serve, worker
from app.cli.runtime import set_up_logging
from app.main import create_app  # noqa: F401 - warm
from app.pipeline.registry import JOBS


def main() -> None:
    assert JOBS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _say("warm")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(line.split())
        _say(str(pid))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(words: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(0)
    set_up_logging()
    if words[0] == "serve":
        serve.serve(host="127.0.0.1", port=int(words[1]))
    else:
        worker.worker()
    os._exit(0)


if __name__ == "__main__":
    main()
