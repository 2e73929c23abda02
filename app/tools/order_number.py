"""An order number as people write it: found in a text, and turned into an order's name as the shop writes it."""

import re
import unicodedata

from app.shopify.schemas import Shop

_QUOTES = ":.,;!?()[]{}<>\"'“”„«»‹›`*_\u200c\u200e\u200f"
_MARKS = f"#{_QUOTES}"
_NAMED = re.compile(
    r"(?:[#№]|(?<!\w)(?:order|bestell\w*|auftrag\w*|commande|pedido|سفارش)(?:\s+(?:no|nr|num|number|nummer|numéro|número|شماره[ٔی]?))?)"
    r"[.:\s#]{0,3}((?:[A-Z]{1,5}-?)?\d{3,10})(?!\w)",
    re.IGNORECASE,
)
_SEARCHED = 20_000


def find_order_number(text: str) -> str | None:
    """The first number in a text that stands behind a mark or a word for an order, as it is written; None: there is none."""
    found = _NAMED.search(text[:_SEARCHED])
    return found.group(1) if found else None


def order_names(written: str, shop: Shop) -> tuple[str, ...]:
    """The names that an order of this number may have, likeliest first; none if no digit is in it.

    `۱۰۰۱`, `1001`, `# 1001` and `#1001` are all `#1001` in a shop whose prefix is `#`. Digits of every script count
    (NFKC does not fold Persian or Arabic ones). A prefix or suffix that is already there is not doubled, letter case
    aside; a shop's own mark before the letters, as in `#EN1001`, may be missing. What was written may also be the
    whole name: of an imported order, or of one from before the shop changed its format.
    """
    folded = unicodedata.normalize("NFKC", written.replace("№", "#"))  # NFKC would make "No" of it
    typed = "".join("".join(_ascii_digit(c) for c in folded).split()).strip(_QUOTES)
    core = typed.strip(_MARKS)
    if not any(c.isdigit() for c in core):
        return ()
    prefix, suffix = shop.order_number_format_prefix, shop.order_number_format_suffix
    number = _without_end(_without_start(core, prefix.lstrip(_MARKS)), suffix)
    return tuple(dict.fromkeys((f"{prefix}{number}{suffix}", typed)))


def _ascii_digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _without_start(text: str, start: str) -> str:
    has_more = len(text) > len(start)
    return text[len(start) :] if start and has_more and text.casefold().startswith(start.casefold()) else text


def _without_end(text: str, end: str) -> str:
    has_more = len(text) > len(end)
    return text[: -len(end)] if end and has_more and text.casefold().endswith(end.casefold()) else text
