"""What a check found, in one form for `doctor`, which tells all, and for the start, which stops at the first."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    LOOK = "look"
    """It works, and something is missing or unusual."""
    DOWN = "down"
    """It does not answer now. Mail waits for it, and goes on by itself."""
    NO = "no"
    """Nothing works, or will by itself, until somebody puts it right."""


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `sentence` says what to do where it is not ok, and holds no secret."""

    name: str
    verdict: Verdict
    sentence: str
