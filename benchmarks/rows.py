"""What a benchmark reports: a figure, the floor that it is held against, and the target of docs/benchmarks.md."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """What a row has to keep: at least or at most this much, of its ratio or of its value."""

    limit: float
    of: str = "ratio"
    at_least: bool = False

    def is_met(self, row: "Row") -> bool:
        figure = row.ratio if self.of == "ratio" else row.value
        if figure is None:
            return False
        return figure >= self.limit if self.at_least else figure <= self.limit

    def __str__(self) -> str:
        return f"{self.of} {'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        value: Ours, in `unit`.
        floor: What the bare minimum does in the same run, in the same unit; `against` says what that is.
        ratio: Value to floor; the median over interleaved rounds where there are rounds.
        note: What else to know, in a few words.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    against: str = ""
    ratio: float | None = None
    target: Target | None = None
    note: str = ""

    @property
    def is_ok(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.target.is_met(self)

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "target": None if self.target is None else str(self.target),
            "ok": self.is_ok,
        }
