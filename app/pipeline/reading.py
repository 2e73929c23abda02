"""From the bytes that were kept to a mail, judged and screened."""

import asyncio
from dataclasses import dataclass

from app.errors import Unprocessable
from app.intake.accept import MESSAGE
from app.mail.inbound import mime
from app.mail.inbound.authentication import Judgement, is_vouched_for, judge
from app.mail.inbound.dkim_signatures import CheckedSignature, KeyDirectory, check_signatures
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
        own_names: What it is called, in its own words and in From of its mails: who else bears them, poses as it.
        keys: Where the keys of DKIM signatures are looked up, of mail that came without anybody's results; None: nowhere.
    """

    own_addresses: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    keys: KeyDirectory | None = None


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
        mail, transport = await asyncio.to_thread(_parse, content, content_type, reader)
    else:
        mail, transport = _parse(content, content_type, reader)
    signatures = await _check_signatures(content, content_type, mail, reader)
    return ReadMail(
        mail,
        transport,
        judge(
            mail,
            transport,
            trusted_hosts=reader.trusted_hosts,
            own_addresses=reader.own_addresses,
            own_names=reader.own_names,
            signatures=signatures,
        ),
        screen(mail, own_addresses=reader.own_addresses, transport=transport),
    )


def _parse(content: bytes, content_type: str, reader: Reader) -> tuple[InboundMail, Transport]:
    received, transport = read_content(content, content_type)
    if not received.headers and not received.text and not received.attachments:
        raise Unprocessable("There is no header, no text and no attachment in it.")
    return unwrap(received, own_addresses=reader.own_addresses), transport


async def _check_signatures(
    content: bytes, content_type: str, mail: InboundMail, reader: Reader
) -> tuple[CheckedSignature, ...]:
    """Ours to check where the bytes are the mail itself and nobody whom we trust has said anything about it."""
    if reader.keys is None or content_type != MESSAGE:
        return ()
    if is_vouched_for(mail, trusted_hosts=reader.trusted_hosts):
        return ()
    return await check_signatures(content, mail.from_.domain, reader.keys)
