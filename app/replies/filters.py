"""What templates print facts with: filters that make Markdown of a fact in the locale's way, and refuse one that is not there."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import TemplateError

from app.intents.situation import Item, Money, Variant
from app.mail.outbound.markdown import escape_markdown
from app.replies.bidi import isolate, isolate_ltr
from app.replies.locales import Locale

MAX_ITEMS = 8
MAX_EXCERPT = 1_500

_ORDER_NUMBER = re.compile(r"#?(?=[\w-]*\d)\w[\w-]{0,19}", re.ASCII)
_PLAIN_CODE = re.compile(r"#?[A-Za-z0-9]+(?:[- ][A-Za-z0-9]+)*")
_SENTENCE_END = re.compile(r"[.!?؟。]\s")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


class EmptyValueError(TemplateError):
    """A template prints a fact that is not there."""


@dataclass(frozen=True)
class Excerpt:
    """The beginning of a policy, in whole paragraphs or sentences. `is_cut`: there is more."""

    paragraphs: tuple[str, ...]
    is_cut: bool


def text_markdown(value: str, locale: Locale) -> Markdown:
    """Somebody's text as Markdown that shows exactly that text."""
    return Markdown(isolate(escape_markdown(value), rtl=locale.rtl))


def is_order_number(value: str | None) -> bool:
    """Whether what a customer wrote looks like an order number, so that it may be repeated to them."""
    return value is not None and _ORDER_NUMBER.fullmatch(value) is not None


def filters(locale: Locale) -> dict[str, Callable[..., Any]]:
    """The filters of a locale's templates, by name."""

    def code(value: str) -> Markdown:
        # An agent edits this text: what has no meaning in Markdown stays readable.
        text = value if _PLAIN_CODE.fullmatch(_present(value)) else escape_markdown(value)
        return Markdown(isolate_ltr(text, rtl=locale.rtl))

    def link(url: str, text: str) -> Markdown:
        return Markdown(f"[{escape_markdown(_present(text))}](<{_present(url)}>)")

    def items(items: Sequence[Item]) -> Markdown:
        is_cut = len(items) > MAX_ITEMS + 1
        shown = [_item(item, locale) for item in (items[:MAX_ITEMS] if is_cut else items)]
        if is_cut:
            shown.append(locale.more_items.format(count=locale.number(len(items) - MAX_ITEMS)))
        return Markdown(locale.join(_present(shown)))

    def titles(titles: Sequence[str]) -> Markdown:
        return Markdown(locale.join([text_markdown(title, locale) for title in _present(titles)]))

    return {
        "code": code,
        "count": lambda number: Markdown(locale.number(_typed(number, int))),
        "date": lambda day: Markdown(locale.date(_typed(day, date))),
        "excerpt": excerpt,
        "items": items,
        "lines": lambda text: Markdown("\\\n".join(text_markdown(line, locale) for line in _lines(text))),
        "link": link,
        "money": lambda money: Markdown(isolate(locale.money(_typed(money, Money)), rtl=locale.rtl)),
        "by_price": by_price,
        "plural": lambda number, one, other: Markdown(locale.plural(_typed(number, int), one, other)),
        "titles": titles,
    }


def excerpt(paragraphs: Sequence[str]) -> Excerpt:
    """As many whole paragraphs as an email bears; a first one that is too long ends after a sentence."""
    first, *others = _present(paragraphs)
    if len(first) > MAX_EXCERPT:
        return Excerpt((_sentences(first),), is_cut=True)
    shown, length = [first], len(first)
    for paragraph in others:
        length += len(paragraph)
        if length > MAX_EXCERPT:
            return Excerpt(tuple(shown), is_cut=True)
        shown.append(paragraph)
    return Excerpt(tuple(shown), is_cut=False)


def by_price(variants: Sequence[Variant]) -> list[tuple[Money, list[str]]]:
    """Variants that cost the same, together, in the shop's order: `(price, titles)`."""
    groups: dict[Money, list[str]] = {}
    for variant in variants:
        titles = groups.setdefault(variant.price, [])
        if variant.title is not None:
            titles.append(variant.title)
    return list(groups.items())


def _item(item: Item, locale: Locale) -> str:
    """No line ends between a count and what it counts, and a name keeps its variant in its own direction."""
    title = _present(item.title)
    name = text_markdown(f"{title} ({item.variant})" if item.variant else title, locale)
    count = f"{locale.number(item.quantity)}\u00a0×\u00a0" if item.quantity != 1 else ""
    return f"{count}{name}"


def _sentences(text: str) -> str:
    head = text[:MAX_EXCERPT]
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    return head[: ends[-1]].rstrip() if ends else head.rpartition(" ")[0] + " …"


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]


def _present(value: Any) -> Any:
    if not value:
        raise EmptyValueError("a value to print is not there")
    return value


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise EmptyValueError(f"a value to print is {value!r}, not a {kind.__name__}")
    return value
