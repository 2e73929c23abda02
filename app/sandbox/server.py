"""Runs a sandbox: in a thread for tests, benchmarks and the demo, or in the foreground by itself."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.sandbox.app import SandboxConfig, SandboxState, create_sandbox
from app.sandbox.faults import Faults
from app.sandbox.injection import CUT
from app.sandbox.sendgrid.outbox import Outbox
from app.sandbox.sendgrid.service import SendGrid
from app.sandbox.services import Service
from app.sandbox.traffic import RecordedRequest

DEFAULT_PORT = 8099
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class _CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with an ASGI extension by which the app may close the connection mid-answer.

    Without it an unfinished answer is closed too, but logged as the app's error each time.
    """

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {**self.scope.get("extensions", {}), CUT: {"close": self.transport.close}}


class SandboxServer:
    """A sandbox on loopback, as a context manager.

    ```python
    with SandboxServer() as sandbox:
        client = AsyncOpenAI(base_url=sandbox.openai_url, api_key=sandbox.config.openai_key)
        sandbox.faults.set("openai", "429", times=3)
    ```

    Args:
        port: 0 picks a free one.
        host: Where to listen.
        config: Keys, clock, webhook; see `SandboxConfig`.
    """

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", config: SandboxConfig | None = None
    ) -> None:
        self._app = create_sandbox(config)
        self._state: SandboxState = self._app.state.sandbox
        self._host = host
        self._port = port
        self._server = uvicorn.Server(_uvicorn_config(self._app))
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen and serve; returns once requests are answered.

        Raises:
            OSError: The port is taken.
            RuntimeError: The server did not come up.
        """
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="sandbox-server", daemon=True
        )
        self._thread.start()
        if not _wait_until(lambda: self._server.started, self._thread):
            self.stop()
            raise RuntimeError("The sandbox did not come up.")

    def stop(self) -> None:
        """Stop serving; held requests are let go."""
        self._state.closing.set()
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Addresses

    @property
    def url(self) -> str:
        """Base of the sandbox's own pages, without a trailing slash."""
        return f"http://{self._host}:{self._port}"

    @property
    def openai_url(self) -> str:
        """For OPENAI_BASE_URL."""
        return f"{self.url}/v1"

    @property
    def shopify_url(self) -> str:
        """Base of the shop's admin; the API is below it at /admin/api/…."""
        return self.url

    @property
    def sendgrid_url(self) -> str:
        """For the `host` argument of SendGrid's SDK."""
        return self.url

    # What it holds

    @property
    def config(self) -> SandboxConfig:
        return self._state.config

    @property
    def faults(self) -> Faults:
        return self._state.faults

    @property
    def sendgrid(self) -> SendGrid:
        return self._state.sendgrid

    @property
    def outbox(self) -> Outbox:
        return self._state.sendgrid.outbox

    @property
    def event_public_key(self) -> str:
        """The webhook verification key, as SendGrid's settings page shows it."""
        return self._state.sendgrid.signer.public_key

    def calls(self, service: Service) -> int:
        """How many API requests a service has had, failed ones too."""
        return self._state.traffic.calls(service)

    def requests(self, service: Service) -> list[RecordedRequest]:
        """The last API requests of a service, oldest first."""
        return self._state.traffic.requests(service)

    def warm(self) -> None:
        """Begin to load the shop and to train the text model, if that has not begun; returns at once."""
        self._state.shopify.start()
        self._state.openai.start()

    def reset(self) -> None:
        """Forget faults, traffic, mails and events; keep keys and models. The webhook is the configured one again."""
        self._state.faults.reset()
        self._state.traffic.clear()
        self._state.sendgrid.reset()


def run(port: int = DEFAULT_PORT, *, host: str = "127.0.0.1", config: SandboxConfig | None = None) -> None:
    """Serve in the foreground until SIGINT or SIGTERM.

    Raises:
        OSError: The port is taken.
    """
    app = create_sandbox(config or SandboxConfig(warm=True))
    # uvicorn stops in good order and then raises the signal again: Ctrl-C is how this is meant to end.
    with _listen(host, port) as listener, contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(_uvicorn_config(app)).run([listener])


def _uvicorn_config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_CuttableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,  # the process that hosts the sandbox decides about logs
        access_log=False,
        timeout_graceful_shutdown=2,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def _wait_until(is_done: Callable[[], bool], thread: threading.Thread) -> bool:
    """Poll until `is_done()`; False when the thread ended or the time is up."""
    waited = threading.Event()
    for _ in range(int(_START_SECONDS / 0.01)):
        if is_done():
            return True
        if not thread.is_alive():
            return False
        waited.wait(0.01)
    return False
