import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.address import Address
from app.mail.inbound import structure
from app.mail.inbound.message import InboundMail
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
        "a\x00b\t.png": "ab.png",
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


def _with_type(content_type: str, body: str, **headers: str) -> InboundMail:
    return read_mail(body, content_type=content_type, **headers)


def _mixed(*parts: str) -> InboundMail:
    return _with_type("multipart/mixed; boundary=b", "".join(f"--b\n{part}\n" for part in parts) + "--b--")


def test_a_flowed_text_has_whole_paragraphs():
    text = "Hello, \nyou there.\n> quoted \n> text\n>> other\n-- \nAnn \n Beck"

    assert _with_type("text/plain; format=flowed", text).text == (
        "Hello, you there.\n> quoted text\n>> other\n-- \nAnn Beck\n"
    )
    assert _with_type("text/plain; format=flowed; delsp=yes", "サイ \nズ").text == "サイズ\n"
    assert _with_type("text/plain", "a \nb").text == "a \nb\n"


def test_several_texts_around_pictures_are_one_text():
    mail = _mixed(
        "Content-Type: text/plain\n\nBefore",
        "Content-Type: image/jpeg; name=a.jpg\nContent-Disposition: inline\n\nx",
        "Content-Type: text/plain\n\nAfter",
        "Content-Type: text/plain; name=log.txt\n\nA log",
    )

    assert mail.text == "Before\nAfter"
    assert [(one.filename, one.inline) for one in mail.attachments] == [("a.jpg", True), ("log.txt", False)]


@pytest.mark.parametrize(
    "plain", ["", " \u00a0", "Your mail program does not support HTML.", "HTML メールです。"]
)
def test_html_is_the_text_where_the_plain_form_says_nothing(plain):
    parts = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: text/html\n\n<p>Where is it?</p>\n--b--"
    mail = _with_type("multipart/alternative; boundary=b", parts)

    assert (mail.text.strip(), mail.text_is_html) == ("Where is it?", True)


def test_a_plain_form_that_speaks_of_html_is_kept_where_the_html_says_the_same():
    parts = "--b\n\nThe html is broken\n--b\nContent-Type: text/html\n\n<p>The html is broken</p>\n--b--"

    assert not _with_type("multipart/alternative; boundary=b", parts).text_is_html


def test_files_that_are_uuencoded_in_the_text_are_attached():
    mail = _with_type("text/plain", "See:\nbegin 644 a.txt\n#86)C\n`\nend\nBye\nbegin 644 is a word here\n")

    assert mail.text == "See:\nBye\nbegin 644 is a word here\n\n"
    assert [(one.filename, one.content) for one in mail.attachments] == [("a.txt", b"abc")]


def test_an_invitation_is_attached_and_readable_where_there_is_no_other_text():
    event = (
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nDTSTART:19700101T000000\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
        "SUMMARY:Fitting\\, size M\nDTSTART;TZID=Europe/Berlin:20261103T100000\nDTEND:20261103T093000Z\n"
        "LOCATION:Shop\nDESCRIPTION:Bring the\n  jacket\\nplease\nEND:VEVENT\nEND:VCALENDAR"
    )
    mail = _with_type("text/calendar; method=REQUEST", event)

    assert mail.text == (
        "Fitting, size M\nFrom: 2026-11-03 10:00 (Europe/Berlin)\nTo: 2026-11-03 09:30 UTC\nAt: Shop\nBring the jacket\nplease"
    )
    assert [one.content_type for one in mail.attachments] == ["text/calendar"]
    assert _mixed("\nHello", f"Content-Type: text/calendar\n\n{event}").text == "Hello"


def test_a_mail_that_is_only_forwarded_as_a_file_is_readable():
    mail = _mixed("Content-Type: message/rfc822\n\n" + PLAIN.decode())

    assert mail.text.startswith(
        "---------- Forwarded message ----------\nFrom: Ann Beck <ann@customer.example>\n"
    )
    assert "where is my order #1001?" in mail.text
    assert [one.content_type for one in mail.attachments] == ["message/rfc822"]


@pytest.mark.parametrize(
    ("content_type", "body", "word"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MIAG", "encrypted (S/MIME)"),
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "MIAG", "signed S/MIME file"),
        ("application/octet-stream; name=smime.p7m", "MIAG", "encrypted (S/MIME)"),
        (
            'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            "--b\n\nVersion: 1\n--b--",
            "encrypted (PGP)",
        ),
        (
            "text/plain",
            "Hello\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----",
            "encrypted (PGP)",
        ),
    ],
)
def test_an_encrypted_or_sealed_mail_is_left_whole_and_said_so(content_type, body, word):
    assert any(word in one for one in _with_type(content_type, body).problems)


def test_what_is_signed_in_clear_is_simply_read():
    parts = (
        "--b\n\nWhere is it?\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--b--"
    )
    mail = _with_type('multipart/signed; protocol="application/pgp-signature"; boundary=b', parts)
    inline = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWhere is it?\n- -- \nAnn\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----"
    )

    assert (mail.text, mail.problems) == ("Where is it?", ())
    assert _with_type("text/plain", inline).text == "Where is it?\n-- \nAnn\n"


def test_enriched_text_is_text():
    mail = _with_type(
        "text/enriched", "<bold>Where</bold> is\nit?\n\n<color><param>red</param>Ann</color> <<3"
    )

    assert mail.text == "Where is it?\nAnn <3 "


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("quoted-printable", "Gr=c3=b6=C3=9Fe= \n und =\nmehr=3D", "Größe und mehr=\n"),
        ("base64", "R3LDtsOfZQ==\n_______________\nA list's footer", "Größe"),
        ("base64", "R3LDtsOfZ", "Größ"),
        ("base64", "R3LDts OfZQ==!", "Größe"),
        ("base64", "Hello,\nwhere is my order 1042?", "Hello,\nwhere is my order 1042?\n"),
        ("base64", "где заказ?", "где заказ?\n"),
        ("x-unknown", "Größe", "Größe\n"),
        ("Base64 ;", "R3LDtsOfZQ==", "Größe"),
    ],
)
def test_transfer_encodings_are_undone_as_they_come(encoding, body, text):
    assert read_mail(body, content_transfer_encoding=encoding).text.replace("Größ\ufffd", "Größ") == text


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (a_mail(message_id=""), "There is no Message-ID."),
        (a_mail(date=""), "There is no Date header."),
        (
            PLAIN.replace(b"To:", b"Message-ID: <other@x>\nTo:"),
            "There are several Message-IDs; the first one counts.",
        ),
    ],
)
def test_a_missing_or_doubled_id_or_date_is_a_problem(raw, problem):
    assert problem in read(raw).problems


def test_lines_among_the_headers_that_are_none_hide_no_header():
    raw = PLAIN.replace(b"Subject:", b"broken folding without a blank\nSubject:")

    mail = read(raw)

    assert (mail.subject, mail.text) == ("Where is my order #1001?", "Hello,\nwhere is my order #1001?\n")
    assert mail.problems == ("A line among the headers is none; it was left out.",)


def test_doubled_carriage_returns_are_one_line_end():
    assert read(PLAIN.replace(b"\n", b"\r\r\n")).text == "Hello,\nwhere is my order #1001?\n"


def test_nothing_that_a_database_refuses_comes_out():
    raw = (
        PLAIN.replace(b"my order", b"my\x00 order")
        .replace(b"Beck", b"Be\x00ck")
        .replace(b"<m1@", b"<m\x001@")
    )

    mail = read(raw)

    assert (mail.subject, mail.from_.name, mail.message_id) == (
        "Where is my order #1001?",
        "Ann Beck",
        "<m1@customer.example>",
    )
    assert "\x00" not in mail.text


def test_an_inline_picture_is_known_by_its_use():
    parts = (
        "--b\nContent-Type: text/html\n\n<img src='cid:a%40x'>\n"
        "--b\nContent-Type: image/png; name=a.png\nContent-ID: <a@x>\n\nx\n"
        "--b\nContent-Type: image/png; name=b.png\nContent-Disposition: inline\n\nx\n"
        "--b\nContent-Type: image/png; name=c.png\nContent-Disposition: attachment\n\nx\n--b--"
    )

    assert [one.inline for one in _with_type("multipart/related; boundary=b", parts).attachments] == [
        True,
        True,
        False,
    ]


def test_groups_and_whole_lists_that_are_encoded_are_read():
    mail = read_mail(
        to="=?utf-8?Q?Gr=C3=BC=C3=9Fe?=: J =?utf-8?Q?=C3=96?= <a@b.c>, d@e.f;, =?utf-8?B?SsO2cmcgPGdAaC5pPg==?="
    )

    assert mail.to == (Address("J Ö", "a@b.c"), Address("", "d@e.f"), Address("Jörg", "g@h.i"))


def test_a_multipart_without_a_boundary_parameter_is_taken_apart():
    parts = "--x\nContent-Type: text/plain\n\nhello\n--x\nContent-Type: image/png; name=a.png\n\nx\n--x--"
    mail = _with_type("multipart/mixed", parts)

    assert (mail.text, [one.filename for one in mail.attachments]) == ("hello", ["a.png"])
    assert mail.problems == ("The declared boundary does not occur; another one was guessed.",)


def test_headers_of_eight_bits_are_read_in_the_charset_of_the_text():
    raw = a_mail(content_type="text/plain; charset=windows-1256").replace(b"My order", "طلب".encode("cp1256"))

    assert read(raw).subject == "طلب"
