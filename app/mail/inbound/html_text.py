"""The text that a reader of an HTML mail sees, with its quotes marked by `>` as in plain text.

The HTML parser (lexbor) repairs whatever it is given and writes it out again: every tag balanced, every `<` and `>`
that is no tag escaped. So one regular expression finds its tags exactly, and one loop over them makes the text:
several times as fast as asking the parser for each node of its tree.
"""

import html as html_escapes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser

from app.mail.inbound.html_elements import RULE, VOID, WHITE, Element, Paint, element, is_white_page
from app.mail.inbound.html_flat import MAX_ENTITIES, flat_text, parted

# So many tags are walked through, and one more for so many characters: what a mail program writes has fewer.
_TAGS = 600
_DIFFERENT = 300  # by their attributes: each is judged once
_CHARACTERS = 600
_MAX_DEPTH = 500
_MAX_REPEATED = 8_000
_STRAY = 1_000  # ends of no tag: each is escaped and read again
_MOST_TAGS_OF_ONE = 3  # with its end, and such as a table needs
_FORMATTING = re.compile(
    r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s>])", re.IGNORECASE
)
_MAX_ATTRIBUTES = 1000
_MAX_TARGET = 200
_SKIPPED = (
    "script,style,head,title,template,noscript,object,svg,math,select,textarea,iframe,noembed,noframes,xmp"
)
_LONG_TAG = re.compile(
    rf"<[a-zA-Z][^>]{{{2 * _MAX_ATTRIBUTES},}}"
)  # it takes as many characters to name them
_EMBEDDED = re.compile(r"\ssrc=\"data:[\w/;,:+=.%-]*\"")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|p|td|th|tr|wbr)\b)[a-z]",
    re.IGNORECASE,
)
_STEPS = {"": 1, "/": -1}
_TOKEN = re.compile(r"<!--.*?-->|<!DOCTYPE[^>]*>|<(/?[a-z][^\s>/]*)([^>]*)>", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
_EMPTY_LINES = re.compile(r"\n{3,}")
# Preheaders pad themselves with these so that the preview shows nothing else.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u034f"
_NOT_COMPARED = re.compile(r"^(?:https?://|mailto:|tel:)?(?:www\.)?|[/\s]+$", re.IGNORECASE)


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


def read_html(html: str, *, mark_quotes: bool = True) -> Shown:
    """As `text_of`; and whether the document has so many elements that its end was read as plain words."""
    near, far = parted(html, _TAGS + len(html) // _CHARACTERS)
    walked = None if _is_odd(near) else _walked(near, mark_quotes=mark_quotes)
    if walked is None:
        walked, far = "", html
    text = "\n".join(one for one in (walked, flat_text(far) if far else "") if one)
    for character in _INVISIBLE:
        text = text.replace(character, "")
    return Shown(text, is_whole=not far)


def _is_odd(html: str) -> bool:
    """Whether the parser would take long for it: elements in each other, or signs by the thousand to be escaped anew."""
    if html.count(">") > 2 * html.count("<") + _STRAY or html.count("&") > MAX_ENTITIES:
        return True
    return is_too_deep(html) or _multiplies(html)


def _multiplies(html: str) -> bool:
    """Whether the parser would repeat what is not closed: it opens each such element anew in each block that follows."""
    open_, closed = ((tags := _FORMATTING.findall(html)).count(""), tags.count("/"))
    return (open_ - closed) * html.count("<") > _MAX_REPEATED


def _walked(html: str, *, mark_quotes: bool) -> str | None:
    """Tag by tag; None where that takes too long: the parser made much more of it, or no two tags are alike."""
    if not html:
        return ""
    parser = LexborHTMLParser(html)
    for node in parser.css(_SKIPPED):
        node.decompose()
    markup = parser.html or ""
    if markup.count("<") > _MOST_TAGS_OF_ONE * (html.count("<") + _TAGS // 8):
        return None
    tokens = _TOKEN.split(markup)
    if len(set(tokens[2::3])) > _DIFFERENT + len(html) // _CHARACTERS:
        return None
    text = _read(html, tokens, mark_quotes=mark_quotes)
    if not text:  # written in a dark mode: white, for whoever reads it on white
        text = _read(html, tokens, mark_quotes=mark_quotes, shows_all=True)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read(html: str, tokens: Sequence[str | None], *, mark_quotes: bool, shows_all: bool = False) -> str:
    reader = _Reader(html, mark_quotes=mark_quotes, shows_all=shows_all)
    reader.read(tokens)
    return reader.writer.result()


def is_too_deep(html: str) -> bool:
    """Whether parsing would take quadratic time, as HTML5 parsers do where elements are nested by the thousand.

    They do so too where an element has thousands of attributes.
    """
    if any(_has_many_attributes(found[0]) for found in _LONG_TAG.finditer(html)):
        return True
    if html.count("<") - html.count("</") < _MAX_DEPTH:
        return False
    steps = map(_STEPS.__getitem__, _NESTING_TAG.findall(html))
    return max(accumulate(steps), default=0) > _MAX_DEPTH


def _has_many_attributes(tag: str) -> bool:
    tag = _EMBEDDED.sub("", tag)
    return tag.count("/") > _MAX_ATTRIBUTES or len(tag.split(maxsplit=_MAX_ATTRIBUTES + 1)) > _MAX_ATTRIBUTES


class _Writer:
    """Collects lines; knows the quote depth and how many line breaks are due before the next text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = self.last_depth = 0
        self.pre = 0
        self.gap = False

    def text(self, data: str) -> None:
        if self.pre:
            first, *rest = data.split("\n")
            self.current.append(first)
            for line in rest:
                self.line_break()
                self.current.append(line)
            return
        if "\n" in data or "  " in data or "\t" in data or "\r" in data or "\f" in data:
            data = _SPACES.sub(" ", data)
        current = self.current
        if not current or current[-1][-1:] == " ":
            data = data.lstrip(" ")
        if data:
            current.append(data)

    def line_break(self) -> None:
        self._emit("".join(self.current))
        self.current = []

    def block(self, *, spaced: bool) -> None:
        """End the line, if one was begun; `spaced` asks for an empty line before the next."""
        if self.current:
            if line := "".join(self.current).rstrip(" "):
                self._emit(line)
            self.current = []
        if spaced:
            self.gap = True

    def line(self, line: str) -> None:
        """A line of its own, unless it would be the first or the same again."""
        self.block(spaced=False)
        if self.lines and self.lines[-1].strip("> ") != line:
            self._emit(line)

    def _emit(self, line: str) -> None:
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.depth, self.last_depth)).rstrip())
        self.gap = False
        self.last_depth = self.depth
        self.lines.append(("> " * self.depth + line.replace("&nbsp;", " ")).rstrip())

    def result(self) -> str:
        self.block(spaced=False)
        text = "\n".join(self.lines)
        return (_EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip("\n")


class _Reader:
    """Walks the tags and texts of a repaired document."""

    def __init__(self, html: str, *, mark_quotes: bool, shows_all: bool) -> None:
        self.writer = _Writer()
        self._shows_all = shows_all
        self._html = html
        self._mark_quotes = mark_quotes
        self._elements: dict[tuple[str, str], Element] = {}
        self._open: list[Element] = []
        self._skipped_at: int | None = None
        self._paints: list[Paint] = []
        self._page = ""
        self._links: list[tuple[str, int, int]] = []
        self._items: list[int | None] = []

    def read(self, tokens: Sequence[str | None]) -> None:
        """`tokens`: text, then again and again a tag's name, its attributes and the text after it."""
        self._text(tokens[0] or "")
        for tag, attributes, text in zip(tokens[1::3], tokens[2::3], tokens[3::3], strict=True):
            if tag is None:
                pass
            elif tag[0] == "/":
                self._leave()
            else:
                self._enter(tag, attributes or "")
            if text:
                self._text(text)

    def _text(self, text: str) -> None:
        if self._skipped_at is None and not (self._paints and self._is_invisible(self._paints[-1])):
            self.writer.text(text)

    def _is_invisible(self, paint: Paint) -> bool:
        """No size, or in the color of what lies behind it; what that is, is not known where a style sheet may paint it."""
        if self._shows_all or paint.size == "0":
            return not self._shows_all
        color, background = paint.color, paint.background
        if color == WHITE and not background:
            self._page = self._page or (WHITE if is_white_page(self._html) else "unknown")
            background = self._page
        return bool(color) and color == background

    def _enter(self, tag: str, attributes: str) -> None:
        key = (tag, attributes)
        found = self._elements.get(key)
        if found is None:
            found = self._elements[key] = element(tag, attributes)
        if self._skipped_at is None:
            if found.hidden and not self._shows_all:
                self._skipped_at = len(self._open)
            elif found.is_simple:
                self.writer.block(spaced=found.is_spaced)
            elif not found.plain:
                self._write_before(found)
        if tag not in VOID:
            self._open.append(found)
        elif self._skipped_at == len(self._open):
            self._skipped_at = None

    def _leave(self) -> None:
        if not self._open:
            return
        found = self._open.pop()
        if self._skipped_at is None:
            if found.is_simple:
                self.writer.block(spaced=found.is_spaced)
            elif not found.plain:
                self._write_after(found)
        elif self._skipped_at == len(self._open):
            self._skipped_at = None

    def _write_before(self, found: Element) -> None:
        writer = self.writer
        is_cell = found.tag in {"td", "th"}
        if is_cell and writer.current:
            writer.text(" ")
        elif found.is_block:
            writer.block(spaced=found.is_spaced)
        if found.mark:
            writer.line(found.mark)
        if found.tag == "br":
            writer.line_break()
        elif found.tag == "hr":
            writer.line(RULE)
        elif found.tag == "li":
            writer.text(self._bullet())
        elif found.tag in {"ul", "ol"}:
            self._items.append(0 if found.tag == "ol" else None)
        if found.text:
            self._text(found.text)
        self._open_scope(found)

    def _open_scope(self, found: Element) -> None:
        """What holds until the element ends."""
        self.writer.pre += found.is_pre
        if found.is_quote and self._mark_quotes:
            self.writer.depth += 1
        if found.target:
            self._links.append((found.target, len(self.writer.lines), len(self.writer.current)))
        if found.paint:
            self._paints.append(found.paint.within(self._paints[-1]) if self._paints else found.paint)

    def _write_after(self, found: Element) -> None:
        if found.target:
            self._write_target(*self._links.pop())
        if found.is_block and found.tag not in {"td", "th"}:
            self.writer.block(spaced=found.is_spaced)
        if found.tag in {"ul", "ol"}:
            self._items.pop()
        self.writer.pre -= found.is_pre
        if found.is_quote and self._mark_quotes:
            self.writer.depth -= 1
        if found.paint:
            self._paints.pop()

    def _bullet(self) -> str:
        if not self._items or self._items[-1] is None:
            return "- "
        self._items[-1] += 1
        return f"{self._items[-1]}. "

    def _write_target(self, target: str, lines: int, pieces: int) -> None:
        """Where a link leads, unless its text says so or there is no text."""
        if lines != len(self.writer.lines):  # it spans lines: an area to click on, no words of a sentence
            return
        text = "".join(self.writer.current[pieces:])
        said = _NOT_COMPARED.sub("", html_escapes.unescape(text)).casefold()
        looks_like_one = "." in said or "@" in said
        if not said or (looks_like_one and said.rstrip("/") in _NOT_COMPARED.sub("", target).casefold()):
            return
        if len(target) > _MAX_TARGET:
            target = f"{target.partition('?')[0][:_MAX_TARGET]}…"
        self.writer.current.append(
            f" &lt;{html_escapes.escape(target, quote=False).removeprefix('mailto:')}&gt;"
        )
