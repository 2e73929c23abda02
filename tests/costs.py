"""What work costs, in the processor's time of the thread that does it, on a machine that does other things meanwhile."""

import time
from collections.abc import Callable

_ROUNDS = 6


def seconds(work: Callable[[], object]) -> float:
    """Of this thread alone: the sandbox's server works in another one of the same process."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def is_at_most(
    dear: Callable[[], object], cheap: Callable[[], object], times: float, *, slack: float = 0.0
) -> bool:
    """Whether one work costs at most so many times what another one does, and `slack` seconds.

    Neighbours on a busy machine make work dearer, never cheaper: the least of some rounds is what it costs, and rounds
    are added only while the answer is no. What grows by the square of its size is too dear in every one of them.
    """
    cheapest = min(seconds(cheap) for _ in range(2))
    dearest = seconds(dear)
    for _ in range(_ROUNDS):
        if dearest <= times * cheapest + slack:
            return True
        dearest = min(dearest, seconds(dear))
        cheapest = min(cheapest, seconds(cheap))
    return dearest <= times * cheapest + slack
