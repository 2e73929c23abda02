"""Shopify's leaky bucket, seen from our side.

A query's requested cost must fit into what is left of the shop's bucket, which refills at a steady rate.
Source: https://shopify.dev/docs/api/usage/limits
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class ThrottleStatus(BaseModel):
    """`extensions.cost.throttleStatus`: points, and points a second."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)

    maximum_available: float
    currently_available: float
    restore_rate: float = Field(gt=0)


class Cost(BaseModel):
    """`extensions.cost` of an answer."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)

    requested_query_cost: float
    actual_query_cost: float | None = None
    throttle_status: ThrottleStatus

    @property
    def seconds_until_affordable(self) -> float:
        missing = self.requested_query_cost - self.throttle_status.currently_available
        return max(0.0, missing / self.throttle_status.restore_rate)


@dataclass
class _Level:
    points: float
    status: ThrottleStatus
    at: float


class Bucket:
    """What is left of one shop's points, as far as we know. Before the first answer nothing is known: nobody waits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._level: _Level | None = None
        self._costs: dict[str, float] = {}

    def reserve(self, operation: str) -> float:
        """Take the points that `operation` cost last time; returns the seconds to wait before it is sent.

        The level may go below zero: that is what makes calls that arrive together queue up behind one another.
        """
        if self._level is None:
            return 0.0
        level = self._refill(self._level)
        level.points -= self._costs.get(operation, 0.0)
        return max(0.0, -level.points / level.status.restore_rate)

    def give_back(self, operation: str) -> None:
        """Undo a reservation whose call was never sent."""
        if self._level is not None:
            self._level.points += self._costs.get(operation, 0.0)

    def learn(self, operation: str, cost: Cost) -> None:
        """Shopify's own count replaces ours."""
        self._costs[operation] = cost.requested_query_cost
        self._level = _Level(cost.throttle_status.currently_available, cost.throttle_status, self._clock())

    def _refill(self, level: _Level) -> _Level:
        now = self._clock()
        level.points = min(
            level.status.maximum_available, level.points + (now - level.at) * level.status.restore_rate
        )
        level.at = now
        return level
