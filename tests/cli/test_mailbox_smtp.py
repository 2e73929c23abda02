"""`pasokh mailbox add --smtp`, `--out` and `test`, against a real server on loopback."""

import psycopg
import pytest

from app.sealing import Sealer
from tests.cli.conftest import SHOP, refused
from tests.cli.test_mailbox_imap import Background
from tests.intake.imap_server import run_server
from tests.mail.smtp_server import PASSWORD, USER, run_smtp
from tests.service import SECRET


@pytest.fixture
def background():
    background = Background()
    yield background
    background.close()


@pytest.fixture
def smtp(background):
    running = run_smtp()
    yield background.run(running.__aenter__())
    background.run(running.__aexit__(None, None, None))


@pytest.fixture
def shop(pasokh, env, sandbox):
    added = pasokh("store", "add", "demo", "--shop", SHOP, "--token", sandbox.config.shopify_token, env=env)
    assert added.code == 0
    return env


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def words(smtp, *more: object, password: str = PASSWORD) -> tuple[object, ...]:
    server = ("--smtp", "127.0.0.1", "--smtp-port", smtp.port, "--smtp-tls", "none")
    return ("mailbox", "add", USER, *server, "--smtp-password", password, *more)


def test_a_way_out_is_tried_then_kept_with_its_password_sealed(pasokh, shop, smtp, database_url):
    added = pasokh(*words(smtp), env=shop)

    assert added.code == 0, added.err
    assert "leave by 127.0.0.1" in added.out
    assert PASSWORD not in added.out + added.err
    ((outbound, host, secret),) = rows(
        database_url, "SELECT outbound, host, secret_sealed FROM mailbox JOIN smtp_account ON mailbox_id = id"
    )
    assert (outbound, host) == ("smtp", "127.0.0.1")
    assert isinstance(secret, bytes)
    assert Sealer(SECRET.encode()).open(secret) == PASSWORD
    assert smtp.mails == []
    assert "leave by 127.0.0.1" in pasokh("mailbox", "test", env=shop).out
    assert "out: smtp" in pasokh("mailbox", "list", env=shop).out

    back = pasokh("mailbox", "add", USER, "--replace", "--out", "sendgrid", env=shop)
    assert "leave by SendGrid" in back.out
    again = pasokh("mailbox", "add", USER, "--replace", "--out", "smtp", env=shop)
    assert "leave by 127.0.0.1" in again.out


def test_what_cannot_sign_in_is_not_kept(pasokh, shop, smtp, database_url):
    tried = pasokh(*words(smtp, password="wrong"), env=shop)

    refused(tried)
    assert "refuses our sign-in" in tried.err
    assert "wrong" not in tried.err
    assert rows(database_url, "SELECT count(*) FROM mailbox") == [(0,)]


def test_a_user_of_another_address_may_not_send_for_this_one(pasokh, shop, smtp):
    tried = pasokh(*words(smtp, "--smtp-user", "other@shop.example"), env=shop)

    refused(tried)
    assert "--smtp-alias" in tried.err
    assert smtp.connections == []


def test_what_is_read_over_imap_sends_with_the_same_password(pasokh, shop, smtp, background, database_url):
    running = run_server()
    imap = background.run(running.__aenter__())
    reading = ("--imap", "127.0.0.1", "--port", imap.port, "--tls", "none", "--password", PASSWORD)
    server = ("--smtp", "127.0.0.1", "--smtp-port", smtp.port, "--smtp-tls", "none")
    added = pasokh("mailbox", "add", USER, *reading, *server, env=shop)
    background.run(running.__aexit__(None, None, None))

    assert added.code == 0, added.err
    assert "Signed in to 127.0.0.1" in added.out
    assert "leave by 127.0.0.1" in added.out
    assert smtp.sign_ins == ["PLAIN"]


def test_what_contradicts_itself_or_is_not_there_is_told(pasokh, shop, smtp):
    tries = {
        ("--out", "pigeon"): "none of sendgrid, smtp, folder",
        ("--out", "smtp"): "--smtp",
        ("--out", "folder", "--smtp", "gmail"): "either",
        ("--smtp", "nowhere"): "neither a host",
        ("--smtp", "auto"): "nobody can tell",
        ("--smtp", "mail.shop.example", "--smtp-tls", "none", "--smtp-password", "x"): "in the clear",
        ("--smtp", "outlook"): "OAuth",
    }
    wrong = []
    for more, told in tries.items():
        tried = pasokh("mailbox", "add", USER, *more, env=shop)
        refused(tried)
        if told not in tried.err:
            wrong.append((more, tried.err))
    assert wrong == []


def test_a_mailbox_may_write_into_a_folder_only(pasokh, shop):
    added = pasokh("mailbox", "add", USER, "--out", "folder", env=shop)

    assert "nothing is sent" in added.out
