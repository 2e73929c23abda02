"""The text that a reader of an HTML mail sees, with its quotes marked by `>` as in plain text.

The HTML parser (lexbor) repairs whatever it is given and writes it out again: every tag balanced, every `<` and `>`
that is no tag escaped. So one regular expression finds its tags exactly, and one loop over them makes the text:
several times as fast as asking the parser for each node of its tree.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser

from app.mail.inbound.html_flat import MAX_ENTITIES, flat_tags, flat_text, parted
from app.mail.inbound.html_hidden import without_hidden
from app.mail.inbound.html_lines import KEPT_BLANK
from app.mail.inbound.html_walk import Walk

# So many tags are walked through, and more for so many characters and for each line that the HTML came in: what a mail
# program writes has fewer.
_TAGS = 720
_CHARACTERS = 2_400
_DEAR = ("a ", "li", "blockquote", "br", "hr")
_DIFFERENT = 66  # by their attributes, and one more for so many characters: each is judged once
_DIFFERENT_CHARACTERS = 1_500
_MAX_DEPTH = 500
_MAX_REPEATED = 8_000
_STRAY = 1_000  # ends of no tag: each is escaped and read again
_MOST_TAGS_OF_ONE = 3  # with its end, and such as a table needs
_FORMATTING = re.compile(
    r"<(/?)(?=[abcefinstu])(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s>])", re.IGNORECASE
)
_MAX_ATTRIBUTES = 1000
_SKIPPED = "script,style,head,title,template,noscript,object,svg,math,select,textarea,iframe,noembed,noframes,xmp,plaintext"
_PREFORMATTED = 'pre,[style*="white-space" i]'
_LONG_TAG = re.compile(
    rf"<[a-zA-Z][^>]{{{2 * _MAX_ATTRIBUTES},}}"
)  # it takes as many characters to name them
_EMBEDDED = re.compile(r"src=\"data:[\w/;,:+=.%-]*\"")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|p|td|th|tr|wbr)\b)[a-z]",
    re.IGNORECASE,
)
_STEPS = {"": 1, "/": -1}
_STRETCH = 2_000  # characters: no more than 700 tags fit
# Preheaders pad themselves with these so that the preview shows nothing else.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u034f"


def text_of(html: str, *, mark_quotes: bool = True) -> str:
    """Plain text of an HTML document or fragment: blocks on their own lines, what is not shown left out.

    `mark_quotes` prefixes what stands in `<blockquote>` with "> ", once a level. A link is followed by its target
    in angle brackets where its text does not say it. A rule across the page is a line of dashes.
    """
    if not html or html.isspace():
        return ""
    return read_html(html, mark_quotes=mark_quotes).text


@dataclass(frozen=True, slots=True)
class Shown:
    """What HTML says. `is_whole`: all of it was read as its reader sees it, nothing as plain words."""

    text: str
    is_whole: bool = True


def read_html(html: str, *, lines: int = 0, mark_quotes: bool = True) -> Shown:
    """As `text_of`; and whether the document has so many elements that its end was read as plain words.

    `lines` is how many the HTML came in, with those that a transfer encoding made. Reading them costs every program its
    time, so the more of them a sender writes, the more of ours he gets.
    """
    most = _most_tags(html, _TAGS + len(html) // _CHARACTERS + lines // 3)
    near, far = parted(html, most)
    if far:
        seen, unread = parted(html, most + flat_tags(html))
        if (shown := without_hidden(seen)) is not seen:
            html = shown + unread
            near, far = parted(html, most)
    walked = None if _is_odd(near) else _walked(near, mark_quotes=mark_quotes)
    if walked is None:
        walked, far = Shown(""), html if far else without_hidden(html)
    text = "\n".join(one for one in (walked.text, flat_text(far) if far else "") if one)
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return Shown(text, is_whole=walked.is_whole and not far)


def _most_tags(html: str, most: int) -> int:
    """So many, or fewer where they are dear."""
    pieces = html.split("<", most)[1:]
    tags = len(pieces)
    if 3 * tags <= most:
        return most
    # The parser writes the ends that are missing; links, items and quotes take the longest, and lines are looked at again.
    doubled = sum((piece[:1] != "/") + piece.startswith(_DEAR) for piece in pieces)
    # Nor can what was learned of a tag be used for another where hardly two are alike.
    doubled += max(len({piece.partition(">")[0] for piece in pieces}) - 2 * _DIFFERENT, 0)
    return most * tags // (tags + doubled - min(doubled, tags // 2))


def _is_odd(html: str) -> bool:
    """Whether the parser would take long for it: elements in each other, or signs by the thousand to be escaped anew."""
    if html.count(">") > 2 * html.count("<") + _STRAY or html.count("&") > MAX_ENTITIES:
        return True
    return is_too_deep(html) or _multiplies(html)


def _multiplies(html: str) -> bool:
    """Whether the parser would repeat what is not closed: it opens each such element anew in each block that follows."""
    open_, closed = ((tags := _FORMATTING.findall(html)).count(""), tags.count("/"))
    return (open_ - closed) * html.count("<") > _MAX_REPEATED


def _walked(html: str, *, mark_quotes: bool) -> Shown | None:
    """Tag by tag; None where that takes too long: the parser made much more of it."""
    if not html:
        return Shown("")
    # The parser would write each blank that does not break as an entity, and six characters are read for one.
    parser = LexborHTMLParser(html.replace("\u00a0", KEPT_BLANK))
    for node in parser.css(_SKIPPED):
        if node.tag == "plaintext":  # what follows is no HTML
            return None
        node.decompose()
    markup = (parser.root and parser.root.html) or ""
    if markup.count("<") > _MOST_TAGS_OF_ONE * (html.count("<") + _TAGS // 8):
        return None
    has_pre = parser.css_first(_PREFORMATTED) is not None
    for shows_all in (
        False,
        True,
    ):  # everything, where it was written in a dark mode: white, for whoever reads it on white
        walk = Walk(
            html,
            judged=_DIFFERENT + len(html) // _DIFFERENT_CHARACTERS,
            mark_quotes=mark_quotes,
            shows_all=shows_all,
        )
        walk.read(markup, has_pre=has_pre)
        if text := walk.lines.result():
            break
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Shown(text, walk.is_whole)


def is_too_deep(html: str) -> bool:
    """Whether parsing would take quadratic time, as HTML5 parsers do where elements are nested by the thousand.

    They do so too where an element has thousands of attributes.
    """
    if any(_has_many_attributes(found[0]) for found in _LONG_TAG.finditer(html)):
        return True
    if html.count("<") <= _MAX_DEPTH or _coarse_depth(html) <= _MAX_DEPTH:
        return False
    steps = map(_STEPS.__getitem__, _NESTING_TAG.findall(html))
    return max(accumulate(steps), default=0) > _MAX_DEPTH


def _coarse_depth(html: str) -> int:
    """The depth at the end of stretches of the document, every tag without an end counted as open: in most mail, a few."""
    ends = range(0, len(html), _STRETCH)
    opened = (html.count("<", at, at + _STRETCH) - 2 * html.count("</", at, at + _STRETCH + 1) for at in ends)
    return max(accumulate(opened), default=0)


def _has_many_attributes(tag: str) -> bool:
    tag = _EMBEDDED.sub("", tag)
    return tag.count("/") > _MAX_ATTRIBUTES or len(tag.split(maxsplit=_MAX_ATTRIBUTES + 1)) > _MAX_ATTRIBUTES
