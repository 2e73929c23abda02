"""A reply as its reader will see it, with what no fact backs marked in its text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import nh3
from markupsafe import Markup

from app.mail.outbound.markdown import render_markdown

_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "ul",
}

# Private-use characters stand for the ends of marks while Markdown becomes HTML: the first of a mark says which.
_CLOSE, _FIRST, _LAST = "\ue000", 0xE001, 0xF8FF
_OURS = re.compile("[\ue000-\uf8ff]")
_ENCODED = re.compile("%EE%[89AB][0-9A-F]%[89AB][0-9A-F]|%EF%[89A][0-9A-F]%[89AB][0-9A-F]")
_PIECE = re.compile(
    "(?P<tag><[^>]*>)|(?P<close>\ue000)|(?P<open>[\ue001-\uf8ff])|(?P<text>[^<\ue000-\uf8ff]+)"
)
_ADDRESS = re.compile(r"(?:\]\(<?|<)(?:mailto:)?$")


def show(markdown: str) -> Markup:
    """What the mail's own renderer makes of a reply, without the styles that mails need."""
    return Markup(_html(markdown))  # noqa: S704 - sanitised there


def show_marked(markdown: str, findings: Sequence[Any], prefix: str) -> Markup:
    """The same with each finding between `<mark>` and `</mark>`, described by the element `<prefix>-<number>`.

    Args:
        markdown: The reply.
        findings: `Reply.findings`; sentences alone, as rows of before have them, have no place.
        prefix: Of the identifiers of the list in which the findings' sentences stand, from 1.
    """
    text = _OURS.sub("\ufffd", markdown)
    spans = _spans(findings, len(text))
    for place, (start, end, _) in reversed(list(enumerate(spans))):
        # An address with a mark before it would be none: the mark of its link stands behind it.
        first = end if _ADDRESS.search(text[max(0, start - 12) : start]) else start
        text = f"{text[:first]}{chr(_FIRST + place)}{text[first:end]}{_CLOSE}{text[end:]}"
    marks = [" ".join(f"{prefix}-{number}" for number in numbers) for _, _, numbers in spans]
    return Markup("".join(_marked(_html(text), marks)))  # noqa: S704 - sanitised by `_html`


def _html(markdown: str) -> str:
    _, document = render_markdown(markdown, rtl=False, lang="en")
    return nh3.clean(
        document,
        tags=_TAGS,
        attributes={"a": {"href"}, "span": {"dir"}},
        url_schemes={"http", "https", "mailto"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _spans(findings: Sequence[Any], length: int) -> list[tuple[int, int, list[int]]]:
    """Where the marks go, with the numbers of their findings; what overlaps is one mark."""
    found: list[tuple[int, int, list[int]]] = []
    placed = [
        (one["start"], one["end"], number)
        for number, one in enumerate(findings, start=1)
        if isinstance(one, Mapping) and 0 <= one.get("start", -1) < one.get("end", -1) <= length
    ]
    for start, end, number in sorted(placed):
        if found and start < found[-1][1]:
            first, last, numbers = found[-1]
            found[-1] = (first, max(last, end), [*numbers, number])
        else:
            found.append((start, end, [number]))
    return found[: _LAST - _FIRST]


def _marked(html: str, marks: Sequence[str]) -> Iterator[str]:
    """HTML with marks around each run of text: no mark crosses an element. One in an address marks its link."""
    current, in_link = "", False
    for piece in _PIECE.finditer(html):
        match piece.lastgroup:
            case "open":
                current = marks[ord(piece[0]) - _FIRST]
            case "close" if not in_link:
                current = ""
            case "tag":
                tag = _ENCODED.sub(lambda match: unquote(match[0]), piece[0])
                described = [marks[ord(one) - _FIRST] for one in _OURS.findall(tag) if one != _CLOSE]
                if described:
                    current, in_link = " ".join(described), True
                elif tag == "</a>" and in_link:
                    current, in_link = "", False
                yield _OURS.sub("", tag)
            case "text" if current and piece[0].strip():
                yield f'<mark aria-describedby="{current}">{piece[0]}</mark>'
            case "text":
                yield piece[0]
