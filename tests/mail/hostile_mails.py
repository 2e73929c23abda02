"""Mails built to cost time: each takes a size (about its length in bytes) and returns a mail of it."""

import struct
from collections.abc import Callable

from tests.mail.tnef_files import attribute, property_list, tnef

_MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
_TEXT = b"Content-Type: text/plain; charset=utf-8\n\n"


def _fill(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece) + 1)


def _nested(size: int) -> bytes:
    levels = size // 60
    return b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(levels))


def _nested_alike(size: int) -> bytes:
    """Twenty multiparts in each other, each searched for a boundary that occurs nowhere but nearly everywhere."""
    return b"Content-Type: multipart/mixed; boundary=abcdef\n\n--abcdef\n" * 20 + _fill(b"--abcdeg\n", size)


def _rfc2231(size: int) -> bytes:
    sections = b"".join(b"; filename*%d*=%%41%%42" % (n % 1000) for n in range(size // 24))
    return b"Content-Type: application/pdf\nContent-Disposition: attachment" + sections + b"\n\nx"


def _files(size: int) -> bytes:
    one = b"--b\nContent-Type: application/pdf; name=a.pdf\nContent-ID: <a@b>\n\nxx\n"
    return _MIXED + b"--b\nContent-Type: text/html\n\n<img src='cid:a@b'>\n" + _fill(one, size)


def _winmail(content: bytes) -> bytes:
    return b"Content-Type: application/ms-tnef; name=winmail.dat\n\n" + content


def _winmail_files(size: int) -> bytes:
    return _winmail(tnef(*([attribute(0x00069002, b"")] * (size // 11))))


def _winmail_properties(size: int) -> bytes:
    # A list that says it has four thousand million values.
    values = struct.pack("<IHHI", 0xFFFFFFFF, 0x1003, 0x1000, 0xFFFFFFFF) + bytes(size)
    return _winmail(tnef(attribute(0x00069003, values)))


def _winmail_rtf(size: int) -> bytes:
    packed = struct.pack("<IIII", size, 0xFFFFFFFF, 0x75465A4C, 0) + b"\xff" + b"\x00\x1f" * 8
    data = property_list((0x0102, 0x1009, _fill(packed[16:], min(size, 400_000)).join([packed[:16], b""])))
    return _winmail(tnef(attribute(0x00069003, data)))


def _winmail_repeats(size: int) -> bytes:
    """Repeats of two characters each, the shortest: the most steps for the fewest words."""
    packed = struct.pack("<IIII", size, 0xFFFFFFFF, 0x75465A4C, 0) + b"\xff" + b"\x00\x10" * 8
    data = property_list((0x0102, 0x1009, packed[:16] + _fill(packed[16:], size)))
    return _winmail(tnef(attribute(0x00069003, data)))


def _winmail_plain(piece: bytes) -> Callable[[int], bytes]:
    """RTF that is not compressed."""

    def make(size: int) -> bytes:
        packed = struct.pack("<IIII", size, size, 0x414C454D, 0) + _fill(piece, size)
        return _winmail(tnef(attribute(0x00069003, property_list((0x0102, 0x1009, packed)))))

    return make


SHAPES: dict[str, Callable[[int], bytes]] = {
    "nested parts": _nested,
    "nested parts with nearly the same boundary": _nested_alike,
    "empty parts": lambda n: _MIXED + _fill(b"--b\n\n", n),
    "boundaries inside lines": lambda n: _MIXED + b"--b\n\n" + _fill(b"x--b ", n),
    "boundaries with something behind": lambda n: _MIXED + b"--b\n\n" + _fill(b"--b x\n", n),
    "a boundary that is declared and missing": lambda n: _MIXED + _fill(b"\n--c", n),
    "headers": lambda n: _fill(b"X-A: b\n", n) + b"\nx",
    "headers of eight bits": lambda n: _fill("X-A: заказ где\n".encode("koi8-r"), n) + b"\nx",
    "undeclared parts": lambda n: _MIXED + _fill(b"--b\n\n" + "где заказ\n".encode("koi8-r"), n),
    "lines that are no headers": lambda n: (
        b"A: b\n" + _fill(b"no header\n", n) + b"Content-Type: text/plain\n\nx"
    ),
    "folded lines": lambda n: b"Subject: a" + _fill(b"\n b", n) + b"\n\nx",
    "folds of blanks": lambda n: b"Subject: a" + _fill(b"\n  \t", n) + b"\n\nx",
    "carriage returns": lambda n: b"Subject: a" + _fill(b"\r", n) + b"\n\nx",
    "encoded words": lambda n: b"Subject:" + _fill(b" =?utf-8?q?a?=", n) + b"\n\nx",
    "encoded words without an end": lambda n: b"Subject:" + _fill(b"=?utf-8?q?a", n) + b"\n\nx",
    "beginnings of encoded words": lambda n: b"Subject:" + _fill(b"=?", n) + b"\n\nx",
    "encoded words of many charsets": lambda n: (
        b"Subject:" + _fill(b"=?utf-8?b?w6k=?= =?koi8-r?q?=C1?= ", n) + b"\n\nx"
    ),
    "one huge encoded word": lambda n: b"Subject: =?utf-8?b?" + _fill(b"w6k=", n) + b"?=\n\nx",
    "base64 words cut inside their groups": lambda n: (
        b"Subject:" + _fill(b" =?utf-8?b?w6kxw?=", n) + b"\n\nx"
    ),
    "comments without an end": lambda n: b"From: " + _fill(b"(", n) + b"\n\nx",
    "quotes without an end": lambda n: b'From: a <a@b>, "' + _fill(b'\\"', n) + b"\n\nx",
    "angles": lambda n: b"From: " + _fill(b"<a@b", n) + b"\n\nx",
    "addresses": lambda n: b"To: " + _fill(b"a@b.example, ", n) + b"\n\nx",
    "names without addresses": lambda n: b"To: " + _fill(b"a,", n) + b"\n\nx",
    "one long word as a sender": lambda n: b"From: " + _fill(b"a", n) + b"\n\nx",
    "one long word as an id": lambda n: b"Message-ID: " + _fill(b"a", n) + b"\n\nx",
    "one long angle": lambda n: b"From: <" + _fill(b"a", n) + b"\n\nx",
    "dots as an id": lambda n: b"References: " + _fill(b"a@.", n) + b"\n\nx",
    "one long file name": lambda n: (
        b"Content-Type: application/pdf; name=" + _fill(b"\xc3\xa9", n) + b"\n\nx"
    ),
    "a type without an end": lambda n: b"Content-Type: " + _fill(b"a /", n) + b"\n\nx",
    "half addresses": lambda n: b"To: " + _fill(b"a@,", n) + b"\n\nx",
    "groups": lambda n: b"To: " + _fill(b"g: a@b;", n) + b"\n\nx",
    "ids": lambda n: b"References: " + _fill(b"<a@b>\n ", n) + b"\n\nx",
    "ids without an end": lambda n: b"References: " + _fill(b"<a@", n) + b"\n\nx",
    "a date of blanks": lambda n: b"Date: Mon, 02 " + _fill(b" ", n) + b"\n\nx",
    "parameters": lambda n: b"Content-Type: text/plain" + _fill(b"; a=b", n) + b"\n\nx",
    "quotes in parameters": lambda n: b"Content-Type: text/plain; " + _fill(b'a="', n) + b"\n\nx",
    "blanks in parameters": lambda n: b"Content-Type: text/plain; a=" + _fill(b" ,", n) + b"\n\nx",
    "spaces in parameters": lambda n: b"Content-Type: text/plain;" + _fill(b" ", n) + b"\n\nx",
    "RFC 2231": _rfc2231,
    "attached files": _files,
    "base64 of nothing but padding": lambda n: b"Content-Transfer-Encoding: base64\n\n" + _fill(b"Y=", n),
    "base64 with blanks": lambda n: b"Content-Transfer-Encoding: base64\n\n" + _fill(b"Y Q", n),
    "quoted-printable of blanks": lambda n: (
        b"Content-Transfer-Encoding: quoted-printable\n\n" + _fill(b"= ", n)
    ),
    "quoted-printable with one long run of blanks": lambda n: (
        b"Content-Transfer-Encoding: quoted-printable\n\n=" + _fill(b" ", n)
    ),
    "uuencode that begins": lambda n: _TEXT + _fill(b"begin 644 a\n", n),
    "uuencode that begins and ends": lambda n: _TEXT + _fill(b"begin 644 a\nxx\nend\n", n),
    "tags in each other": lambda n: b"Content-Type: text/html\n\n" + _fill(b"<div>", n),
    "flowed lines": lambda n: b"Content-Type: text/plain; format=flowed\n\n" + _fill(b"> a \n", n),
    "PGP that begins": lambda n: _TEXT + _fill(b"-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n", n),
    "enriched text": lambda n: b"Content-Type: text/enriched\n\n" + _fill(b"<param>", n),
    "an invitation": lambda n: b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n" + _fill(b"SUMMARY;A\n ", n),
    "undeclared text": lambda n: (
        b"Content-Type: text/plain\n\n" + _fill("Где мой заказ? ".encode("koi8-r"), n)
    ),
    "escapes of ISO-2022-JP": lambda n: b"Content-Type: text/plain\n\n" + _fill(b"\x1b$B%F\x1b(B", n),
    "UTF-8 with wrong bytes": lambda n: _TEXT + _fill("größe\n".encode() * 9 + b"\xe9 ", n),
    "NULs": lambda n: _TEXT + bytes(n),
    "winmail.dat of empty files": _winmail_files,
    "winmail.dat of lying counts": _winmail_properties,
    "winmail.dat of RTF": _winmail_rtf,
    "winmail.dat of repeats": _winmail_repeats,
    "winmail.dat of RTF's lines": _winmail_plain(rb"\par "),
    "winmail.dat of RTF's letters": _winmail_plain(rb"\'e9"),
    "winmail.dat of RTF's characters": _winmail_plain(rb"\u1079?"),
    "winmail.dat of RTF's characters with words between": _winmail_plain(rb"\u1079 ab"),
    "winmail.dat of RTF's groups": _winmail_plain(rb"{\b a}"),
    "winmail.dat of RTF's hidden groups": _winmail_plain(rb"{\*\htmltag64 <b>}"),
    "winmail.dat of RTF's words": _winmail_plain(rb"\b\i0\f3"),
    "winmail.dat of RTF's escapes": _winmail_plain(rb"\{\~a"),
}
