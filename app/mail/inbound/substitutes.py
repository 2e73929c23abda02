"""What stands for the text of a mail that has none: Outlook's packed body, a nameless text, an attached mail, an invitation."""

from collections.abc import Callable

from app.mail.inbound import calendars, charsets, html_text, structure
from app.mail.inbound.assembly import Body
from app.mail.inbound.files import file_name
from app.mail.inbound.headers import decode_words
from app.mail.inbound.structure import Part
from app.mail.inbound.text_parts import normalise, read_text

_SHOWN_HEADERS = ("From", "Date", "Subject", "To")


def find_substitute(leaves: list[Part], body: Body) -> str:
    """A text for a mail without one, or an empty string. The part stays among the attachments, too."""
    if body.packed_html or body.packed_text:
        return normalise(body.packed_text or html_text.text_of(body.packed_html))
    for is_meant, text_of in _FORMS:
        for leaf in leaves:
            if is_meant(leaf) and (text := text_of(leaf, body)).strip():
                return text
    return ""


def _is_nameless(leaf: Part) -> bool:
    return leaf.content_type.value == "text/plain" and not file_name(leaf)


def _is_invitation(leaf: Part) -> bool:
    return leaf.content_type.value == "text/calendar"


def _is_unknown_text(leaf: Part) -> bool:
    """A text of a kind that nobody knows is plain text (RFC 2046, 4.1.4)."""
    return leaf.content_type.value.startswith("text/") and not file_name(leaf)


def _is_mail(leaf: Part) -> bool:
    return leaf.content_type.value == "message/rfc822"


def _calendar(leaf: Part, body: Body) -> str:
    data, _ = leaf.payload()
    text, _ = charsets.decode(data, leaf.content_type.parameters.get("charset"), hint=body.charset)
    return calendars.text_of(text)


def _forwarded(leaf: Part, _: Body) -> str:
    """The first text of an attached email, below its headers: "forward as attachment" says nothing else."""
    content = leaf.payload()[0]
    unread = Body()
    inner = structure.parse(content, unread.problems)
    for part in inner.leaves():
        kind = part.content_type.value
        if kind not in {"text/plain", "text/html"} or part.disposition.value == "attachment":
            continue
        text = read_text(part, unread)
        text = html_text.text_of(text) if kind == "text/html" else text
        if text.strip():
            shown = (f"{name}: {decode_words(inner.header(name.lower()))}" for name in _SHOWN_HEADERS)
            return "\n".join(("---------- Forwarded message ----------", *shown, "", text))
    return ""


_FORMS: tuple[tuple[Callable[[Part], bool], Callable[[Part, Body], str]], ...] = (
    (_is_nameless, read_text),
    (_is_invitation, _calendar),
    (_is_unknown_text, read_text),
    (_is_mail, _forwarded),
)
