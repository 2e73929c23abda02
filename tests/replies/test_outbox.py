from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.outbound.events import DeliveryKind
from app.replies.outbox import INITIAL, STEPS, Conflict, settle, step
from app.vocabulary import ReplyState as S

ALLOWED = {
    (S.DRAFTED, S.HELD), (S.DRAFTED, S.APPROVED), (S.DRAFTED, S.DISCARDED),
    (S.HELD, S.DRAFTED), (S.HELD, S.APPROVED), (S.HELD, S.DISCARDED),
    (S.APPROVED, S.SCHEDULED), (S.APPROVED, S.DRAFTED), (S.APPROVED, S.HELD), (S.APPROVED, S.DISCARDED),
    (S.SCHEDULED, S.SENDING), (S.SCHEDULED, S.DRAFTED), (S.SCHEDULED, S.HELD), (S.SCHEDULED, S.DISCARDED),
    (S.SCHEDULED, S.FAILED),
    (S.SENDING, S.SENT), (S.SENDING, S.FAILED), (S.SENDING, S.IN_DOUBT), (S.SENDING, S.SCHEDULED),
    (S.SENT, S.DELIVERED), (S.SENT, S.BOUNCED), (S.SENT, S.FAILED),
    (S.DELIVERED, S.BOUNCED),
    (S.FAILED, S.APPROVED), (S.FAILED, S.DRAFTED), (S.FAILED, S.DISCARDED),
    (S.FAILED, S.IN_DOUBT),
    (S.IN_DOUBT, S.SENT), (S.IN_DOUBT, S.FAILED), (S.IN_DOUBT, S.APPROVED), (S.IN_DOUBT, S.DISCARDED),
}  # fmt: skip
UNSENT = [S.DRAFTED, S.HELD, S.APPROVED, S.SCHEDULED, S.DISCARDED]
K = DeliveryKind
SILENT = [K.UNSUBSCRIBE, K.UNKNOWN]


@pytest.mark.parametrize(("current", "to"), list(product(S, S)))
def test_only_the_drawn_steps_are_allowed(current: S, to: S):
    if (current, to) in ALLOWED:
        assert step(current, to) is to
    else:
        with pytest.raises(Conflict) as caught:
            step(current, to)
        assert (caught.value.status, caught.value.code) == (409, "conflict")


def test_every_state_has_its_steps_and_can_be_reached():
    assert set(STEPS) == set(S)
    reached, todo = set(INITIAL), list(INITIAL)
    while todo:
        new = STEPS[todo.pop()] - reached
        reached |= new
        todo += new
    assert reached == set(S)


def test_nothing_leaves_without_being_claimed():
    assert [state for state, to in STEPS.items() if S.SENDING in to] == [S.SCHEDULED]
    assert {state for state, to in STEPS.items() if S.SENT in to} == {S.SENDING, S.IN_DOUBT}


def test_what_may_have_left_is_never_queued_again_by_itself():
    assert S.SCHEDULED not in STEPS[S.IN_DOUBT] | STEPS[S.SENT] | STEPS[S.FAILED]


@pytest.mark.parametrize("current", S)
@pytest.mark.parametrize("kind", SILENT)
def test_an_event_that_proves_nothing_changes_nothing(current: S, kind: DeliveryKind):
    assert settle(current, kind) is current


@pytest.mark.parametrize("doubt", [S.SENDING, S.IN_DOUBT])
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (K.PROCESSED, S.SENT),
        (K.DEFERRED, S.SENT),
        (K.DELIVERED, S.DELIVERED),
        (K.OPEN, S.DELIVERED),
        (K.CLICK, S.DELIVERED),
        (K.SPAM_REPORT, S.DELIVERED),
        (K.BOUNCED, S.BOUNCED),
        (K.DROPPED, S.FAILED),
    ],
)
def test_an_event_settles_a_doubt(doubt: S, kind: DeliveryKind, state: S):
    assert settle(doubt, kind) is state


@pytest.mark.parametrize("unsent", UNSENT)
def test_a_reply_of_which_is_proven_that_it_left_is_not_sent_again(unsent: S):
    assert settle(unsent, K.PROCESSED) is S.SENT
    assert settle(unsent, K.DELIVERED) is S.DELIVERED
    assert settle(unsent, K.BOUNCED) is S.BOUNCED
    assert settle(unsent, K.DROPPED) is unsent


@pytest.mark.parametrize(
    "events", list(permutations([K.PROCESSED, K.DEFERRED, K.DELIVERED, K.OPEN, K.BOUNCED]))
)
def test_the_order_of_events_does_not_matter(events):
    state = S.IN_DOUBT
    for event in events:
        state = settle(state, event)
    assert state is S.BOUNCED


claimed = st.sampled_from([S.SENDING, S.IN_DOUBT, S.SENT, S.FAILED, S.DELIVERED, S.BOUNCED])


@given(claimed, st.lists(st.sampled_from(K)), st.randoms())
def test_repeated_and_reordered_events_end_alike(start: S, events: list[DeliveryKind], random):
    def end(sequence):
        state = start
        for event in sequence:
            state = settle(state, event)
        return state

    shuffled = events * 2
    random.shuffle(shuffled)
    assert end(events) is end(shuffled)


def test_the_answer_to_our_call_may_come_after_its_events():
    assert settle(S.DELIVERED, K.PROCESSED) is S.DELIVERED
    assert settle(S.BOUNCED, K.DELIVERED) is S.BOUNCED
