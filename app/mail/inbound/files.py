"""The parts of a mail that are files: attached, shown inside, or packed by Outlook."""

from app.mail.inbound import tnef
from app.mail.inbound.assembly import Body, build_attachment
from app.mail.inbound.headers import parse_ids
from app.mail.inbound.structure import Part

_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def file_name(part: Part) -> str:
    """The name that the sender gave the part, as it came: it is made safe where an attachment is built."""
    return part.disposition.parameters.get("filename") or part.content_type.parameters.get("name", "")


def attach(part: Part, body: Body) -> None:
    """Add a part to the attachments; what cannot be read is a problem."""
    try:
        content, problem = part.payload()
        if is_winmail(part):
            _unpack(content, part, body)
        else:
            _add(content, part, body)
    except Exception as error:  # noqa: BLE001 - the edge that the architecture names: a part becomes a problem
        body.problems.append(f"An attachment cannot be read ({type(error).__name__}).")
        return
    if problem:
        body.problems.append(problem)


def is_winmail(part: Part) -> bool:
    """Whether a part is Outlook's winmail.dat, whatever type it is declared as."""
    return part.content_type.value in _TNEF_TYPES or file_name(part).lower() == "winmail.dat"


def _add(content: bytes, part: Part, body: Body) -> None:
    ids = parse_ids(part.header("content-id"))
    body.attachments.append(
        build_attachment(
            content,
            filename=file_name(part),
            content_type=part.content_type.value,
            inline=part.disposition.value == "inline",
            content_id=ids[0].strip("<>") if ids else None,
        )
    )


def _unpack(content: bytes, part: Part, body: Body) -> None:
    """Put what is in a winmail.dat in its place; one that holds nothing known stays as it is."""
    found = tnef.unpack(content)
    body.problems.extend(found.problems)
    for file in found.files:
        body.attachments.append(
            build_attachment(
                file.content,
                filename=file.name,
                content_type=file.content_type,
                content_id=file.content_id or None,
            )
        )
    body.packed_text = body.packed_text or found.text
    body.packed_html = body.packed_html or found.html
    if found.problems or not (found.files or found.text or found.html):
        _add(content, part, body)
