import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from app.sandbox.app import SandboxConfig
from app.sandbox.clock import MovableClock
from app.sandbox.lazy import LazyService
from app.sandbox.server import SandboxServer
from app.sandbox.traffic import RecordedRequest, Traffic
from tests.conftest import ROOT
from tests.patience import wait_until
from tests.sandbox.mails import a_mail, send


def test_two_sandboxes_share_nothing() -> None:
    with SandboxServer() as one, SandboxServer() as other:
        one.faults.set("sendgrid", "500")
        with httpx.Client(base_url=other.url, trust_env=False) as http:
            assert send(http, a_mail()).status_code == 202

        assert (one.outbox.total, other.outbox.total) == (0, 1)
        assert (one.calls("sendgrid"), other.calls("sendgrid")) == (0, 1)
        assert one.event_public_key != other.event_public_key


def test_a_taken_port_is_an_error_at_once(sandbox: SandboxServer) -> None:
    port = int(sandbox.url.rpartition(":")[2])

    with pytest.raises(OSError, match="in use"):
        SandboxServer(port).start()


def test_stopping_lets_held_requests_go() -> None:
    with SandboxServer() as server:
        server.faults.set("sendgrid", "timeout")
        errors: list[Exception] = []

        def ask() -> None:
            try:
                httpx.get(f"{server.url}/v3/scopes", timeout=110, trust_env=False)
            except httpx.TransportError as error:
                errors.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        wait_until(lambda: server.calls("sendgrid"))
        started = time.monotonic()

    thread.join(60)
    assert len(errors) == 1
    assert time.monotonic() - started < 60


def test_it_runs_by_itself_until_it_is_interrupted() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = f"from app.sandbox.server import run, SandboxConfig; run({port}, config=SandboxConfig())"
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE) as process:
        try:
            wait_until(lambda: _is_up(port))
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=90)
        finally:
            process.kill()

    assert (process.returncode, errors) == (0, b"")


def _is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_requests_are_recorded_without_their_keys(http: httpx.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.set("sendgrid", "500", times=1)
    send(http, a_mail())
    send(http, a_mail())

    failed, served = sandbox.requests("sendgrid")

    assert (failed.method, failed.path, failed.status, failed.fault) == ("POST", "/v3/mail/send", 500, "500")
    assert (served.status, served.fault) == (202, None)
    assert served.json()["subject"] == a_mail()["subject"]
    assert "authorization" not in served.headers
    assert sandbox.calls("sendgrid") == 2


def test_the_record_is_bounded_in_number_and_in_bytes() -> None:
    traffic = Traffic(max_requests=3, max_bytes=10)
    for size in (1, 1, 1, 1, 9, 20):
        traffic.add("openai", RecordedRequest(datetime.now(UTC), "POST", "/v1/x", {}, bytes(size)))

    assert [len(request.body) for request in traffic.requests("openai")] == [20]
    assert traffic.calls("openai") == 6


def test_reset_forgets_what_a_test_did(http: httpx.Client, sandbox: SandboxServer) -> None:
    send(http, a_mail())
    sandbox.faults.set("openai", "500")
    sandbox.sendgrid.events.url = "http://127.0.0.1:9/"

    sandbox.reset()

    assert sandbox.outbox.messages == []
    assert sandbox.calls("sendgrid") == 0
    assert sandbox.faults.current("openai") is None
    assert sandbox.sendgrid.events.url is None


def test_mails_go_by_the_sandboxs_clock() -> None:
    clock = MovableClock()
    clock.advance(timedelta(days=365))
    with SandboxServer(config=SandboxConfig(now=clock, event_delay=0.0)) as server:
        with httpx.Client(base_url=server.url, trust_env=False) as http:
            send(http, a_mail())

        mail = server.outbox.messages[0]
        event = server.outbox.wait_for_event(mail, "processed")

    assert mail.at - datetime.now(UTC) > timedelta(days=364)
    assert event["timestamp"] >= int(mail.at.timestamp())


def test_the_outbox_keeps_the_newest() -> None:
    with SandboxServer(config=SandboxConfig(outbox_size=2)) as server:
        with httpx.Client(base_url=server.url, trust_env=False) as http:
            ids = [send(http, a_mail()).headers["X-Message-Id"] for _ in range(3)]

        assert [mail.id for mail in server.outbox.messages] == ids[1:]
        assert server.outbox.total == 3


def test_waiting_for_mails_that_do_not_come_ends(sandbox: SandboxServer) -> None:
    with pytest.raises(TimeoutError, match="0 of 1"):
        sandbox.outbox.wait_for(1, timeout=0.01)


async def test_a_lazy_service_is_built_once_by_its_first_requests() -> None:
    built = []

    def build() -> ASGIApp:
        built.append(1)
        time.sleep(0.05)
        return PlainTextResponse("ready")

    transport = httpx.ASGITransport(LazyService("test", build))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(5)))

    assert {answer.text for answer in answers} == {"ready"}
    assert built == [1]


async def test_a_lazy_service_that_cannot_be_built_says_why() -> None:
    def build() -> ASGIApp:
        raise FileNotFoundError("no such shop")

    transport = httpx.ASGITransport(LazyService("test", build))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(FileNotFoundError, match="no such shop"):
            await client.get("/")


async def test_a_client_that_gives_up_does_not_stop_the_building() -> None:
    def build() -> ASGIApp:
        time.sleep(0.2)
        return PlainTextResponse("ready")

    transport = httpx.ASGITransport(LazyService("test", build))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await client.get("/")

        assert (await client.get("/")).text == "ready"
