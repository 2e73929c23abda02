"""A reply's states and the only steps between them.

```
 drafted ⇄ held ── approved ── scheduled ── sending ─┬─ sent ─┬─ delivered ── bounced
     └──────┴─────────┴────────────┴── discarded     │        └─ bounced
                                   └─ failed         ├─ failed    (a person may try again)
                                                     └─ in_doubt  (an event, a person or a day's silence settles it)
```

`step` is for what we do ourselves. `settle` is for what the provider tells us, which comes late, twice and out of
order: it only ever moves forward, so that any order and any repetition of the same events ends in the same state.
"""

from types import MappingProxyType

from app.errors import BadRequest
from app.mail.outbound.events import DeliveryKind
from app.vocabulary import ReplyState as S

INITIAL: frozenset[S] = frozenset({S.DRAFTED, S.HELD, S.SCHEDULED})

STEPS: MappingProxyType[S, frozenset[S]] = MappingProxyType(
    {
        S.DRAFTED: frozenset({S.HELD, S.APPROVED, S.DISCARDED}),
        S.HELD: frozenset({S.DRAFTED, S.APPROVED, S.DISCARDED}),
        S.APPROVED: frozenset({S.SCHEDULED, S.DRAFTED, S.HELD, S.DISCARDED}),
        # Taken back in the undo window, by a person or by a newer mail of the conversation.
        # Failed: a fault of ours before anything was sent.
        S.SCHEDULED: frozenset({S.SENDING, S.DRAFTED, S.HELD, S.DISCARDED, S.FAILED}),
        # Back to scheduled only where it is sure that nothing left: 429, or no byte was written before the run ended or died.
        S.SENDING: frozenset({S.SENT, S.FAILED, S.IN_DOUBT, S.SCHEDULED}),
        S.SENT: frozenset({S.DELIVERED, S.BOUNCED, S.FAILED}),
        S.DELIVERED: frozenset({S.BOUNCED}),
        S.BOUNCED: frozenset(),
        # In doubt again: it had failed for silence alone, and something tells of it after all.
        S.FAILED: frozenset({S.APPROVED, S.DRAFTED, S.DISCARDED, S.IN_DOUBT}),
        # Only a person takes these: "it arrived", "send it again", "leave it"; or, to failed, what SendGrid does not tell.
        S.IN_DOUBT: frozenset({S.SENT, S.FAILED, S.APPROVED, S.DISCARDED}),
        S.DISCARDED: frozenset(),
    }
)

# What an event proves about a reply. Who opens, clicks or complains has got it. What nobody knows proves nothing.
PROOFS: MappingProxyType[DeliveryKind, S] = MappingProxyType(
    {
        DeliveryKind.PROCESSED: S.SENT,
        DeliveryKind.DEFERRED: S.SENT,
        DeliveryKind.DROPPED: S.FAILED,
        DeliveryKind.DELIVERED: S.DELIVERED,
        DeliveryKind.OPEN: S.DELIVERED,
        DeliveryKind.CLICK: S.DELIVERED,
        DeliveryKind.SPAM_REPORT: S.DELIVERED,
        DeliveryKind.BOUNCED: S.BOUNCED,
    }
)

# How far a state is: an event never moves a reply back. A bounce outranks a delivery because a receiving host
# may accept a mail and return it afterwards, never the other way round.
_RANK: MappingProxyType[S, int] = MappingProxyType(
    {S.SENT: 1, S.FAILED: 2, S.DELIVERED: 3, S.BOUNCED: 4},
)
_CLAIMED: frozenset[S] = frozenset({S.SENDING, S.IN_DOUBT, S.SENT, S.FAILED, S.DELIVERED, S.BOUNCED})


def step(current: S, to: S) -> S:
    """The next state.

    Raises:
        Conflict: The step is not allowed, mostly because somebody else was faster.
    """
    if to not in STEPS[current]:
        raise Conflict(current, to)
    return to


def settle(current: S, event_kind: DeliveryKind) -> S:
    """The state after a delivery event; the current one where the event tells nothing new.

    A reply that we believe unsent (back in the queue after a failure, say) and of which the provider tells that it
    left, has left: it must not be sent again. Our own success is `settle(current, DeliveryKind.PROCESSED)` too, since
    an event may be faster than the answer to the call that caused it. That it was dropped proves nothing about a later try.
    """
    proof = PROOFS.get(event_kind)
    if proof is None or (proof is S.FAILED and current not in _CLAIMED):
        return current
    return proof if _RANK[proof] > _RANK.get(current, 0) else current


class Conflict(BadRequest):
    """The reply is not in a state that allows this. 409."""

    code = "conflict"
    status = 409

    def __init__(self, current: S, to: S) -> None:
        super().__init__(
            f"This reply is {_words(current)}, so it cannot become {_words(to)}. Reload to see it."
        )
        self.current = current
        self.to = to


def _words(state: S) -> str:
    return state.value.replace("_", " ")
