"""The carriers of the facts as words of a text: whose word a sentence is, and what is handed to them has been sent.

`Delivered` is said of a parcel's end and of its beginning: `it was delivered to GLS` (`se entregó a GLS`, `an GLS
übergeben`). Which is meant shows in what follows.
"""

from bisect import bisect_left
from collections.abc import Iterable

from app.replies.passages import Passages, occurrences
from app.replies.words import Hit

_SENT = {"delivered": "shipped", "delivered_on": "shipped_on", "there": "shipped_on"}
_TABLES = ("date", "is", "is_not")
_NEAR = 4
"""Words behind `delivered` within which its receiver is named."""


def mark_carriers(read: Passages, text: str, names: Iterable[str]) -> None:
    """Enter where carriers are named, and take what is handed to one as sent."""
    starts = [atom.start for atom in read.atoms]
    marked = set(read.family("carrier"))
    for start, _ in occurrences(text.casefold(), {name.casefold() for name in names}, 2):
        index = bisect_left(starts, start)
        if index < len(starts) and starts[index] == start:
            marked.add(Hit("carrier", "any", index, index + 1))
    if not marked:
        return
    read.hits["carrier"] = sorted(marked, key=lambda hit: hit.start)
    receivers = _receivers(read)
    clauses = {read.atoms[hit.start].clause for hit in marked}
    for table in _TABLES:
        read.hits[table] = [_meant(hit, receivers, clauses, read) for hit in read.hits.get(table, ())]


def _meant(hit: Hit, receivers: list[int], clauses: set[int], read: Passages) -> Hit:
    if hit.name in _SENT and _is_handed(hit, receivers):
        return hit._replace(name=_SENT[hit.name])
    if hit.name == "ordered_on" and read.atoms[hit.start].clause in clauses:
        return hit._replace(name="last_event_on")  # what a carrier registers is no order
    return hit


def _receivers(read: Passages) -> list[int]:
    """Where carriers are named to whom something goes: `to GLS`, `to the carrier`."""
    to = {hit.end for hit in read.family("to")} | {hit.end + 1 for hit in read.family("to")}
    return [hit.start for hit in read.family("carrier") if hit.start in to]


def _is_handed(hit: Hit, receivers: list[int]) -> bool:
    at = bisect_left(receivers, hit.end)
    return at < len(receivers) and receivers[at] - hit.end < _NEAR
