"""How long to wait for a dependency that is down: waits grow with the outage, and end with a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import TryLater
from app.settings import Settings


@dataclass(frozen=True)
class Wait:
    """When to try again. `sentence` tells it to whoever looks at the mail meanwhile."""

    until: datetime
    sentence: str


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
