"""Shopify's values as plain ones for the agent's page: dates as ISO 8601, money as `12.50 EUR`, statuses as words."""

from datetime import datetime
from enum import StrEnum

from babel.numbers import get_currency_precision

from app.shopify.schemas import LineName, MoneyBag, MoneyV2


def money_of(bag: MoneyBag) -> str:
    """In the shopper's currency."""
    return told(bag.presentment_money)


def told(money: MoneyV2) -> str:
    return f"{money.amount:.{get_currency_precision(money.currency_code)}f} {money.currency_code}"


def word(status: StrEnum | None) -> str | None:
    return status.value if status else None


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def name_of(line: LineName) -> str:
    """`Wool Blanket, Blue`: what an agent calls a line."""
    return f"{line.title}, {line.variant_title}" if line.variant_title else line.title
