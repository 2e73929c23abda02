"""Markdown to the two parts of an email that say the same: plain text, and HTML that mail programs keep intact.

Mail programs drop `<style>`, classes and most of CSS (Outlook renders with Word): styles stand inline,
the layout is one column, direction and language are attributes. Raw HTML is off; links are http, https, mailto.
"""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,Tahoma,sans-serif;font-size:15px;line-height:1.6"
_STYLES = {
    "p": "margin:0 0 1em",
    "a": "color:#0b57d0",
    "h1": "font-size:20px;margin:0 0 .6em",
    "h2": "font-size:18px;margin:0 0 .6em",
    "h3": "font-size:16px;margin:0 0 .6em",
    "hr": "border:0;border-top:1px solid #d0d0d0;margin:1.5em 0",
    "code": "font-family:Consolas,Menlo,monospace",
    "blockquote": "margin:0 0 1em;color:#555555",
}
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:)[^\s<>\"\x00-\x1f]+$", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=])")
_LANG = re.compile(r"^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$")

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).disable("image")
_MARKDOWN.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]  # its documented hook


def render_markdown(markdown: str, *, rtl: bool, lang: str) -> tuple[str, str]:
    """The plain text and the HTML document of a reply's Markdown. Both say the same; links are written out in text."""
    tokens = _MARKDOWN.parse(markdown)
    return _Text(tokens).render(), _document(tokens, rtl=rtl, lang=lang)


def escape_markdown(value: str) -> str:
    """A value that a customer or a product's name chose, made literal: one line, no mark, no link, no HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))


def _document(tokens: list[Token], *, rtl: bool, lang: str) -> str:
    direction = "rtl" if rtl else "ltr"
    language = lang if _LANG.match(lang) else "en"
    for token in _flat(tokens):
        if token.nesting >= 0 and token.tag in {*_STYLES, "ul", "ol"}:
            token.attrSet("style", _style(token.tag, rtl=rtl))
        if token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer")
    body = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    align = "right" if rtl else "left"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"></head>\n<body style="margin:0;padding:16px">\n'
        f'<div dir="{direction}" lang="{escape(language)}" style="{_FONT};color:#222222;text-align:{align};max-width:600px">\n'
        f"{body}</div>\n</body>\n</html>\n"
    )


def _style(tag: str, *, rtl: bool) -> str:
    if tag in {"ul", "ol"}:  # Outlook knows no logical properties
        return f"margin:0 0 1em;padding-{'right' if rtl else 'left'}:1.5em"
    return _STYLES[tag]


def _flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *(token.children or ()))]


class _Text:
    """Writes tokens as plain text: blocks apart, lists with marks, links as "label (address)"."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._blocks: list[str] = []
        self._lists: list[int | None] = []
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
        indent = "  " * max(len(self._lists) - 1, 0)
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
