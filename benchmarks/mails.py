"""The mails that benchmarks send, all different and always the same."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from tests.service import SUPPORT

_TEXT = """
hello thank you for the parcel that I ordered last week from your shop and which should have been here by now
could you please have a look at it because my sister has her birthday on Saturday and the tea is meant for her
grüße straße café naïve سلام سفارش
"""
_WORDS = _TEXT.split()

_QUESTIONS = (
    "Hello,\n\nwhere is my order #{number}? I have been waiting for it.\n\nBest regards,\n{name}\n",
    "Hi there,\n\ncould you tell me when order {number} will arrive? Thank you!\n\n{name}\n\n-- \n{name}\nSent from my phone\n",
    "Guten Tag,\n\nwo ist meine Bestellung {number}? Wann kommt sie an?\n\nViele Grüße\n{name}\n",
    (
        "Dear team,\n\nwhat is the status of my order #{number}?\n\nKind regards\n{name}\n\n"
        "On Mon, 2 Nov 2026 at 10:00, Saffron & Clay <support@saffron-and-clay.example> wrote:\n"
        "> Thank you for your order.\n> We will write to you once it is on its way.\n"
    ),
)


@dataclass(frozen=True)
class Shopper:
    """Who asks for which order."""

    name: str
    address: str
    number: int


def order_mail(shopper: Shopper, serial: int) -> bytes:
    """A shopper asks where the order is. `serial` makes the mail another one."""
    text = _QUESTIONS[serial % len(_QUESTIONS)].format(number=shopper.number, name=shopper.name)
    mail = _headed(serial, formataddr((shopper.name, shopper.address)), "My order")
    mail.set_content(text)
    return mail.as_bytes()


def text_mail(serial: int, size: int = 3_000) -> bytes:
    """About `size` bytes of plain text."""
    mail = _headed(serial, f"Customer {serial} <customer{serial}@example.com>", f"Question {serial}")
    mail.set_content(_prose(random.Random(serial), size * 7 // 10), cte="quoted-printable")
    return mail.as_bytes()


def html_mail(serial: int, size: int = 60_000) -> bytes:
    """About `size` bytes of HTML, as mail programs write it."""
    mail = _headed(serial, f"Customer {serial} <customer{serial}@example.com>", f"Question {serial}")
    rows = "".join(
        f'<tr><td style="padding:8px;font-family:Arial,sans-serif;color:#333333"><p class="MsoNormal">{line}</p></td></tr>\n'
        for line in _prose(random.Random(serial), size * 4 // 10).splitlines()
    )
    mail.set_content(
        f'<html><body><table width="600" cellpadding="0">{rows}</table></body></html>',
        subtype="html",
        cte="quoted-printable",
    )
    return mail.as_bytes()


def reply_mail(serial: int) -> bytes:
    """Text and HTML, with the mail that it answers quoted, and a small attachment."""
    chance = random.Random(serial)
    mail = _headed(serial, f"Customer {serial} <customer{serial}@example.com>", f"Re: Question {serial}")
    mail["In-Reply-To"] = mail["References"] = f"<earlier-{serial}@saffron-and-clay.example>"
    own, quoted = _prose(chance, 600), _prose(chance, 1_500)
    before = "On Mon, 2 Nov 2026 at 10:00, Saffron & Clay <support@saffron-and-clay.example> wrote:"
    mail.set_content(f"{own}\n{before}\n" + "".join(f"> {line}\n" for line in quoted.splitlines()))
    mail.add_alternative(
        f'<div>{own}</div><div class="gmail_quote"><div>{before}</div><blockquote>{quoted}</blockquote></div>',
        subtype="html",
    )
    mail.add_attachment(chance.randbytes(8_000), maintype="image", subtype="jpeg", filename="photo.jpg")
    return mail.as_bytes()


def attachments_mail(serial: int, size: int = 5_000_000, count: int = 10) -> bytes:
    """A question with `count` photos, `size` bytes together."""
    chance = random.Random(serial)
    mail = _headed(serial, f"Customer {serial} <customer{serial}@example.com>", f"Question {serial}")
    mail.set_content(_prose(chance, 600))
    for number in range(count):
        photo = b"\xff\xd8\xff\xe0" + chance.randbytes(size // count)
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"photo {number}.jpg")
    return mail.as_bytes()


def _headed(serial: int, sender: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Received"] = (
        f"from mx{serial % 7}.example.com (192.0.2.{serial % 250}) by mx.saffron-and-clay.example; ESMTPS"
    )
    mail["From"], mail["To"], mail["Subject"] = sender, f"Saffron & Clay <{SUPPORT}>", subject
    mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(seconds=serial % 600))
    mail["Message-ID"] = message_id(serial)
    return mail


def message_id(serial: int) -> str:
    """The Message-ID of the mail with this serial number."""
    return f"<bench-{serial}@example.com>"


def _prose(chance: random.Random, size: int) -> str:
    """Lines of ordinary words, about `size` characters."""
    lines, length = [], 0
    while length < size:
        line = " ".join(chance.choices(_WORDS, k=12))
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines) + "\n"
