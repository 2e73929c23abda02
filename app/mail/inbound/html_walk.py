"""One loop over the tags of a document that a parser has repaired: every one balanced, and no `<` or `>` anywhere else."""

import html as html_escapes
import re
from collections.abc import Iterator
from functools import lru_cache

from app.mail.inbound.html_elements import (
    RULE,
    WHITE,
    Element,
    Kind,
    Paint,
    bare,
    element,
    hides,
    is_white_page,
)
from app.mail.inbound.html_lines import Lines, with_single_blanks

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOTHING = bare("")
_MAX_TARGET = 200
_NOT_COMPARED = re.compile(r"^(?:https?://|mailto:|tel:)?(?:www\.)?|[/\s]+$", re.IGNORECASE)
_SPACED, _ITEM, _CELL, _BREAK, _OTHER, _HIDDEN = (
    int(kind)  # a number is compared in half the time
    for kind in (Kind.SPACED, Kind.ITEM, Kind.CELL, Kind.BREAK, Kind.OTHER, Kind.HIDDEN)
)


class Walk:
    """Reads a repaired document once; `lines` has its text, as HTML's escapes `&lt;`, `&gt;` and `&amp;` leave it.

    `source` is the document as it came. So many different tags are judged by all their attributes; where there are more, the
    others are taken for what their name says, as long as nothing hides them, and `is_whole` tells.
    """

    def __init__(self, source: str, *, judged: int, mark_quotes: bool, shows_all: bool) -> None:
        self.lines = Lines()
        self.is_whole = True
        self._source = source
        self._judged = judged
        self._mark_quotes = mark_quotes
        self._shows_all = shows_all
        self._known: dict[str, Element] = {}
        self._is_seen = True
        self._paints = [(Paint(), True)]  # and whether text that is drawn so is seen
        self._within: dict[tuple[Paint, Paint], tuple[Paint, bool]] = {}
        self._page = ""
        self._pre = 0
        self._links: list[tuple[str, int, int]] = []
        self._items: list[int | None] = []

    def read(self, markup: str, *, has_pre: bool) -> None:  # noqa: C901 - a call for each tag takes more time than all of this
        """Read the document; `has_pre`: blanks may matter somewhere in it."""
        known, current, open_ = self._known, self.lines.current, list[Element]()
        hidden_at = -1
        for piece in _pieces(markup if has_pre else with_single_blanks(markup)):
            tag, _, text = piece.partition(">")
            if tag[:1] == "/":
                found = open_.pop() if open_ else _NOTHING
                if hidden_at < 0 and (found.kind or found.paint):
                    self._leave(found)
                elif hidden_at == len(open_):
                    hidden_at = -1
            else:
                found = known.get(tag) or self._judge(tag)
                if found.has_end:
                    if hidden_at < 0 and found.kind == _HIDDEN:
                        hidden_at = len(open_)
                    open_.append(found)
                if hidden_at < 0 and (found.kind or found.paint):
                    self._enter(found)
            if text and hidden_at < 0 and self._is_seen:
                if has_pre:
                    self._text(text)
                elif current:
                    current.append(text)
                elif text != " ":
                    current.append(text.lstrip(" "))

    def _enter(self, found: Element) -> None:
        kind = found.kind
        # As `Lines.block`, and again in `_leave`: a call more for each tag took 3 % of all reading.
        if 0 < kind <= _ITEM:
            if self.lines.current:
                self.lines.block()
            if kind == _SPACED:
                self.lines.gap = True
            elif kind == _ITEM:
                self.lines.current.append(self._bullet())
        elif kind == _BREAK:
            self.lines.line_break()
        elif kind == _CELL and self.lines.current:
            self.lines.current.append(" ")
        elif kind == _OTHER:
            self._begin(found)
        if found.paint is not None and found.has_end:
            self._paint(found.paint)

    def _leave(self, found: Element) -> None:
        kind = found.kind
        if 0 < kind <= _ITEM:
            if self.lines.current:
                self.lines.block()
            if kind == _SPACED:
                self.lines.gap = True
        elif kind == _OTHER:
            self._end(found)
        if found.paint is not None:
            self._unpaint()

    def _text(self, text: str) -> None:
        if self._pre:
            self.lines.verbatim(text)
        elif text := (
            with_single_blanks(text) if self.lines.current else with_single_blanks(text).lstrip(" ")
        ):
            self.lines.current.append(text)

    def _judge(self, tag: str) -> Element:
        name, _, _ = tag.partition(" ")
        attributes = tag[len(name) :]
        if attributes and self._judged <= 0:
            self.is_whole = False
            found = bare(name)
            if "hidden=" in attributes or ("style=" in attributes and hides(attributes.replace('"', ";"))):
                found = found._replace(kind=_HIDDEN)
        else:
            self._judged -= bool(attributes)
            found = element(name, attributes)
        if found.kind == _HIDDEN and self._shows_all:
            found = bare(name)
        self._known[tag] = found
        return found

    def _paint(self, paint: Paint) -> None:
        outer, _ = self._paints[-1]
        if (found := self._within.get((outer, paint))) is None:
            inner = paint.within(outer)
            found = self._within[outer, paint] = inner, self._shows_all or not self._is_invisible(inner)
        self._paints.append(found)
        self._is_seen = found[1]

    def _unpaint(self) -> None:
        self._paints.pop()
        self._is_seen = self._paints[-1][1]

    def _is_invisible(self, paint: Paint) -> bool:
        """No size, or in the color of what lies behind it; what that is, is not known where a style sheet may paint it."""
        if paint.size == "0":
            return True
        color, background = paint.color, paint.background
        if color == WHITE and not background:
            self._page = self._page or (WHITE if is_white_page(self._source) else "unknown")
            background = self._page
        return bool(color) and color == background

    def _begin(self, found: Element) -> None:
        lines = self.lines
        if found.tag in {"td", "th"} and lines.current:
            lines.current.append(" ")
        elif found.is_block:
            lines.block(spaced=found.is_spaced)
        if found.mark:
            lines.line(found.mark)
        if found.tag == "hr":
            lines.line(RULE)
        elif found.tag == "li":  # that is a quote, or has a mark
            lines.current.append(self._bullet())
        elif found.tag in {"ul", "ol"}:
            self._items.append(0 if found.tag == "ol" else None)
        if found.text and self._is_seen:
            lines.current.append(found.text)
        self._pre += found.is_pre
        if found.is_quote and self._mark_quotes:
            lines.depth += 1
        if found.target:
            self._links.append((found.target, len(lines.lines), len(lines.current)))

    def _end(self, found: Element) -> None:
        lines = self.lines
        if found.target:
            self._write_target(*self._links.pop())
        if found.is_block and found.tag not in {"td", "th"}:
            lines.block(spaced=found.is_spaced)
        if found.tag in {"ul", "ol"}:
            self._items.pop()
        self._pre -= found.is_pre
        if found.is_quote and self._mark_quotes:
            lines.depth -= 1

    def _bullet(self) -> str:
        if not self._items or (last := self._items[-1]) is None:
            return "- "
        self._items[-1] = last + 1
        return f"{last + 1}. "

    def _write_target(self, target: str, lines: int, pieces: int) -> None:
        """Where a link leads, unless its text says so or there is no text."""
        if lines != len(self.lines.lines):  # it spans lines: an area to click on, no words of a sentence
            return
        text = with_single_blanks("".join(self.lines.current[pieces:])).strip(" /")
        if not text:
            return
        if "." in text or "@" in text:
            said = _NOT_COMPARED.sub("", html_escapes.unescape(text)).casefold()
            if not said or said.rstrip("/") in _NOT_COMPARED.sub("", target).casefold():
                return
        self.lines.current.append(_shown(target))


@lru_cache(maxsize=128)
def _shown(target: str) -> str:
    """A link's target as it is written behind its words; a mail has the same again and again."""
    if len(target) > _MAX_TARGET:
        target = f"{target.partition('?')[0][:_MAX_TARGET]}…"
    return f" &lt;{html_escapes.escape(target, quote=False).removeprefix('mailto:')}&gt;"


def _pieces(markup: str) -> Iterator[str]:
    """Each tag without its `<`, with the text behind it."""
    has_comments = "!" in markup and "<!" in markup  # a search for one character is by far the fastest
    pieces = iter((_COMMENT.sub("", markup) if has_comments else markup).split("<"))
    next(pieces)
    return pieces
