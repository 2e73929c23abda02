"""What facts amount to, in the statements that a reply may make of them, and what follows from what."""

from collections.abc import Iterable
from typing import Any

Meaning = tuple[str, str]
"""A polarity and a state, as in `Statement`: `("is_not", "shipped")`."""

# What follows from what.
_IMPLIED: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("is", "refunded_in_full"): (("is", "refunded"), ("is", "paid")),
    ("is", "refunded"): (("is", "paid"),),
    ("will_not", "delivered"): (("will_not", "shipped"),),
    ("will_not", "shipped"): (("will_not", "delivered"),),
    ("is", "delivered"): (("is", "shipped"),),
    ("is", "out_for_delivery"): (("is", "in_transit"), ("is", "shipped")),
    ("is", "in_transit"): (("is", "shipped"),),
    ("is", "scanned"): (("is", "shipped"),),
    ("is_not", "scanned"): (("is_not", "shipped"), ("is_not", "in_transit"), ("is_not", "delivered")),
    ("is_not", "shipped"): (
        ("is_not", "in_transit"),
        ("is_not", "delivered"),
        ("is_not", "out_for_delivery"),
    ),
    ("is", "cancelled"): (("will_not", "shipped"), ("will_not", "delivered"), ("is_not", "shipped")),
}
KNOWN_BY_ABSENCE = frozenset(
    {"shipped", "delivered", "cancelled", "refunded", "in_transit", "out_for_delivery", "labelled"}
)
NEVER_KNOWN = frozenset({"cancelled", "scanned", "on_hold", "returned", "lost"})


def states_of(instance: Any) -> set[Meaning]:
    """What the fields of one fact say has happened, and that an order's later states would be known."""
    found: set[Meaning] = set()

    def has(name: str) -> bool:
        return bool(getattr(instance, name, None))

    for name, evidence in {
        "shipped": ("shipped_on", "delivered_on"),
        "delivered": ("delivered_on",),
        "cancelled": ("cancelled_on",),
        "refunded": ("refunded", "refunded_on"),
        "paid": ("paid_on", "received"),
    }.items():
        if any(has(field_name) for field_name in evidence):
            found.add(("is", name))
    total = getattr(instance, "total", None)
    more: tuple[tuple[bool, Meaning], ...] = (
        (has("refunded") and total == getattr(instance, "refunded", None), ("is", "refunded_in_full")),
        (has("shipped_on") and not has("delivered_on"), ("is", "in_transit")),
        (has("parcels") and not has("due"), ("is", "paid")),
        (has("tracking_number"), ("is", "labelled")),
        (has("last_event_on"), ("is", "scanned")),
        (has("due"), ("is_not", "paid")),
        (hasattr(instance, "available"), ("is" if has("available") else "is_not", "available")),
        (has("available_on"), ("will", "available")),
        (has("available_on"), ("is_not", "available")),
        (has("exchange_items"), ("promise", "replacement")),
        (hasattr(instance, "cancelled_on"), ("knows", "order")),
    )
    return found | {meaning for holds, meaning in more if holds}


def closure(meanings: Iterable[Meaning]) -> set[Meaning]:
    found = set(meanings)
    is_mixed = {
        ("is", "shipped"),
        ("is_not", "shipped"),
    } <= found  # one part of it has been sent, the other not
    for meaning in tuple(found):
        if not (is_mixed and meaning == ("is_not", "shipped")):
            found.update(_IMPLIED.get(meaning, ()))
    return found
