"""An order number as people write it, turned into the order's name as the shop writes it. Nowhere else."""

import unicodedata

from app.shopify.schemas import Shop

_MARKS = "#:.,;!?()[]{}<>\"'“”„«»‹›`*_ \t\u200c\u200e\u200f\u00a0"


def order_name(written: str, shop: Shop) -> str | None:
    """`۱۰۰۱`, `1001`, `# 1001` and `#1001` are all `#1001` in a shop whose prefix is `#`; None if no digit is in it.

    Digits of every script count (NFKC does not fold Persian or Arabic ones). A prefix or suffix that is already
    there is not doubled, letter case aside; a shop's own mark before the letters, as in `#EN1001`, may be missing.
    """
    core = "".join(
        _ascii_digit(c) for c in unicodedata.normalize("NFKC", written.replace("№", "#"))
    )  # NFKC: "No"
    core = "".join(core.split()).strip(_MARKS)
    if not any(c.isdigit() for c in core):
        return None
    prefix, suffix = shop.order_number_format_prefix, shop.order_number_format_suffix
    core = _without_start(core, prefix.lstrip(_MARKS))
    core = _without_end(core, suffix)
    return f"{prefix}{core}{suffix}"


def _ascii_digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _without_start(text: str, start: str) -> str:
    has_more = len(text) > len(start)
    return text[len(start) :] if start and has_more and text.casefold().startswith(start.casefold()) else text


def _without_end(text: str, end: str) -> str:
    has_more = len(text) > len(end)
    return text[: -len(end)] if end and has_more and text.casefold().endswith(end.casefold()) else text
