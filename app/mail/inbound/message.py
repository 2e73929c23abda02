"""What an email says about itself, read once and never changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from app.mail.address import Address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A leaf of an email that is not its text.

    Attributes:
        filename: Safe to show and to save: no path, control or direction-changing characters. May be empty.
        content_type: Lower case, as declared ("image/png"); `application/octet-stream` where it is broken.
        size: Bytes after decoding.
        sha256: Of the decoded bytes, hexadecimal.
        inline: Meant to be shown inside the text (Content-Disposition or a Content-ID that the HTML uses).
        content_id: Without angle brackets, or None.
        content: The decoded bytes.
        real_type: What the bytes themselves show ("application/pdf"), or None where they show nothing, as text does.
    """

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None
    content: bytes = field(repr=False)
    real_type: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMail:
    """An email as received, decoded. Whatever could not be read is a sentence in `problems`.

    Attributes:
        message_id: With angle brackets, or None.
        in_reply_to: The first id of In-Reply-To, with angle brackets.
        references: The ids of References, oldest first, followed by further ids of In-Reply-To.
        from_: The first address in From; empty where there is none.
        customer: Who really wrote, as far as the mail tells. Equal to `from_` unless something was unwrapped.
        date: Aware, or None.
        text: The whole text, quotes included, decoded, with LF line ends and no NULs.
        text_is_html: There was no text part: `text` was made from the HTML.
        html: As received, NOT sanitised, or None.
        content_type: Of the top part, with its parameters: a report is recognised by it.
        headers: Top headers in their order, decoded.
        problems: What could not be read, each a sentence.
        is_contact_form: The shop's contact form sent it: `customer` and `text` are those of the person who filled it in.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    from_: Address
    customer: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    text_is_html: bool
    html: str | None
    attachments: tuple[Attachment, ...]
    content_type: str
    headers: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    is_contact_form: bool = False

    def header(self, name: str) -> str:
        """The first header of that name (any case), or an empty string."""
        return next(self.all_headers(name), "")

    def all_headers(self, name: str) -> Iterator[str]:
        wanted = name.lower()
        return (value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True, slots=True)
class Transport:
    """What the receiving provider says about the delivery, outside the mail itself.

    Attributes:
        spf: SendGrid's word ("pass", "softfail", "none", …), lower case, or None where nothing is known.
        dkim: SendGrid's list, as it comes: "{@shop.example : pass}", "none", or None.
        spam_score: SpamAssassin's, or None.
        envelope_from: MAIL FROM; empty string for the null return path, None where nothing is known.
        envelope_to: RCPT TO.
    """

    spf: str | None = None
    dkim: str | None = None
    spam_score: float | None = None
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()
    sender_ip: str | None = None
