"""Which order, parcel or variant a passage of a reply speaks of, so that one's facts do not back what is said of another.

An order's number holds for its sentence and from there on until another one comes; a tracking number for its paragraph
or list if it is the only one there, else for its sentence; a carrier's name for its clause, where parcels have several;
a variant's title for the next price.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from app.replies.passages import Atom, Passages, occurrences
from app.replies.roles import Ledger, Scope
from app.replies.tokens import Token, TokenKind

Named = Mapping[Token, Sequence[tuple[type, int]]]


class Scopes:
    """The scope at each atom of a text."""

    def __init__(self, text: str, read: Passages, ledger: Ledger) -> None:
        self._read = read
        self._orders = _running(read, ledger.orders, carry=True)
        self._parcels = _running(read, ledger.parcels, carry=False)
        self._carriers = _of_clauses(text, read, ledger.carriers)
        self._blocks = _of_blocks(read, ledger.parcels, self._carriers)
        self._variants = _of_prices(text, read, ledger.titles)
        self._sentences = {atom.part: atom.sentence for atom in read.atoms}

    @property
    def names_variants(self) -> bool:
        return bool(self._variants)

    def at(self, index: int) -> Scope:
        """What the passage speaks of in which an atom stands."""
        atom = self._read.atoms[index]
        parcel = dict(self._blocks.get(atom.block) or self._parcels[index])
        for kind, named in self._carriers.get(atom.clause, {}).items():
            parcel[kind] = named & parcel.get(kind, named) or named  # the nearer name counts
        return {**self._orders[index], **parcel, **self._variants.get(index, {})}

    def of_part(self, index: int) -> Scope:
        """The same with the variants that stand in the atom's part of the sentence: of what is said to be available."""
        atom = self._read.atoms[index]
        part = atom.part
        while -1 - part not in self._variants and self._sentences.get(part - 1) == atom.sentence:
            part -= 1  # `L, I am afraid, is sold out`
        return {**self.at(index), **self._variants.get(-1 - part, {})}


def _running(read: Passages, named: Named, *, carry: bool) -> list[Scope]:
    """For each atom what the name says that stands before it in its sentence, or else first in it.

    `carry`: a name holds on in the sentences that follow.
    """
    scopes: list[Scope] = []
    current: dict[type, frozenset[int]] = {}
    first_of = _first_names(read, named)
    sentence = -1
    for atom in read.atoms:
        if atom.sentence != sentence:
            sentence = atom.sentence
            current = first_of.get(sentence, current if carry else {})
        if atom.token is not None and atom.token in named:
            current = _ids(named[atom.token])
        scopes.append(current)
    return scopes


def _first_names(read: Passages, named: Named) -> dict[int, dict[type, frozenset[int]]]:
    found: dict[int, dict[type, frozenset[int]]] = {}
    for atom in read.atoms:
        if atom.token is not None and atom.token in named and atom.sentence not in found:
            found[atom.sentence] = _ids(named[atom.token])
    return found


def _of_blocks(
    read: Passages, named: Named, carriers: Mapping[int, Mapping[type, frozenset[int]]]
) -> dict[int, Scope]:
    """The blocks in which all names are those of one."""
    found: dict[int, dict[type, frozenset[int]]] = {}
    others: dict[int, list[Mapping[type, frozenset[int]]]] = {}
    for atom in read.atoms:
        if atom.clause in carriers:
            others.setdefault(atom.block, []).append(carriers[atom.clause])
        if atom.token is not None and atom.token in named:
            ids = _ids(named[atom.token])
            before = found.get(atom.block, ids)
            found[atom.block] = {kind: some & before.get(kind, some) for kind, some in ids.items()}
    return {
        block: scope
        for block, scope in found.items()
        if all(scope.values()) and all(_overlap(scope, other) for other in others.get(block, ()))
    }


def _overlap(one: Mapping[type, frozenset[int]], other: Mapping[type, frozenset[int]]) -> bool:
    return all(some & other[kind] for kind, some in one.items() if kind in other)


def _of_clauses(
    text: str, read: Passages, carriers: Sequence[tuple[str, type, int]]
) -> dict[int, dict[type, frozenset[int]]]:
    """The clauses in which one of several carriers is named."""
    if len({name for name, _, _ in carriers}) <= 1:
        return {}
    starts = [atom.start for atom in read.atoms]
    found: dict[int, set[tuple[type, int]]] = {}
    for name, kind, number in carriers:
        for start, _ in occurrences(text, (name,), 1):
            index = min(bisect_left(starts, start), len(starts) - 1)
            if index >= 0:
                found.setdefault(read.atoms[index].clause, set()).add((kind, number))
    return {clause: _ids(named) for clause, named in found.items()}


def _of_prices(text: str, read: Passages, titles: Iterable[tuple[str, type, int]]) -> dict[int, Scope]:
    """For each price, and each sentence (by its first atom, negative), the variants that stand with it."""
    starts = [atom.start for atom in read.atoms]
    events: list[tuple[int, int, type | None, int]] = []
    for title, kind, number in titles:
        for start, _ in occurrences(text, (title,), 1):
            index = min(bisect_left(starts, start), len(starts) - 1)
            if index >= 0:
                events.append((index, 0, kind, number))
    if not events:
        return {}
    events += [(index, 1, None, 0) for index, atom in enumerate(read.atoms) if _is_money(atom)]
    return _assigned(read, sorted(events, key=lambda event: event[:2]))


def _is_money(atom: Atom) -> bool:
    return atom.token is not None and atom.token.kind is TokenKind.MONEY


def _assigned(read: Passages, events: Sequence[tuple[int, int, type | None, int]]) -> dict[int, Scope]:
    found: dict[int, Scope] = {}
    titles: dict[type, frozenset[int]] = {}
    sentence, is_priced = -1, False
    for index, _, kind, number in events:
        if read.atoms[index].sentence != sentence:
            sentence, titles, is_priced = read.atoms[index].sentence, {}, False
        if kind is None:
            if titles:
                found[index] = titles
            is_priced = True
            continue
        if is_priced:
            titles, is_priced = {}, False
        titles = {**titles, kind: titles.get(kind, frozenset()) | {number}}
        part = -1 - read.atoms[index].part
        found[part] = {**found.get(part, {}), **titles}
    return found


def _ids(named: Iterable[tuple[type, int]]) -> dict[type, frozenset[int]]:
    found: dict[type, frozenset[int]] = {}
    for kind, number in named:
        found[kind] = found.get(kind, frozenset()) | {number}
    return found
