"""`pasokh mail ingest` takes files in, once, and says of each that it cannot take why; `pasokh mail parse` reads any."""

import json
import os

import psycopg
import pytest

from app.mail.inbound.fingerprint import dedup_key, fingerprint
from app.models import InboundMail
from app.vocabulary import Outcome
from tests.cli.conftest import clean, refused, run_process, write
from tests.service import make_mail, open_service

MAIL = make_mail("ann@customer.example", "Where is #1001?", "Hello, where is my order #1001?")


def mails_in(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        return len(connection.execute("SELECT 1 FROM inbound_mail").fetchall())


@pytest.mark.slow
async def test_real_mails_are_all_taken_in_and_end_with_a_reason_and_a_second_time_all_are_known(
    corpora, sandbox, database_url, tmp_path
):
    folder = corpora / "mime" / "chatwoot"
    files = [*folder.glob("*.eml")]
    count = len(
        {dedup_key("", fingerprint(path.read_bytes())) for path in files}
    )  # some are one mail, varied
    async with open_service(database_url, sandbox) as service:
        env = clean(service.desk.settings, database_url)
        first = await run_process("mail", "ingest", folder, env=env, cwd=tmp_path)
        mails = await service.settled(count)
        again = await run_process("mail", "ingest", folder, env=env, cwd=tmp_path)

        assert (first.code, again.code) == (0, 0), first.said + again.said
        assert first.out.startswith(f"{count} taken in, {len(files) - count} known already ")
        assert again.out.startswith(f"0 taken in, {len(files)} known already ")
        assert len(await service.rows(InboundMail)) == count
    assert [mail.outcome for mail in mails if mail.outcome in {Outcome.WAITING, Outcome.FAILED}] == []
    assert all(mail.outcome_reason for mail in mails)


def test_what_cannot_be_taken_is_named_and_the_others_go_on(pasokh, settled, tmp_path, database_url):
    files = [
        tmp_path / "missing.eml",
        write(tmp_path / "empty.eml", b"\r\n"),
        write(tmp_path / "large.eml", MAIL + b"x" * 4000),
        write(tmp_path / "photo.jpg", b"\xff\xd8\xff\xe0 no mail\n\nFrom: here"),
        write(tmp_path / "good.eml", MAIL),
        tmp_path,
    ]
    (tmp_path / "nothing").mkdir()
    write(tmp_path / "notes" / "README.md", b"From: a note")
    write(tmp_path / "notes" / "LICENSE", b"MIT\n\nFrom: me")

    ended = pasokh(
        "mail", "ingest", *files, "nothing", "notes", env={**settled, "PASOKH_MAX_MESSAGE_BYTES": "3000"}
    )

    assert ended.code == 1
    assert "1 taken in, 1 known already" in ended.out
    assert mails_in(database_url) == 1
    sentences = ended.err.splitlines()
    for words in (
        "missing.eml: there is no such",
        "empty.eml: it is empty",
        "large.eml: it has",
        "photo.jpg: it has no",
    ):
        assert any(words in sentence for sentence in sentences), words
    assert "PASOKH_MAX_MESSAGE_BYTES" in ended.err
    for folder in ("nothing", "notes"):
        assert f"pasokh: {folder}: there is no email in this folder." in sentences
    assert "Traceback" not in ended.err


def test_notes_beside_mails_are_skipped_and_said(pasokh, settled, tmp_path):
    write(tmp_path / "mails" / "a.eml", MAIL)
    write(tmp_path / "mails" / "LICENSE", b"Permission is hereby granted\n")
    ended = pasokh("mail", "ingest", "mails", env=settled)
    assert ended.code == 0
    assert "1 taken in" in ended.out
    assert "LICENSE" in ended.out


@pytest.mark.parametrize(
    "head",
    [
        b"\xef\xbb\xbfFrom: a@b.example",
        b"\r\n\r\nSubject: x",
        b"From a@b Mon\r\nDATE : x",
        b"X-A: 1\n b\nTo: x",
    ],
)
def test_a_mail_is_known_by_any_of_its_headers(head):
    from app.cli.files import has_mail_header

    assert has_mail_header(head + b"\r\n\r\nHello")


def test_without_a_mailbox_or_with_several_one_must_be_named(pasokh, settled, tmp_path, database_url):
    path = write(tmp_path / "a.eml", MAIL)
    refused(pasokh("mail", "ingest", path, "--mailbox", "no@shop.example", env=settled), "no@shop.example")
    pasokh("mailbox", "add", "two@shop.example", env=settled)
    refused(pasokh("mail", "ingest", path, env=settled), "--mailbox", "two@shop.example")
    assert pasokh("mail", "ingest", path, "--mailbox", "Two@shop.example", env=settled).code == 0
    assert mails_in(database_url) == 1


# Parse


def test_broken_mails_are_parsed_each_on_a_line_with_exit_code_0(pasokh, tmp_path):
    write(tmp_path / "in" / "a.eml", MAIL)
    write(tmp_path / "in" / "b.bin", bytes(range(256)) * 20)
    write(tmp_path / "in" / "c.eml", b"")
    write(tmp_path / "in" / "d.eml", b"Content-Type: text/plain; charset=nope\n\n\xff\xfe")
    write(tmp_path / "in" / "notes.md", b"left out")
    ended = pasokh("mail", "parse", "in", "--json", env={})
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [row["file"] for row in rows] == ["in/a.eml", "in/b.bin", "in/c.eml", "in/d.eml"]
    assert rows[0]["from"] == {"name": "", "address": "ann@customer.example"}
    assert rows[0]["kind"] == "customer"
    assert rows[0]["reply"].strip() == "Hello, where is my order #1001?"
    assert all(isinstance(row["problems"], list) for row in rows)


def test_plain_bodies_are_parsed_without_headers(pasokh, tmp_path):
    path = write(tmp_path / "body.txt", "Subject: kein Kopf, größer\r\n\r\n> alt\r\n".encode("latin-1"))
    [row] = [
        json.loads(line)
        for line in pasokh("mail", "parse", path, "--json", "--body", env={}).out.splitlines()
    ]
    assert row["text"].startswith("Subject: kein Kopf, größer\n")
    assert row["subject"] == ""
    assert "alt" not in row["reply"]


def test_a_person_sees_who_wrote_what(pasokh, tmp_path):
    ended = pasokh("mail", "parse", write(tmp_path / "a.eml", MAIL), env={})
    assert ended.code == 0
    for words in ("ann@customer.example", "Where is #1001?", "customer", "Hello, where is my order"):
        assert words in ended.out


def test_a_file_that_is_not_there_is_named_and_the_others_are_parsed(pasokh, tmp_path):
    ended = pasokh("mail", "parse", "gone.eml", write(tmp_path / "a.eml", MAIL), "--json", env={})
    assert ended.code == 1
    assert "gone.eml" in ended.err
    assert len(ended.out.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_each_line_is_json_whatever_the_terminal_knows_and_a_file_is_called(tmp_path, encoding):
    odd = os.fsdecode(b"\xe9\xff.eml")
    try:
        write(tmp_path / "in" / odd, MAIL)
    except OSError:
        pytest.skip("This file system takes names in UTF-8 only.")
    write(tmp_path / "in" / "a.eml", "Subject: né à 🫖\n\nWo ist größer? سلام".encode())

    ended = await run_process(
        "mail", "parse", "in", "--json", env={"PYTHONIOENCODING": encoding}, cwd=tmp_path
    )

    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0, ended.err
    assert rows[0]["reply"] == "Wo ist größer? سلام"
    assert [row["file"] for row in rows] == ["in/a.eml", f"in/{odd}"]


def test_of_an_endless_file_the_beginning_is_read(pasokh, tmp_path):
    path = write(tmp_path / "large.eml", MAIL)
    with path.open("r+b") as file:
        file.truncate(170 * 1024 * 1024)

    ended = pasokh("mail", "parse", path, "--json", env={})

    [row] = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert row["reply"].strip() == "Hello, where is my order #1001?"
    assert any("first" in problem for problem in row["problems"])
