import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Misconfigured, Unauthenticated, Unprocessable
from app.mail.inbound.fingerprint import fingerprint
from app.mail.inbound.mime import read
from app.mail.inbound.sendgrid import (
    InboundForm,
    form_fingerprint,
    read_form,
    read_transport,
    split_form,
    verify,
)
from tests.mail.samples import PLAIN, RICH

BOUNDARY = "xYzZY"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def a_form(fields: dict[str, str | bytes], files: dict[str, tuple[str, str, bytes]] | None = None) -> bytes:
    """A multipart body as SendGrid posts it; files are name -> (file name, type, content)."""
    parts = []
    for name, value in fields.items():
        content = value.encode() if isinstance(value, str) else value
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + content)
    for name, (filename, kind, content) in (files or {}).items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + content)
    return b"".join(b"--xYzZY\r\n" + part + b"\r\n" for part in parts) + b"--xYzZY--\r\n"


def form_of(fields: dict[str, str | bytes], **files: tuple[str, str, bytes]) -> InboundForm:
    return split_form(a_form(fields, files), CONTENT_TYPE)


def headers_of(raw: bytes) -> bytes:
    return raw.partition(b"\n\n")[0] + b"\n"


@pytest.mark.parametrize("helper", ["python-helper", "go-helper"])
def test_the_helpers_parsed_body_is_read(corpora: Path, helper):
    body = (
        (corpora / "sendgrid" / helper / "sample_data" / "default_data.txt")
        .read_bytes()
        .replace(b"\n", b"\r\n")
    )

    form = split_form(body, CONTENT_TYPE)
    mail, transport = read_form(form), read_transport(form)

    assert (mail.from_.name, mail.from_.address) == ("Example User", "test@example.com")
    assert mail.text.strip() == "Hello Twilio SendGrid!"
    assert "<strong>" in (mail.html or "")
    assert mail.date == datetime.fromisoformat("2016-08-10T18:10:13-07:00")
    assert (transport.spf, transport.dkim, transport.sender_ip) == (
        "pass",
        "{@sendgrid.com : pass}",
        "0.0.0.0",
    )
    assert (transport.envelope_from, transport.envelope_to) == (
        "test@example.com",
        ("inbound@inbound.example.com",),
    )


@pytest.mark.parametrize("helper", ["python-helper", "go-helper"])
@pytest.mark.parametrize(("name", "count"), [("raw_data.txt", 0), ("raw_data_with_attachments.txt", 1)])
def test_the_helpers_raw_bodies_are_read(corpora: Path, helper, name, count):
    body = (corpora / "sendgrid" / helper / "sample_data" / name).read_bytes().replace(b"\n", b"\r\n")

    mail = read_form(split_form(body, CONTENT_TYPE))

    assert mail.from_.address == "test@example.com"
    assert mail.text.strip() == "Hello Twilio SendGrid!"
    assert [one.content_type for one in mail.attachments] == ["image/jpeg"] * count
    assert mail.problems == ("There is no Message-ID.",)


def test_the_anymail_cases_are_read(corpora: Path):
    cases = json.loads((corpora / "sendgrid" / "anymail-sendgrid" / "inbound_cases.json").read_text("utf-8"))

    for case in cases:
        expected = case["expected"]
        form = form_of(case["form_fields"])
        mail, transport = read_form(form), read_transport(form)
        assert mail.subject == expected["subject"]
        assert (mail.text, mail.html) == (expected["text"], expected["html"])
        assert transport.envelope_from == expected["envelope_sender"]
        assert transport.envelope_to == (expected["envelope_recipient"],)
        if "from_addr" in expected:
            assert (mail.from_.name, mail.from_.address) == (
                expected["from_display_name"],
                expected["from_addr"],
            )
            assert [str(one) for one in mail.to] == expected["to"]
            assert [str(one) for one in mail.cc] == expected["cc"]
            assert (str(mail.date), mail.message_id) == (expected["date"], expected["message_id"])
            assert transport.spam_score == expected["spam_score"]


def test_each_field_is_decoded_by_its_own_charset():
    form = form_of(
        {
            "from": "Jörg <j@customer.example>".encode("latin-1"),
            "subject": "Größe".encode("iso-8859-15"),
            "text": "سفارش من".encode("cp1256"),
            "html": "<p>Größe</p>".encode(),
            "charsets": json.dumps(
                {"from": "iso-8859-1", "subject": "ISO-8859-15", "text": "windows-1256", "html": "UTF-8"}
            ),
        }
    )

    mail = read_form(form)

    assert (mail.from_.name, mail.subject, mail.text, mail.html) == (
        "Jörg",
        "Größe",
        "سفارش من",
        "<p>Größe</p>",
    )


def test_attachments_of_the_parsed_mode_keep_names_types_and_content_ids():
    form = form_of(
        {
            "headers": headers_of(RICH),
            "text": "see <img>",
            "html": '<img src="cid:photo@x">',
            "attachments": "2",
            "attachment-info": json.dumps(
                {
                    "attachment1": {"filename": "../Beleg.pdf", "type": "application/pdf"},
                    "attachment2": {"filename": "a.png", "type": "image/png", "content-id": "photo@x"},
                }
            ),
            "content-ids": json.dumps({"photo@x": "attachment2"}),
        },
        attachment1=("x", "application/octet-stream", b"%PDF\r\n--not the boundary\r\n"),
        attachment2=("a.png", "image/png", b"\x89PNG"),
    )

    receipt, picture = read_form(form).attachments

    assert (receipt.filename, receipt.content_type, receipt.inline) == ("Beleg.pdf", "application/pdf", False)
    assert receipt.content == b"%PDF\r\n--not the boundary\r\n"
    assert (picture.content_id, picture.inline) == ("photo@x", True)


@pytest.mark.parametrize("raw", [PLAIN, RICH])
def test_both_modes_and_the_raw_mail_have_one_fingerprint(raw):
    mail = read(raw)
    parsed: dict[str, str | bytes] = {"headers": headers_of(raw), "text": mail.text, "html": mail.html or ""}

    copies = [fingerprint(raw), form_fingerprint(form_of({"email": raw})), form_fingerprint(form_of(parsed))]

    assert len(set(copies)) == 1


def test_a_mail_of_attachments_only_has_one_fingerprint_in_both_modes():
    raw = b"From: a@b.example\nDate: Mon, 02 Nov 2026 10:00:00 +0100\nContent-Type: application/pdf\n\nPDF"
    parsed = form_of(
        {"headers": headers_of(raw), "text": ""}, attachment1=("a.pdf", "application/pdf", b"PDF")
    )

    assert form_fingerprint(parsed) == fingerprint(raw)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"--xYzZY--\r\n", "multipart/form-data"),
        (b"this is bad invalid data", CONTENT_TYPE),
        (b"", CONTENT_TYPE),
        (a_form({"text": "x"})[:-9], CONTENT_TYPE),
        (a_form({"text": "x"}).replace(b"\r\n", b"\n"), CONTENT_TYPE),
        (a_form({f"f{n}": "x" for n in range(1100)}), CONTENT_TYPE),
        (a_form({"text": "x"}), "multipart/form-data; boundary=" + "x" * 400),
        (a_form({"text": "x"}), "multipart/form-data; boundary=\u00e9"),
    ],
)
def test_what_is_no_form_is_refused(body, content_type):
    with pytest.raises(Unprocessable):
        split_form(body, content_type)


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=200),
    st.sampled_from(["headers", "text", "email", "charsets", "envelope", "attachment-info"]),
)
def test_a_field_of_any_bytes_is_read(value, name):
    form = InboundForm({"text": b"x", "charsets": b"{}", name: value}, ())

    assert read_form(form) is not None
    assert read_transport(form) is not None
    assert len(form_fingerprint(form).body_digest) == 64


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_body_is_split_or_refused(noise):
    good = a_form({"text": "x"})
    for body in (noise, good[:20] + noise + good[20:]):
        try:
            split_form(body, CONTENT_TYPE)
        except Unprocessable:
            continue


# Signatures


def _vectors(corpora: Path) -> list[dict[str, Any]]:
    path = corpora / "sendgrid" / "event-webhook-signature" / "vectors.json"
    return list(json.loads(path.read_text("utf-8"))["vectors"])


def test_sendgrids_own_signatures_are_judged_right(corpora: Path):
    for vector in _vectors(corpora):
        stamp = vector["timestamp"]
        now = int(stamp) if stamp.isdecimal() else 0
        try:
            verify(vector["public_key"], vector["payload"].encode(), vector["signature"], stamp, now=now)
            is_good = True
        except Unauthenticated:
            is_good = False
        assert is_good == vector["valid"], vector["name"]


KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()


def signed(body: bytes, timestamp: str) -> str:
    return base64.b64encode(KEY.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()


def test_a_body_that_is_no_text_verifies():
    verify(PUBLIC, b"\xff\x00", signed(b"\xff\x00", "1000"), "1000", now=1000)


@pytest.mark.parametrize(
    ("signature", "timestamp", "now"),
    [
        (None, "1000", 1000),
        (signed(b"x", "1000"), None, 1000),
        ("", "1000", 1000),
        ("no base64", "1000", 1000),
        ("YWJj", "1000", 1000),
        (signed(b"x", "1000"), "1000", 2000),
        (signed(b"x", "1000"), "1000", 0),
        (signed(b"x", "1001"), "1000", 1000),
        (signed(b"y", "1000"), "1000", 1000),
        (signed(b"x", "1000"), "١٠٠٠", 1000),
        (signed(b"x", "1000"), "9" * 5000, 1000),
    ],
)
def test_a_bad_or_old_signature_is_refused(signature, timestamp, now):
    with pytest.raises(Unauthenticated):
        verify(PUBLIC, b"x", signature, timestamp, now=now)


def test_a_key_that_is_none_is_a_setting_to_mend():
    with pytest.raises(Misconfigured):
        verify("not a key", b"x", "YWJj", "1000", now=1000)
