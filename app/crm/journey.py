"""Where a contact stands on the way from hearing of the shop to coming back."""

from collections.abc import Collection

from app.vocabulary import Intent, JourneyStage

_ABOUT_TO_BUY = frozenset(
    {
        Intent.PRODUCT_QUESTION,
        Intent.SHIPPING_QUESTION,
        Intent.RETURN_POLICY,
        Intent.ORDERING_HELP,
        Intent.PAYMENT_QUESTION,
        Intent.PAYMENT_PROBLEM,
    }
)
_ORDER = list(JourneyStage)


def journey_stage(
    known: JourneyStage, *, intents: Collection[Intent], orders: int, is_delivered: bool
) -> JourneyStage:
    """The furthest stage that the facts show; nobody is put back by a mail that shows less.

    Args:
        known: Where the contact stood.
        intents: What the mail asks for.
        orders: How many orders are known to be theirs.
        is_delivered: Whether one of them has arrived.
    """
    if orders > 1:
        shown = JourneyStage.LOYALTY
    elif orders == 1:
        shown = JourneyStage.USE if is_delivered else JourneyStage.PURCHASE
    elif _ABOUT_TO_BUY & set(intents):
        shown = JourneyStage.CONSIDERATION
    else:
        shown = JourneyStage.AWARENESS
    return max(known, shown, key=_ORDER.index)
