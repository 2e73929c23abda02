"""Looked-up facts in words that staff read: days, money and languages as people write them, Shopify's enums humanised."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import get_currency_precision

from app.web.pages import words

_DAY = "EEE d MMM y"
_NONE = (None, "", "NONE")
_NO_MONEY = re.compile(r"0+(?:\.0+)? [A-Z]{3}")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_FACT_ORDER = (
    "order",
    "number",
    "name",
    "title",
    "variant",
    "status",
    "payment",
    "fulfilment",
    "ordered_at",
    "total",
)
"""What is read first of looked-up facts; the others follow as the database keeps them."""

_STATUS_FACTS = frozenset(
    {
        "account",
        "action",
        "cancel_reason",
        "delivery",
        "fulfilment",
        "holds",
        "last_event",
        "newsletter",
        "parcels",
        "payment",
        "returns",
        "risk",
        "states",
        "status",
    }
)
"""Facts that are words of Shopify's enums or of ours: `PARTIALLY_FULFILLED`."""

_LANGUAGE_FACTS = frozenset({"language", "locale"})

_FACT_LABELS: Mapping[str, str] = {
    "address1": "Street",
    "address2": "Further",
    "at": "When",
    "country_code_v2": "Country",
    "is_allowed": "Shopify allows it",
    "is_complete": "All of it was read",
    "is_shipped": "Needs shipping",
    "province_code": "Region",
    "risk": "Risk advice",
    "tracking_url": "Tracking page",
    "zip": "Postal code",
}
"""Facts whose own names do not say what they are."""


def format_stamp(moment: datetime, zone: ZoneInfo) -> str:
    """A point in time in the store's time zone."""
    return format_datetime(moment.astimezone(zone), f"{_DAY}, HH:mm", locale="en")


def language_name(code: str) -> str:
    """`fa` is Persian; what is no language's code stays as it is."""
    try:
        return Locale.parse(code, sep="-" if "-" in code else "_").get_display_name("en") or code
    except (UnknownLocaleError, ValueError, TypeError):
        return code


def label_of(name: str) -> str:
    """The name of a fact, for people."""
    return _FACT_LABELS.get(name) or words.humanise(name)


def format_fact(value: Any, zone: ZoneInfo, name: str = "") -> str:
    """A looked-up value: Shopify's enums in plain words, points in time (ISO 8601) in the store's time zone."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return str(value)
    if name in _STATUS_FACTS:
        return words.humanise(value.lower())
    if name in _LANGUAGE_FACTS:
        return language_name(value)
    return _format_time(value, zone)


def _format_time(value: str, zone: ZoneInfo) -> str:
    try:
        if _ISO_DAY.fullmatch(value):
            return format_date(date.fromisoformat(value), _DAY, locale="en")
        if len(value) >= 19 and value[10:11] == "T":
            moment = datetime.fromisoformat(value)
            return format_stamp(moment, zone) if moment.tzinfo else value
    except ValueError:
        pass
    return value


def is_told(value: Any, name: str) -> bool:
    """Whether a looked-up value says something: what is empty, zero or as always is left out."""
    if value in (None, "", [], {}) or (name == "is_complete" and value is True):
        return False
    return not (isinstance(value, str) and _NO_MONEY.fullmatch(value))


def one_line(value: Any, zone: ZoneInfo, name: str) -> str:
    """An amount, an item of an order, an order of a list in one line; empty for what needs more room."""
    if not isinstance(value, Mapping):
        return ""
    if value.keys() == {"amount", "currency"}:
        return _money(value)
    if name == "work":
        told = [
            format_fact(value[key], zone, key)
            for key in ("status", "delivery")
            if value.get(key) not in _NONE
        ]
        waits = value.get("units_to_send") or 0
        return " · ".join([*told, f"{waits} to send"] if waits else told)
    if name == "items":
        title = ", ".join(str(value[key]) for key in ("title", "variant") if value.get(key))
        waits = value.get("not_yet_sent") or 0
        count = value.get("ordered") or value.get("quantity") or 1
        return f"{count} × {title}" + (f" ({waits} not sent yet)" if waits else "")
    if name == "orders":
        keys = ("order", "payment", "fulfilment", "ordered_at")
        return " · ".join(format_fact(value[key], zone, key) for key in keys if value.get(key))
    return ""


def _money(value: Mapping[str, Any]) -> str:
    currency = str(value["currency"])
    try:
        return f"{Decimal(str(value['amount'])):.{get_currency_precision(currency)}f} {currency}"
    except InvalidOperation:
        return f"{value['amount']} {currency}"


def fact_line(lookup: Mapping[str, Any], zone: ZoneInfo) -> str:
    """A look-up's first facts in one line; empty where it found none."""
    facts = lookup.get("facts") or {}
    named = [(name, facts[name]) for name in _FACT_ORDER if is_told(facts.get(name), name)]
    told = [format_fact(value, zone, name) for name, value in named if isinstance(value, str)]
    return " · ".join(told)


def in_order(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The database keeps an object's keys by their length; people want to know first which order it is."""
    places = {name: place for place, name in enumerate(_FACT_ORDER)}
    return sorted(facts.items(), key=lambda item: places.get(item[0], len(places)))
