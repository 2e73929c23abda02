"""The bars of grounding: wrong replies are found, right ones are left alone."""

import random
from collections import Counter
from dataclasses import dataclass

import pytest

from app.intents.situation import Situation
from app.replies.grounding import Shopper, check
from app.replies.locales import LOCALES, Locale
from app.replies.samples import SITUATIONS, samples
from tests.replies.corruptions import corruptions
from tests.replies.shop_cases import written_drafts
from tests.replies.voices import TODAY, VOICE, drafted

DRAFTS = written_drafts()
SHOPPER = Shopper("Anna Schmidt")


@dataclass(frozen=True)
class Right:
    """A right reply."""

    text: str
    situations: tuple[Situation, ...]
    locale: Locale


def right_replies() -> tuple[list[Right], list[Right]]:
    """Those of every template, sample and locale, and those that people wrote."""
    templated = [
        Right(drafted(sample, language=code).markdown, (sample,), locale)
        for code, locale in LOCALES.items()
        for name in SITUATIONS
        for sample in samples(name, TODAY)
    ]
    return templated, [Right(draft.text, draft.situations, draft.locale) for draft in DRAFTS]


def findings(text: str, right: Right):
    return check(text, right.situations, right.locale, voice=VOICE, shopper=SHOPPER, today=TODAY)


@pytest.mark.parametrize("language", LOCALES)
def test_correct_drafts_are_not_marked(language: str):
    marked = {
        draft.text: [finding.sentence for finding in found]
        for draft in DRAFTS
        if draft.language == language
        and (
            found := check(
                draft.text, draft.situations, draft.locale, voice=VOICE, shopper=SHOPPER, today=TODAY
            )
        )
    }
    assert marked == {}


def test_there_are_correct_drafts_enough_in_every_language():
    assert len(DRAFTS) >= 200
    assert min(Counter(draft.language for draft in DRAFTS).values()) >= 40
    assert len({draft.text for draft in DRAFTS}) == len(DRAFTS)


def share_found(count: int, seed: int) -> tuple[float, Counter[str]]:
    rng = random.Random(seed)
    sources = right_replies()
    missed: Counter[str] = Counter()
    made = 0
    while made < count:
        right = rng.choice(rng.choice(sources))
        for corruption in corruptions(right.text, right.locale, rng):
            made += 1
            if not findings(corruption.text, right):
                missed[f"{right.locale.code} {corruption.kind}: {corruption.what}"] += 1
    return 1 - missed.total() / made, missed


def test_hardly_any_corruption_gets_by():
    share, missed = share_found(400, seed=1)
    assert share >= 0.99, missed


@pytest.mark.slow
def test_of_five_thousand_corruptions_hardly_any_gets_by():
    share, missed = share_found(5_000, seed=2)
    assert share >= 0.99, missed
