"""What a person changed in a text, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\S+\s*|\s+")
_MOST = 4_000
"""Words of a text that are compared."""


class ChangeKind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """A stretch of text that stayed, came or went."""

    kind: ChangeKind
    text: str


def find_changes(before: str, after: str) -> Iterator[Change]:
    """The stretches that lead from one text to the other, in order; nothing where they are alike."""
    if before == after:
        return
    old, new = _WORD.findall(before)[:_MOST], _WORD.findall(after)[:_MOST]
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Change(ChangeKind.SAME, "".join(old[start:end]))
            continue
        if end > start:
            yield Change(ChangeKind.REMOVED, "".join(old[start:end]))
        if new_end > new_start:
            yield Change(ChangeKind.ADDED, "".join(new[new_start:new_end]))
