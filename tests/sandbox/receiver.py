"""A webhook receiver on loopback that keeps what it gets and answers what it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """Posts as (headers, body); `statuses` are answered first, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self._posts: list[tuple[dict[str, str], bytes]] = []
        self._changed = threading.Condition(threading.RLock())

    def take(self, headers: dict[str, str], body: bytes) -> int:
        with self._changed:
            self._posts.append((headers, body))
            self._changed.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    @property
    def posts(self) -> list[tuple[dict[str, str], bytes]]:
        with self._changed:
            return list(self._posts)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.posts for event in json.loads(body)]

    def wait_for(self, count: int, timeout: float = 90.0) -> list[dict[str, Any]]:
        """The events, once `count` have come."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.events) >= count, timeout)
        assert came, f"{len(self.events)} of {count} events came"
        return self.events


@contextmanager
def receive() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/events"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join(5)
