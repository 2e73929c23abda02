"""The words of HTML without a look at its structure: for what lies beyond the elements that are walked through.

A few expressions that each go through the text once, in C: a line for each block, and no tags.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from app.mail.inbound.html_lines import with_single_blanks

# So many tags are taken out, and one more for so many characters. Behind them the source stands as it is.
_TAGS = 1_300
_CHARACTERS = 1_000
MAX_ENTITIES = 15_000
"""As many as a long text that is written in nothing else."""
# What is not closed goes on to the end, as in a browser; looking for the end from each of many would be quadratic.
_RAW = re.compile(
    r"<(script|style|title|template|textarea)\b[^<>]*>(?:.*?</\1\s*>|.*)|<!--(?:.*?-->|.*)",
    re.DOTALL | re.IGNORECASE,
)
# The beginning of a tag behind its "<"; the group is there where a line begins and ends with it.
_TAG = re.compile(r"/?(?:(p|br|div|tr|li|table|blockquote|h\d)\b|[a-zA-Z!?])", re.IGNORECASE)


def flat_text(html: str) -> str:
    """The words of HTML; quotes bear no marks."""
    near, far = parted(html, flat_tags(html))
    text = _without_tags(_RAW.sub(" ", near).replace("\n", " "))
    if "&" in text:
        escaped, rest = parted(text, MAX_ENTITIES, "&")
        text = _unescaped(escaped) + rest
    lines = with_single_blanks(text, "\t\r\f").split("\n")
    return "\n".join([said for line in lines if (said := line.strip(" "))]) + far


def _without_tags(html: str) -> str:
    """A line end for each tag of a block, nothing for any other. What is no tag stays."""
    written: dict[str, str | None] = {}
    first, *pieces = html.split("<")
    found = [first]
    for piece in pieces:
        tag, closed, text = piece.partition(">")
        name, _, _ = tag.partition(" ")
        if name not in written:
            matched = _TAG.match(name)
            written[name] = None if matched is None else "\n" if matched[1] else ""
        instead = written[name]
        found += ("<", piece) if instead is None or not closed else (instead, text)
    return "".join(found)


def flat_tags(html: str) -> int:
    """How many tags of it `flat_text` takes out."""
    return _TAGS + len(html) // _CHARACTERS


def parted(html: str, most: int, mark: str = "<") -> tuple[str, str]:
    """As much of HTML as has no more than so many tags, or other marks, and the rest."""
    pieces = html.split(mark, most)
    if len(pieces) <= most or mark not in pieces[-1]:
        return html, ""
    end = len(html) - len(pieces[-1]) - 1
    return html[:end], html[end:]


def _unescaped(text: str) -> str:
    """Entities as characters, by the parser: a callback for each would be what a flood of them is sent for."""
    body = LexborHTMLParser("<pre>\n" + text.replace("<", "&lt;")).body
    return (body.text() if body else "").replace("\u00a0", " ")
