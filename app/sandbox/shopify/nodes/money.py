"""Amounts in the shop's and the shopper's currency, converted once per line so that totals add up in both."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from app.sandbox.shopify.context import Node


@dataclass(frozen=True)
class Amount:
    """The same amount in both currencies."""

    shop: Decimal = Decimal(0)
    presentment: Decimal = Decimal(0)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.shop + other.shop, self.presentment + other.presentment)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.shop - other.shop, self.presentment - other.presentment)

    def __mul__(self, quantity: int) -> "Amount":
        return Amount(self.shop * quantity, self.presentment * quantity)

    def __bool__(self) -> bool:
        return bool(self.shop)


ZERO = Amount()


def total(amounts: list[Amount]) -> Amount:
    return sum(amounts, ZERO)


@dataclass(frozen=True)
class Currencies:
    """The currencies of one order, and how its amounts are shown.

    Attributes:
        rate: Units of the presentment currency for one of the shop's.
    """

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)

    def amount(self, value: Decimal) -> Amount:
        """An amount of the shop's currency, in both."""
        return Amount(rounded(value, self.shop), rounded(value * self.rate, self.presentment))

    def share(self, amount: Amount, part: Decimal) -> Amount:
        """A part (0 to 1) of an amount, rounded in each currency."""
        return Amount(
            rounded(amount.shop * part, self.shop), rounded(amount.presentment * part, self.presentment)
        )

    def bag(self, amount: Amount) -> Node:
        """A `MoneyBag`."""
        return {
            "shopMoney": money(amount.shop, self.shop),
            "presentmentMoney": money(amount.presentment, self.presentment),
        }


def rounded(value: Decimal, currency: str) -> Decimal:
    """To the currency's smallest unit: two places for EUR, none for JPY."""
    return value.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_UP)


def money(value: Decimal, currency: str) -> Node:
    """A `MoneyV2`. Shopify drops trailing zeros, but keeps one place: `12.5`, `100.0`."""
    text = f"{value.normalize():f}"
    return {"amount": text if "." in text else f"{text}.0", "currencyCode": currency}
