"""What an element of an HTML mail means for its text: block or not, shown or not, quoted by a mail program or not."""

import html as html_escapes
import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

# fmt: off
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})
_SPACED = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre"})
_BLOCKS = _SPACED | {
    "address", "article", "aside", "body", "center", "dd", "div", "dt", "fieldset", "figure", "footer", "form",
    "header", "hr", "html", "li", "main", "nav", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}
_SPECIAL = frozenset({"blockquote", "pre", "ul", "ol", "hr"})
# The line above what is quoted: Gmail's, Thunderbird's, Proton's, Roundcube's.
_INTRODUCTIONS = frozenset({"gmail_attr", "moz-cite-prefix", "protonmail_quote_header", "reply-intro"})
# Signatures: Gmail, Thunderbird, Spark, Front, Proton, Outlook on the web, iPhone, Yahoo.
_SIGNATURES = frozenset({
    "gmail_signature", "moz-signature", "messagesignaturesection", "front-signature", "protonmail_signature_block",
    "signature", "applemailsignature", "ydpsignature", "zmail_signature",
})
# fmt: on
# Styles are compared in lower case.
_PAINTING = frozenset({"color", "bgcolor", "size"})
_NAMES = ("class", "id", "name")
_NO_NAMES = frozenset[str]()
_ATTRIBUTE = re.compile(r' (style|class|id|name|hidden|alt|href|color|bgcolor|size)="([^"]*)"')
_HIDING = ("none", "hid", "opacity", "max-height")
_INDENT = re.compile(r"border\s*:\s*(?:none|0)")
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|"
    r"(?<![-\w])max-height\s*:\s*0(?:px)?\s*(?:;|!|$)"
)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
# What Outlook and Windows Mail draw above the header block of the mail that they quote.
_TOP_LINE = re.compile(r"border-top(?:-style)?\s*:[^;]*solid")
RULE = "-" * 32
_PAINT = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*([^;!]+)")
_FONT = re.compile(r"(?<![-\w])font(?:-size)?\s*:\s*([^;!]+)")
_RELATIVE = re.compile(r"(?:[\d.]+(?:em|%)|smaller|larger|inherit|unset)\b|[\d.]+%")
_NO_SIZE = re.compile(r"\.?0+(?:\.0+)?(?:[a-z]{2,3})?(?:\s|/|$)")
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


class Kind(IntEnum):
    """What is to be done where an element begins and ends: the few words that most of a document is made of, and the rest."""

    PLAIN = 0
    BLOCK = 1
    SPACED = 2
    ITEM = 3
    CELL = 4
    BREAK = 5
    OTHER = 6
    HIDDEN = 7


class Element(
    NamedTuple
):  # a tuple is made in a tenth of a frozen data class's time, and of these there are many
    """A tag with its attributes.

    Attributes:
        kind: BLOCK, SPACED (an empty line stands before and after it), ITEM, CELL and BREAK are nothing but that; PLAIN
            changes nothing, as most do not; of OTHER the attributes below tell; HIDDEN is not shown, nor what is in it.
        paint: How its text is drawn; None where it sets nothing. Of any kind.
        mark: A line to write before it: the rule above Outlook's header block, the dashes before a signature.
        text: What it is in text itself: a picture's description.
        target: Where a link leads.
    """

    tag: str
    kind: int
    has_end: bool
    paint: Paint | None = None
    is_block: bool = False
    is_spaced: bool = False
    is_quote: bool = False
    is_pre: bool = False
    mark: str = ""
    text: str = ""
    target: str = ""


def element(tag: str, attributes: str) -> Element:
    """Judge a tag as a parser wrote it: lower case, every value in double quotes, a blank before each name."""
    plain = bare(tag)
    values = dict(_ATTRIBUTE.findall(attributes)) if attributes else {}
    if not values:
        return plain
    style = _style(values["style"]) if "style" in values else _UNSTYLED
    if style.hides or "hidden" in values:
        return Element(tag, Kind.HIDDEN, plain.has_end)
    paint = style.paint if _PAINTING.isdisjoint(values) else _painted(style.paint, values)
    text = _described(values["alt"]) if tag == "img" and "alt" in values else ""
    target = _target(values["href"]) if tag == "a" and "href" in values else ""
    names = _names(values) if plain.is_block or "class" in values else _NO_NAMES
    is_quote = plain.is_quote and not style.is_borderless
    is_quote = is_quote or (tag in {"div", "p"} and not _INTRODUCTIONS.isdisjoint(names))
    is_pre = plain.is_pre or style.is_pre
    mark = _mark(tag, names, style)
    is_more = text or target or mark or is_quote != plain.is_quote or is_pre != plain.is_pre
    if not is_more and not paint:
        return plain
    kind = Kind.OTHER if is_more else plain.kind
    return Element(
        tag,
        kind,
        plain.has_end,
        paint,
        plain.is_block,
        plain.is_spaced,
        is_quote,
        is_pre,
        mark,
        text,
        target,
    )


@lru_cache(maxsize=256)
def bare(tag: str) -> Element:
    """A tag without attributes."""
    is_block, is_spaced = tag in _BLOCKS, tag in _SPACED
    if tag in _SPECIAL:
        kind = Kind.OTHER
    elif tag == "li":
        kind = Kind.ITEM
    elif tag in {"td", "th"}:
        kind = Kind.CELL
    elif tag == "br":
        kind = Kind.BREAK
    else:
        kind = Kind.SPACED if is_spaced else Kind.BLOCK if is_block else Kind.PLAIN
    return Element(
        tag,
        kind,
        tag not in _VOID,
        is_block=is_block,
        is_spaced=is_spaced,
        is_quote=tag == "blockquote",
        is_pre=tag == "pre",
    )


def hides(style: str) -> bool:
    """Whether a style, or attributes that hold one, keep an element from being shown."""
    low = style.lower()
    return any(map(low.__contains__, _HIDING)) and _HIDDEN.search(low) is not None


def is_white_page(html: str) -> bool:
    """Whether nothing but the elements' own styles can paint what lies behind the text."""
    low = html.lower()
    return not any(word in low for word in ("<style", "<link", "background-image", "background=", "url("))


class _Style(NamedTuple):
    hides: bool = False
    is_pre: bool = False
    is_borderless: bool = False
    has_top_line: bool = False
    paint: Paint | None = None


@lru_cache(maxsize=1024)
def _style(style: str) -> _Style:
    """What matters of a style; a mail says the same hundreds of times."""
    low = _unescaped(style).lower()
    has_border = "border" in low
    return _Style(
        hides(low),
        "white-space" in low and _PRE.search(low) is not None,
        has_border and _INDENT.search(low) is not None,
        has_border and _TOP_LINE.search(low) is not None,
        _paint(low),
    )


_UNSTYLED = _Style()


def _names(values: dict[str, str]) -> frozenset[str]:
    return frozenset(
        name for key in _NAMES if key in values for name in _unescaped(values[key]).lower().split()
    )


def _unescaped(value: str) -> str:
    return html_escapes.unescape(value) if "&" in value else value


def _mark(tag: str, names: frozenset[str], style: _Style) -> str:
    """Whole quoted containers (gmail_quote, yahoo_quoted) get none: people write their answers inside them."""
    if not _SIGNATURES.isdisjoint(names):
        return "--"
    return RULE if style.has_top_line and tag == "div" else ""


def _described(alternative: str) -> str:
    description = " ".join(_unescaped(alternative).split())
    if not description or len(description) >= 80:
        return ""
    shown = description if not re.search(r"\w", description) else f"[{description}]"  # an emoji as a picture
    return html_escapes.escape(shown, quote=False)


def _target(href: str) -> str:
    address = _unescaped(href).strip()
    return address if address[:8].lower().startswith(("http://", "https://", "mailto:")) else ""


def _paint(style: str) -> Paint | None:
    found: dict[str, str] = {}
    if "color" in style or "background" in style:
        found = {name.partition("-")[0]: _color(value) for name, value in _PAINT.findall(style)}
    paint = Paint(found.get("color", ""), found.get("background", ""), _size(style))
    return paint if any(paint) else None


def _painted(paint: Paint | None, values: dict[str, str]) -> Paint | None:
    """With what old attributes say; a style outdoes them."""
    size = "1" if "size" in values else ""
    old = Paint(_color(values.get("color", "")), _color(values.get("bgcolor", "")), size)
    both = paint.within(old) if paint else old
    return both if any(both) else None


def _size(style: str) -> str:
    """Newsletter makers set 0 around everything, against gaps between columns, and the size of the text inside."""
    sizes = [value.strip() for value in _FONT.findall(style)] if "font" in style else []
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
