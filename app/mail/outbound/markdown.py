"""Markdown to the two parts of an email that say the same: plain text, and HTML that mail programs keep intact.

It is to look as if a person had written it. Gmail drops the attributes of `html` and `body`, `<style>` is lost when a mail
is forwarded, and Outlook draws with Word, which knows no `max-width`, no padding of lists and no logical properties: so
styles stand inline, language and direction are attributes of a `div` (and the direction of each block, which Word and
quoting programs go by), lists are set in by their margin. No colour is set but the grey of lines: each program has its own
for light and dark. Raw HTML is off; links are http, https, mailto.
"""

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Names that Word knows come first: it looks no further than one that it does not. Segoe UI and Tahoma have Persian letters.
_FONTS = {
    False: "'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
    True: "'Segoe UI',Tahoma,Roboto,Arial,sans-serif",
}
_STYLES = {
    "p": "margin:0 0 1em 0",
    "h1": "font-size:20px;margin:0 0 0.6em 0",
    "h2": "font-size:18px;margin:0 0 0.6em 0",
    "h3": "font-size:16px;margin:0 0 0.6em 0",
    "hr": "border:0;border-top:1px solid #999999;margin:1.5em 0",
    "code": "font-family:Consolas,Menlo,monospace",
    "ul": "margin:{0 0 1em 1.5em};padding:0",
    "ol": "margin:{0 0 1em 1.5em};padding:0",
    "blockquote": "margin:{0 0 1em 0};padding:{0 0 0 1em};border-{left}:3px solid #999999",
}
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "ul", "ol", "blockquote"})
_SIDES = re.compile(r"\{([^{}]+)\}")
_ISOLATES = re.compile("([\u2066-\u2068])([^\u2066-\u2069]*)\u2069")
_QUOTED_LINE = re.compile("  +\u2068[^\u2066-\u2069]*\u2069")
_DIRECTIONS = {"\u2066": "ltr", "\u2067": "rtl", "\u2068": "auto"}
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:)[^\s<>\"\x00-\x1f]+$", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=])")
_LANG = re.compile(r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$")


def _isolated(_: object, tokens: Sequence[Token], index: int, __: Any, ___: Any) -> str:
    """Text with its directional isolates as elements: not all programs know the characters, and they would be copied along."""
    text = escape(tokens[index].content)
    return _ISOLATES.sub(lambda pair: f'<span dir="{_DIRECTIONS[pair[1]]}">{pair[2]}</span>', text)


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).disable("image")
_MARKDOWN.add_render_rule("text", _isolated)
_MARKDOWN.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]  # its documented hook


def render_markdown(markdown: str, *, rtl: bool, lang: str) -> tuple[str, str]:
    """The plain text and the HTML document of a reply's Markdown. Both say the same; links are written out in text."""
    tokens = _MARKDOWN.parse(markdown)
    text = _Text(tokens).render()
    return _towards_right(text) if rtl else text, _document(tokens, rtl=rtl, lang=lang)


def escape_markdown(value: str) -> str:
    """A value that a customer or a product's name chose, made literal: one line, no mark, no link, no HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))


def _document(tokens: list[Token], *, rtl: bool, lang: str) -> str:
    direction = "rtl" if rtl else "ltr"
    language = escape(lang if _LANG.match(lang) else "en")
    for token in _flat(tokens):
        if token.nesting >= 0 and token.tag in _STYLES:
            token.attrSet("style", _style(token.tag, rtl=rtl))
            if rtl and token.tag in _BLOCKS:
                token.attrSet("dir", direction)
        if token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer")
    _turn_quotes(tokens, rtl=rtl)
    body = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    align = "right" if rtl else "left"
    style = (
        f"font-family:{_FONTS[rtl]};font-size:16px;line-height:1.5;direction:{direction};text-align:{align};"
        "max-width:600px;overflow-wrap:break-word;word-wrap:break-word"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>\n'
        f'<body>\n<div dir="{direction}" lang="{language}" style="{style}">\n{body}</div>\n</body>\n</html>\n'
    )


def _turn_quotes(tokens: list[Token], *, rtl: bool) -> None:
    """A shop's own words run as their language does: a paragraph of a quote that is all in letters of the other direction."""
    depth = 0
    for token, inside in pairwise(tokens):
        depth += token.nesting if token.tag == "blockquote" else 0
        if token.type == "paragraph_open" and depth and _runs_against(inside.content, rtl=rtl):
            token.attrSet("dir", "ltr" if rtl else "rtl")
            token.attrSet("style", f"{_STYLES['p']};text-align:{'left' if rtl else 'right'}")


def _runs_against(text: str, *, rtl: bool) -> bool:
    strong = {unicodedata.bidirectional(character) for character in text} & {"L", "R", "AL"}
    return strong == {"L"} if rtl else bool(strong) and "L" not in strong


def _towards_right(text: str) -> str:
    """The text with a mark before each line that programs would set from left to right: they go by its first letter."""
    return "\n".join(line if _begins_rtl(line) else f"\u200f{line}" for line in text.split("\n"))


def _begins_rtl(line: str) -> bool:
    strong = (unicodedata.bidirectional(character) for character in _ISOLATES.sub("", line))
    return (
        not line
        or _QUOTED_LINE.fullmatch(line) is not None
        or next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"
    )


def _style(tag: str, *, rtl: bool) -> str:
    """The style of an element; what stands in braces is of a side, and changes sides where text runs from right to left."""
    return _SIDES.sub(lambda found: _mirrored(found[1]) if rtl else found[1], _STYLES[tag])


def _mirrored(sides: str) -> str:
    """`top right bottom left`, or `left`, the other way round."""
    if sides == "left":
        return "right"
    top, right, bottom, left = sides.split()
    return f"{top} {left} {bottom} {right}"


def _flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


class _Text:
    """Writes tokens as plain text: blocks apart, lists with marks, quotes set in, links as "label (address)".

    Quotes bear no `>`: mail programs take that for what was written before, and hide it.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._blocks: list[str] = []
        self._lists: list[int | None] = []
        self._quotes = 0
        self._mark = ""
        self._tight_next = False

    def render(self) -> str:
        for token in self._tokens:
            self._add(token)
        return "".join(self._blocks).strip("\n") + "\n"

    def _add(self, token: Token) -> None:
        kind = token.type
        if kind == "ordered_list_open":
            self._lists.append(int(token.attrGet("start") or 1))
        elif kind == "bullet_list_open":
            self._lists.append(None)
        elif kind in {"ordered_list_close", "bullet_list_close"}:
            self._lists.pop()
            self._tight_next = False
        elif kind in {"blockquote_open", "blockquote_close"}:
            self._quotes += token.nesting
        elif kind == "list_item_open":
            self._mark = self._next_mark()
        elif kind == "inline":
            self._write(_inline_text(token.children or []))
        elif kind in {"fence", "code_block"}:
            self._write(token.content.rstrip("\n"))
        elif kind == "hr":
            self._write("-----")

    def _next_mark(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _write(self, text: str) -> None:
        indent = "  " * (self._quotes + max(len(self._lists) - 1, 0))
        self._blocks.append("\n" if self._tight_next else "\n\n")
        self._blocks.append(indent + self._mark + text.replace("\n", "\n" + indent))
        self._tight_next = bool(self._lists)
        self._mark = ""


def _inline_text(tokens: list[Token]) -> str:
    pieces: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrGet("href") or ""), len(pieces)))
        elif token.type == "link_close":
            address, start = links.pop()
            label = "".join(pieces[start:])
            shown = address.removeprefix("mailto:")
            if shown not in {label, f"http://{label}", f"https://{label}"}:
                pieces.append(f" ({shown})")
        else:
            pieces.append(token.content)
    return "".join(pieces)
