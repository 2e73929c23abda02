"""Shopify's search syntax, safely: a sender's words become a value, never an operator.

Source: https://shopify.dev/docs/api/usage/search-syntax
"""

import re

MAX_WORDS = 8

_WORD = re.compile(r"\w+")
_CONNECTIVES = frozenset({"and", "or", "not"})


def equals(field: str, value: str) -> str:
    """`field:"value"` as a phrase query. The caller still checks equality: a phrase matches parts of longer values."""
    printable = "".join(c if c.isprintable() else " " for c in value)
    escaped = printable.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}:"{escaped}"'


def any_prefix(words: list[str]) -> str | None:
    """`(wool* OR sweater*)` of the first words; None if there is no word to look for.

    Only letters, digits and underscores survive, so nothing is left that could be an operator.
    """
    terms = [part for word in words for part in _WORD.findall(word) if part.lower() not in _CONNECTIVES]
    unique = list(dict.fromkeys(terms))[:MAX_WORDS]
    return f"({' OR '.join(f'{term}*' for term in unique)})" if unique else None
