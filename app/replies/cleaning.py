"""Facts as they may stand in a reply: what is empty is unknown, and nothing in them can shape the text around them.

Titles, names and links come from other people. White space is folded, control characters and directional marks go,
lengths are bounded, an address that is not plain http or https is no link, and a title or name holds none: mail programs
would make one of it. A policy is the store's own text, and keeps its links.
"""

import dataclasses
import unicodedata
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from app.intents.situation import Facts, OrderFacts, OrdersFacts, Parcel
from app.mail.outbound.compose import without_links
from app.replies.bidi import strip_marks

MAX_TEXT = 200
MAX_PARAGRAPH = 5_000
MAX_LINK = 2_000
MAX_MEMBERS = 100

F = TypeVar("F", bound=Facts)


def clean_facts(facts: F, today: date) -> F:
    """The facts as a template may use them; `today` is the store's day."""
    cleaned: F = _clean(facts, "")
    return _without_expired(cleaned, today)


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """One line without control characters and directional marks, at most `limit` characters."""
    plain = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in strip_marks(text)
    )
    line = " ".join(plain.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_label(text: str) -> str:
    """A title, a name, a carrier: as `clean_text`, and without links."""
    return clean_text(without_links(strip_marks(text)))


def web_link(url: str) -> str | None:
    """The link in a form that no Markdown can break out of, or None if it is not an ordinary web address."""
    text = strip_marks(url).strip()
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_plain = parts.netloc.isascii() and "@" not in parts.netloc
    except ValueError:
        return None
    if not (is_web and is_plain) or len(text) > MAX_LINK:
        return None
    # Brackets and quotes too: what makes links of plain text ends one there, and may begin another.
    return quote(text, safe="%/:?#@!$&*+,;=~-._")


def _clean(value: Any, name: str) -> Any:
    if isinstance(value, str):
        if name == "url" or name.endswith("_url"):
            return web_link(value)
        if name == "paragraphs":
            return clean_text(value, MAX_PARAGRAPH) or None
        return clean_label(value) or None
    if isinstance(value, tuple):
        members = (_clean(member, name) for member in value[:MAX_MEMBERS])
        return tuple(member for member in members if member is not None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _clean(getattr(value, f.name), f.name) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value


def _without_expired(facts: F, today: date) -> F:
    """A day of delivery that has gone by is no news to somebody who still waits."""
    if isinstance(facts, OrderFacts):
        return dataclasses.replace(facts, parcels=tuple(_parcel(parcel, today) for parcel in facts.parcels))
    if isinstance(facts, OrdersFacts):
        return dataclasses.replace(facts, orders=tuple(_without_expired(o, today) for o in facts.orders))
    return facts


def _parcel(parcel: Parcel, today: date) -> Parcel:
    if parcel.expected_on is None or parcel.expected_on >= today:
        return parcel
    return dataclasses.replace(parcel, expected_on=None)
