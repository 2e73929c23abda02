import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from app.errors import InDoubt, Misconfigured, NeedsPerson, TryLater
from app.mail.outbound.compose import OutgoingMail, automatic_headers
from app.mail.outbound.events import DeliveryKind, parse_events
from app.mail.outbound.markdown import render_markdown
from app.mail.outbound.sendgrid import SendGridSender, build_payload
from app.sandbox.server import SandboxServer
from tests.patience import PATIENCE

TEXT, HTML = render_markdown("It is **on its way**.", rtl=False, lang="en")
MAIL = OutgoingMail(
    from_name="The Shop",
    from_address="support@shop.example",
    to="ann@customer.example",
    subject="Re: My order",
    text=TEXT,
    html=HTML,
    reply_to="support+token@shop.example",
    message_id="<p.1@shop.example>",
    in_reply_to="<q@customer.example>",
    references=("<first@customer.example>", "<q@customer.example>"),
    headers=automatic_headers(),
    custom_args={"reply_id": "42"},
)


@pytest.fixture
def sender(sandbox: SandboxServer) -> Iterator[SendGridSender]:
    sender = SendGridSender(sandbox.config.sendgrid_key, sandbox.sendgrid_url, timeout=PATIENCE)
    yield sender
    sender.close()


@contextlib.contextmanager
def listener(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on loopback that treats one connection as told, and its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = server.accept()
            with connection:
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    with contextlib.suppress(OSError):  # it may still wait for somebody, whom closing does not tell it of
        socket.create_connection(server.getsockname()[:2], timeout=1).close()
    server.close()
    thread.join(5)


def answering(raw: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(raw)

    return behave


def hanging_up(connection: socket.socket) -> None:
    connection.recv(65536)


def resetting(connection: socket.socket) -> None:
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def dripping(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\nX-Message-Id: x\r\n\r\n")
    with contextlib.suppress(OSError):
        for _ in range(50):
            connection.sendall(b".")
            threading.Event().wait(0.05)


async def test_a_reply_arrives_as_it_was_composed(sender: SendGridSender, sandbox: SandboxServer):
    receipt = await sender.send(MAIL)

    (sent,) = sandbox.outbox.messages
    assert receipt.provider_id
    assert sent.recipients == ["ann@customer.example"]
    assert sent.header("In-Reply-To") == "<q@customer.example>"
    assert sent.header("References") == "<first@customer.example> <q@customer.example>"
    assert sent.header("Auto-Submitted") == "auto-replied"


async def test_events_of_a_send_are_tied_to_its_receipt(sender: SendGridSender, sandbox: SandboxServer):
    receipt = await sender.send(MAIL)
    message = sandbox.outbox.messages[0]

    (event,) = parse_events(json.dumps([sandbox.outbox.wait_for_event(message, "processed")]).encode())

    assert (event.kind, event.provider_id) == (DeliveryKind.PROCESSED, receipt.provider_id)
    assert event.custom_args == {"reply_id": "42"}
    assert event.smtp_id is not None


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [("429", TryLater, 0), ("500", InDoubt, 0), ("drop", InDoubt, 1), ("garbage", InDoubt, 0)],
)
async def test_a_failure_is_a_doubt_unless_nothing_can_have_left(
    sender: SendGridSender, sandbox: SandboxServer, fault, error, sent
):
    sandbox.faults.set("sendgrid", fault, times=1, retry_after=7)

    with pytest.raises(error) as caught:
        await sender.send(MAIL)

    assert len(sandbox.outbox.messages) == sent
    if isinstance(caught.value, TryLater):
        assert (caught.value.service, caught.value.retry_after) == ("SendGrid", 7)


async def test_no_answer_in_time_is_a_doubt(sandbox: SandboxServer):
    sandbox.faults.set("sendgrid", "timeout", times=1)
    sender = SendGridSender(sandbox.config.sendgrid_key, sandbox.sendgrid_url, timeout=0.5)

    with pytest.raises(InDoubt):
        await sender.send(MAIL)


@pytest.mark.parametrize(
    "behave",
    [
        hanging_up,
        resetting,
        dripping,
        answering(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"),
        answering(b"HTTP/1.1 200 OK\r\nX-Message-Id: x\r\nContent-Length: 0\r\n\r\n"),
        answering(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
        answering(b"\x00\x01garbage\r\n\r\n"),
    ],
    ids=["hangs up", "resets", "drips", "no id", "no 202", "503", "no HTTP"],
)
async def test_an_answer_that_is_not_the_documented_one_is_a_doubt(behave):
    with listener(behave) as url, pytest.raises(InDoubt):
        await SendGridSender("key", url, timeout=0.5 if behave is dripping else PATIENCE).send(MAIL)


async def test_a_refusal_is_never_a_doubt_and_a_failure_of_theirs_always_is():
    wrong = []
    for status in (307, *range(400, 432, 3), 408, 429, 451, 500, 502, 503):
        answer = b"HTTP/1.1 %d Word\r\nContent-Length: 0\r\n\r\n" % status
        with listener(answering(answer)) as url:
            try:
                await SendGridSender("key", url, timeout=PATIENCE).send(MAIL)
            except (TryLater, NeedsPerson, InDoubt) as error:
                if isinstance(error, InDoubt) is (status < 500):
                    wrong.append((status, error))
    assert wrong == []


async def test_what_is_claimed_too_late_is_not_written(sandbox: SandboxServer):
    sender = SendGridSender(sandbox.config.sendgrid_key, sandbox.sendgrid_url, timeout=0.1)
    is_asked, answer = asyncio.Event(), asyncio.Event()

    async def claim() -> None:
        is_asked.set()
        with contextlib.suppress(asyncio.CancelledError):  # as if its commit could not be called off
            await answer.wait()

    with pytest.raises(TryLater):
        await sender.send(MAIL, claim)
    assert is_asked.is_set()
    answer.set()
    await asyncio.sleep(0.1)
    assert sandbox.outbox.messages == []


async def test_nothing_is_written_for_somebody_who_has_stopped_waiting(sandbox: SandboxServer):
    sender = SendGridSender(sandbox.config.sendgrid_key, sandbox.sendgrid_url, timeout=PATIENCE)
    is_asked = asyncio.Event()

    async def claim() -> None:
        is_asked.set()
        await asyncio.Event().wait()

    sending = asyncio.create_task(sender.send(MAIL, claim))
    await is_asked.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    sender.close()
    await asyncio.sleep(0.1)
    assert sandbox.outbox.messages == []


async def test_what_leads_elsewhere_after_it_was_written_is_a_doubt():
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with listener(answering(answer)) as url, pytest.raises(InDoubt):
        await SendGridSender("key", url, timeout=PATIENCE).send(MAIL)


async def test_nothing_left_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(TryLater):
        await SendGridSender("key", url, timeout=PATIENCE).send(MAIL)


async def test_nothing_left_where_no_secure_connection_comes_about():
    with listener(answering(b"this is not TLS")) as url, pytest.raises(TryLater):
        await SendGridSender("key", url.replace("http:", "https:"), timeout=PATIENCE).send(MAIL)


async def test_a_refused_key_keeps_the_mail_until_the_owner_mends_it(sandbox: SandboxServer):
    sender = SendGridSender("wrong-key", sandbox.sendgrid_url, timeout=PATIENCE)

    with pytest.raises(TryLater, match="key") as caught:
        await sender.send(MAIL)
    with pytest.raises(Misconfigured):
        await sender.check()
    assert caught.value.code == "provider_key"


async def test_a_mail_that_sendgrid_refuses_goes_to_a_person_without_addresses():
    body = json.dumps({"errors": [{"message": "bad address ann@customer.example", "field": "x"}]}).encode()
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    with listener(answering(answer)) as url, pytest.raises(NeedsPerson, match=r"bad address \[address\]"):
        await SendGridSender("key", url, timeout=PATIENCE).send(MAIL)


async def test_twenty_mails_leave_at_once(sender: SendGridSender, sandbox: SandboxServer):
    receipts = await asyncio.gather(*(sender.send(MAIL) for _ in range(20)))

    assert len({one.provider_id for one in receipts}) == len(sandbox.outbox.messages) == 20


async def test_a_good_key_passes_the_check(sender: SendGridSender):
    await sender.check()


@pytest.mark.parametrize("fault", ["429", "500", "drop", "garbage"])
async def test_a_check_leaves_no_doubt(sender: SendGridSender, sandbox: SandboxServer, fault):
    sandbox.faults.set("sendgrid", fault, times=1)

    with pytest.raises(TryLater):
        await sender.check()


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ключ"])
def test_a_key_that_cannot_be_one_is_refused_at_once(key):
    with pytest.raises(Misconfigured):
        SendGridSender(key)


@pytest.mark.parametrize(
    "mail",
    [MAIL, OutgoingMail("", "a@shop.example", "b@x.example", subject="", text="", html="")],
    ids=["full", "empty"],
)
def test_what_is_sent_is_what_sendgrid_documents(corpora: Path, mail):
    spec = json.loads((corpora / "sendgrid" / "oai" / "json" / "tsg_mail_v3.json").read_text("utf-8"))
    body = spec["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]

    jsonschema.Draft202012Validator({**body, "components": spec["components"]}).validate(build_payload(mail))


def test_headers_cannot_be_smuggled_in():
    mail = OutgoingMail(
        "Shop\r\nBcc: x@x.example",
        "a@shop.example",
        "b@x.example",
        subject="Hi\r\nBcc: y@x.example",
        text="x",
        html="",
        headers={"X-One": "1\r\nX-Two: 2"},
    )

    assert "\r" not in json.dumps(build_payload(mail)).replace("\\r", "\r")
