"""HTML's source without the elements that their own attributes hide.

For documents that are too large, or too broken, to be walked through tag by tag. Exact where elements are closed; what is not
closed hides as little as a browser would.
"""

import re
from collections.abc import Iterator, Mapping

from app.mail.inbound.html_elements import bare, hides

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ANY = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)\b[^<>]*>")
_CLOSED = re.compile(r"[^<>]*</([a-zA-Z][a-zA-Z0-9-]*)\s*>")
_HIDDEN = re.compile(r"[\s\"']hidden[\s=/>]")
_NO_SIZE = re.compile(r"(?<![-\w])font(?:-size)?\s*:\s*0(?:px|pt|em|%)?\s*[;!\"'/\s]")
_END_OPTIONAL = frozenset({"p", "li", "td", "th", "tr", "dd", "dt"})
_WORDS = ("font", "none", "hid", "opacity", "max-height")
_STEPS = 4  # looks for ends, for each tag


def without_hidden(html: str) -> str:
    """The same without what its attributes hide; unchanged where there is nothing like that."""
    # Parted in two steps: an expression that ends with each tag takes three times as long.
    different = {piece.partition(">")[0] for piece in set(html.split("<")) if piece[:1].isalpha()}
    low = "".join(different).lower()
    if not any(word in low for word in _WORDS):
        return html
    hiding = {tag: _name(tag) for tag in (f"<{inside}>" for inside in different) if _hides(tag)}
    return "".join(_seen(html, hiding, _STEPS * len(_TAG.findall(html)))) if hiding else html


def _hides(tag: str) -> bool:
    low = tag.lower()
    if "hidden" not in low and "style" not in low:
        return False
    if "font" in low and _NO_SIZE.search(low):
        return True
    return _HIDDEN.search(low) is not None or hides(low.replace('"', ";").replace("'", ";"))


def _name(tag: str) -> str:
    return tag[1:].partition(">")[0].split(maxsplit=1)[0].rstrip("/").lower()


def _seen(html: str, hiding: Mapping[str, str], steps: int) -> Iterator[str]:
    position = 0
    for tag in _TAG.finditer(html):
        if (name := hiding.get(tag[0])) is None or tag.start() < position:
            continue
        yield html[position : tag.start()]
        position, taken = _end(html, tag, name)
        steps -= taken
        if steps < 0:
            break
    yield html[position:]


def _end(html: str, tag: re.Match[str], name: str) -> tuple[int, int]:
    """Where an element ends, and how many tags were looked at for that."""
    if not bare(name).has_end:
        return tag.end(), 0
    if (closed := _CLOSED.match(html, tag.end())) and closed[1].lower() == name:
        return closed.end(), 1
    depth, looked, next_block = 0, 0, len(html)
    for looked, found in enumerate(_ANY.finditer(html, tag.start()), 1):
        other = found[2].lower()
        if other == name:
            depth += -1 if found[1] else 1
            if depth == 0:
                return found.end(), looked
        if looked > 1 and next_block == len(html) and bare(other).is_block:
            next_block = found.start()
    return (next_block if name in _END_OPTIONAL else len(html)), looked
