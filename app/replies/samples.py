"""Sample facts for every situation: what the contract test renders, and what a preview of a template shows.

Each situation has a full sample and thinner ones, in which everything that may be unknown is unknown. Days are
offsets from `today`. No two facts of a sample are alike by chance, so that an exchanged one can be told apart.
"""

from datetime import date, timedelta

from app.intents.situation import AnswerByFacts, CodeFacts, Facts, Situation, UnknownOrderFacts
from app.replies.order_samples import INTENTS as ORDER_INTENTS
from app.replies.order_samples import order_samples
from app.replies.shop_samples import INTENTS as SHOP_INTENTS
from app.replies.shop_samples import shop_samples
from app.vocabulary import Intent

INTENTS: dict[str, Intent] = {
    **ORDER_INTENTS,
    **SHOP_INTENTS,
    "order_unknown": Intent.ORDER_STATUS,
    "code_refused": Intent.ORDER_STATUS,
    "person_will_answer": Intent.HUMAN_REQUEST,
}
SITUATIONS: tuple[str, ...] = tuple(INTENTS)

_UNPROVEN: dict[str, tuple[Facts, ...]] = {
    "order_unknown": (UnknownOrderFacts("#4711", 30), UnknownOrderFacts("#4711"), UnknownOrderFacts(None)),
    "code_refused": (CodeFacts(2), CodeFacts(1)),
}


def samples(name: str, today: date) -> tuple[Situation, ...]:
    """Situations of a name, the fullest first."""
    return tuple(Situation(intent=INTENTS[name], name=name, facts=facts) for facts in _facts(name, today))


def _facts(name: str, today: date) -> tuple[Facts, ...]:
    if name in ORDER_INTENTS:
        return order_samples(name, today)
    if name in SHOP_INTENTS:
        return shop_samples(name, today)
    if name == "person_will_answer":
        return (AnswerByFacts(today + timedelta(days=2)), AnswerByFacts(today))
    return _UNPROVEN[name]
