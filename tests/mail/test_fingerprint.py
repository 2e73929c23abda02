from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.inbound.fingerprint import Fingerprint, dedup_key, fingerprint
from tests.mail.samples import PLAIN, a_mail, broken_mails, rich_mail


def test_the_same_mail_has_the_same_key_however_it_travelled():
    mailbox = uuid4()
    copies = [
        PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        b"Received: from somewhere\n" + PLAIN,
        PLAIN.replace(b"10:00:00 +0100", b"09:00:00 +0000"),
        PLAIN.replace(b"ann@customer.example>\nTo", b"Ann@Customer.example>\nTo"),
        PLAIN + b"\n\n",
    ]

    assert len({dedup_key(mailbox, fingerprint(copy)) for copy in copies}) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"#1001?\n", b"#1002?\n"), (b"<m1@", b"<m2@"), (b"Beck <ann@", b"Beck <bob@"), (b"02 Nov", b"03 Nov")],
)
def test_another_mail_has_another_key(old, new):
    mailbox = uuid4()

    assert dedup_key(mailbox, fingerprint(PLAIN)) != dedup_key(mailbox, fingerprint(PLAIN.replace(old, new)))


def test_another_mailbox_has_another_key():
    assert dedup_key(uuid4(), fingerprint(PLAIN)) != dedup_key(uuid4(), fingerprint(PLAIN))


def test_mails_without_ids_are_one_only_if_they_say_the_same():
    mailbox = uuid4()
    keys = [dedup_key(mailbox, fingerprint(f"Subject: x\n\n{text}".encode())) for text in ("a", "a ", "b")]

    assert keys[0] == keys[1] != keys[2]


def test_a_mail_without_text_is_known_by_its_attachments():
    one = b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n%s\n"

    assert fingerprint(one % b"YWJj").body_digest != fingerprint(one % b"YWJk").body_digest
    assert fingerprint(one % b"YWJj").body_digest == fingerprint(one % b"YW\nJj").body_digest


def test_the_parts_are_those_of_the_mail():
    found = fingerprint(a_mail())

    assert found.message_id == "<m1@customer.example>"
    assert found.from_address == "ann@customer.example"
    assert found.date == "2026-11-02T09:00:00+00:00"
    assert len(found.body_digest) == 64


def test_parts_cannot_be_shifted_into_each_other():
    one = Fingerprint("<a@b>", "c", "d", "e")

    assert dedup_key("x", one) != dedup_key("x", Fingerprint("<a@b>c", "", "d", "e"))


def test_the_text_counts_and_not_its_encoding():
    assert (
        fingerprint(rich_mail()).body_digest
        == fingerprint("X: y\n\nDie Größe passt nicht.".encode()).body_digest
    )


@settings(deadline=None, max_examples=100)
@given(st.one_of(broken_mails(), st.binary(max_size=300)))
def test_any_bytes_have_a_fingerprint(raw):
    assert len(dedup_key("x", fingerprint(raw))) == 64
