"""Customers who matter so much to a store that a person sees what they get."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.models import Store


@dataclass(frozen=True)
class VipRule:
    """Whoever meets one of these; None and an empty tag ask for nothing.

    Attributes:
        orders: From so many orders on.
        spent: From so much spent on, in the shop's currency.
        tag: A tag that Shopify keeps with the customer, in any case.
    """

    orders: int | None = None
    spent: Decimal | None = None
    tag: str = ""

    @property
    def is_set(self) -> bool:
        return self.orders is not None or self.spent is not None or bool(self.tag)

    def why(self, facts: Mapping[str, Any]) -> str:
        """Why a customer meets it, as a part of a sentence; empty where they do not.

        Args:
            facts: What the look-up of a customer found (`get_customer.Result.staff_facts`); empty: no customer yet.
        """
        return ", ".join(self._met(facts))

    def _met(self, facts: Mapping[str, Any]) -> Iterator[str]:
        orders, spent = int(facts.get("orders") or 0), str(facts.get("spent") or "")
        if self.orders is not None and facts and orders >= self.orders:
            yield f"{orders} order{'s' if orders != 1 else ''}"
        if self.spent is not None and facts and _amount(spent) >= self.spent:
            yield f"{spent} spent"
        if self.tag and self.tag.casefold() in (str(tag).casefold() for tag in facts.get("tags") or ()):
            yield f"the tag “{self.tag}”"


def vip_rule_of(store: Store) -> VipRule:
    """What the owner of a store has set."""
    spent = Decimal(str(store.vip_spent)) if store.vip_spent is not None else None
    return VipRule(store.vip_orders, spent, store.vip_tag)


def _amount(money: str) -> Decimal:
    """Of `84.00 EUR`."""
    try:
        return Decimal(money.partition(" ")[0])
    except InvalidOperation:
        return Decimal()
