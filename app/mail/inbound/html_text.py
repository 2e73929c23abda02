"""The text that a reader of an HTML mail sees, with its quotes marked by `>` as in plain text."""

import html as html_escapes
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre"})
# fmt: off
_BLOCKS = _SPACED | {
    "address", "article", "aside", "body", "center", "dd", "div", "dt", "fieldset", "figure", "footer", "form",
    "header", "hr", "html", "li", "main", "nav", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}
_SKIPPED = frozenset({
    "script", "style", "head", "title", "template", "noscript", "meta", "link", "object", "svg", "math", "select",
    "textarea",
})
# fmt: on
_MAX_DEPTH = 2000
_TAG = re.compile(r"<[^<>]*>")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_UNCLOSED = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "p", "li", "td", "th", "tr", "dd", "dt", "col", "wbr"}
)
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_INDENT = re.compile(r"border\s*:\s*none", re.IGNORECASE)
_INTRODUCTIONS = frozenset({"gmail_attr", "moz-cite-prefix", "protonmail_quote_header"})
# Preheaders pad themselves with these so that the preview shows nothing else.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u034f]+")


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
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self.current.append(first)
            for line in rest:
                self.line_break()
                self.current.append(line)
            return
        data = _SPACES.sub(" ", data)
        if data == " " and (not self.current or self.current[-1].endswith(" ")):
            return
        if not self.current or self.current[-1].endswith(" "):
            data = data.lstrip(" ")
        if data:
            self.current.append(data)

    def line_break(self) -> None:
        self._emit("".join(self.current).rstrip(" "))
        self.current = []

    def block(self, *, spaced: bool) -> None:
        if any(piece.strip() for piece in self.current):
            self.line_break()
        self.current = []
        self.gap = self.gap or spaced

    def _emit(self, line: str) -> None:
        prefix = "> " * self.depth
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.depth, self.last_depth)).rstrip())
        self.gap = False
        self.last_depth = self.depth
        self.lines.append((prefix + line).rstrip())

    def result(self) -> str:
        self.block(spaced=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def text_of(html: str, *, mark_quotes: bool = True) -> str:
    """Plain text of an HTML document or fragment: blocks on their own lines, hidden elements left out.

    `mark_quotes` prefixes what stands in `<blockquote>` with "> ", once a level.
    """
    if is_too_deep(html):
        return html_escapes.unescape(_TAG.sub(" ", html))
    root = LexborHTMLParser(html).root
    return node_text(root, mark_quotes=mark_quotes) if root is not None else ""


def is_too_deep(html: str) -> bool:
    """Whether parsing would take quadratic time, as HTML5 parsers do where elements are nested by the thousand."""
    if html.count("<") < _MAX_DEPTH:
        return False
    depth = deepest = 0
    for tag in _TAG_NAME.finditer(html):
        if tag[2].lower() not in _UNCLOSED:
            depth += -1 if tag[1] else 1
            deepest = max(deepest, depth)
    return deepest > _MAX_DEPTH


def node_text(root: LexborNode, *, mark_quotes: bool = True) -> str:
    """Plain text of a part of a document; the walk is a loop, as hostile mails nest deeper than Python recurses."""
    writer = _Writer()
    node: LexborNode | None = root
    while node is not None:
        entered = _enter(node, writer, mark_quotes=mark_quotes)
        child = node.child if entered else None
        if child is not None:
            node = child
            continue
        if entered:
            _leave(node, writer, mark_quotes=mark_quotes)
        node = _next(node, root, writer, mark_quotes=mark_quotes)
    return _INVISIBLE.sub("", writer.result()).replace("\u00a0", " ")


def _next(node: LexborNode, root: LexborNode, writer: _Writer, *, mark_quotes: bool) -> LexborNode | None:
    current: LexborNode | None = node
    while current is not None and current.mem_id != root.mem_id:
        if current.next is not None:
            return current.next
        current = current.parent
        if current is not None:
            _leave(current, writer, mark_quotes=mark_quotes)
    return None


def _enter(node: LexborNode, writer: _Writer, *, mark_quotes: bool) -> bool:
    """Write what stands before a node's children; False where they are not to be read."""
    tag = node.tag or ""
    if tag == "-text":
        writer.text(node.text_content or "")
        return False
    if tag in _SKIPPED or tag.startswith(("-", "_", "!")) or _is_hidden(node):
        return tag == "-document"
    if tag == "br":
        writer.line_break()
    elif tag == "img" and (alt := node.attributes.get("alt")):
        writer.text(f"[{alt}]" if len(alt) < 80 else "")
    elif tag in _CELLS and writer.current:
        writer.text(" ")
    elif tag in _BLOCKS:
        _enter_block(node, tag, writer, mark_quotes=mark_quotes)
    return True


def _enter_block(node: LexborNode, tag: str, writer: _Writer, *, mark_quotes: bool) -> None:
    writer.block(spaced=tag in _SPACED)
    if mark_quotes and _is_quote(node, tag):
        writer.depth += 1
    elif tag == "pre":
        writer.pre += 1
    elif tag == "li":
        writer.text("- ")


def _leave(node: LexborNode, writer: _Writer, *, mark_quotes: bool) -> None:
    tag = node.tag or ""
    if tag in _BLOCKS and tag not in _CELLS:
        writer.block(spaced=tag in _SPACED)
    if mark_quotes and _is_quote(node, tag):
        writer.depth -= 1
    elif tag == "pre":
        writer.pre -= 1


def _is_quote(node: LexborNode, tag: str) -> bool:
    """Quoted by a mail program: a blockquote (unless it only indents, as Gmail's button makes it) or its introduction.

    Whole containers (gmail_quote, yahoo_quoted) do not count: people write their answers inside them.
    """
    if tag == "blockquote":
        return _INDENT.search(node.attributes.get("style") or "") is None
    return tag == "div" and not _INTRODUCTIONS.isdisjoint((node.attributes.get("class") or "").split())


def _is_hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style")
    return style is not None and _HIDDEN.search(style) is not None
