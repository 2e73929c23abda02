"""The leaky bucket of query costs.

Source: https://shopify.dev/docs/api/usage/limits: before a query runs the bucket must hold its requested cost;
afterwards the difference to its actual cost is given back.
"""

import time
from collections.abc import Callable


class CostBucket:
    """Points of one app in one shop; they come back at `restore_rate` a second up to `maximum`.

    The defaults are those of a standard plan. It has a clock of its own (seconds), because it must go on filling
    where the shop's clock is held.
    """

    def __init__(
        self,
        maximum: float = 2000,
        restore_rate: float = 100,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.maximum = maximum
        self.restore_rate = restore_rate
        self._clock = clock
        self._available = maximum
        self._filled_at = clock()

    @property
    def available(self) -> int:
        """Points that a query may ask for now."""
        now = self._clock()
        self._available = min(self.maximum, self._available + (now - self._filled_at) * self.restore_rate)
        self._filled_at = now
        return int(self._available)

    def take(self, points: int) -> bool:
        """Take `points` out if they are there."""
        if points > self.available:
            return False
        self._available -= points
        return True

    def give_back(self, points: int) -> None:
        self._available = min(self.maximum, self._available + points)

    def status(self) -> dict[str, float]:
        """`extensions.cost.throttleStatus`."""
        return {
            "maximumAvailable": self.maximum,
            "currentlyAvailable": self.available,
            "restoreRate": self.restore_rate,
        }
