"""From the bytes that were kept to a mail, judged and screened."""

from collections.abc import Collection
from dataclasses import dataclass

from app.errors import Unprocessable
from app.intake.accept import MESSAGE
from app.mail.inbound import mime
from app.mail.inbound.authentication import Judgement, judge
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.screening import Screening, screen
from app.mail.inbound.sendgrid import read_form, read_transport, split_form


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


def read_mail(content: bytes, content_type: str, *, own_addresses: Collection[str]) -> ReadMail:
    """Parse, judge and screen.

    Raises:
        Unprocessable: as `read_content`; or it has nothing that a mail has.
    """
    mail, transport = read_content(content, content_type)
    if not mail.headers and not mail.text and not mail.attachments:
        raise Unprocessable("There is no header, no text and no attachment in it.")
    return ReadMail(
        mail,
        transport,
        judge(mail, transport),
        screen(mail, own_addresses=own_addresses, transport=transport),
    )
