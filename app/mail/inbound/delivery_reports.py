"""Delivery failures: which recipient, for good or for now (RFC 3464, RFC 3463), and what is sent instead of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.mail.inbound import charsets
from app.mail.inbound.message import InboundMail

REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})

_MAX_TEXT = 64 * 1024
_MAX_BOUNCES = 100
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{1,255}")
_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40})[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*){0,20})", re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(
    r"(?:^|[\s:(<\"'])([45])\d\d(?=[ -]\S)(?! (?:kb|mb|bytes|hours|days))", re.MULTILINE | re.IGNORECASE
)
# Where a host gives no code at all. Order: the temporary wordings first, as they often name the cause too.
_WORDINGS = tuple(
    (status, re.compile(wording, re.IGNORECASE))
    for status, wording in (
        (
            "4.4.7",
            r"will (?:continue to be )?(?:re)?tr(?:y|ied)|not yet been delivered|delayed|will be retried",
        ),
        ("4.4.7", r"(?:past|for|last|within) \d+ (?:hours?|days?)|retry timeout|queue too long|expired"),
        ("5.2.2", r"mailbox (?:is )?full|over ?quota|quota exceeded|exceeded (?:its|the) (?:storage|quota)"),
        (
            "5.1.1",
            r"user unknown|unknown user|no such user|does(?: not|n't) exist|no mailbox|invalid recipient",
        ),
        ("5.1.2", r"(?:host|domain)\s(?:.{0,60}\s)?(?:unknown|not\s+found)|unknown host|no route to host"),
        ("5.0.0", r"failed permanently|permanent (?:fail|error|fatal)|could\s+not\s+be\s+delivered"),
    )
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient that a mail did not reach.

    Attributes:
        recipient: The address, or an empty string where the report does not tell.
        permanent: False while the sending host still tries, or where a later try could succeed.
        status: Enhanced status code (RFC 3463), "5.1.1"; None where nothing tells.
    """

    recipient: str
    permanent: bool
    status: str | None


def find_bounces(mail: InboundMail) -> tuple[Bounce, ...]:
    """Every recipient that a delivery report speaks of; a report in no known form gives one without details."""
    structured = list(_structured(mail))
    if structured:
        return tuple(dict.fromkeys(structured))[:_MAX_BOUNCES]
    text = bare_text(mail)
    status = _status_of(text)
    recipients = _failed_recipients(mail, text) or ("",)
    permanent = status is not None and status.startswith("5")
    return tuple(Bounce(recipient, permanent, status) for recipient in recipients)[:_MAX_BOUNCES]


def has_report_fields(mail: InboundMail) -> bool:
    """Whether the fields of a delivery report stand in the text, also quoted, as in a forwarded bounce."""
    fields = {match[1].lower() for match in _FIELD.finditer(bare_text(mail))}
    return {"final-recipient", "action"} <= fields


def bare_text(mail: InboundMail) -> str:
    """The beginning of the text without quote marks."""
    return _QUOTE_MARKS.sub("", mail.text[:_MAX_TEXT])


def _structured(mail: InboundMail) -> Iterator[Bounce]:
    reports = [one for one in mail.attachments if one.content_type in REPORT_TYPES]
    for report in reports:
        text, _ = charsets.decode(report.content[:_MAX_TEXT])
        yield from _blocks(text.replace("\r\n", "\n"))
    if not reports:
        yield from _blocks(bare_text(mail))


def _blocks(text: str) -> Iterator[Bounce]:
    """The per-recipient blocks of a report; those of recipients that were reached are left out."""
    for block in re.split(r"\n[ \t]*\n", text):
        fields = {match[1].lower(): " ".join(match[2].split()) for match in _FIELD.finditer(block)}
        if "final-recipient" not in fields and "original-recipient" not in fields:
            continue
        action = fields.get("action", "failed").lower().split()[:1]
        if action and action[0] in {"delivered", "relayed", "expanded"}:
            continue
        status = _block_status(fields)
        is_over = action != ["delayed"] and (status is None or status.startswith("5"))
        yield Bounce(_block_recipient(fields), is_over, status)


def _block_recipient(fields: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = _ADDRESS.search(fields.get(name, ""))
        if found:
            return found.group()
    return ""


def _block_status(fields: dict[str, str]) -> str | None:
    stated = _STATUS.search(fields.get("status", ""))
    if stated:
        return stated.group()
    return _status_of(fields.get("diagnostic-code", ""))


def _status_of(text: str) -> str | None:
    if (status := _STATUS.search(text)) and not status.group().startswith("2"):
        return status.group()
    if reply := _REPLY.search(text):
        return f"{reply[1]}.0.0"
    return next((status for status, wording in _WORDINGS if wording.search(text)), None)


def _failed_recipients(mail: InboundMail, text: str) -> tuple[str, ...]:
    stated = ",".join(mail.all_headers("X-Failed-Recipients"))
    found = _ADDRESS.findall(stated)
    if not found:
        # Nearly every free-form report names the recipient before anything else but its own postmaster.
        own = {mail.from_.key, *(one.key for one in mail.to)}
        named = (one for one in _ADDRESS.findall(text[:4000]) if not one.lower().startswith("postmaster@"))
        found = [one for one in named if one.casefold() not in own][:1]
    return tuple(dict.fromkeys(one.strip(".") for one in found))
