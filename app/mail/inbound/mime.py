"""The one way from the bytes of an email (RFC 5322, MIME) to an `InboundMail`."""

import html as html_escapes
from dataclasses import dataclass

from app.mail.inbound import charsets, html_text, structure
from app.mail.inbound.assembly import Body, build_attachment, build_mail
from app.mail.inbound.headers import parse_ids
from app.mail.inbound.message import InboundMail
from app.mail.inbound.structure import Part

_BODY_TYPES = frozenset({"text/plain", "text/html"})


def read(raw: bytes) -> InboundMail:
    """Read an email. Never raises: what cannot be read becomes a sentence in `problems`."""
    body = Body()
    root = structure.parse(raw, body.problems)
    collected = _collect(root, body)
    if not collected and (promoted := _first_text(root)) is not None:
        collected = [Chunk(plain=_text_of(promoted, body.problems))]
    finish_body(body, collected)
    return build_mail(root.headers, body)


@dataclass(slots=True)
class Chunk:
    """A stretch of the mail's text, in the forms that the sender gave."""

    plain: str = ""
    html: str = ""

    @property
    def is_html_only(self) -> bool:
        return not self.plain.strip() and bool(self.html)


def finish_body(body: Body, chunks: list[Chunk]) -> None:
    """Join the stretches: text from plain parts, from HTML where there is no plain one."""
    body.text_is_html = any(chunk.is_html_only for chunk in chunks) and all(
        chunk.is_html_only or not chunk.plain.strip() for chunk in chunks
    )
    texts = [html_text.text_of(chunk.html) if chunk.is_html_only else chunk.plain for chunk in chunks]
    body.text = "\n".join(text for text in texts if text.strip())
    if any(chunk.html for chunk in chunks):
        body.html = "\n".join(
            chunk.html or f"<pre>{html_escapes.escape(chunk.plain)}</pre>" for chunk in chunks
        )


def _collect(part: Part, body: Body) -> list[Chunk]:
    if not part.is_multipart:
        return _collect_leaf(part, body)
    chunks: list[Chunk] = []
    for child in part.children:
        # A second text with a file name is an attachment that a mail program shows inside the mail.
        if chunks and child.content_type.value in _BODY_TYPES and _file_name(child):
            _attach(child, body)
        else:
            chunks += _collect(child, body)
    return _merge(chunks) if part.content_type.value == "multipart/alternative" else chunks


def _merge(chunks: list[Chunk]) -> list[Chunk]:
    """The same text in several forms is one stretch with two forms."""
    plain = "\n".join(chunk.plain for chunk in chunks if chunk.plain.strip())
    html = "\n".join(chunk.html for chunk in chunks if chunk.html.strip())
    return [Chunk(plain, html)] if chunks else []


def _collect_leaf(part: Part, body: Body) -> list[Chunk]:
    kind = part.content_type.value
    if kind not in _BODY_TYPES and not kind.startswith("multipart/"):
        _attach(part, body)
        return []
    if part.disposition.value == "attachment":
        _attach(part, body)
        return []
    text = _text_of(part, body.problems)
    return [Chunk(html=text) if kind == "text/html" else Chunk(plain=text)]


def _text_of(part: Part, problems: list[str]) -> str:
    try:
        data, problem = part.payload()
        text, lie = charsets.decode(data, part.content_type.parameters.get("charset"))
    except Exception as error:  # noqa: BLE001 - the edge that the architecture names: a part becomes a problem
        problems.append(f"A text part cannot be read ({type(error).__name__}).")
        return ""
    problems.extend(found for found in (problem, lie) if found)
    return normalise(text)


def normalise(text: str) -> str:
    """LF line ends only."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attach(part: Part, body: Body) -> None:
    try:
        content, problem = part.payload()
        ids = parse_ids(part.header("content-id"))
        body.attachments.append(
            build_attachment(
                content,
                filename=_file_name(part),
                content_type=part.content_type.value,
                inline=part.disposition.value == "inline",
                content_id=ids[0].strip("<>") if ids else None,
            )
        )
    except Exception as error:  # noqa: BLE001 - as above
        body.problems.append(f"An attachment cannot be read ({type(error).__name__}).")
        return
    if problem:
        body.problems.append(problem)


def _file_name(part: Part) -> str:
    return part.disposition.parameters.get("filename") or part.content_type.parameters.get("name", "")


def _first_text(root: Part) -> Part | None:
    """A mail whose only text is sent as a nameless attachment still says something."""
    leaf = next(root.leaves())
    return leaf if leaf.content_type.value == "text/plain" and not _file_name(leaf) else None
