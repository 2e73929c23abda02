"""Whether a customer is one whose replies the store wants a person to see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.intents.resolution import Resolution
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.replies.vip import vip_rule_of
from app.tools import get_customer
from app.tools.lookup import Lookup
from app.vocabulary import Ownership


@dataclass(frozen=True)
class VipStanding:
    """`why`: as part of a sentence, empty for anybody else. `unknown`: why it could not be found out, a sentence."""

    why: str = ""
    unknown: str = ""


async def add_customer(desk: Desk, work: Work, resolutions: Sequence[Resolution]) -> Sequence[Resolution]:
    """The same with the customer looked up, where the store's rule asks for it and no intent has done so.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    if not vip_rule_of(work.store).is_set or not resolutions or _customer(resolutions) is not None:
        return resolutions
    args = get_customer.Args()
    found = await get_customer.run(desk.shop(work.store), work.asker(), args)
    first = resolutions[0]
    lookups = (*first.lookups, Lookup.of(get_customer.NAME, args, found))
    return [replace(first, lookups=lookups), *resolutions[1:]]


def vip_standing(work: Work, resolutions: Sequence[Resolution]) -> VipStanding:
    """What the store's rule says of the customer, by what was looked up."""
    rule, looked_up = vip_rule_of(work.store), _customer(resolutions)
    if not rule.is_set or looked_up is None:
        return VipStanding()
    if looked_up.ownership is Ownership.OUT_OF_REACH:
        return VipStanding(unknown=looked_up.outcome)
    return VipStanding(why=rule.why(looked_up.facts))


def _customer(resolutions: Sequence[Resolution]) -> Lookup | None:
    lookups = (lookup for resolution in resolutions for lookup in resolution.lookups)
    return next((lookup for lookup in lookups if lookup.tool == get_customer.NAME), None)
