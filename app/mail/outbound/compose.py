"""A reply's Markdown and headers to an email's parts: text and HTML of one source, safe subjects, sane references."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.mail.inbound.threading import LOOP_HEADER
from app.mail.subject_marks import without_reply_marks

MAX_REFERENCES = 20
_MAX_SUBJECT = 250

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

# What mail programs turn into a link, with a scheme or without.
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/{1,2}|www\.)\S*"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,5}(?:com|net|org|info|biz|io|co|me|app|dev|xyz|shop|store|site|online|top|click|link|live|"
    r"club|vip|pro|ru|cn|su|tk|ml|ga|cf|gq|cc|ws|to|ly|gl|example)(?![\w.-])\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """An email that is ready to leave.

    Attributes:
        message_id, in_reply_to: With angle brackets. SendGrid puts its own Message-ID in place of ours.
        references: Oldest first; cut with `cut_references`.
        headers: Further headers, such as `automatic_headers()`.
        custom_args: Come back with every delivery event. Strings only, no personal data. SendGrid alone has such.
        date: When it was sent, of a copy; None: now.
        track_opens, track_clicks: SendGrid tells of them, by a pixel and by rewriting the links.
    """

    from_name: str
    from_address: str
    to: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    custom_args: Mapping[str, str] = field(default_factory=dict)
    date: datetime | None = None
    track_opens: bool = False
    track_clicks: bool = False


def reply_subject(subject: str) -> str:
    """The subject of a reply: one "Re: ", whatever chain of marks it came with. Safe to put into a header.

    Without links: whoever forges a sender would have us mail his link to them, in our name.
    """
    bare = clean_header(without_links(without_reply_marks(clean_header(subject))))
    return f"Re: {bare}" if bare else "Re:"


def without_links(text: str) -> str:
    """Somebody else's words without what mail programs would make a link of, with a scheme or without."""
    return _LINK.sub("…", text)


def clean_header(value: str) -> str:
    """A header value on one line, without control or direction-changing characters, of bounded length."""
    return " ".join(_CONTROL.sub(" ", value).split())[:_MAX_SUBJECT].rstrip()


def cut_references(references: Iterable[str], in_reply_to: str | None = None) -> tuple[str, ...]:
    """References for a reply (RFC 5322, 3.6.4): the thread's, then the answered mail's id.

    Of long threads the first and the newest are kept: programs need the root and the neighbours.
    """
    every = tuple(
        dict.fromkeys(one for one in (*references, in_reply_to) if one and not _CONTROL.search(one))
    )
    if in_reply_to is not None and in_reply_to in every:
        every = (*(one for one in every if one != in_reply_to), in_reply_to)
    return every if len(every) <= MAX_REFERENCES else (every[0], *every[1 - MAX_REFERENCES :])


def automatic_headers() -> dict[str, str]:
    """The headers of an automatic answer: RFC 3834, Exchange's wish for silence, and our own loop mark."""
    return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", **loop_headers()}


def loop_headers() -> dict[str, str]:
    """The mark on every mail of ours, also on a person's: one that comes back is known by it."""
    return {LOOP_HEADER: "1"}
