from math import isclose, sqrt
from statistics import NormalDist

from hypothesis import example, given
from hypothesis import strategies as st

from app.replies.earning import (
    BAD,
    NEWEST,
    SHARE,
    WITHOUT_BAD,
    Deed,
    share_changed,
    successes_missing,
    weigh,
    wilson_bound,
)
from app.vocabulary import Verdict

DEEDS = st.lists(
    st.builds(Deed, st.integers(0, 30), st.sampled_from(Verdict), st.floats(0, 1)), max_size=NEWEST
)


def test_twenty_five_of_twenty_five_are_enough_and_one_less_is_not():
    assert wilson_bound(0, 0) == 0
    assert wilson_bound(24, 24) < SHARE <= wilson_bound(25, 25)


@given(st.integers(1, 200), st.integers(0, 60))
def test_the_bound_is_where_the_score_test_would_begin_to_reject(successes, failures):
    tries, bound = successes + failures, wilson_bound(successes, successes + failures)
    score = (successes / tries - bound) / sqrt(bound * (1 - bound) / tries)
    assert isclose(score, NormalDist().inv_cdf(0.95), rel_tol=1e-6)


@given(st.integers(0, 200), st.integers(0, 60))
@example(0, 30)
def test_more_successes_raise_the_bound_and_failures_lower_it(successes, failures):
    tries = successes + failures
    bound = wilson_bound(successes, tries)
    assert 0 <= bound <= (successes / tries if tries else 1)
    assert wilson_bound(successes + 1, tries + 1) > bound
    assert wilson_bound(successes, tries + 1) <= bound


@given(st.integers(0, 50), st.integers(0, 5))
def test_what_is_missing_is_just_enough(successes, failures):
    missing = successes_missing(successes, successes + failures)
    tries = successes + failures + missing
    assert wilson_bound(successes + missing, tries) >= SHARE
    assert missing == 0 or wilson_bound(successes + missing - 1, tries - 1) < SHARE


@given(DEEDS)
def test_nothing_is_earned_by_deeds_that_hold_a_late_bad_outcome_or_too_few_successes(deeds):
    evidence = weigh(deeds)
    assert evidence.successes <= evidence.decided
    assert evidence.is_earned == (
        evidence.bound >= SHARE and (evidence.since_bad is None or evidence.since_bad >= WITHOUT_BAD)
    )
    assert (evidence.since_bad is None) == (not any(deed.verdict in BAD for deed in deeds))
    assert 0 <= evidence.changed <= 1


def test_a_success_that_a_customer_came_back_from_is_none():
    deeds = [Deed("a", Verdict.REOPENED), Deed("a", Verdict.UNTOUCHED), Deed("b", Verdict.UNTOUCHED)]
    evidence = weigh(deeds)
    assert (evidence.successes, evidence.decided, evidence.since_bad) == (1, 2, 0)


def test_after_a_bad_outcome_twenty_more_have_to_go_well():
    good = [Deed(number, Verdict.UNTOUCHED) for number in range(60)]
    assert weigh(good).is_earned
    spoilt = [*good[:19], Deed(40, Verdict.COMPLAINED), *good[19:]]
    assert weigh(spoilt).missing == 1
    assert weigh([*good[:20], Deed(40, Verdict.COMPLAINED), *good[20:]]).is_earned


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_share_of_changed_words(one, other):
    assert 0 <= share_changed(one, other) <= 1
    assert share_changed(one, one) == 0


def test_one_word_of_ten_is_a_tenth():
    assert round(share_changed("a b c d e f g h i j", "a b c d e f g h i k"), 6) == 0.1
