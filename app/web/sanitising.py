"""A customer's HTML made harmless, for a sandboxed frame of its own.

Three walls, each enough alone against scripts: what is not on a short list of tags, attributes and style properties is
dropped (nh3, that is ammonia on html5ever); the frame is sandboxed without scripts, forms or our origin; and its document
has a policy that loads nothing. Remote images would tell the sender when and where their mail is read.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import nh3

from app.mail.inbound.html_text import is_too_deep, text_of
from app.mail.inbound.message import Attachment

FRAME_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
MAX_EMBEDDED = 4_000_000
"""Bytes of images inside a mail that are shown in its text."""

# fmt: off
_TAGS = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "bdo": {"dir"},
    "font": {"color", "size", "face"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width", "align", "bgcolor"},
    "td": {"colspan", "rowspan", "align", "valign", "width", "bgcolor"},
    "th": {"colspan", "rowspan", "align", "valign", "width", "bgcolor"},
    "tr": {"align", "valign", "bgcolor"},
}
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-left", "border-right", "border-top",
    "color", "direction", "font-family", "font-size", "font-style", "font-weight", "line-height", "list-style-type",
    "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "text-align", "text-decoration", "text-transform", "vertical-align", "white-space",
}
# fmt: on
_LINKS = ("http://", "https://", "mailto:", "tel:")
_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


@dataclass(frozen=True)
class SafeHtml:
    """`html` is a fragment; `blocked` counts the pictures that were left out because they lie elsewhere."""

    html: str
    blocked: int


def sanitise(html: str, attachments: Sequence[Attachment] = ()) -> SafeHtml:
    """The fragment to show. Pictures that came with the mail are put into it; all others are left out."""
    if is_too_deep(html):
        return SafeHtml(f"<pre>{escape(text_of(html))}</pre>", 0)
    pictures = _Pictures(attachments)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript", "object", "svg", "math"},
        attributes=_ATTRIBUTES,
        attribute_filter=pictures.filter,
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        filter_style_properties=_STYLES,
        link_rel="noopener noreferrer nofollow",
    )
    return SafeHtml(clean, pictures.blocked)


def picture_type(content: bytes) -> str | None:
    """The media type of a picture that browsers show without danger, told by its first bytes; None for all else."""
    for kind, magic in _MAGIC.items():
        if content.startswith(magic) and (kind != "image/webp" or content[8:12] == b"WEBP"):
            return kind
    return None


class _Pictures:
    """Decides about each address in the mail."""

    def __init__(self, attachments: Sequence[Attachment]) -> None:
        self._by_id = {one.content_id: one for one in attachments if one.content_id}
        self._left = MAX_EMBEDDED
        self.blocked = 0

    def filter(self, tag: str, attribute: str, value: str) -> str | None:
        """The value to keep, None to drop the attribute."""
        address = value.strip()
        if attribute == "href":
            return value if address.lower().startswith(_LINKS) else None
        if (tag, attribute) != ("img", "src"):
            return value
        if address.lower().startswith("cid:"):
            return self._embed(address[4:])
        if address.lower().startswith("data:image/") and "svg" not in address[:40].lower():
            return value
        self.blocked += 1
        return None

    def _embed(self, content_id: str) -> str | None:
        found = self._by_id.get(content_id.strip("<>"))
        kind = picture_type(found.content) if found else None
        if found is None or kind is None or found.size > self._left:
            return None
        self._left -= found.size
        return f"data:{kind};base64,{base64.b64encode(found.content).decode()}"
