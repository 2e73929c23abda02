import hashlib
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.address import Address
from app.mail.inbound import structure
from app.mail.inbound.mime import read
from tests.mail.samples import PLAIN, a_mail, broken_mails, read_mail, rich_mail

MAIL_SUFFIXES = {".eml", ".txt", ".raw", ".mail"}


def test_a_plain_mail_is_read():
    mail = read(PLAIN)

    assert mail.from_ == mail.customer == Address("Ann Beck", "ann@customer.example")
    assert (mail.message_id, mail.subject) == ("<m1@customer.example>", "Where is my order #1001?")
    assert mail.date is not None
    assert mail.date.utcoffset() == timedelta(hours=1)
    assert mail.text == "Hello,\nwhere is my order #1001?\n"
    assert (mail.html, mail.attachments, mail.problems) == (None, (), ())


def test_text_html_inline_pictures_and_attachments_are_told_apart():
    mail = read(rich_mail())

    assert (mail.subject, mail.text) == ("Größe", "Die Größe passt nicht.\n")
    assert mail.html is not None
    assert "<p>Die Größe passt nicht.</p>" in mail.html
    picture, receipt = mail.attachments
    assert (picture.content_type, picture.inline, picture.content_id) == ("image/png", True, "photo@x")
    assert (receipt.filename, receipt.inline) == ("Beleg – März.pdf", False)
    assert receipt.sha256 == hashlib.sha256(b"%PDF-1.7 receipt").hexdigest()
    assert receipt.size == len(receipt.content) == len(b"%PDF-1.7 receipt")
    assert mail.problems == ()


def test_a_mail_of_html_only_has_a_text():
    mail = read_mail("<p>Hello</p><blockquote type=cite>old</blockquote>", content_type="text/html")

    assert mail.text_is_html
    assert mail.text == "Hello\n\n> old"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_is_read(line_end):
    assert read(PLAIN.replace(b"\n", line_end)).text == "Hello,\nwhere is my order #1001?\n"


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("us-ascii", "Größe".encode()),
        ("iso-8859-1", "Größe".encode()),
        ("utf-8", "Größe".encode("latin-1")),
        ("x-unknown", "Größe".encode()),
        ("", "Größe".encode()),
        ("iso-8859-1", "“Größe”".encode("cp1252")),
        ("gb2312", "尺寸 問題".encode("gb18030")),
        ("iso-2022-jp", "サイズ".encode("iso2022_jp")),
        ("", "サイズ".encode("iso2022_jp")),
    ],
)
def test_a_lie_about_the_charset_is_seen_through(declared, body):
    kind = f'text/plain; charset="{declared}"' if declared else "text/plain"
    mail = read(a_mail("BODY", content_type=kind).replace(b"BODY", body))

    assert mail.text.strip() in {"Größe", "“Größe”", "尺寸 問題", "サイズ"}


def test_headers_beyond_ascii_are_read_in_every_form():
    mail = read(
        a_mail().replace(
            b"Subject: My order",
            b"Subject: =?utf-8?Q?Gr=C3?= =?utf-8?Q?=B6=C3=9Fe?= 8-bit: Gr\xc3\xb6\xc3\x9fe",
        )
    )

    assert mail.subject == "Größe 8-bit: Größe"


def test_a_file_name_leaves_no_folder_and_turns_no_direction():
    for name, safe in {
        "../../etc/passwd": "passwd",
        "C:\\Users\\x\\evil.exe": "evil.exe",
        "photo\u202egpj.exe": "photogpj.exe",
        "a\x00b\t.png": "ab .png",
        "..": "",
        "con.txt": "_con.txt",
    }.items():
        raw = a_mail(
            "x", content_type="application/pdf", content_disposition=f'attachment; filename="{name}"'
        )
        assert [one.filename for one in read(raw).attachments] == [safe], name


def test_an_attached_mail_comes_back_byte_for_byte():
    inner = PLAIN.replace(b"Subject:", b"Subject :").replace(b"\n", b"\r\n")
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--b--\r\n"
    )

    assert read(raw).attachments[0].content == inner


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (a_mail(from_=""), "From"),
        (PLAIN.replace(b"To:", b"From: b@b.example\nTo:"), "several From"),
        (PLAIN.replace(b"Mon, 02 Nov 2026 10:00:00 +0100", b"some day"), "Date"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext", "cut off"),
        (b"Content-Type: multipart/mixed; boundary=b\n\ntext", "boundary"),
        (b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n\nabcde", "base64"),
        (b"A: b\nthis is no header\n", "without an empty line"),
    ],
)
def test_what_is_broken_is_a_problem_in_words(raw, problem):
    assert any(problem in one for one in read(raw).problems)


def test_the_limits_are_problems_and_no_errors():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(100))
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (structure.MAX_PARTS + 5)
    headers = b"".join(b"X-%d: y\n" % n for n in range(structure.MAX_HEADERS + 5)) + b"\nbody"

    for raw, problem in (
        (deep, "nested"),
        (many, "parts"),
        (headers, "headers"),
        (b"X: " + b"y" * 600_000, "512 KB"),
    ):
        assert any(problem in one for one in read(raw).problems)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"Content-Type: text/html\n\n" + b"<div>" * n,
        lambda n: b"From: " + b'"' * n + b"\n\nx",
        lambda n: b"From: " + b"a@b.c," * n + b"\n\nx",
        lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\n\nx",
        lambda n: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * n,
        lambda n: b"Content-Type: text/plain; " + b'a="' * n + b"\n\nx",
    ],
    ids=["html", "quotes", "addresses", "words", "parts", "parameters"],
)
def test_reading_is_linear_in_size(make):
    def seconds(size: int) -> float:
        started = time.perf_counter()
        read(make(size))
        return time.perf_counter() - started

    seconds(1000)
    small = min(seconds(20_000) for _ in range(3))
    large = min(seconds(80_000) for _ in range(2))
    assert large < 12 * small + 0.05  # four times the size; quadratic would be sixteen


@settings(deadline=None, max_examples=150)
@given(st.one_of(broken_mails(), st.binary(max_size=400)))
def test_reading_never_raises(raw):
    mail = read(raw)

    assert "\x00" not in mail.text
    assert all("\n" not in value for _, value in mail.headers)


def test_every_mail_of_the_corpora_is_read(corpora: Path):
    files = [path for path in corpora.glob("mime/**/*") if path.is_file() and path.suffix in MAIL_SUFFIXES]
    assert len(files) > 300

    for path in files:
        mail = read(path.read_bytes())
        assert all("\r" not in one for one in (mail.text, mail.subject)), path
