"""How long to wait for a dependency that is down: waits grow with the outage, and end with a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import TryLater
from app.jobs import defer_alone
from app.models.columns import now
from app.settings import Settings


@dataclass(frozen=True)
class Wait:
    """When to try again. `sentence` tells it to whoever looks at the mail meanwhile."""

    until: datetime
    sentence: str


class Waiting(Protocol):
    """A row that a job is about, and that notes since when it waits."""

    id: UUID
    waiting_since: datetime | None


def next_wait(error: TryLater, waiting_since: datetime, now: datetime, settings: Settings) -> Wait | None:
    """The next try, or None where the outage has outlasted our patience.

    A wait is half of what has been waited so far: about ten tries in the first hour, then one every twenty minutes.
    What the dependency itself asks for (Retry-After) is respected.
    """
    waited = (now - waiting_since).total_seconds()
    if waited > settings.retry_give_up_seconds:
        return None
    seconds = min(max(waited / 2, settings.retry_first_seconds), settings.retry_longest_seconds)
    until = now + timedelta(seconds=max(seconds, min(error.retry_after or 0, settings.retry_longest_seconds)))
    return Wait(
        until, f"{error.message} Waiting since {waiting_since:%H:%M} UTC; next try at {until:%H:%M:%S} UTC."
    )


async def wait_longer(
    session: AsyncSession, row: Waiting, job: str, error: Exception, settings: Settings
) -> bool:
    """Have a row's job come again, for as long as a reply's would; False where it has lasted too long or is no outage."""
    if not isinstance(error, TryLater):
        return False
    row.waiting_since = row.waiting_since or now()
    wait = next_wait(error, row.waiting_since, now(), settings)
    if wait is not None:
        await defer_alone(session, job, row.id, at=wait.until)
    return wait is not None
