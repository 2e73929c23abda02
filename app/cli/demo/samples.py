"""The demo's mails: how each is written, and how a person in support would want it to end."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from importlib import resources
from typing import Any

from app.knowledge.articles import Writing
from app.vocabulary import Outcome

_FILE = "mails.toml"
_ARTICLES = "articles.toml"


@dataclass(frozen=True)
class Sample:
    """One sample mail of `mails.toml`.

    Attributes:
        name: Unique; other samples refer to it.
        sender: From, as `Name <address>`; with `reply_to` and `headers` where they matter.
        report: The body as it stands, of a mail whose Content-Type is among `headers`.
        refers_to: A sample of the same wave whose Message-ID this one bears in In-Reply-To.
        follows: A sample whose reply this one answers; it is sent when that reply has arrived.
        is_parsed: Posted in Inbound Parse's parsed mode, else as raw MIME.
        spf: What the receiving server found out; likewise `dkim`.
        outcome: How it must end; likewise `situations` and `language`.
        drafted_from: Titles of the texts that the model's draft must rest on, where no template answers it.
    """

    name: str
    sender: str
    subject: str
    outcome: Outcome
    text: str = ""
    html: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachment: str = ""
    report: str = ""
    refers_to: str = ""
    follows: str = ""
    is_parsed: bool = False
    spf: str = "pass"
    dkim: str = "pass"
    situations: tuple[str, ...] = ()
    language: str = ""
    drafted_from: tuple[str, ...] = ()

    def build(self, *, to: str, at: datetime, message_id: str, in_reply_to: str = "") -> bytes:
        """The mail's bytes, as its sender's program would have made them."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, self.subject
        mail["Date"], mail["Message-ID"] = format_datetime(at), message_id
        if self.reply_to:
            mail["Reply-To"] = self.reply_to
        if in_reply_to:
            mail["In-Reply-To"] = mail["References"] = in_reply_to
        for name, value in self.headers.items():
            mail[name] = value
        self._fill(mail)
        return mail.as_bytes()

    def _fill(self, mail: EmailMessage) -> None:
        if self.text:
            mail.set_content(self.text)
        if self.html and self.text:
            mail.add_alternative(self.html, subtype="html")
        elif self.html:
            mail.set_content(self.html, subtype="html")
        if self.attachment:
            mail.add_attachment(
                b"\x89PNG\r\n\x1a\n" + b"\0" * 64, maintype="image", subtype="png", filename=self.attachment
            )
        if self.report:
            mail.set_payload(self.report)


def load_samples() -> tuple[Sample, ...]:
    """The samples, in the order in which they are sent."""
    rows: list[dict[str, Any]] = tomllib.loads(
        resources.files(__package__).joinpath(_FILE).read_text("utf-8")
    )["mail"]
    samples = tuple(
        Sample(
            **{
                **row,
                "outcome": Outcome(row["outcome"]),
                **{name: tuple(row.get(name, ())) for name in ("situations", "drafted_from")},
            }
        )
        for row in rows
    )
    assert len({sample.name for sample in samples}) == len(samples), "sample names are unique"
    return samples


def load_articles() -> tuple[Writing, ...]:
    """What the demo's store knows beside its policies."""
    rows = tomllib.loads(resources.files(__package__).joinpath(_ARTICLES).read_text("utf-8"))["article"]
    return tuple(Writing(**row) for row in rows)


def new_message_id(sample: Sample) -> str:
    domain = sample.sender.rpartition("@")[2].rstrip("> ") or "example.com"
    return make_msgid(domain=domain)
