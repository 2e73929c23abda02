"""Runs labelled mails through triage, and where they have a sender through look-up and drafting; nothing is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.classifier.model import Model, Usage
from app.classifier.triage import NotUnderstood, Question, Triage, triage
from app.cli.evaluation.lines import SANDBOX, Line
from app.cli.evaluation.shopfront import Answer, Shopfront
from app.errors import Misconfigured, NeedsPerson, TryLater
from app.mail.credentials import blank_secrets

T = TypeVar("T")

# What ails every line alike: no other line can do better.
_HOPELESS = frozenset({"openai_key", "openai_model", "openai_quota"})
_WAITS = (1.0, 4.0, 15.0)
"""Seconds before a line is tried again where a service is busy; a service that says how long is believed, up to a minute."""
_LONGEST_WAIT = 60.0
_GIVE_UP_AFTER = 10
"""Lines in a row that were not answered."""


@dataclass(frozen=True)
class Outcome:
    """What one line came to in one run. `error` is a sentence; then there is no answer.

    Attributes:
        line: What was asked.
        usage: What was paid; None where nothing was.
        triage: What was understood, after code checked it.
        answer: What the shop's facts make of it; None where the line names no sender.
        error: Why there is no answer.
    """

    line: Line
    usage: Usage | None = None
    triage: Triage | None = None
    answer: Answer | None = None
    error: str = ""


@dataclass
class Progress:
    """What has been done so far, also where a run was cut short; `stopped` says why one was."""

    outcomes: list[Outcome] = field(default_factory=list)
    stopped: str = ""


@dataclass(frozen=True)
class Runner:
    """One model, and the shops by the name that a line gives them; "" is the one for lines that give none."""

    model: Model
    shops: Mapping[str, Shopfront]
    shop_name: str
    in_flight: int
    tell: Callable[[int], None]

    async def run(self, lines: Sequence[Line], *, repeat: int) -> Progress:
        """Every line, `repeat` times. Cancelled (Ctrl-C), it gives what it has.

        Raises:
            Misconfigured: not one line could be answered, for a reason that they share.
        """
        progress = Progress()
        pending = (line for _ in range(repeat) for line in lines)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.in_flight):
                    group.create_task(self._work(pending, progress))
        except asyncio.CancelledError:
            progress.stopped = "Interrupted."
        if progress.stopped and all(outcome.error for outcome in progress.outcomes):
            raise Misconfigured(f"{progress.stopped} No line was answered.")
        return progress

    async def _work(self, pending: Iterator[Line], progress: Progress) -> None:
        for line in pending:
            if progress.stopped:
                return
            outcome = await self._outcome(line, progress)
            progress.outcomes.append(outcome)
            self.tell(len(progress.outcomes))
            newest = progress.outcomes[-_GIVE_UP_AFTER:]
            if len(newest) == _GIVE_UP_AFTER and all(one.error for one in newest):
                progress.stopped = (
                    progress.stopped or f"{outcome.error} {_GIVE_UP_AFTER} lines in a row failed."
                )

    async def _outcome(self, line: Line, progress: Progress) -> Outcome:
        """A line's own failure is its outcome, and the others go on."""
        question = Question(self.shop_name, blank_secrets(line.subject), blank_secrets(line.text))
        usage, found = None, None
        try:
            understood = await _patiently(lambda: triage(self.model, question))
            usage, found = understood.usage, understood.triage
            return Outcome(line, usage, found, await self._answer(line, found))
        except NotUnderstood as error:
            return Outcome(line, error.usage, error=error.message)
        except (TryLater, NeedsPerson) as error:
            if error.code in _HOPELESS:
                progress.stopped = error.message
            return Outcome(line, usage, found, error=error.message)

    async def _answer(self, line: Line, found: Triage) -> Answer | None:
        if line.sender is None:
            return None
        shop, sender = self.shops[SANDBOX if line.shop == SANDBOX else ""], line.sender
        return await _patiently(lambda: shop.answer(found, sender))


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """In place of the job that would come back later."""
    for wait in _WAITS:
        try:
            return await work()
        except TryLater as error:
            if error.code in _HOPELESS:
                raise
            await asyncio.sleep(min(error.retry_after or wait, _LONGEST_WAIT))
    return await work()
