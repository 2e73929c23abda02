"""The words of HTML without a look at its structure: for what lies beyond the elements that one mail may have.

A few expressions that each go through the text once, in C, and only where there is little to replace. All is one line:
who sends elements by the thousand has not thought of paragraphs.
"""

import re

from selectolax.lexbor import LexborHTMLParser

# So many tags are taken out, and one more for so many characters. Behind them the source stands as it is.
_TAGS = 2_000
_CHARACTERS = 200
_ENTITIES = 5_000
# What is not closed goes on to the end, as in a browser; looking for the end from each of many would be quadratic.
_RAW = re.compile(
    r"<(script|style|title|template|textarea)\b[^<>]*>(?:.*?</\1\s*>|.*)|<!--(?:.*?-->|.*)",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_BLANKS = re.compile(r"[ \t\r\n\f]{2,}")


def flat_text(html: str) -> str:
    """The words of HTML in one line; quotes bear no marks, and what its styles hide is shown."""
    near, far = parted(html, _TAGS + len(html) // _CHARACTERS)
    text = _TAG.sub(" ", _RAW.sub(" ", near))
    if "&" in text and text.count("&") <= _ENTITIES + len(text) // _CHARACTERS:
        text = _unescaped(text)
    text = text.replace("\n", " ")
    return (_BLANKS.sub(" ", text).strip() if "  " in text else text.strip()) + far


def parted(html: str, tags: int) -> tuple[str, str]:
    """As much of HTML as has no more than so many tags, and the rest."""
    if html.count("<") <= tags:
        return html, ""
    end = len(html) - len(html.split("<", tags)[-1]) - 1
    return html[:end], html[end:]


def _unescaped(text: str) -> str:
    """Entities as characters, by the parser: a callback for each would be what a flood of them is sent for."""
    body = LexborHTMLParser("<pre>\n" + text.replace("<", "&lt;")).body
    return (body.text() if body else "").replace("\u00a0", " ")
