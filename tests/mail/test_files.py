"""Files in mails: what they are called, what they really are, and those that are packed."""

import hashlib
import struct
import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound import rtf, tnef
from app.mail.inbound.filenames import safe_name
from app.mail.inbound.message import InboundMail
from app.mail.inbound.mime import read
from app.mail.inbound.sniffing import contradiction, sniff
from tests.mail import tnef_files

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
EXE = b"MZ" + bytes(100)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_zip(*names: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return file.getvalue()


def attached(content: bytes, name: str, kind: str, text: str = "See the file.") -> InboundMail:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"], mail["Date"] = "a@b.example", "<1@b>", "Mon, 02 Nov 2026 10:00:00 +0100"
    mail.set_content(text)
    mail.add_attachment(content, *kind.split("/"), filename=name)
    return read(mail.as_bytes())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("..\\..\\evil.exe", "evil.exe"),
        ("/etc/passwd", "passwd"),
        ("a/", ""),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00\x1b[31mb\u200b.png", "a[31mb.png"),
        ("a\ud800b.png", "ab.png"),
        ("CON", "_CON"),
        ("Aux.tar.gz", "_Aux.tar.gz"),
        ("com1 .txt", "_com1.txt"),
        ("COM¹.txt", "_COM¹.txt"),
        ("conin$", "_conin$"),
        ("conference.pdf", "conference.pdf"),
        ("a.pdf. . ", "a.pdf"),
        (".htaccess", "htaccess"),
        ("a:b|c?.pdf", "a_b_c_.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("é" * 300 + ".jpeg", "é" * 97 + ".jpeg"),
        ("сертификат.pdf", "сертификат.pdf"),
        ("👨‍👩‍👧 photo.jpg", "👨👩👧 photo.jpg"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_any_name_is_safe(name):
    safe = safe_name(name)

    assert not set(safe) & set('/\\<>:"|?*\0\n\r\u202e')
    assert len(safe) <= 120
    assert len(safe.encode()) <= 200
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0", "video/quicktime"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\r\njunk %PDF-1.4", "application/pdf"),
        (EXE, "application/vnd.microsoft.portable-executable"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"#!/bin/sh\n", "application/x-sh"),
        (a_zip("a.txt"), "application/zip"),
        (
            a_zip("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            a_zip("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (a_zip("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (a_zip("META-INF/MANIFEST.MF"), "application/java-archive"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "application/msword"),
        (OLE + bytes(600), "application/x-ole-storage"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"<?xml version='1.0'?>\n<svg xmlns=''>", "image/svg+xml"),
        (b"Rar!\x1a\x07\x01\0", "application/vnd.rar"),
        (b"Hello, MZ and PK\x03\x04", None),
        (b"MZ is how this letter begins", None),
        (b"", None),
    ],
)
def test_bytes_say_what_a_file_is(content, kind):
    assert sniff(content) == kind


def test_a_program_that_is_called_an_invoice_is_a_problem():
    mail = attached(EXE, "invoice.pdf", "application/pdf")

    (found,) = mail.attachments
    assert (found.content_type, found.real_type) == (
        "application/pdf",
        "application/vnd.microsoft.portable-executable",
    )
    assert found.sha256 == hashlib.sha256(EXE).hexdigest()
    assert mail.problems == (
        (
            "The attachment 'invoice.pdf' says it is a document, and it is a program "
            "(application/vnd.microsoft.portable-executable)."
        ),
    )


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("photo.jpg", "image/jpeg", PNG),
        ("letter.docx", "application/octet-stream", a_zip("a")),
        ("setup.exe", "application/octet-stream", EXE),
        ("notes.txt", "text/plain", b"hello"),
        ("", "application/octet-stream", PNG),
        ("clip.jpg", "image/jpeg", b"\0\0\0\x18ftypisom\0\0"),
    ],
)
def test_what_harms_nobody_is_no_problem(name, declared, content):
    assert contradiction(name, declared, sniff(content)) is None


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("photo.jpg", "image/jpeg", EXE),
        ("scan.pdf", "application/pdf", b"<html><script>"),
        ("readme.txt", "text/plain", b"#!/bin/sh\nrm"),
        ("", "image/png", a_zip("META-INF/MANIFEST.MF")),
        ("photo.png", "image/png", a_zip("x")),
    ],
)
def test_what_is_not_what_it_says_is_a_problem(name, declared, content):
    assert contradiction(name, declared, sniff(content)) is not None


WINMAIL = tnef_files.tnef(
    tnef_files.attribute(0x00069007, struct.pack("<II", 1252, 0)),
    tnef_files.attribute(
        tnef_files.MESSAGE_PROPERTIES,
        tnef_files.property_list(
            (tnef_files.UNICODE, 0x0037, tnef_files.text("Größe")),
            (tnef_files.UNICODE, 0x1000, tnef_files.text("Die Größe passt nicht.\r\n")),
        ),
    ),
    tnef_files.file(
        "Beleg – März.pdf", b"%PDF-1.7", (tnef_files.UNICODE, 0x370E, tnef_files.text("application/pdf"))
    ),
    tnef_files.file("photo.png", PNG, (tnef_files.STRING8, 0x3712, b"<photo@x>\0")),
)


def test_winmail_dat_is_unpacked():
    mail = attached(WINMAIL, "winmail.dat", "application/ms-tnef")

    assert [(one.filename, one.content, one.content_type, one.content_id) for one in mail.attachments] == [
        ("Beleg – März.pdf", b"%PDF-1.7", "application/pdf", None),
        ("photo.png", PNG, "application/octet-stream", "photo@x"),
    ]
    assert mail.text == "See the file.\n"
    assert mail.problems == ()


def test_winmail_dat_is_known_by_its_name_and_gives_the_text_where_there_is_no_other():
    mail = attached(WINMAIL, "WINMAIL.DAT", "application/octet-stream", text="")

    assert mail.text == "Die Größe passt nicht.\n"
    assert len(mail.attachments) == 2


def test_a_mail_inside_winmail_dat_comes_along():
    inner = bytes.fromhex("0703020000000000c000000000000046") + WINMAIL
    outer = tnef_files.tnef(
        tnef_files.attribute(tnef_files.NEW_FILE, b""),
        tnef_files.attribute(
            tnef_files.FILE_PROPERTIES, tnef_files.property_list((tnef_files.OBJECT, 0x3701, inner))
        ),
    )

    assert [one.name for one in tnef.unpack(outer).files] == ["Größe.txt", "Beleg – März.pdf", "photo.png"]


@pytest.mark.parametrize("cut", range(0, len(WINMAIL), 7))
def test_a_winmail_dat_that_is_cut_off_is_a_problem_and_stays(cut):
    mail = attached(WINMAIL[:cut], "winmail.dat", "application/ms-tnef")

    # Cut between two attributes it looks whole.
    is_kept = any(one.filename == "winmail.dat" for one in mail.attachments)
    assert is_kept or not any("damaged" in one for one in mail.problems)


@given(st.binary(max_size=200), st.integers(0, len(WINMAIL)))
def test_any_winmail_dat_is_unpacked(noise, where):
    tnef.unpack(WINMAIL[:where] + noise + WINMAIL[where:])
    rtf.text_of(rtf.decompress(noise))
    rtf.text_of(noise)


def test_text_in_rtf_is_read():
    document = (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\*\generator x;}\uc1\f0 Gr\'f6\'dfe\par "
        rb"\u1079?\u1072? \{ok\}\tab{\b bold}{\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0  end\u-10179?\u-8704?}"
    )

    assert rtf.text_of(document) == "Größe\nза {ok}\tbold\n end😀"


def test_compressed_rtf_is_expanded():
    # The example of MS-OXRTFCP, 3.1.1: a document of one line, whose words are references into the dictionary.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )

    assert rtf.decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf.text_of(rtf.decompress(packed)) == "hello world"


def test_of_a_long_text_in_rtf_the_beginning_is_read_and_that_is_said():
    document = rb"{\rtf1\ansi Where is my order? " + b"More words. " * 20_000 + b"}"
    packed = struct.pack("<IIII", len(document) + 12, len(document), 0x414C454D, 0) + document
    found = tnef.unpack(
        tnef_files.tnef(tnef_files.attribute(0x00069003, tnef_files.property_list((0x0102, 0x1009, packed))))
    )

    assert found.text.startswith("Where is my order? More words.")
    assert found.problems == ["Only the beginning of the text of a winmail.dat was read."]
