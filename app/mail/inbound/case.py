"""A mail as the rules of screening look at it: what several of them ask about it is found out once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.mail.domains import is_mailbox_provider
from app.mail.inbound import robot_words
from app.mail.inbound.absence_words import could_be_absence_note, is_absence_note
from app.mail.inbound.headers import Parameterised
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.quoting import Cut, newly_written
from app.mail.inbound.wordings import fold
from app.mail.subject_marks import bare_subject, has_mark

HeaderNames = Mapping[str, str]
"""Names of headers as they are written, by their lower case; the first counts first."""

_FEW_WORDS = 5
_BEGINNING = 6_000
_END = 6_000


@dataclass(frozen=True)
class Case:
    """A mail with what several rules ask about it, found out once."""

    mail: InboundMail
    own_addresses: frozenset[str]
    transport: Transport | None
    content_type: Parameterised

    @cached_property
    def subject(self) -> str:
        """Without the marks of answers and forwards."""
        return bare_subject(self.mail.subject)

    @property
    def report_type(self) -> str:
        return self.content_type.parameters.get("report-type", "").lower()

    def header(self, name: str) -> str:
        """The first header of that name (any case), or an empty string."""
        return self._headers.get(name.lower(), "")

    def all_headers(self, name: str) -> Iterable[str]:
        """All of that name, in their order."""
        return self.mail.all_headers(name) if name.lower() in self._headers else ()

    def borne(self, names: HeaderNames) -> list[tuple[str, str]]:
        """Those of some headers that say anything, with what they say: rules ask for dozens that no mail has."""
        if self._headers.keys().isdisjoint(names.keys()):
            return []
        return [(name, value) for key, name in names.items() if (value := self._headers.get(key))]

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in reversed(self.mail.headers)}

    @property
    def has_null_return_path(self) -> bool:
        if self.transport is not None and self.transport.envelope_from is not None:
            return not self.transport.envelope_from.strip("<> ")
        return any(value.replace(" ", "") == "<>" for value in self.all_headers("Return-Path"))

    @cached_property
    def is_reply(self) -> bool:
        return has_mark(self.mail.subject)

    @property
    def refers(self) -> bool:
        return bool(self.mail.references or self.mail.in_reply_to)

    @cached_property
    def is_machine(self) -> bool:
        """A notifier's address; the desk that answers our own mail from there is a person's."""
        sender = self.mail.from_
        if self.refers or self.is_reply:
            return False
        if robot_words.NO_REPLY.match(sender.local_part):
            return True
        if robot_words.NOTIFIERS.match(sender.local_part) and not is_mailbox_provider(sender.domain):
            return True
        is_desk = robot_words.SERVICE_DESKS.match(sender.local_part) is not None
        return is_desk and robot_words.SERVICES.search(sender.domain) is not None

    @cached_property
    def beginning(self) -> str:
        """Of the text, folded: reports and robots say early what they are."""
        return fold(self.mail.text[:_BEGINNING])

    @cached_property
    def ends(self) -> str:
        """The first and the last lines of the text, folded: where newsletters offer what they have to."""
        rest = self.mail.text[_BEGINNING:]
        return (
            f"{self.beginning}{fold(rest)}"
            if len(rest) <= _END
            else f"{self.beginning}\n{fold(rest[-_END:])}"
        )

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
        if not could_be_absence_note(self.subject, self.beginning):
            return False
        return is_absence_note(self.subject, self.own_text, is_reply=self.is_reply)


def header_names(*names: str) -> HeaderNames:
    """Names to ask `Case.borne` for."""
    return {name.lower(): name for name in names}


def ends_of(text: str) -> str:
    """The same of what its sender newly wrote, or of any text."""
    if len(text) <= 2 * _END:
        return fold(text)
    return fold(f"{text[:_END]}\n{text[-_END:]}")
