"""What changed between two texts, line by line, for people to read."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Line:
    """A line of a comparison. `kind`: it was put in, taken out, or stands in both; `gap`: lines that stand in both are left out."""

    kind: Literal["in", "out", "both", "gap"]
    text: str


def differences(old: str, new: str) -> Sequence[Line]:
    """The changed lines with what stands around them; none: the texts are the same."""
    lines: list[Line] = []
    for line in difflib.unified_diff(old.strip().splitlines(), new.strip().splitlines(), n=1, lineterm=""):
        match line[:2], line[:1]:
            case (("--" | "++"), _) if line.strip() in {"---", "+++"}:
                continue
            case "@@", _:
                lines += [Line("gap", "")] if lines else []
            case _, "+":
                lines.append(Line("in", line[1:]))
            case _, "-":
                lines.append(Line("out", line[1:]))
            case _:
                lines.append(Line("both", line[1:]))
    return lines
