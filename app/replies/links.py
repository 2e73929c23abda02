"""Links whose label shows one address and leads to another."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.replies.locales import Locale
from app.replies.tokens import Token, TokenKind, read

_LINK = re.compile(r"\[(?P<label>[^\[\]\n]{1,300})\]\(<?(?P<address>[^\s<>()]{1,2000})")


def mislabelled(text: str, locale: Locale) -> Iterator[tuple[int, int, Token]]:
    """The addresses in the labels of a `normal` Markdown text whose links lead to another host, and their places."""
    for match in _LINK.finditer(text):
        start = match.start("label")
        for found in read(match["label"], locale)[0]:
            if found.token.kind is TokenKind.LINK and _host(found.token.value) != _host(match["address"]):
                yield start + found.start, start + found.end, found.token


def _host(address: str) -> str:
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.casefold().removeprefix("www.")
