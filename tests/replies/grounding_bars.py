"""How well grounding tells right replies from wrong ones: `make grounding` prints the figures, the suite holds the bars.

Right are the replies of every template, sample and language, and those of `drafts/`, in the style of agents. Wrong are
these with one corruption each (`corruptions`). The folders `fresh`, `second` … `twentyfourth` of the drafts were written one
after another before the code was tuned on them: those from `seventh` to `fourteenth` of another shop, those from `sixteenth`
on of some thirty (`market_cases`). How many of each were marked at first sight stands in docs/evaluation.md.
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass, field

from app.intents.situation import Situation
from app.replies.grounding import Finding, Shopper, check
from app.replies.locales import LOCALES, Locale
from app.replies.samples import SITUATIONS, samples
from tests.replies.corruptions import corruptions
from tests.replies.lamp_cases import LampDraft
from tests.replies.market_cases import MarketDraft
from tests.replies.shop_cases import WrittenDraft, written_drafts
from tests.replies.voices import TODAY, VOICE, drafted

FOLDERS = ("", "fresh", "second", "third", "fourth", "fifth", "sixth", "fifteenth")
LAMP_FOLDERS = ("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth")
MARKET_FOLDERS = (
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twentyfirst",
    "twentysecond",
    "twentythird",
    "twentyfourth",
)
SHOPPER = Shopper("Anna Schmidt")


@dataclass(frozen=True)
class Right:
    """A right reply."""

    text: str
    situations: tuple[Situation, ...]
    locale: Locale
    passages: tuple[str, ...] = ()

    def findings(self, text: str) -> tuple[Finding, ...]:
        """What is found in a text that answers the same."""
        return check(
            text,
            self.situations,
            self.locale,
            voice=VOICE,
            shopper=SHOPPER,
            today=TODAY,
            passages=self.passages,
        )


@dataclass
class Bars:
    """Corruptions made and missed, by language and kind."""

    made: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return 1 - self.missed.total() / self.made.total()


def written() -> tuple[WrittenDraft, ...]:
    ours = tuple(draft for folder in FOLDERS for draft in written_drafts(folder))
    ours += tuple(draft for folder in LAMP_FOLDERS for draft in written_drafts(folder, LampDraft))
    return ours + tuple(draft for folder in MARKET_FOLDERS for draft in written_drafts(folder, MarketDraft))


def right(draft: WrittenDraft) -> Right:
    return Right(draft.text, draft.situations, draft.locale, draft.passages)


def right_replies() -> tuple[list[Right], list[Right]]:
    """Those of the templates, and those that people wrote."""
    templated = [
        Right(drafted(sample, language=code).markdown, (sample,), locale)
        for code, locale in LOCALES.items()
        for name in SITUATIONS
        for sample in samples(name, TODAY)
    ]
    return templated, [right(draft) for draft in written()]


def measure(count: int, seed: int) -> Bars:
    """Corrupt right replies, half of them templated and half written, until there are so many."""
    rng = random.Random(seed)
    sources = right_replies()
    bars = Bars()
    while bars.made.total() < count:
        reply = rng.choice(rng.choice(sources))
        for corruption in corruptions(reply.text, reply.locale, rng, reply.situations, TODAY):
            key = (reply.locale.code, corruption.kind)
            bars.made[key] += 1
            if not reply.findings(corruption.text):
                bars.missed[key] += 1
                bars.examples.append(f"{' '.join(key)}: {corruption.what}")
    return bars


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(count: int = 5_000, seed: int = 1) -> None:
    drafts = written()
    marked = sum(bool(right(draft).findings(draft.text)) for draft in drafts)
    say(f"right drafts marked: {marked} of {len(drafts)}")
    bars = measure(count, seed)
    for code in LOCALES:
        made = sum(n for key, n in bars.made.items() if key[0] == code)
        missed = sum(n for key, n in bars.missed.items() if key[0] == code)
        say(f"{code}: {made - missed} of {made} corruptions found, {1 - missed / made:.2%}")
    for kind in sorted({kind for _, kind in bars.made}):
        made = sum(n for key, n in bars.made.items() if key[1] == kind)
        missed = sum(n for key, n in bars.missed.items() if key[1] == kind)
        say(f"{kind}: {made - missed} of {made}, {1 - missed / made:.2%}")
    say(f"all: {bars.made.total() - bars.missed.total()} of {bars.made.total()}, {bars.share:.2%}")
    for example in bars.examples:
        say(f"missed: {example}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
