"""What one request of a mail came to."""

from dataclasses import dataclass

from app.intents.situation import Situation
from app.shopify.schemas import Order
from app.tools.lookup import Lookup
from app.vocabulary import Ownership


@dataclass(frozen=True)
class Resolution:
    """What one request came to.

    Attributes:
        situation: What to answer, or why a person has to.
        ownership: How the asker stands to the order or orders of the facts; None where the facts are nobody's.
        lookups: Every tool call with its reason, for staff. Only `situation.facts` may reach the shopper.
        orders: The asker's own orders that were read in full; their journeys tell where the customer came from.
    """

    situation: Situation
    ownership: Ownership | None = None
    lookups: tuple[Lookup, ...] = ()
    orders: tuple[Order, ...] = ()
