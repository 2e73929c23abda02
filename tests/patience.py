"""How long a test waits for what should take a moment."""

import time
from collections.abc import Callable

PATIENCE = 90
"""Seconds. A machine may be ten times as slow as usual, and stand still for a while: nobody waits so long for what goes well."""


def wait_until(is_so: Callable[[], object]) -> None:
    """Look again and again whether something is so that another thread or process brings about."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
