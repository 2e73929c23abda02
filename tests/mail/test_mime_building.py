"""What we write is an email that every server takes, and that reads back as what was meant."""

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import NeedsPerson
from app.mail.inbound.mime import read
from app.mail.outbound.compose import clean_header
from app.mail.outbound.mime import ascii_address, build_message
from tests.mail.test_sendgrid_outbound import MAIL

# What a database can hold. A lone CR or a form feed is a line end to some readers, and to others not.
line = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300)
texts = st.lists(line, max_size=30).map("\n".join)
long_lines = st.text("abc سلام.", min_size=1000, max_size=3000)


def parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def shown_name(raw: bytes) -> str:
    """The sender's name. The library's newer parser puts a blank between encoded words (against RFC 2047, 6.2)."""
    kept = str(email.message_from_bytes(raw)["From"])
    if "=?utf-8?" not in kept:
        return str(parse(raw)["From"].addresses[0].display_name)
    return str(make_header(decode_header(kept))).rpartition("<")[0]


@settings(max_examples=60)
@example(name="0000 ¡¡¡¡¡¡¡¡¡¡¡¡𐀀𐀀𐀀𐀀", subject="", text="", html="<p></p>")
@given(name=line, subject=line, text=texts | long_lines, html=texts.map(lambda text: f"<p>{text}</p>"))
def test_any_text_goes_through_the_narrowest_server_unharmed(name, subject, text, html):
    mail = replace(MAIL, from_name=name, subject=subject, text=text, html=html)

    raw = build_message(mail)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = parse(raw)
    assert body(found, "plain") == (text or " ").rstrip("\n")
    assert body(found, "html") == html.rstrip("\n")
    assert clean_header(read(raw).subject) == (clean_header(subject) or "-")
    assert read(raw).from_.address == "support@shop.example"
    assert clean_header(shown_name(raw)) == clean_header(name)


ids = st.lists(
    st.from_regex(r"<[a-z0-9.+=_-]{1,300}@[a-z0-9.-]{1,60}>", fullmatch=True), min_size=1, max_size=20
)


@settings(max_examples=40)
@given(ids)
def test_ids_are_found_again_however_long_they_are(references):
    mail = replace(MAIL, references=tuple(references), in_reply_to=None, message_id=None)

    raw = build_message(mail)

    assert b"=?" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert read(raw).references == tuple(dict.fromkeys(references)) or set(read(raw).references) == set(
        references
    )


def test_our_message_id_and_the_time_are_those_that_were_given():
    raw = build_message(MAIL)
    mail = parse(raw)
    assert mail["Message-ID"] == "<p.1@shop.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Date"] is not None
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Bcc"] is None
    assert re.search(rb"(?m)^X-Auto-Response-Suppress: All\r$", raw)


def test_a_mail_without_html_is_plain_text():
    assert parse(build_message(replace(MAIL, html=""))).get_content_type() == "text/plain"


def test_a_domain_in_letters_is_written_as_dns_has_it():
    assert ascii_address("ann@münchen.example") == "ann@xn--mnchen-3ya.example"
    raw = build_message(replace(MAIL, to="ann@münchen.example"))
    assert b"To: ann@xn--mnchen-3ya.example\r\n" in raw


def test_an_address_that_no_server_takes_needs_a_person():
    for address in (
        "änn@customer.example",
        "no address",
        "",
        "a b@customer.example",
        "ann@",
        "a\r\nb@c.example",
    ):
        with pytest.raises(NeedsPerson) as caught:
            build_message(replace(MAIL, to=address))
        assert caught.value.code == "provider_refused"
