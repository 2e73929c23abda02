"""What an element of an HTML mail means for its text: block or not, shown or not, quoted by a mail program or not."""

import html as html_escapes
import re
from functools import lru_cache
from typing import NamedTuple

# fmt: off
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})
_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre"})
_BLOCKS = _SPACED | {
    "address", "article", "aside", "body", "center", "dd", "div", "dt", "fieldset", "figure", "footer", "form",
    "header", "hr", "html", "li", "main", "nav", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}
_SPECIAL = frozenset({"blockquote", "pre", "ul", "ol", "li", "td", "th", "hr"})
# The line above what is quoted: Gmail's, Thunderbird's, Proton's, Roundcube's.
_INTRODUCTIONS = frozenset({"gmail_attr", "moz-cite-prefix", "protonmail_quote_header", "reply-intro"})
# Signatures: Gmail, Thunderbird, Spark, Front, Proton, Outlook on the web, iPhone, Yahoo.
_SIGNATURES = frozenset({
    "gmail_signature", "moz-signature", "messagesignaturesection", "front-signature", "protonmail_signature_block",
    "signature", "applemailsignature", "ydpsignature", "zmail_signature",
})
# fmt: on
_PAINTING = frozenset({"color", "bgcolor", "size"})
_NAMES = frozenset({"class", "id", "name"})
_ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
_INDENT = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|"
    r"(?<![-\w])max-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
# What Outlook and Windows Mail draw above the header block of the mail that they quote.
_TOP_LINE = re.compile(r"border-top(?:-style)?\s*:[^;]*solid", re.IGNORECASE)
RULE = "-" * 32
_PAINT = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
_FONT = re.compile(r"(?<![-\w])font(?:-size)?\s*:\s*([^;!]+)", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:[\d.]+(?:em|%)|smaller|larger|inherit|unset)\b|[\d.]+%", re.IGNORECASE)
_NO_SIZE = re.compile(r"\.?0+(?:\.0+)?(?:[a-z]{2,3})?(?:\s|/|$)", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)")
WHITE = "#ffffff"
_COLORS = {"white": WHITE, "black": "#000000"}


class Paint(NamedTuple):
    """How text is drawn: color and background as #rrggbb, size "0" or "1" for none and some; "" for what is inherited."""

    color: str = ""
    background: str = ""
    size: str = ""

    def within(self, outer: "Paint") -> "Paint":
        """What holds inside of `outer`."""
        return Paint(self.color or outer.color, self.background or outer.background, self.size or outer.size)


class Element(
    NamedTuple
):  # a tuple is made in a tenth of a frozen data class's time, and of these there are many
    """A tag with its attributes.

    Attributes:
        plain: It changes nothing, as most do not.
        is_simple: It is a block and nothing else.
        hidden: Neither it nor what is in it is shown.
        is_spaced: An empty line stands before and after it.
        mark: A line to write before it: the rule above Outlook's header block, the dashes before a signature.
        text: What it is in text itself: a picture's description.
        target: Where a link leads.
        paint: How its text is drawn; None where it sets nothing.
    """

    tag: str
    plain: bool
    is_simple: bool = False
    hidden: bool = False
    is_block: bool = False
    is_spaced: bool = False
    is_quote: bool = False
    is_pre: bool = False
    mark: str = ""
    text: str = ""
    target: str = ""
    paint: Paint | None = None


def element(tag: str, attributes: str) -> Element:
    """Judge a tag as a parser wrote it: lower case, every value in double quotes."""
    bare = _bare(tag)
    if not attributes:
        return bare
    values = {name.lower(): value for name, value in _ATTRIBUTE.findall(attributes)}
    style = html_escapes.unescape(values.get("style", ""))
    if "hidden" in values or (style and _HIDDEN.search(style) is not None):
        return bare._replace(hidden=True)
    named = values.keys() & _NAMES
    names = {name.lower() for key in named for name in html_escapes.unescape(values[key]).split()}
    is_quote = bare.is_quote and _INDENT.search(style) is None
    is_quote = is_quote or (tag in {"div", "p"} and not _INTRODUCTIONS.isdisjoint(names))
    is_pre = bare.is_pre or (bool(style) and _PRE.search(style) is not None)
    mark = _mark(tag, names, style)
    text = _described(html_escapes.unescape(values.get("alt", ""))) if tag == "img" else ""
    target = _target(html_escapes.unescape(values.get("href", ""))) if tag == "a" else ""
    paint = _paint(style, values)
    if not (mark or text or target or paint) and (is_quote, is_pre) == (bare.is_quote, bare.is_pre):
        return bare
    return Element(
        tag,
        plain=False,
        is_block=bare.is_block,
        is_spaced=bare.is_spaced,
        is_quote=is_quote,
        is_pre=is_pre,
        mark=mark,
        text=text,
        target=target,
        paint=paint,
    )


def is_white_page(html: str) -> bool:
    """Whether nothing but the elements' own styles can paint what lies behind the text."""
    low = html.lower()
    return not any(word in low for word in ("<style", "<link", "background-image", "background=", "url("))


@lru_cache(maxsize=256)
def _bare(tag: str) -> Element:
    is_block = tag in _BLOCKS
    return Element(
        tag,
        plain=not is_block and tag != "br",
        is_simple=is_block and tag not in _SPECIAL,
        is_block=is_block,
        is_spaced=tag in _SPACED,
        is_quote=tag == "blockquote",
        is_pre=tag == "pre",
    )


def _mark(tag: str, names: set[str], style: str) -> str:
    """Whole quoted containers (gmail_quote, yahoo_quoted) get none: people write their answers inside them."""
    if not _SIGNATURES.isdisjoint(names):
        return "--"
    return RULE if tag == "div" and _TOP_LINE.search(style) else ""


def _described(alternative: str) -> str:
    description = " ".join(alternative.split())
    if not description or len(description) >= 80:
        return ""
    shown = description if not re.search(r"\w", description) else f"[{description}]"  # an emoji as a picture
    return html_escapes.escape(shown, quote=False)


def _target(href: str) -> str:
    return href.strip() if href.strip().lower().startswith(("http://", "https://", "mailto:")) else ""


def _paint(style: str, values: dict[str, str]) -> Paint | None:
    if not style and _PAINTING.isdisjoint(values):
        return None
    found: dict[str, str] = {}
    if "color" in (low := style.lower()) or "background" in low:
        found = {name.lower().partition("-")[0]: _color(value) for name, value in _PAINT.findall(style)}
    color = found.get("color") or _color(values.get("color", ""))
    background = found.get("background") or _color(values.get("bgcolor", ""))
    size = _size(style) or ("1" if "size" in values else "")
    return Paint(color, background, size) if color or background or size else None


def _size(style: str) -> str:
    """Newsletter makers set 0 around everything, against gaps between columns, and the size of the text inside."""
    sizes = [value.strip() for value in _FONT.findall(style)] if "font" in style.lower() else []
    if not sizes or _RELATIVE.match(sizes[-1]):
        return ""
    return "0" if _NO_SIZE.match(sizes[-1]) else "1"


def _color(value: str) -> str:
    """#rrggbb; other words as they are, so that equal ones are equal."""
    word = value.strip().lower()
    if not word:
        return ""
    if word.startswith("rgb") and (rgb := _RGB.fullmatch(word)):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in rgb.groups())
    if len(word) == 4 and word[0] == "#":
        return "#" + "".join(2 * digit for digit in word[1:])
    return "" if word in {"inherit", "initial", "transparent", "none"} else _COLORS.get(word, word)
