"""From the bytes that were kept to a mail, judged and screened."""

import asyncio
from dataclasses import dataclass

from app.errors import Unprocessable
from app.intake.accept import MESSAGE
from app.mail.inbound import mime
from app.mail.inbound.authentication import Judgement, judge
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.screening import Screening, screen
from app.mail.inbound.sendgrid import read_form, read_transport, split_form
from app.mail.inbound.shop_mail import unwrap

_OFF_THREAD_BYTES = 256_000
"""Bigger mails are parsed in a thread, so that the others do not wait for them."""


@dataclass(frozen=True)
class Reader:
    """What a store knows that its mail is read with.

    Attributes:
        own_addresses: Those that the store receives at and sends from.
        trusted_hosts: The authserv-ids whose `Authentication-Results` are believed (RFC 8601, 2.5).
    """

    own_addresses: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadMail:
    """A mail with all that its reading found out."""

    mail: InboundMail
    transport: Transport
    judgement: Judgement
    screening: Screening


def read_content(content: bytes, content_type: str) -> tuple[InboundMail, Transport]:
    """The mail in kept bytes, and what the provider said about its delivery.

    Raises:
        Unprocessable: there is no mail in them that could be read.
    """
    if content_type == MESSAGE:
        return mime.read(content), Transport()
    form = split_form(content, content_type)
    return read_form(form), read_transport(form)


async def read_mail(content: bytes, content_type: str, reader: Reader) -> ReadMail:
    """Parse, unwrap, judge and screen.

    Raises:
        Unprocessable: as `read_content`; or it has nothing that a mail has.
    """
    if len(content) > _OFF_THREAD_BYTES:
        return await asyncio.to_thread(_read, content, content_type, reader)
    return _read(content, content_type, reader)


def _read(content: bytes, content_type: str, reader: Reader) -> ReadMail:
    received, transport = read_content(content, content_type)
    if not received.headers and not received.text and not received.attachments:
        raise Unprocessable("There is no header, no text and no attachment in it.")
    mail = unwrap(received)
    return ReadMail(
        mail,
        transport,
        judge(mail, transport, trusted_hosts=reader.trusted_hosts),
        screen(mail, own_addresses=reader.own_addresses, transport=transport),
    )
