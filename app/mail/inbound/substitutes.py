"""What stands for the text of a mail that has none: Outlook's packed body, a nameless text, an attached mail, an invitation."""

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
    for leaf in leaves:
        kind = leaf.content_type.value
        if kind == "text/plain" and not file_name(leaf) and (text := read_text(leaf, body)).strip():
            return text
    for leaf in leaves:
        if leaf.content_type.value == "text/calendar" and (text := _calendar(leaf)):
            return text
    for leaf in leaves:
        if leaf.content_type.value == "message/rfc822" and (text := _forwarded(leaf)):
            return text
    return ""


def _calendar(leaf: Part) -> str:
    data, _ = leaf.payload()
    text, _ = charsets.decode(data, leaf.content_type.parameters.get("charset"))
    return calendars.text_of(text)


def _forwarded(leaf: Part) -> str:
    """The first text of an attached email, below its headers: "forward as attachment" says nothing else."""
    content, _ = leaf.payload()
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
