"""A shop with many more shoppers than the demo's: who asks for the same order again teaches the store not to answer by itself."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.sandbox.shopify import DEMO_SHOP
from benchmarks.mails import Shopper

_COPIES = 8
_APART = 100
"""Between the numbers of an order and of its copy; the demo shop has fewer orders."""


def write_shop(folder: Path) -> Path:
    """The demo shop, with copies of each customer and order, for `SandboxConfig.shop`. Returns the folder."""
    folder.mkdir()
    data: dict[str, dict[str, Any]] = {
        name: tomllib.loads((DEMO_SHOP / f"{name}.toml").read_text())
        for name in ("shop", "products", "customers", "orders")
    }
    copies = range(_COPIES + 1)
    data["customers"]["customers"] = [
        {**one, "key": f"{one['key']}-{copy}", **_email(one, copy)}
        for copy in copies
        for one in data["customers"]["customers"]
    ]
    data["orders"]["orders"] = [_order(one, copy) for copy in copies for one in data["orders"]["orders"]]
    for name, content in data.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def shoppers() -> tuple[Shopper, ...]:
    """Every order of the demo shop whose customer can write."""
    customers = {
        one["key"]: one for one in tomllib.loads((DEMO_SHOP / "customers.toml").read_text())["customers"]
    }
    return tuple(_shoppers(customers, tomllib.loads((DEMO_SHOP / "orders.toml").read_text())["orders"]))


def copy_of(shopper: Shopper, copy: int) -> Shopper:
    """Somebody else with the same name, who has ordered the same.

    Raises:
        ValueError: the shop has no such copy.
    """
    if copy > _COPIES:
        raise ValueError(f"The shop has {_COPIES} copies of each shopper.")
    return Shopper(shopper.name, _address(shopper.address, copy), shopper.number + copy * _APART)


def _shoppers(customers: dict[str, dict[str, str]], orders: list[dict[str, Any]]) -> Iterator[Shopper]:
    for order in orders:
        customer = customers.get(str(order.get("customer")), {})
        if address := customer.get("email"):
            name = f"{customer.get('first_name', '')} {customer.get('last_name', '')}".strip()
            yield Shopper(name, address, int(order["number"]))


def _order(order: dict[str, Any], copy: int) -> dict[str, Any]:
    customer = {"customer": f"{order['customer']}-{copy}"} if "customer" in order else {}
    return {**order, "number": order["number"] + copy * _APART, **customer, **_email(order, copy)}


def _email(record: dict[str, Any], copy: int) -> dict[str, str]:
    return {"email": _address(record["email"], copy)} if record.get("email") else {}


def _address(address: str, copy: int) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}{copy or ''}@{domain}"
