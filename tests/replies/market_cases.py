"""Facts of twenty shops of all kinds, for drafts that were written before anything was tuned on them (`drafts/market.toml`).

A draft begins with `== case`, or with the name of a situation. The lines behind it that begin with `> ` are the texts of
the shop which are the facts of that situation (a policy, a product's description), or articles that a draft of a case was
written from. A situation without such lines has the facts of its sample.
TODAY is Monday, 5 October 2026, as in `shop_cases`.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from app.intents.situation import PolicyFacts, ProductTextFacts, Situation
from app.replies.samples import INTENTS, samples
from tests.replies.shop_cases import FOLDER, WrittenDraft
from tests.replies.voices import TODAY

_MONEY = frozenset({"total", "refunded", "price", "due", "received", "reserved"})
_ITEMS = frozenset({"items", "waiting_items", "return_items", "exchange_items"})
_URL = "https://shop.example/page"


class MarketDraft(WrittenDraft):
    """A correct draft of one of these shops."""

    @property
    def situations(self) -> tuple[Situation, ...]:
        """What it answers."""
        return tuple(_situation(name, self.articles) for name in self.case.split("+"))

    @property
    def passages(self) -> tuple[str, ...]:
        """Articles of the shop that it was written from."""
        return () if any(name in INTENTS for name in self.case.split("+")) else self.articles


def _situation(name: str, lines: tuple[str, ...]) -> Situation:
    if name not in INTENTS:
        return _cases()[name]
    if not lines:
        return samples(name, TODAY)[0]
    kind = type(samples(name, TODAY)[0].facts)
    if kind is ProductTextFacts:
        return Situation(INTENTS[name], name, ProductTextFacts(lines[0], _URL, lines[1:]))
    return Situation(INTENTS[name], name, PolicyFacts("Policy", _URL, lines))


@lru_cache
def _cases() -> Mapping[str, Situation]:
    made = {}
    for case, table in tomllib.loads((FOLDER / "market.toml").read_text(encoding="utf-8")).items():
        name = table.pop("situation")
        kind = type(samples(name, TODAY)[0].facts)
        facts = TypeAdapter(kind).validate_python(_written_out(table))
        made[case] = Situation(INTENTS[name], name, facts)
    return made


def _written_out(table: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a table in full: `"9.90 EUR"` is money, `"2 x Mug | Blue"` an item, a parcel has all items."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in _MONEY:
            amount, currency = value.split()
            found[name] = {"amount": Decimal(amount), "currency": currency}
        elif name in _ITEMS:
            found[name] = [_item(one) for one in value]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            shared = {"items": table["items"]} if name == "parcels" else {}
            found[name] = [_written_out({**shared, **one}) for one in value]
        else:
            found[name] = None if value == "" else value
    return found


def _item(text: str) -> dict[str, Any]:
    count, _, named = text.partition(" x ")
    title, _, variant = named.partition(" | ")
    return {"title": title, "variant": variant or None, "quantity": int(count)}
