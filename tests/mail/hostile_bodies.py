"""Bodies built to cost time, in mails with ordinary headers: HTML, lines that look quoted, reports, floods of files.

Each takes a size (about its length in bytes) and returns a mail of it, as those of `hostile_mails` do.
"""

import base64
import quopri
import random
from collections.abc import Callable

from tests.mail.tnef_files import attribute, property_list, tnef

_HEAD = """\
Received: from mx.customer.example (192.0.2.7) by mx.shop.example with ESMTPS; Mon, 02 Nov 2026 10:00:01 +0100
From: {sender}
To: Shop <support@shop.example>
Subject: {subject}
Date: Mon, 02 Nov 2026 10:00:00 +0100
Message-ID: <m1@customer.example>
MIME-Version: 1.0
"""
_WORDS = [
    "hello",
    "thank",
    "you",
    "for",
    "the",
    "parcel",
    "that",
    "I",
    "ordered",
    "last",
    "week",
    "from",
    "your",
    "shop",
    "where",
    "is",
    "it",
    "now",
]


def _fill(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece) + 1)


def _mail(
    kind: str, body: bytes, *, sender: str = "Ann Beck <ann@customer.example>", subject: str = "My order"
) -> bytes:
    return f"{_HEAD.format(sender=sender, subject=subject)}Content-Type: {kind}\n\n".encode() + body


def _html(piece: bytes, *, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: _mail("text/html; charset=utf-8", before + _fill(piece, size) + after)


def _text(piece: bytes, **headers: str) -> Callable[[int], bytes]:
    return lambda size: _mail("text/plain; charset=utf-8", _fill(piece, size), **headers)


def _report(piece: bytes) -> Callable[[int], bytes]:
    return _text(piece, sender="Mail Delivery System <mailer-daemon@mx.example>", subject="Undelivered mail")


def _random_text(size: int) -> str:
    chance = random.Random(size)
    return " ".join(chance.choices(_WORDS, k=size // 5))


def _alternative(piece: bytes) -> Callable[[int], bytes]:
    """The same twice, as text and as HTML that holds a quote."""

    def make(size: int) -> bytes:
        text, html = _fill(b"hello there\n", size // 4), _fill(piece, size * 3 // 4)
        return _mail(
            "multipart/alternative; boundary=b",
            b"--b\nContent-Type: text/plain\n\n" + text + b"\n--b\nContent-Type: text/html\n\n"
            b"<blockquote>" + html + b"</blockquote>\n--b--\n",
        )

    return make


def _many_elements(size: int) -> bytes:
    """No two tags are alike, so that nothing can be remembered of them."""
    tags = "".join(f'<p class="c{n}" style="color:#{n % 4096:03x}">a</p>' for n in range(size // 40))
    return _mail("text/html; charset=utf-8", tags.encode())


def _many_links(size: int) -> bytes:
    links = "".join(f'<a href="https://shop.example/{n}">a{n}</a> ' for n in range(size // 42))
    return _mail("text/html; charset=utf-8", links.encode())


def _parts(kind: bytes, body: bytes) -> Callable[[int], bytes]:
    one = b"--b\nContent-Type: " + kind + b"\n\n" + body + b"\n"
    return lambda size: _mail("multipart/mixed; boundary=b", _fill(one, size))


def _nested_mails(size: int) -> bytes:
    """Mails attached to each other; one in another as far as that goes."""
    one = b"Subject: a\nContent-Type: message/rfc822\n\n"
    return _mail("message/rfc822", _fill(one, size) + b"Subject: b\n\nhello\n")


def _attached_mails(size: int) -> bytes:
    return _parts(b"message/rfc822", b"From: a@b.example\nSubject: a\n\nhello")(size)


def _encoded(encoding: str, piece: bytes, kind: str = "text/plain; charset=utf-8") -> Callable[[int], bytes]:
    def make(size: int) -> bytes:
        content = _fill(piece, size * 3 // 4)
        body = base64.encodebytes(content) if encoding == "base64" else quopri.encodestring(content)
        return _mail(f"{kind}\nContent-Transfer-Encoding: {encoding}", body)

    return make


def _headers(piece: bytes) -> Callable[[int], bytes]:
    """Many headers more, above an ordinary mail."""
    return lambda size: _fill(piece, size) + _mail("text/plain", b"hello\n")


def _delivery_status(size: int) -> bytes:
    block = b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n"
    return _mail(
        "multipart/report; report-type=delivery-status; boundary=b",
        b"--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\n" + _fill(block, size) + b"\n--b--\n",
        sender="mailer-daemon@mx.example",
    )


def _winmail_text(size: int) -> bytes:
    data = property_list((0x001E, 0x1000, _fill(b"hello there\n", size)))
    return _mail("application/ms-tnef; name=winmail.dat", tnef(attribute(0x00069003, data)))


def _winmail_html(size: int) -> bytes:
    data = property_list((0x0102, 0x1013, _fill(b"<p>hello <b>there</b></p>", size)))
    return _mail("application/ms-tnef; name=winmail.dat", tnef(attribute(0x00069003, data)))


_OUTLOOK = b"""<p class="MsoNormal"><span lang="EN-US" style="font-size:11.0pt;mso-fareast-language:EN-US">a<o:p></o:p></span></p>\n"""

HTML: dict[str, Callable[[int], bytes]] = {
    "bold letters": _html(b"<b>a</b>"),
    "bold letters with blanks": _html(b"<b>a</b> "),
    "paragraphs": _html(b"<p>a</p>"),
    "paragraphs that are not closed": _html(b"<p>a"),
    "tags that are not closed": _html(b"<b>a"),
    "empty tags": _html(b"<b></b>"),
    "breaks": _html(b"<br>"),
    "breaks between letters": _html(b"a<br>"),
    "rules": _html(b"<hr>"),
    "end tags": _html(b"</b>"),
    "end tags of paragraphs": _html(b"</p>"),
    "divs": _html(b"<div>a</div>"),
    "divs in each other, closed": _html(b"<div><div><div><div>a</div></div></div></div>"),
    "divs in each other": lambda n: _mail(
        "text/html; charset=utf-8", b"<div>" * min(n // 11, 1500) + b"a" + b"</div>" * min(n // 11, 1500)
    ),
    "spans in each other": _html(b"<span><span><span><span>a</span></span></span></span>"),
    "a table": _html(b"<tr><td>a</td><td>b</td></tr>", before=b"<table>", after=b"</table>"),
    "tables": _html(b"<table><tr><td>a</td></tr></table>"),
    "tables in each other": _html(
        b"<table><tr><td><table><tr><td><table><tr><td>a</td></tr></table></td></tr></table></td></tr></table>"
    ),
    "cells that are not closed": _html(b"<td>a", before=b"<table><tr>"),
    "a list": _html(b"<li>a", before=b"<ol>"),
    "lists in each other": _html(b"<ul><li>a<ul><li>b</ul></ul>"),
    "attributes": _html(b'<b a="1" b="2" c="3" d="4" e="5" f="6" g="7" h="8">a</b>'),
    "attributes without values": _html(b"<b a b c d e f g h i j k>a</b>"),
    "styles": _html(b'<span style="color:#333;font-size:12px;background:#fff;display:inline">a</span>'),
    "elements that are all different": _many_elements,
    "links that are all different": _many_links,
    "a link again and again": _html(b'<a href="https://shop.example/">a</a>'),
    "pictures": _html(b'<img src="cid:a@b" alt="cup">'),
    "entities": _html(b"&amp;&lt;&eacute;&#8364;"),
    "blanks that do not break": _html(b"&nbsp;"),
    "entities that are none": _html(b"&foo &a; &&&"),
    "comments": _html(b"<!-- a -->"),
    "comments between letters": _html(b"a<!--b-->"),
    "a comment without an end": _html(b"a <b>b</b> ", before=b"<!-- "),
    "conditional comments": _html(b"<!--[if mso]><b>a</b><![endif]-->"),
    "style blocks": _html(b"<style>p{color:red}</style>a"),
    "one long style block": _html(b"p { color: red }\n", before=b"<style>", after=b"</style>hello"),
    "scripts": _html(b"<script>a</script>a"),
    "templates": _html(b"<template><b>a</b></template>a"),
    "hidden elements": _html(b'<b style="display:none">a</b>'),
    "white elements": _html(b'<font color="#ffffff">a</font>'),
    "quotes": _html(b"<blockquote>a</blockquote>"),
    "quotes in each other": _html(
        b"<blockquote>a<blockquote>b<blockquote>c</blockquote></blockquote></blockquote>"
    ),
    "quoted lines": _html(b"<br>a", before=b"<blockquote>", after=b"</blockquote>"),
    "preformatted lines": _html(b"a\n", before=b"<pre>", after=b"</pre>"),
    "signature marks": _html(b'<div class="gmail_signature">a</div>'),
    "Outlook's paragraphs": _html(_OUTLOOK),
    "attributions in paragraphs": _html(
        b"<p>On Mon, 2 Nov 2026 at 10:00, Ann &lt;a@b.example&gt; wrote:</p>"
    ),
    "rules with words between": _html(b"<hr>abcd"),
    "words, a paragraph each": _html(b"<p>abcd"),
    "elements that differ by their names": lambda n: _mail(
        "text/html", "".join(f'<p id="x{number}">abcd</p>' for number in range(n // 20)).encode()
    ),
    "one long attribute": lambda n: _mail("text/html", b'<p title="' + _fill(b"a b ", n) + b'">hello</p>'),
    "links to far away": _html(b'<a href="https://shop.example/' + b"a" * 200 + b'">abcd</a> '),
    "pictures inside": _html(b'<img alt="abcd" src="data:image/png;base64,' + b"iVBORw0KGgo" * 30 + b'">'),
    "blanks that do not break, as characters": _html("\u00a0".encode()),
    "half tags": _html(b"<b a"),
    "signs that are no tags": _html(b"< a > b "),
    "brackets": _html(b"<"),
    "closing brackets": _html(b">"),
    "letters": _html(b"abcdefgh "),
    "letters without blanks": _html(b"a"),
    "lines in HTML": _html(b"a\n"),
    "paragraphs of prose": _html(
        b"<p>Thank you for the parcel that came last week. Where is the other one now?</p>\n"
    ),
    "textareas": _html(b"<textarea>a</textarea>"),
    "svg": _html(b"<svg><path d='M0'/></svg>"),
    "formatting that crosses": _html(b"<b><i>a</b></i>"),
    "formatting in paragraphs": _html(b"<p><b><i><u>a</p>"),
    "fonts that are not closed": _html(b"<font size=2>a<p>"),
    "text and its HTML with letters in bold": _alternative(b"<b>a</b> "),
    "text and its HTML with paragraphs": _alternative(b"<p>a</p>"),
    "two-byte letters in HTML": _html("<b>é</b>ä".encode()),
    "HTML in quoted-printable": _encoded(
        "quoted-printable", b'<p style="a=b">caf\xc3\xa9</p>\n', "text/html"
    ),
    "HTML in base64": _encoded("base64", b"<td>a</td>", "text/html"),
    "parts of HTML": _parts(b"text/html", b"<p>a</p>"),
}

TEXTS: dict[str, Callable[[int], bytes]] = {
    "letters, a line each": _text(b"a\n"),
    "empty lines": _text(b"\n"),
    "words, a line each": _text(b"hello\n"),
    "short lines": _text(b"a b c\n"),
    "short lines with a colon": _text(b"a:\n"),
    "short lines with digits": _text(b"1. a\n"),
    "lines": _text(b"where is the parcel that I ordered last week from your shop?\n"),
    "lines that end with colons": _text(b"where is the parcel that I ordered last week, he wrote:\n"),
    "prose": lambda n: _mail("text/plain; charset=utf-8", _random_text(n).encode()),
    "prose in lines": lambda n: _mail("text/plain", _random_text(n).replace(" you ", "\n").encode()),
    "one long word": _text(b"a"),
    "one long line": _text(b"hello there "),
    "blanks": _text(b" "),
    "lines of blanks": _text(b"   \n"),
    "quote marks": _text(b">"),
    "quote marks with blanks": _text(b"> "),
    "quote marks, a line each": _text(b">\n"),
    "quoted lines": _text(b"> a\n"),
    "quoted lines, and lines between": _text(b"> a\nb\n"),
    "deeper quotes": _text(b"> a\n>> b\n>>> c\n>>>> d\n"),
    "quotes in many lines": _text(b"> where is the parcel that I ordered last week from your shop?\n"),
    "attributions": _text(b"On Mon, 2 Nov 2026 at 10:00, Ann <ann@customer.example> wrote:\n"),
    "attributions with quotes": _text(
        b"On Mon, 2 Nov 2026 at 10:00, Ann <ann@customer.example> wrote:\n> a\nb\n"
    ),
    "half attributions": _text(b"Ann wrote:\n"),
    "half attributions with dates": _text(b"On Mon, 2 Nov 2026 Ann:\n"),
    "colons": _text(b":\n"),
    "header lines": _text(b"From: a\nTo: b\n"),
    "header blocks": _text(b"From: a@b.example\nTo: b@c.example\nSubject: a\nDate: today\n\n"),
    "rules": _text(b"-----\n"),
    "rules with words": _text(b"----- hello -----\n"),
    "forward marks": _text(b"-----Original Message-----\n"),
    "forwards": _text(b"---------- Forwarded message ---------\nFrom: a\nTo: b\nSubject: c\nDate: d\n\na\n"),
    "signature marks": _text(b"-- \na\n"),
    "footers": _text(b"Sent from my iPhone\n"),
    "footers behind empty lines": _text(b"Sent from my iPhone\n\n"),
    "notices": _text(
        b"This message is confidential and meant for the intended recipient only, nobody else.\n\n"
    ),
    "stars": _text(b"*\n"),
    "links": _text(b"https://shop.example/a\n"),
    "addresses": _text(b"<a@b.example>\n"),
    "dates": _text(b"2026-11-02 10:00\n"),
    "years": _text(b"2026-1 a:\n"),
    "dashes": _text(b"a---\n"),
    "bars": _text(b"| a | b |\n"),
    "Persian lines": _text("سفارش من کجاست\n".encode()),
    "Persian letters": _text("س\n".encode()),
    "Chinese": _text("我的订单在哪里".encode()),
    "emojis": _text("\N{SMILING FACE WITH OPEN MOUTH}".encode()),
    "carriage returns in lines": _text(b"a\r\n"),
    "carriage returns alone": _text(b"a\r"),
    "undeclared koi8-r": lambda n: _mail("text/plain", _fill("где мой заказ\n".encode("koi8-r"), n)),
    "unknown charset": lambda n: _mail("text/plain; charset=x-nobody", _fill("größe\n".encode("cp1252"), n)),
    "unknown charset in short lines": lambda n: _mail("text/plain; charset=x", _fill(b"\xe9\n", n)),
    "lying utf-8": lambda n: _mail("text/plain; charset=utf-8", _fill("größe ".encode("cp1252"), n)),
    "utf-16": lambda n: _mail("text/plain; charset=utf-16", _fill("hello\n".encode("utf-16-le"), n)),
    "utf-7": lambda n: _mail("text/plain; charset=utf-7", _fill(b"+AOk-a ", n)),
    "iso-2022-jp": lambda n: _mail("text/plain; charset=iso-2022-jp", _fill(b"\x1b$B%F\x1b(B\n", n)),
    "gb18030": lambda n: _mail("text/plain; charset=gb18030", _fill("订单\n".encode("gb18030"), n)),
    "flowed": lambda n: _mail("text/plain; format=flowed", _fill(b"a \n", n)),
    "flowed quotes": lambda n: _mail("text/plain; format=flowed; delsp=yes", _fill(b"> a \nb\n", n)),
    "enriched": lambda n: _mail("text/enriched", _fill(b"<bold>a</bold>\n\n", n)),
    "base64": _encoded("base64", b"hello there\n"),
    "base64 of lines": _encoded("base64", b"a\n"),
    "base64 in lines of four": lambda n: _mail(
        "text/plain\nContent-Transfer-Encoding: base64", _fill(b"aGVs\n", n)
    ),
    "base64 that is damaged": lambda n: _mail(
        "text/plain\nContent-Transfer-Encoding: base64", _fill(b"aGVsbG8gd29ybGQ\xff\n", n)
    ),
    "quoted-printable": _encoded("quoted-printable", b"caf\xc3\xa9 =\n"),
    "quoted-printable of nothing else": _encoded("quoted-printable", b"\xc3\xa9"),
    "quoted-printable of soft breaks": lambda n: _mail(
        "text/plain\nContent-Transfer-Encoding: quoted-printable", _fill(b"a=\n", n)
    ),
    "a file": _encoded("base64", bytes(range(256)), "application/octet-stream"),
    "a text file": _encoded("base64", b"hello\n", "text/csv; name=a.csv"),
    "uuencoded": lambda n: _mail("text/plain", b"begin 644 a\n" + _fill(b"#86)C\n", n) + b"`\nend\n"),
    "PGP": lambda n: _mail("text/plain", b"-----BEGIN PGP MESSAGE-----\n\n" + _fill(b"aGVsbG8gd29ybGQ\n", n)),
}

MAILS: dict[str, Callable[[int], bytes]] = {
    "small parts": _parts(b"text/plain", b"a"),
    "small files": _parts(b"image/png", b"a"),
    "parts of an unknown charset": _parts(b"text/plain; charset=x", b"\xe9\xe8"),
    "attached mails": _attached_mails,
    "mails in mails": _nested_mails,
    "invitations": _parts(b"text/calendar; method=REQUEST", b"BEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT"),
    "Received": _headers(
        b"Received: from a.example (192.0.2.1) by b.example; Mon, 02 Nov 2026 10:00:00 +0100\n"
    ),
    "short headers": _headers(b"X-A: b\n"),
    "long headers": _headers(b"X-A: " + b"hello there " * 80 + b"\n"),
    "folded headers": _headers(b"X-A: b\n c\n d\n"),
    "encoded headers": _headers(b"X-A: =?utf-8?q?caf=C3=A9?=\n"),
    "DKIM signatures": _headers(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=b; h=from; bh=aaaa; b=bbbb\n"
    ),
    "Authentication-Results": _headers(
        b"Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=a@b.example; dkim=pass header.d=b.example\n"
    ),
    "Return-Paths": _headers(b"Return-Path: <a@b.example>\n"),
    "recipients": _headers(b"To: Ann Beck <ann@b.example>,\n Joe <joe@c.example>\n"),
    "one long subject": lambda n: _mail("text/plain", b"hello\n", subject="hello " * min(n // 6, 10_000)),
    "a subject of marks": lambda n: _mail("text/plain", b"hello\n", subject="Re: " * min(n // 4, 15_000)),
    "a subject of letters": lambda n: _mail("text/plain", b"hello\n", subject="a" * min(n, 60_000)),
    "a display name of letters": lambda n: _mail(
        "text/plain", b"hello\n", sender="a" * min(n, 60_000) + " <a@b.example>"
    ),
    "a display name of quotes": lambda n: _mail(
        "text/plain", b"hello\n", sender='"' + '\\"' * min(n // 2, 30_000) + '" <a@b.example>'
    ),
    "senders": lambda n: _mail("text/plain", b"hello\n", sender="Ann <a@b.example>, " * min(n // 19, 3_000)),
    "References": lambda n: _headers(
        b"References: " + b"<abc.def@mail.example>\n " * min(n // 23, 2_500) + b"\n"
    )(0),
    "In-Reply-To": lambda n: _headers(
        b"In-Reply-To: " + b"<abc@mail.example> " * min(n // 19, 3_000) + b"\n"
    )(0),
    "Reply-To": lambda n: _headers(b"Reply-To: " + b"Ann <a@b.example>, " * min(n // 19, 3_000) + b"\n")(0),
    "a delivery report of many": _delivery_status,
    "a report without words": _report(b"a\n"),
    "a report of letters": _report(b"a"),
    "a report of blanks": _report(b" \n"),
    "a report of prose": _report(b"the quick brown fox jumps over it\n"),
    "a report of addresses": _report(b"<a@b.example>: said\n"),
    "a report of numbers": _report(b"5 50 500 5.1 "),
    "a report of dots": _report(b"5.1.1.1 "),
    "a report of fields": _report(b"Final-Recipient: rfc822;a@b.example\nAction: failed\n\n"),
    "a report of colons": _report(b"a: b\n"),
    "a report of dashes": _report(b"-----\n"),
    "a report of quotes": _report(b"> > > a\n"),
    "a robot of many words": _text(b"automatic reply ", sender="no-reply@b.example", subject="Automatic"),
    "a form": _text(b"Name: a\nMessage: b\n", sender="no-reply@forms.example", subject="Contact form"),
    "a form of labels": _text(
        b"a: b\n", sender="mailer@shopify.com", subject="New customer message on 2 Nov"
    ),
    "a contact form of words": _text(b"hello\n", sender="mailer@shopify.com", subject="New customer message"),
    "a forwarding check": _text(
        b"code 1 ", sender="forwarding-noreply@google.com", subject="(#123456789) Gmail"
    ),
    "winmail.dat of text": _winmail_text,
    "winmail.dat of HTML": _winmail_html,
}
