"""The one way from the bytes of an email (RFC 5322, MIME) to an `InboundMail`."""

import html as html_escapes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from app.mail.inbound import charsets, html_text, protection, structure
from app.mail.inbound.assembly import Body, build_mail
from app.mail.inbound.files import attach, file_name
from app.mail.inbound.message import InboundMail
from app.mail.inbound.structure import Part
from app.mail.inbound.substitutes import find_substitute
from app.mail.inbound.text_parts import TEXT_TYPES, normalise, read_text

__all__ = ["Chunk", "finish_body", "normalise", "read"]

_MULTIPART = "multipart/"
# Further forms of the same text: for a watch, interactive, or old.
_NEEDLESS_FORMS = frozenset(
    {"text/x-amp-html", "text/watch-html", "text/x-watch-html", "text/enriched", "text/richtext"}
)
_ENCODED_CHARSET = re.compile(r"=\?([^?\s*]{2,40})(?:\*[^?]{0,20})?\?[bBqQ]\?")
# What most mail declares, and what fits any bytes.
_UNTELLING = frozenset({None, "utf-8", "ascii", "cp1252"})
_PLACEHOLDER_LENGTH = 400
_PADDING = " " * 1_000
_LONG_BLANKS = re.compile(r" {1000,}")


def read(raw: bytes) -> InboundMail:
    """Read an email. Never raises: what cannot be read becomes a sentence in `problems`."""
    body = Body()
    root = structure.parse(raw, body.problems)
    leaves = list(root.leaves())
    body.charset = _find_charset(root, leaves)
    _note_protection(root, leaves, body)
    chunks = _collect(root, body)
    if not any(chunk.plain.strip() or chunk.html.strip() for chunk in chunks):
        substitute = _guarded(
            lambda: find_substitute(leaves, body), body, "A part that could stand for the text"
        )
        chunks = [Chunk(plain=substitute)] if substitute else chunks
    finish_body(body, chunks)
    return build_mail(root.headers, body)


@dataclass
class Chunk:
    """A stretch of the mail's text, in the forms that the sender gave."""

    plain: str = ""
    html: str = ""
    lines: int = 0  # that the HTML came in

    @property
    def is_html_only(self) -> bool:
        return not self.plain.strip() and bool(self.html)

    @cached_property
    def shown(self) -> html_text.Shown:
        """What a reader of the HTML sees."""
        return html_text.read_html(self.html, lines=self.lines)


def finish_body(body: Body, chunks: list[Chunk]) -> None:
    """Join the stretches: text from plain parts, from HTML where there is no plain one."""
    has_html = any(chunk.html for chunk in chunks)
    texts = _join_html(body, chunks) if has_html else [chunk.plain for chunk in chunks]
    text = protection.strip_clear_signature("\n".join([text for text in texts if text.strip()]))
    # Nobody reads them, and every look at the line would pass over them again.
    body.text = _LONG_BLANKS.sub(" ", text) if _PADDING in text else text
    if protection.has_pgp_message(body.text):
        body.problems.append(protection.ENCRYPTED_PGP)


def _join_html(body: Body, chunks: list[Chunk]) -> list[str]:
    """Put the HTML of stretches into the body; returns their texts."""
    for chunk in chunks:
        _drop_placeholder(chunk)
    if not all(chunk.shown.is_whole for chunk in chunks if chunk.is_html_only):
        body.problems.append("The HTML has very many elements; the end of it was read as plain words.")
    body.text_is_html = any(chunk.is_html_only for chunk in chunks) and all(
        chunk.is_html_only or not chunk.plain.strip() for chunk in chunks
    )
    body.html = "\n".join(chunk.html or f"<pre>{html_escapes.escape(chunk.plain)}</pre>" for chunk in chunks)
    return [chunk.shown.text if chunk.is_html_only else chunk.plain for chunk in chunks]


def _drop_placeholder(chunk: Chunk) -> None:
    """A plain text such as "your program does not show HTML", in whatever language, is no text beside the HTML that says more."""
    plain = chunk.plain.strip()
    if not chunk.html or len(plain) > _PLACEHOLDER_LENGTH or "html" not in plain.lower():
        return
    shown = " ".join(chunk.shown.text.split())
    if shown and " ".join(plain.split()) not in shown:
        chunk.plain = ""


def _collect(part: Part, body: Body) -> list[Chunk]:
    if not part.is_multipart:
        return _collect_leaf(part, body)
    is_choice = part.content_type.value == "multipart/alternative"
    chunks: list[Chunk] = []
    for child in part.children:
        # A second text with a file name is an attachment that a mail program shows inside the mail.
        if chunks and child.content_type.value in TEXT_TYPES and file_name(child):
            attach(child, body)
        elif not (is_choice and chunks and child.content_type.value in _NEEDLESS_FORMS):
            chunks += _collect(child, body)
    return _merge(chunks) if is_choice else chunks


def _merge(chunks: list[Chunk]) -> list[Chunk]:
    """The same text in several forms is one stretch with two forms."""
    plain = "\n".join(chunk.plain for chunk in chunks if chunk.plain.strip())
    html = "\n".join(chunk.html for chunk in chunks if chunk.html.strip())
    return [Chunk(plain, html, sum(chunk.lines for chunk in chunks))] if chunks else []


def _collect_leaf(part: Part, body: Body) -> list[Chunk]:
    kind = part.content_type.value
    is_text = kind in TEXT_TYPES or kind.startswith(_MULTIPART)
    if not is_text or part.disposition.value == "attachment":
        attach(part, body)
        return []
    text = _guarded(lambda: read_text(part, body), body, "A text part")
    return [Chunk(html=text, lines=part.count_lines()) if kind == "text/html" else Chunk(plain=text)]


def _guarded(read_it: Callable[[], str], body: Body, what: str) -> str:
    try:
        return read_it()
    except Exception as error:  # noqa: BLE001 - the edge that the architecture names: a part becomes a problem
        body.problems.append(f"{what} cannot be read ({type(error).__name__}).")
        return ""


def _find_charset(root: Part, leaves: list[Part]) -> str | None:
    """The charset that the mail names anywhere: what is not declared elsewhere in it is likely in the same."""
    declared = (leaf.content_type.parameters.get("charset", "").lower() for leaf in leaves[:20])
    words = (
        found[1].lower()
        for name, value in root.headers[:100]
        if "=?" in value
        and name.lower() in {"subject", "from", "to"}
        and (found := _ENCODED_CHARSET.search(value))
    )
    return next((name for name in (*declared, *words) if charsets.find_codec(name) not in _UNTELLING), None)


def _note_protection(root: Part, leaves: list[Part], body: Body) -> None:
    inner = (*(child for child in root.children if child.is_multipart), *leaves) if root.children else ()
    for part in (root, *inner):
        if part.is_multipart or part is root or part.content_type.value.startswith("application/"):
            problem = protection.problem_of_part(part.content_type, file_name(part))
            if problem:
                body.problems.append(problem)
