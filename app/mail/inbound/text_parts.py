"""The text of a text part: transfer encoding, charset, `format=flowed`, old formats, and files uuencoded in it."""

from app.mail.inbound import charsets, detection, enriched, flowed, transfer
from app.mail.inbound.assembly import Body, build_attachment
from app.mail.inbound.structure import Part

TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})


def read_text(part: Part, body: Body) -> str:
    """The decoded text of a text part. May raise on what nobody has seen yet: callers make a problem of it."""
    data, problem = part.payload()
    kind, parameters = part.content_type.value, part.content_type.parameters
    declared = parameters.get("charset") or (charsets.meta_charset(data) if kind == "text/html" else None)
    if kind == "text/plain":
        data = _take_files(data, body)
    text, lie = charsets.decode(data, declared, hint=body.charset)
    if lie and declared is None and body.charset is None:  # its other parts are likely in the same
        body.charset = detection.detect(data)
    body.problems.extend(found for found in (problem, lie) if found)
    text = normalise(text)
    if kind == "text/plain" and parameters.get("format", "").lower() == "flowed":
        return flowed.unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    if kind in {"text/enriched", "text/richtext"}:
        return enriched.text_of(text, is_richtext=kind == "text/richtext")
    return text


def normalise(text: str) -> str:
    """LF line ends only."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def _take_files(data: bytes, body: Body) -> bytes:
    rest, files = transfer.take_uu_files(data)
    for file in files:
        name = charsets.decode(file.name, hint=body.charset)[0]
        body.attachments.append(
            build_attachment(file.content, filename=name, content_type="application/octet-stream")
        )
    return rest
