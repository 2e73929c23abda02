"""What happened on a bad day (chaos.py), to be held against what may happen, and told to whoever ran it."""

import collections
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from app.models import InboundMail
from app.vocabulary import ReplyState


@dataclass
class Day:
    """What happened, to be held against what may happen."""

    posted: int = 0
    repeated: int = 0
    kills: int = 0
    kills_in_send: int = 0
    caught: set[UUID] = field(default_factory=set)
    """Replies of which a byte may have been out when a process was killed."""
    spared: set[UUID] = field(default_factory=set)
    """Replies that a killed process had made its own, and of which no byte was out."""
    sends: set[tuple[UUID, float, str]] = field(default_factory=set)
    """What the provider was asked to send: reply, when, and the fault that this met; empty where it was taken."""

    @property
    def faulted(self) -> set[UUID]:
        return {reply_id for reply_id, _, fault in self.sends if fault}


@dataclass(frozen=True)
class Change:
    """One committed change of a reply's state."""

    reply_id: UUID
    was: ReplyState
    became: ReplyState
    is_claimed: bool
    at: float
    why: str


@dataclass(frozen=True)
class Doubt:
    """One reply that was in doubt, and how that ended.

    Attributes:
        cause: The faults that its sends met, a kill, or both.
        why: What an agent is told.
        reached: How far the mail had come: `taken` by the provider, `arrived, not taken`, or `never arrived`.
        settled_by: An event; silence, where SendGrid told of later ones and of this one not; or a person.
    """

    reply_id: UUID
    cause: str
    reached: str
    settled_by: str
    why: str

    def __str__(self) -> str:
        cause = self.cause or f"neither a kill nor a fault ({self.why})"
        return f"{self.reply_id}: {cause}; {self.reached}; settled by {self.settled_by}"


def told(day: Day, mails: list[InboundMail], sent: int, doubts: list[Doubt]) -> Iterator[str]:
    """The day in lines for whoever ran it."""
    yield (
        f"{day.posted} mails, {day.repeated} of them posted twice; {day.kills} kills, {day.kills_in_send} inside a send "
        f"({len(day.caught)} replies), {len(day.spared)} replies just before one, which went on by themselves"
    )
    yield ", ".join(
        f"{count} {outcome}" for outcome, count in collections.Counter(m.outcome.value for m in mails).items()
    )
    ended = collections.Counter(doubt.settled_by for doubt in doubts)
    yield (
        f"{sent} replies left, none twice; {len(doubts)} doubts: {ended['an event']} settled by events, "
        f"{ended['silence']} by SendGrid's silence about them alone, {ended['a person']} by a person"
    )
    yield from (f"  {doubt}" for doubt in doubts)
