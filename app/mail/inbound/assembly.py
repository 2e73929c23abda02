"""An `InboundMail` from headers and a body, wherever these came from (MIME, or a provider's form)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import unquote

from app.mail.address import Address, parse_addresses
from app.mail.inbound import charsets, detection
from app.mail.inbound.filenames import safe_name
from app.mail.inbound.headers import MAX_HEADER, TYPE, decode_words, parse_date, parse_ids, text_of
from app.mail.inbound.message import Attachment, InboundMail
from app.mail.inbound.sniffing import contradiction, sniff

_MAX_ADDRESSES = 500
_CID = re.compile(r"cid:([^\s\"'<>()]{1,500})", re.IGNORECASE)
_T = TypeVar("_T")
_AUTHENTICATION = frozenset({"authentication-results", "arc-authentication-results"})
"""Taken to the letter: a host takes forged ones out that bear its name, not those that bear it encoded or with a NUL."""


@dataclass(slots=True)
class Body:
    """What the parts of a mail hold; `problems` is shared by everything that reads one mail.

    `charset` is the one that the mail declares anywhere; `packed_text` and `packed_html` are the body that Outlook
    put into a winmail.dat.
    """

    text: str = ""
    text_is_html: bool = False
    html: str | None = None
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    charset: str | None = None
    packed_text: str = ""
    packed_html: str = ""


def build_mail(raw_headers: Sequence[tuple[str, str]], body: Body) -> InboundMail:
    """Decode headers one by one: one that cannot be read becomes a problem and costs nothing else."""
    headers = _Headers(raw_headers, body.problems, body.charset)
    from_ = headers.sender()
    replied = headers.ids("in-reply-to")
    references = headers.ids("references")
    ids = headers.message_ids()
    date = headers.read("date", parse_date, None)
    if date is None:
        written = headers.first("date")
        body.problems.append("The Date header cannot be read." if written else "There is no Date header.")
    decoded = headers.decoded()
    lies = (contradiction(one.filename, one.content_type, one.real_type) for one in body.attachments)
    body.problems.extend(lie for lie in lies if lie)
    return InboundMail(
        message_id=ids[0] if ids else None,
        in_reply_to=replied[0] if replied else None,
        references=tuple(dict.fromkeys((*references, *replied[1:]))),
        from_=from_,
        customer=from_,
        reply_to=headers.addresses("reply-to"),
        to=headers.addresses("to"),
        cc=headers.addresses("cc"),
        subject=" ".join(next((value for name, value in decoded if name.lower() == "subject"), "").split()),
        date=date,
        text=body.text,
        text_is_html=body.text_is_html,
        html=body.html,
        attachments=tuple(_mark_inline(body.attachments, body.html or "")),
        content_type=headers.first("content-type"),
        headers=decoded,
        problems=tuple(dict.fromkeys(body.problems)),
    )


def build_attachment(
    content: bytes, *, filename: str, content_type: str, inline: bool = False, content_id: str | None = None
) -> Attachment:
    """An attachment from decoded bytes; the name is made safe here and nowhere else."""
    return Attachment(
        filename=safe_name(filename),
        content_type=content_type if TYPE.fullmatch(content_type) else "application/octet-stream",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content_id=content_id,
        content=content,
        real_type=sniff(content),
    )


def _mark_inline(attachments: Sequence[Attachment], html: str) -> Iterable[Attachment]:
    named = any(one.content_id for one in attachments) and "cid:" in html.lower()
    used = {unquote(found) for found in _CID.findall(html)} if named else set()
    for one in attachments:
        is_used = one.content_id is not None and one.content_id in used
        yield replace(one, inline=True) if is_used and not one.inline else one


def _detect_charset(raw: Sequence[tuple[str, str]]) -> str | None:
    """The charset of headers of 8 bits, asked once for all of them: each alone is short."""
    values = [value.encode("utf-8", "surrogateescape") for _, value in raw if not value.isascii()]
    unproven = [value for value in values if not charsets.is_utf_8(value)]
    return detection.detect(b"\n".join(unproven)) if unproven else None


class _Headers:
    def __init__(self, raw: Sequence[tuple[str, str]], problems: list[str], charset: str | None) -> None:
        self._raw = raw
        self._by_name: dict[str, list[str]] = {}
        for name, value in raw:
            self._by_name.setdefault(name.lower(), []).append(value)
        self._charset = charset or _detect_charset(raw)
        self._problems = problems

    def first(self, name: str) -> str:
        found = self._by_name.get(name)
        return self._line(found[0]) if found else ""

    def _line(self, value: str) -> str:
        if len(value) > MAX_HEADER:
            self._problems.append("A header longer than 64 KB was cut.")
        return text_of(value[:MAX_HEADER], self._charset)

    def read(self, name: str, parse: Callable[[str], _T], otherwise: _T) -> _T:
        value = self.first(name)
        if not value:
            return otherwise
        try:
            return parse(value)
        except Exception as error:  # noqa: BLE001 - the edge that the architecture names: a header becomes a problem
            self._problems.append(f"The {name} header cannot be read ({type(error).__name__}).")
            return otherwise

    def addresses(self, name: str) -> tuple[Address, ...]:
        nobody: tuple[Address, ...] = ()
        return self.read(name, lambda value: parse_addresses(value, decode_words), nobody)[:_MAX_ADDRESSES]

    def ids(self, name: str) -> tuple[str, ...]:
        none: tuple[str, ...] = ()
        # Programs in Python encode ids that are longer than a line (RFC 2047 allows that in no structured header).
        return self.read(name, lambda value: parse_ids(decode_words(value)), none)

    def message_ids(self) -> tuple[str, ...]:
        values = self._by_name.get("message-id", [])
        found = tuple(dict.fromkeys(one for value in values for one in parse_ids(self._line(value))))
        if not found:
            self._problems.append("There is no Message-ID.")
        elif len(found) > 1:
            self._problems.append("There are several Message-IDs; the first one counts.")
        return found

    def sender(self) -> Address:
        if len(self._by_name.get("from", [])) > 1:
            self._problems.append("There are several From headers; the first one counts.")
        found = self.addresses("from")
        if not found:
            self._problems.append("There is no readable address in From.")
            return Address(name=decode_words(self.first("from"))[:200])
        if len(found) > 1:
            self._problems.append("There are several addresses in From; the first one counts.")
        return found[0]

    def decoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, self._safely(name, value)) for name, value in self._raw)

    def _safely(self, name: str, value: str) -> str:
        try:
            if name.lower() in _AUTHENTICATION:
                return "" if "\0" in value else self._line(value)
            return decode_words(self._line(value))
        except Exception as error:  # noqa: BLE001 - as above
            self._problems.append(f"The {name[:40]} header cannot be read ({type(error).__name__}).")
            return ""
