"""`pasokh mailbox add --imap`, `test`, `pause` and `resume`, against a real server on loopback."""

import asyncio
import io
import re
import sys
import threading
from uuid import uuid4

import psycopg
import pytest

from app.sealing import Sealer
from tests.cli.conftest import SHOP, refused
from tests.intake.conftest import days_ago, mail
from tests.intake.imap_server import PASSWORD, USER, run_server
from tests.service import SECRET


class Background:
    """The server on a loop of its own: the command runs one itself."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self):
        async def cancel_all():
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self.run(cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def imap():
    background = Background()
    running = run_server()
    server = background.run(running.__aenter__())
    server.sync = background.run
    yield server
    background.run(running.__aexit__(None, None, None))
    background.close()


@pytest.fixture
def shop(pasokh, env, sandbox):
    added = pasokh("store", "add", "demo", "--shop", SHOP, "--token", sandbox.config.shopify_token, env=env)
    assert added.code == 0
    return env


def add(pasokh, env, imap, *more, password=PASSWORD):
    words = ("--imap", "127.0.0.1", "--port", imap.port, "--tls", "none", "--password", password)
    return pasokh("mailbox", "add", USER, *words, *more, env=env)


@pytest.fixture
def ask(database_url):
    def run(query):
        with psycopg.connect(database_url) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    return run


def test_a_mailbox_is_tried_then_kept_with_its_password_sealed(pasokh, shop, imap, ask):
    imap.sync(imap.deliver(mail(1), when=days_ago(9)))
    imap.sync(imap.deliver(mail(2)))
    added = add(pasokh, shop, imap)
    assert added.code == 0, added.said
    assert "INBOX\t2 mails\tread: 1 now" in added.out
    assert re.search(r"Sent\t0 mails\twatched", added.out)
    assert "at once" in added.out
    [(sealed, folders)] = ask("SELECT secret_sealed, folders FROM imap_account")
    assert Sealer(SECRET.encode()).open(bytes(sealed)) == PASSWORD
    assert folders == ["INBOX"]
    listed = pasokh("mailbox", "list", env=shop)
    assert "IMAP 127.0.0.1: About to be read" in listed.out
    assert PASSWORD not in added.said + listed.said


def test_a_password_may_be_piped_in_and_is_asked_for_where_there_is_none(
    pasokh, shop, imap, ask, monkeypatch
):
    words = ("mailbox", "add", USER, "--imap", "127.0.0.1", "--port", imap.port, "--tls", "none")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert pasokh(*words, env=shop).code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    refused(pasokh(*words, "--replace", env=shop), "Password")
    assert len(ask("SELECT 1 FROM imap_account")) == 1


def test_a_refused_password_is_kept_nowhere_and_the_refusal_reads_like_help(pasokh, shop, imap, ask):
    refused(add(pasokh, shop, imap, password="hunter2"), "127.0.0.1", "--user", secrets=("hunter2",))
    assert ask("SELECT 1 FROM imap_account") == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--imap", "imap.shop.example", "--tls", "none", "--password", "hunter2"), "in the clear"),
        (("--imap", "127.0.0.1", "--tls", "maybe", "--password", "hunter2"), "--tls"),
        (("--imap", "gmial", "--password", "hunter2"), "gmail"),
        (("--imap", "auto", "--password", "hunter2"), "--imap auto"),
        (("--imap", "outlook", "--password", "hunter2"), "OAuth"),
        (("--imap", "127.0.0.1", "--client-id", "x", "--refresh-token", "hunter2"), "--token-url"),
        (("--imap", "127.0.0.1", "--tls", "none", "--port", "1", "--password", "hunter2"), "port (1)"),
        (("--imap", "127.0.0.1", "--tls", "none", "--since", "monday", "--password", "hunter2"), "--since"),
        (("--folder", "INBOX"), "--imap"),
        (("--imap", "https://imap.shop.example", "--password", "hunter2"), "no host"),
        (("--imap", "imap.shop.example:993", "--password", "hunter2"), "without a port"),
        (("--imap", "imap..example", "--password", "hunter2"), "no host"),
        (("--imap", "127.0.0.1", "--all", "--since", "2026-01-01", "--password", "hunter2"), "either --all"),
        (
            ("--imap", "127.0.0.1", "--tls", "none", "--since", "2099-01-01", "--password", "hunter2"),
            "not come",
        ),
        (("--imap", "127.0.0.1", "--client-id", "x", "--password", "hunter2"), "either --password"),
        (("--token-url", "https://a.example"), "--client-id"),
        (("--imap", "127.0.0.1", "--folder", " ", "--password", "hunter2"), "--folder"),
        (
            ("--imap", "127.0.0.1", "--tls", "none", "--sent", "INBOX", "--password", "hunter2"),
            "read as customers",
        ),
        (("--trusted-host", "https://mx.shop.example"), "--trusted-host"),
    ],
)
def test_what_cannot_work_is_refused_in_a_sentence(pasokh, shop, words, named):
    refused(pasokh("mailbox", "add", USER, *words, env=shop), named, secrets=("hunter2",))


def test_a_server_that_does_not_speak_tls_is_told_in_words(pasokh, shop, imap):
    words = ("--imap", "127.0.0.1", "--port", imap.port, "--password", "hunter2")
    refused(pasokh("mailbox", "add", USER, *words, env=shop), "does not speak TLS", "--tls starttls")


def test_a_mailbox_is_asked_for_where_there_are_several(pasokh, shop, imap):
    add(pasokh, shop, imap)
    pasokh("mailbox", "add", "sales@shop.example", env=shop)
    for command in ("test", "pause", "resume"):
        refused(pasokh("mailbox", command, env=shop), "sales@shop.example, support@shop.example")
        refused(pasokh("mailbox", command, "sales@shop.example", env=shop), "read over IMAP")
    changed = pasokh(
        "mailbox", "add", USER, "--replace", "--trusted-host", "mx.shop.example", "--no-plus", env=shop
    )
    assert changed.out == f"{USER} is changed. It is read over IMAP as before.\n"


def test_a_test_changes_nothing_and_tells_of_a_missing_folder(pasokh, shop, imap, ask):
    add(pasokh, shop, imap, "--folder", "INBOX", "--folder", "Gone", "--all")
    imap.sync(imap.deliver(mail(1), when=days_ago(900)))
    tried = pasokh("mailbox", "test", env=shop)
    assert tried.code == 0
    assert "read: 1 now" in tried.out
    assert "“Gone”" in tried.out
    assert ask("SELECT 1 FROM imap_folder") == ask("SELECT 1 FROM inbound_mail") == []
    assert imap.sync(imap.flags()) == set()


def test_a_mailbox_is_paused_and_resumed(pasokh, shop, imap):
    add(pasokh, shop, imap)
    assert "is paused" in pasokh("mailbox", "pause", env=shop).out
    assert "Paused by the command line" in pasokh("mailbox", "list", env=shop).out
    assert "is read again" in pasokh("mailbox", "resume", USER, env=shop).out
    assert "Paused" not in pasokh("mailbox", "list", env=shop).out


def test_a_mailbox_without_imap_says_so(pasokh, settled):
    refused(pasokh("mailbox", "test", env=settled), "--imap")
    refused(pasokh("mailbox", "pause", env=settled), "IMAP")


def test_changing_the_folders_keeps_the_password_and_another_start_reads_anew(pasokh, shop, imap, ask):
    add(pasokh, shop, imap)
    ask(
        "INSERT INTO imap_folder (mailbox_id, name, uidvalidity, last_uid) "
        "SELECT mailbox_id, 'INBOX', 1, 7 FROM imap_account"
    )
    [before] = ask("SELECT secret_sealed FROM imap_account")
    changed = pasokh("mailbox", "add", USER, "--replace", "--folder", "Sent", "--sent", "none", env=shop)
    assert changed.code == 0, changed.said
    assert ask("SELECT secret_sealed, folders, sent_folder FROM imap_account") == [(*before, ["Sent"], None)]
    assert ask("SELECT last_uid FROM imap_folder") == [(7,)]
    pasokh("mailbox", "add", USER, "--replace", "--since", "2026-01-01", env=shop)
    assert ask("SELECT last_uid FROM imap_folder") == []


def test_hosts_are_trusted_by_name_and_a_providers_own_where_all_mail_comes_from_it():
    from app.cli.imap_options import Wanted
    from app.cli.mailbox import _trusted_hosts
    from app.models import Mailbox

    def box(**values):
        return Mailbox(address=USER, from_name="", key_hash="", key_sealed=b"", store_id=uuid4(), **values)

    gmail = Wanted(imap="gmail")
    assert _trusted_hosts(box(), [], gmail) == ["mx.google.com"]
    assert _trusted_hosts(box(raw_token_hash="x"), [], gmail) == []
    assert _trusted_hosts(box(), ["MX.shop.example"], gmail) == ["mx.shop.example"]
    assert _trusted_hosts(box(trusted_hosts=["mine"]), [], gmail) == ["mine"]
    assert _trusted_hosts(box(trusted_hosts=["mine"]), ["none"], Wanted()) == []
    assert _trusted_hosts(box(trusted_hosts=["mx.google.com"]), [], Wanted(), opens=True) == []
    assert _trusted_hosts(box(trusted_hosts=["mine"]), [], Wanted(), opens=True) == ["mine"]
