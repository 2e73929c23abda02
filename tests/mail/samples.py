"""Small mails of our own, and ways to break them."""

from email.message import EmailMessage

from hypothesis import strategies as st

from app.mail.inbound.message import InboundMail
from app.mail.inbound.mime import read

PLAIN = b"""\
From: Ann Beck <ann@customer.example>
To: support@shop.example
Subject: Where is my order #1001?
Date: Mon, 02 Nov 2026 10:00:00 +0100
Message-ID: <m1@customer.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello,
where is my order #1001?
"""


def a_mail(body: str = "Where is my order #1001?", **headers: str) -> bytes:
    """A plain mail; keyword `reply_to` becomes the header `Reply-To`, and an empty value removes a default."""
    every = {
        "From": "Ann Beck <ann@customer.example>",
        "To": "support@shop.example",
        "Subject": "My order",
        "Date": "Mon, 02 Nov 2026 10:00:00 +0100",
        "Message-ID": "<m1@customer.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    names = {name.lower(): name for name in every}
    for keyword, value in headers.items():
        name = keyword.strip("_").replace("_", "-")
        every[names.get(name.lower(), name.title())] = value
    head = "".join(f"{name}: {value}\n" for name, value in every.items() if value)
    return f"{head}\n{body}\n".encode()


def read_mail(body: str = "Where is my order #1001?", **headers: str) -> InboundMail:
    return read(a_mail(body, **headers))


def rich_mail() -> bytes:
    """Text, HTML with an inline picture, and an attached file with a name beyond ASCII."""
    mail = EmailMessage()
    mail["From"] = "Jörg Müller <joerg@customer.example>"
    mail["To"] = "support@shop.example"
    mail["Subject"] = "Größe"
    mail["Message-ID"] = "<rich@customer.example>"
    mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
    mail.set_content("Die Größe passt nicht.\n")
    mail.add_alternative('<p>Die Größe passt nicht.</p><img src="cid:photo@x">', subtype="html")
    html = mail.get_body(("html",))
    assert html is not None
    html.add_related(b"\x89PNG\r\n\x1a\n0", "image", "png", cid="<photo@x>", disposition="inline")
    mail.add_attachment(
        b"%PDF-1.7 receipt", maintype="application", subtype="pdf", filename="Beleg – März.pdf"
    )
    return mail.as_bytes()


RICH = rich_mail()  # made once: its boundaries are random


@st.composite
def broken_mails(draw: st.DrawFn) -> bytes:
    """A good mail with bytes cut out, doubled, flipped or put in."""
    raw = draw(
        st.sampled_from([PLAIN, RICH, a_mail(to="undisclosed-recipients:;", content_type="multipart/mixed")])
    )
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 200)))
        piece = draw(st.one_of(st.just(b""), st.just(raw[start:end] * 2), st.binary(max_size=20)))
        raw = raw[:start] + piece + raw[end:]
    return raw
