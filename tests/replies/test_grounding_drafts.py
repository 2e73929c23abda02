"""The bars of grounding: wrong replies are found, right ones are left alone."""

from collections import Counter

import pytest

from tests.replies.grounding_bars import measure, right, written
from tests.replies.lamp_cases import LampDraft
from tests.replies.shop_cases import written_drafts

DRAFTS = written()


def test_hardly_any_correct_draft_is_marked():
    marked = {
        draft.text: [finding.sentence for finding in found]
        for draft in DRAFTS
        if (found := right(draft).findings(draft.text))
    }
    assert len(marked) <= len(DRAFTS) // 100, marked


def test_there_are_correct_drafts_enough_in_every_language():
    assert len(DRAFTS) >= 900
    assert min(Counter(draft.language for draft in DRAFTS).values()) >= 180
    assert len({draft.text for draft in DRAFTS}) == len(DRAFTS)


def test_hardly_any_corruption_gets_by():
    bars = measure(150, seed=1)
    assert bars.share >= 0.98, bars.examples  # of 150; the bar of 0.99 is that of the 5,000


@pytest.mark.slow
def test_of_five_thousand_corruptions_hardly_any_gets_by():
    bars = measure(5_000, seed=2)
    assert bars.share >= 0.99, bars.examples


def test_hardly_any_wrong_edit_by_hand_gets_by():
    """An invented promise, another state, order, date, currency or discount. Five are what docs/grounding.md says cannot be seen."""
    wrong = written_drafts("wrong", LampDraft)
    missed = [draft.text for draft in wrong if not right(draft).findings(draft.text)]
    assert len(wrong) >= 60
    assert len(missed) <= 5, missed
