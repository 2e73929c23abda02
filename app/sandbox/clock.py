"""What time it is in the sandbox. Its data are offsets from now, so a test can move the clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that runs and can be moved: `clock.advance(timedelta(days=365))`."""

    def __init__(self, base: Clock = system_clock) -> None:
        self._base = base
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return self._base() + self._offset

    def advance(self, by: timedelta) -> None:
        """Move on by `by`; a negative one moves back."""
        self._offset += by
