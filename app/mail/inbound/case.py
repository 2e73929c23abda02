"""A mail as the rules of screening look at it: what several of them ask about it is found out once."""

from dataclasses import dataclass
from functools import cached_property

from app.mail.inbound import robot_words
from app.mail.inbound.absence_words import could_be_absence_note, is_absence_note
from app.mail.inbound.headers import Parameterised
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.quoting import Cut, newly_written

_FEW_WORDS = 5


@dataclass(frozen=True)
class Case:
    """A mail with what several rules ask about it, found out once."""

    mail: InboundMail
    own_addresses: frozenset[str]
    transport: Transport | None
    content_type: Parameterised
    subject: str

    @property
    def report_type(self) -> str:
        return self.content_type.parameters.get("report-type", "").lower()

    @property
    def has_null_return_path(self) -> bool:
        if self.transport is not None and self.transport.envelope_from is not None:
            return not self.transport.envelope_from.strip("<> ")
        return any(value.replace(" ", "") == "<>" for value in self.mail.all_headers("Return-Path"))

    @property
    def is_reply(self) -> bool:
        return robot_words.has_reply_mark(self.mail.subject)

    @property
    def refers(self) -> bool:
        return bool(self.mail.references or self.mail.in_reply_to)

    @cached_property
    def parts(self) -> Cut:
        return newly_written(self.mail)

    @cached_property
    def own_text(self) -> str:
        """What its sender newly wrote, also without the quotes that they wrote between."""
        return "\n".join(line for line in self.parts.reply.split("\n") if not line.lstrip().startswith(">"))

    @property
    def has_own_words(self) -> bool:
        """Whether somebody wrote something about what they quote or forward: a question, or a sentence."""
        words = self.own_text.split()
        return len(words) >= _FEW_WORDS or any("?" in word or "？" in word or "؟" in word for word in words)

    @cached_property
    def is_absence(self) -> bool:
        """Whether it reads like an automatic note of absence."""
        if not could_be_absence_note(self.subject, self.mail.text):
            return False
        return is_absence_note(self.subject, self.own_text, is_reply=self.is_reply)
