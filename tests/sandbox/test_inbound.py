import email
import json
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from app.sandbox.sendgrid.inbound import build_parsed_post, build_raw_post
from app.sandbox.sendgrid.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from app.sandbox.server import SandboxServer

_TO = ["help@shop.example"]
_FROM = "mina@example.com"


def _fields(post: tuple[bytes, str]) -> dict[str, bytes]:
    """The form's fields by name, split at the boundary as RFC 2046 says."""
    body, content_type = post
    boundary = content_type.partition("boundary=")[2].encode()
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert first == b""
    assert parts.pop().startswith(b"--")
    fields = {}
    for part in parts:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = email.message_from_bytes(head).get_param("name", header="content-disposition")
        fields[str(name)] = value
    return fields


def _json(value: bytes) -> Any:
    return json.loads(value)


def _mail() -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "مینا <mina@example.com>"
    mail["To"] = "help@shop.example"
    mail["Subject"] = "سفارش"
    mail["Message-ID"] = "<1@example.com>"
    mail.set_content("Grüße\n", charset="iso-8859-1", cte="8bit")
    mail.add_alternative("<p>سلام</p>", subtype="html")
    return mail


def test_raw_mode_carries_the_mail_byte_for_byte() -> None:
    raw = _mail().as_bytes() + b"\r\n\xff\x00 --xYzZY trailing"

    fields = _fields(build_raw_post(raw, to=_TO, from_=_FROM, dkim={"example.com": "pass"}, spam_score=1.5))

    assert fields["email"] == raw
    assert _json(fields["envelope"]) == {"to": _TO, "from": _FROM}
    assert fields["from"].decode() == "مینا <mina@example.com>"
    assert fields["subject"].decode() == "سفارش"
    assert fields["dkim"] == b"{@example.com : pass}"
    assert fields["SPF"] == b"pass"
    assert fields["spam_score"] == b"1.5"
    assert _json(fields["charsets"]) == {"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8"}
    assert "spam_report" not in fields


def test_default_mode_keeps_each_body_in_its_own_charset() -> None:
    fields = _fields(build_parsed_post(_mail().as_bytes(), to=_TO, from_=_FROM, spf="softfail"))

    charsets = _json(fields["charsets"])
    assert fields["text"] == "Grüße\r\n".encode("iso-8859-1")
    assert charsets["text"] == "iso-8859-1"
    assert fields["html"].decode(charsets["html"]).strip() == "<p>سلام</p>"
    assert fields["attachments"] == b"0"
    assert fields["SPF"] == b"softfail"
    assert fields["dkim"] == b"none"
    assert "attachment-info" not in fields
    headers = email.message_from_bytes(fields["headers"], policy=default)
    assert headers["Message-ID"] == "<1@example.com>"


def test_default_mode_carries_attachments_as_files() -> None:
    mail = _mail()
    mail.add_attachment(
        bytes(range(256)), maintype="image", subtype="png", filename='a "b".png', cid="<logo>"
    )
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "inside"
    inner.set_content("forwarded")
    mail.add_attachment(inner)

    fields = _fields(build_parsed_post(mail.as_bytes(), to=_TO, from_=_FROM))

    assert fields["attachments"] == b"2"
    assert fields["attachment1"] == bytes(range(256))
    assert fields["attachment2"].startswith(b"Subject: inside")
    info = _json(fields["attachment-info"])
    assert info["attachment1"]["filename"] == 'a "b".png'
    assert info["attachment1"]["type"] == "image/png"
    assert _json(fields["content-ids"]) == {"logo": "attachment1"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all",
        b"Subject: =?nonsense?b?###?=\r\nFrom: \xff\xfe\r\n\r\n\xff",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno boundary here",
        b"Content-Type: text/plain; charset=unknown-99\r\n\r\nhi",
        b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n!!!",
    ],
)
def test_a_broken_mail_is_posted_all_the_same(raw: bytes) -> None:
    assert _fields(build_raw_post(raw, to=_TO, from_=""))["email"] == raw
    assert "charsets" in _fields(build_parsed_post(raw, to=_TO, from_=""))


def test_posts_are_signed_like_events(sandbox: SandboxServer) -> None:
    body, _ = build_raw_post(_mail().as_bytes(), to=_TO, from_=_FROM)

    headers = sandbox.sendgrid.sign(body, 1_700_000_000)

    assert headers[TIMESTAMP_HEADER] == "1700000000"
    # The vendor's helper wants text; latin-1 would change the bytes, so the body here is UTF-8 clean.
    text = b"plain"
    signed = sandbox.sendgrid.sign(text)
    vendor = EventWebhook(sandbox.event_public_key)
    assert vendor.verify_signature("plain", signed[SIGNATURE_HEADER], signed[TIMESTAMP_HEADER])


def test_the_vendors_samples_have_our_fields(corpora: Any) -> None:
    folder = corpora / "sendgrid" / "python-helper" / "sample_data"
    for name, build in (("raw_data.txt", build_raw_post), ("default_data.txt", build_parsed_post)):
        sample = (folder / name).read_bytes().replace(b"\n", b"\r\n")
        theirs = set(_fields((sample, "multipart/form-data; boundary=xYzZY")))

        assert theirs <= set(_fields(build(_mail().as_bytes(), to=_TO, from_=_FROM)))
