"""One contract for every way out: SendGrid (over the sandbox), the store's own mail server, the outbox folder."""

import asyncio
import contextlib
import email
import email.policy
import re
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from app.errors import InDoubt, Misconfigured, NeedsPerson, TryLater
from app.mail.inbound.imap import Login, Tls
from app.mail.outbound.outbox_folder import FolderSender
from app.mail.outbound.port import OWNER_HAS_TO_MEND, Sender
from app.mail.outbound.sendgrid import SendGridSender
from app.mail.outbound.smtp import SmtpSender, SmtpServer
from tests.mail.smtp_server import HANG_UP, PASSWORD, USER, run_smtp
from tests.mail.test_sendgrid_outbound import MAIL, answering, hanging_up, listener
from tests.patience import PATIENCE

WORDS = b'{"errors": [{"message": "ann@customer.example is no address"}]}'
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%s" % (len(WORDS), WORDS)


@dataclass
class World:
    """One way out, and how to make it fail; a kind of failure that it does not know is left out.

    Attributes:
        sender: In good order.
        received: What has arrived: each mail as (header by name, text, HTML).
        failing: By kind (busy, refused, doubt, away, key): a sender that will fail so.
    """

    sender: Sender
    received: Callable[[], list[tuple[Callable[[str], str], str, str]]]
    failing: dict[str, Sender]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def read(raw: bytes) -> tuple[Callable[[str], str], str, str]:
    mail = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    parts = [mail.get_body(("plain",)), mail.get_body(("html",))]
    text, html = (part.get_content() if part else "" for part in parts)
    return (lambda name: re.sub(r"\s+", " ", str(mail[name] or ""))), text, html


@contextlib.asynccontextmanager
async def sendgrid(request: Any, tmp_path: Path) -> AsyncIterator[World]:
    sandbox = request.getfixturevalue("sandbox")
    key = sandbox.config.sendgrid_key

    with (
        listener(answering(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")) as busy,
        listener(answering(REFUSAL)) as refusing,
        listener(hanging_up) as dropping,
    ):
        yield World(
            SendGridSender(key, sandbox.sendgrid_url, timeout=PATIENCE),
            lambda: [read(one.raw) for one in sandbox.outbox.messages],
            {
                "busy": SendGridSender(key, busy, timeout=PATIENCE),
                "refused": SendGridSender(key, refusing, timeout=PATIENCE),
                "doubt": SendGridSender(key, dropping, timeout=PATIENCE),
                "away": SendGridSender(key, f"http://127.0.0.1:{free_port()}", timeout=PATIENCE),
                "key": SendGridSender("wrong-key", sandbox.sendgrid_url, timeout=PATIENCE),
            },
        )


@contextlib.asynccontextmanager
async def smtp(request: Any, tmp_path: Path) -> AsyncIterator[World]:
    def account(port: int, secret: str = PASSWORD) -> SmtpSender:
        async def get_login() -> Login:
            return Login(USER, secret)

        return SmtpSender(SmtpServer("127.0.0.1", port, Tls.NONE, PATIENCE), USER, get_login)

    async with run_smtp() as world, run_smtp() as busy, run_smtp() as refusing, run_smtp() as dropping:
        busy.faults = {"MAIL": "421 4.3.2 busy"}
        refusing.faults = {"RCPT": "550 5.1.1 ann@customer.example is no address"}
        dropping.faults = {"DOT": HANG_UP}
        yield World(
            account(world.port),
            lambda: [read(raw) for raw in world.mails],
            {
                "busy": account(busy.port),
                "refused": account(refusing.port),
                "doubt": account(dropping.port),
                "away": account(free_port()),
                "key": account(world.port, "wrong"),
            },
        )


@contextlib.asynccontextmanager
async def folder(request: Any, tmp_path: Path) -> AsyncIterator[World]:
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")

    def arrived() -> list[tuple[Callable[[str], str], str, str]]:
        return [read(path.read_bytes()) for path in sorted((tmp_path / "outbox").glob("*.eml"))]

    yield World(FolderSender(tmp_path / "outbox"), arrived, {"key": FolderSender(blocked / "outbox")})


@pytest.fixture(params=[sendgrid, smtp, folder], ids=["sendgrid", "smtp", "folder"])
async def world(request, tmp_path):
    async with request.param(request, tmp_path) as world:
        yield world
        for one in (world.sender, *world.failing.values()):
            one.close()


async def test_a_mail_arrives_as_it_was_composed(world: World):
    mail = replace(
        MAIL, from_name="Café „Zaffran“, Ltd.", subject="Re: سفارش ۱۰۵۱", text="سلام\n", html="<p>سلام</p>"
    )

    receipt = await world.sender.send(mail)

    ((header, text, html),) = world.received()
    assert receipt.provider_id
    assert receipt.message_id in {None, mail.message_id}
    assert header("Subject") == mail.subject
    assert header("From") in {
        "Café „Zaffran“, Ltd. <support@shop.example>",
        '"Café „Zaffran“, Ltd." <support@shop.example>',
    }
    assert header("To") == "ann@customer.example"
    assert header("Reply-To") == mail.reply_to
    assert header("In-Reply-To") == "<q@customer.example>"
    assert header("References") == "<first@customer.example> <q@customer.example>"
    assert header("Auto-Submitted") == "auto-replied"
    assert header("Bcc") == ""
    assert (text.strip(), html.strip()) == ("سلام", "<p>سلام</p>")


async def test_twenty_mails_leave_at_once(world: World):
    receipts = await asyncio.gather(*(world.sender.send(MAIL) for _ in range(20)))

    assert len(world.received()) == len(receipts) == 20


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("busy", TryLater, "try_later"),
        ("away", TryLater, "try_later"),
        ("key", TryLater, OWNER_HAS_TO_MEND),
        ("refused", NeedsPerson, "provider_refused"),
        ("doubt", InDoubt, "in_doubt"),
    ],
)
async def test_a_failure_says_whether_the_mail_may_have_left(world: World, kind, error, code):
    sender = world.failing.get(kind)
    if sender is None:
        return  # a folder is never busy, and never in doubt

    with pytest.raises(error) as caught:
        await sender.send(MAIL)

    assert caught.value.code == code
    assert "ann@customer.example" not in caught.value.message
    assert caught.value.message.endswith(".")


async def test_a_check_sends_nothing_and_tells_what_is_wrong(world: World):
    await world.sender.check()
    with pytest.raises(Misconfigured):
        await world.failing["key"].check()
    if "away" in world.failing:
        with pytest.raises(TryLater):
            await world.failing["away"].check()
    assert world.received() == []


async def test_a_header_cannot_be_smuggled_in(world: World):
    evil = replace(
        MAIL,
        from_name="Shop\r\nBcc: x@x.example",
        subject="Hi\r\nBcc: y@x.example",
        headers={"X-One": "1\r\nX-Two: 2"},
    )

    await world.sender.send(evil)

    ((header, _, _),) = world.received()
    assert header("Bcc") == header("X-Two") == ""


async def test_a_file_is_there_whole_or_not_at_all_and_for_its_owner_alone(tmp_path):
    sender = FolderSender(tmp_path)
    await asyncio.gather(*(sender.send(MAIL) for _ in range(5)))
    files = [*tmp_path.iterdir()]
    assert len(files) == 5
    assert {path.suffix for path in files} == {".eml"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


async def test_the_claim_comes_when_the_mail_could_leave_and_what_it_raises_keeps_it_here(world: World):
    class Mine(Exception):
        """Of whoever sends."""

    seen: list[int] = []

    async def refuse() -> None:
        seen.append(len(world.received()))
        raise Mine

    async def claim() -> None:
        seen.append(len(world.received()))

    with pytest.raises(Mine):
        await world.sender.send(MAIL, refuse)
    assert world.received() == []
    await world.sender.send(MAIL, claim)
    assert seen == [0, 0]
    assert len(world.received()) == 1


async def test_where_nobody_is_there_nothing_is_claimed(world: World):
    async def claim() -> None:
        raise AssertionError

    if "away" in world.failing:
        with pytest.raises(TryLater):
            await world.failing["away"].send(MAIL, claim)
