"""Which faults a service of the sandbox shows, and when. Set in-process or over HTTP, read per request.

A fault says *how* a request fails; `injection.py` makes it fail that way on the wire.
"""

import random
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.sandbox.services import SERVICES, Service


class FaultKind(StrEnum):
    """The six ways in which a service fails, each seen in the field."""

    TOO_MANY_REQUESTS = "429"  # with Retry-After and the provider's own error body; nothing is done
    SERVER_ERROR = "500"  # with the provider's own error body; nothing is done
    TIMEOUT = "timeout"  # nothing is done and nothing is said, until the client gives up
    DROP = "drop"  # the work IS done; the connection breaks in the middle of the answer
    GARBAGE = "garbage"  # a proxy's HTML page with status 200; nothing is done
    SLOW = "slow"  # the work is done, after `seconds`


_DEFAULT_SECONDS = {FaultKind.TIMEOUT: 120.0, FaultKind.SLOW: 2.0}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one service.

    Attributes:
        kind: How it fails.
        times: How many more requests fail; None means until cleared.
        share: Probability with which a request fails, 0 to 1.
        seconds: `slow`: the wait before the work. `timeout`: the longest hold.
        retry_after: Seconds in the Retry-After header of a `429`.
    """

    kind: FaultKind
    times: int | None = None
    share: float = 1.0
    seconds: float = 0.0
    retry_after: int = 1

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "times": self.times,
            "share": self.share,
            "seconds": self.seconds,
            "retry_after": self.retry_after,
        }


class Faults:
    """The faults and latencies of all services. Thread-safe: tests set them, the server's thread reads."""

    def __init__(self, seed: int | None = None) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311  a repeatable share of requests, not a secret
        self._faults: dict[str, Fault] = {}
        self._latencies: dict[str, tuple[float, float]] = {}
        self._hits: dict[str, int] = dict.fromkeys(SERVICES, 0)

    def seed(self, seed: int) -> None:
        """Make the requests that `share` picks repeatable."""
        with self._lock:
            self._random.seed(seed)

    def set(
        self,
        service: Service,
        kind: FaultKind | str,
        *,
        times: int | None = None,
        share: float = 1.0,
        seconds: float | None = None,
        retry_after: int = 1,
    ) -> Fault:
        """Let `service` fail from the next request on; see `Fault` for the arguments.

        Raises:
            ValueError: There is no such service or kind, or a number is out of range.
        """
        _check(service)
        kind = FaultKind(kind)
        if times is not None and times < 1:
            raise ValueError("times must be at least 1.")
        if not 0 <= share <= 1:
            raise ValueError("share must be between 0 and 1.")
        wait = _DEFAULT_SECONDS.get(kind, 0.0) if seconds is None else seconds
        if wait < 0 or retry_after < 0:
            raise ValueError("Seconds must not be negative.")
        fault = Fault(kind, times=times, share=share, seconds=wait, retry_after=retry_after)
        with self._lock:
            self._faults[service] = fault
        return fault

    def clear(self, service: Service | None = None) -> None:
        """Lift the fault and the latency of one service, or of all."""
        with self._lock:
            for name in (service,) if service else SERVICES:
                self._faults.pop(name, None)
                self._latencies.pop(name, None)

    def reset(self) -> None:
        """Lift everything and count from nothing."""
        self.clear()
        with self._lock:
            self._hits = dict.fromkeys(SERVICES, 0)

    def set_latency(self, service: Service, seconds: float, upto: float | None = None) -> None:
        """Let every answer of `service` take `seconds` longer, or something between `seconds` and `upto`."""
        _check(service)
        upper = seconds if upto is None else upto
        if not 0 <= seconds <= upper:
            raise ValueError("A latency is a number of seconds, or a range from low to high.")
        with self._lock:
            self._latencies[service] = (seconds, upper)

    def latency(self, service: Service) -> tuple[float, float]:
        """The range of seconds that is added to every answer."""
        with self._lock:
            return self._latencies.get(service, (0.0, 0.0))

    def current(self, service: Service) -> Fault | None:
        with self._lock:
            return self._faults.get(service)

    def hits(self, service: Service) -> int:
        """How many requests have failed on demand so far."""
        with self._lock:
            return self._hits[service]

    def take(self, service: Service) -> Fault | None:
        """The fault that the next request meets, counted off; None means that it is served well."""
        with self._lock:
            fault = self._faults.get(service)
            if fault is None or self._random.random() >= fault.share:
                return None
            self._hits[service] += 1
            if fault.times == 1:
                del self._faults[service]
            elif fault.times is not None:
                self._faults[service] = replace(fault, times=fault.times - 1)
            return fault

    def pick_latency(self, service: Service) -> float:
        """Seconds that this request waits."""
        with self._lock:
            low, high = self._latencies.get(service, (0.0, 0.0))
            return self._random.uniform(low, high)


def _check(service: str) -> None:
    if service not in SERVICES:
        raise ValueError(f"There is no service {service!r} in the sandbox; there are {', '.join(SERVICES)}.")
