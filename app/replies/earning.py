"""When automation is earned: what became of replies, counted, and what that allows to conclude. Pure.

A reply counts as a success where a person released it as it was and the customer had no cause to come back. Automation is
earned when, with 95 % confidence, at least nine of ten would be one: the lower bound of Wilson's score interval (1927) of
the share, one-sided, which is honest about small numbers where the plain share is not. See docs/adr/0031.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import sqrt

from app.vocabulary import Verdict

SHARE = 0.9
"""Of the drafts, that a person would release as they are."""
WITHOUT_BAD = 20
"""Decided replies since the last bad outcome."""
NEWEST = 100
"""Entries of a situation that are looked at: what is older was another template, another team, another shop."""
_Z = 1.6448536
"""95 %, one-sided."""
_COMPARED = 2_000
"""Words of a text that are compared."""

SUCCESSES = frozenset({Verdict.UNTOUCHED})
DECIDED = frozenset(
    {Verdict.UNTOUCHED, Verdict.EDITED, Verdict.DISCARDED, Verdict.REWRITTEN, Verdict.CORRECTED}
)
"""What a person made of a draft."""
REJECTED = frozenset({Verdict.DISCARDED, Verdict.REWRITTEN, Verdict.CORRECTED})
BAD = frozenset({Verdict.REOPENED, Verdict.COMPLAINED, Verdict.ASKED_FOR_PERSON, Verdict.REPORTED_AS_SPAM})
"""What a customer made of a reply that left in our words."""


@dataclass(frozen=True)
class Deed:
    """One thing that became of one reply. `changed`: of an edited one, the share of its words that were changed."""

    reply: object
    verdict: Verdict
    changed: float = 0


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against letting a situation's replies leave by themselves.

    Attributes:
        counts: How often each verdict was given.
        successes: Replies that a person released as they were, and that had no bad outcome.
        decided: Replies of which a person decided.
        changed: The mean share of words that was changed in the edited ones.
        since_bad: Replies decided since the last bad outcome; None where there was none.
    """

    counts: Counter[Verdict]
    successes: int
    decided: int
    changed: float
    since_bad: int | None

    @property
    def bad(self) -> int:
        return sum(self.counts[verdict] for verdict in BAD)

    @property
    def rejected(self) -> int:
        return sum(self.counts[verdict] for verdict in REJECTED)

    @property
    def bound(self) -> float:
        """The least share of successes that is to be expected, 0 to 1."""
        return wilson_bound(self.successes, self.decided)

    @property
    def missing(self) -> int:
        """How many more drafts have to be released as they are; 0: it is earned."""
        since = 0 if self.since_bad is None else max(0, WITHOUT_BAD - self.since_bad)
        return max(since, successes_missing(self.successes, self.decided))

    @property
    def is_earned(self) -> bool:
        return self.missing == 0


def weigh(deeds: Sequence[Deed]) -> Evidence:
    """What these amount to.

    Args:
        deeds: Of one situation, newest first, and none from before it was last taken back to draft.
    """
    spoilt: Collection[object] = {deed.reply for deed in deeds if deed.verdict in BAD}
    decided = [deed for deed in deeds if deed.verdict in DECIDED]
    edits = [deed.changed for deed in deeds if deed.verdict is Verdict.EDITED]
    since: int | None = None
    for place, deed in enumerate(deeds):
        if deed.verdict in BAD:
            since = sum(one.verdict in DECIDED for one in deeds[:place])
            break
    return Evidence(
        counts=Counter(deed.verdict for deed in deeds),
        successes=sum(deed.verdict in SUCCESSES and deed.reply not in spoilt for deed in decided),
        decided=len(decided),
        changed=sum(edits) / len(edits) if edits else 0,
        since_bad=since,
    )


def wilson_bound(successes: int, tries: int) -> float:
    """The lower end of Wilson's score interval of a share; 0 where nothing was tried, or nothing succeeded."""
    if successes == 0:
        return 0  # which rounding would miss by a hair
    share, z2 = successes / tries, _Z * _Z
    middle = share + z2 / (2 * tries)
    spread = _Z * sqrt(share * (1 - share) / tries + z2 / (4 * tries * tries))
    return max(0, (middle - spread) / (1 + z2 / tries))


@lru_cache(maxsize=4096)
def successes_missing(successes: int, tries: int) -> int:
    """How many successes in a row would raise the bound to SHARE."""
    more = 0
    while wilson_bound(successes + more, tries + more) < SHARE:
        more += 1
    return more


def share_changed(before: str, after: str) -> float:
    """The share of words by which two texts differ: 0 for the same ones, 1 where they have none in common."""
    one, other = before.split()[:_COMPARED], after.split()[:_COMPARED]
    return 1 - SequenceMatcher(None, one, other, autojunk=False).ratio()
