"""What a broken or hostile IMAP server can send: nothing of it takes a process's memory or time, or hides a mail."""

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.intake.hall import Line
from app.mail.inbound import imap_wire
from app.mail.inbound.imap import Connection, Server, ServerDown, Tls
from tests.mail.test_imap import RIGHT, run_script, use
from tests.patience import PATIENCE

OPEN = (b"* 1 EXISTS", b"* OK [UIDVALIDITY 1] a", b"* OK [UIDNEXT 9] b", b"OK done")


def read_all(server):
    """The folders, and the one mail of INBOX."""
    connection = Connection(server)
    try:
        connection.sign_in(RIGHT)
        opened, folders = connection.open("INBOX"), [one.name for one in connection.folders()]
        listed = connection.list_mails(connection.uids_after(7, opened))
        return folders, connection.fetch([one.uid for one in listed])
    finally:
        connection.sign_out()


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        (b"FETCH", b"* 1 FETCH (UID 8 BODY[] {10000000000}"),
        (b"FETCH", b"* 1 FETCH (UID 8 BODY[] {99999999999999999999}"),
        (b"FETCH", b"* 1 FETCH " + b"(" * 50_000),
        (b"SEARCH", b"* SEARCH 99999999999999999999"),
        (b"EXAMINE", b"* OK [UIDVALIDITY 99999999999999999999] a"),
        (b"EXAMINE", b"* OK [UIDNEXT 99999999999999] a\r\n* 99999999999999 EXISTS"),
        (b"LIST", b"* OK something\r\n" * 10_000),
    ],
)
async def test_an_answer_that_no_mailbox_gives_is_none(word, answer, monkeypatch):
    monkeypatch.setattr(imap_wire._Bounded, "longest", 100_000)
    answers = {b"EXAMINE": OPEN, b"SEARCH": (b"* SEARCH 8", b"OK done"), word: (answer, b"OK done")}
    async with run_script(answers) as (server, _):
        with pytest.raises(ServerDown, match="does not make sense"):
            await asyncio.to_thread(read_all, server)


async def test_what_a_server_says_of_other_mails_and_broken_folder_names_is_passed_over():
    answers = {
        b"EXAMINE": OPEN,
        b"SEARCH": (b"* SEARCH 8", b"OK done"),
        b"LIST": (b'* LIST () "/" "&AAAA-x&"', b'* LIST () "/" "Entw&APw-rfe"', b"OK done"),
        b"FETCH": (
            b"* 3 FETCH (UID 12 FLAGS (\\Seen))",
            b'* 1 FETCH (UID 8 RFC822.SIZE 99999999999 BODY[] "abc")',
            b"OK done",
        ),
    }
    async with run_script(answers) as (server, _):
        assert await asyncio.to_thread(read_all, server) == (["Entwürfe"], {8: b"abc"})


async def talk(_reader, writer):
    """Something at any moment, and never an answer."""
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"* OK wait\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)


async def test_a_server_that_talks_without_end_is_given_up(monkeypatch):
    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        monkeypatch.setattr(imap_wire._Bounded, "seconds", 0.1)
        with pytest.raises(ServerDown, match="does not make sense"):
            await use(Server("127.0.0.1", listening.sockets[0].getsockname()[1], Tls.NONE, timeout=PATIENCE))


async def test_a_call_that_does_not_end_is_cut_off(monkeypatch):
    async with run_script({}) as (server, _):
        connection = await asyncio.to_thread(Connection, server)
        ends = threading.Event()
        monkeypatch.setattr(connection, "cut", ends.set)
        with ThreadPoolExecutor(1) as threads, pytest.raises(ServerDown, match="did not end an answer"):
            await Line(connection, threads, longest=0.05).call(ends.wait, 30)
        await asyncio.to_thread(connection.sign_out)
