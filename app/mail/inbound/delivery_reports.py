"""Delivery failures: which recipient, for good or for now (RFC 3464, RFC 3463), and what is sent instead of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.mail.inbound import bounce_words as words
from app.mail.inbound import charsets
from app.mail.inbound.message import InboundMail
from app.mail.inbound.wordings import fold

REPORT_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})

_MAX_TEXT = 16 * 1024
_MAX_BOUNCES = 100
_SPELLED = r"[^\s<>()\[\]\"',;:=|]{1,64}@[^\s<>()\[\]\"',;:|]{1,255}"
ADDRESS = re.compile(_SPELLED)
# A recipient as a free-form report names it: alone at the beginning of a line, before a colon, a bracket or nothing.
_NAMED = re.compile(
    rf"^[ \t*]{{0,12}}<?({_SPELLED})>?(?=[ \t]*(?:$|[:,;(]|\.$| on \d| \.{{3}}|[ \t]{{2}}))", re.MULTILINE
)
_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40})[ \t]*:[ \t]*(.*(?:\n[ \t]+\S.*){0,20})", re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(
    r"(?:^|[\s:(<\"'#\[])([45])\d\d(?=[ \-,:;)\]]\S| \S|$)(?!,? ?(?:kb|mb|bytes|hours|days|minutes|messages))",
    re.MULTILINE | re.IGNORECASE,
)
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z]+)", re.MULTILINE | re.IGNORECASE)
_REACHED = frozenset({"delivered", "relayed", "expanded"})


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
    found = list(_structured(mail)) or ([] if _reached_everybody(mail) else list(_free_form(mail)))
    return tuple(dict.fromkeys(found))[:_MAX_BOUNCES]


def _reached_everybody(mail: InboundMail) -> bool:
    """Whether a report tells of nothing but success (RFC 3461 lets a sender ask for that)."""
    reports = (one.content[:_MAX_TEXT] for one in mail.attachments if one.content_type in REPORT_TYPES)
    actions = [action for report in reports for action in _ACTION.findall(report)]
    return bool(actions) and all(action.decode("ascii").lower() in _REACHED for action in actions)


def has_report_fields(mail: InboundMail) -> bool:
    """Whether the fields of a delivery report stand in the text, also quoted, as in a forwarded bounce."""
    fields = {match[1].lower() for match in _FIELD.finditer(bare_text(mail))}
    return {"final-recipient", "action"} <= fields


def bare_text(mail: InboundMail) -> str:
    """The beginning of the text without quote marks."""
    return without_quote_marks(mail.text[:_MAX_TEXT])


def without_quote_marks(text: str) -> str:
    return _QUOTE_MARKS.sub("", text) if ">" in text else text


def _structured(mail: InboundMail) -> Iterator[Bounce]:
    reports = [one for one in mail.attachments if one.content_type in REPORT_TYPES]
    for report in reports:
        text, _ = charsets.decode(report.content[:_MAX_TEXT])
        yield from _blocks(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not reports:
        yield from _blocks(bare_text(mail))


def _blocks(text: str) -> Iterator[Bounce]:
    """The per-recipient blocks of a report; those of recipients that were reached are left out."""
    for block in re.split(r"\n[ \t]*\n", text):
        fields = {match[1].lower(): " ".join(match[2].split()) for match in _FIELD.finditer(block)}
        if "final-recipient" not in fields and "original-recipient" not in fields:
            continue
        action = fields.get("action", "failed").lower().split()[:1]
        if action and action[0].strip(";,") in _REACHED:
            continue
        status = _block_status(fields)
        is_over = action != ["delayed"] and (status is None or status.startswith("5"))
        yield Bounce(_block_recipient(fields), is_over, status)


def _block_recipient(fields: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        found = ADDRESS.search(fields.get(name, ""))
        if found:
            return found.group()
    return ""


def _block_status(fields: dict[str, str]) -> str | None:
    """Status, unless it speaks of success, which some hosts write for what failed; then the host's own words."""
    stated = _STATUS.search(fields.get("status", ""))
    if stated and not stated.group().startswith("2"):
        return stated.group()
    if told := _status_of(fields.get("diagnostic-code", "")):
        return told
    action = fields.get("action", "").lower()
    return "5.0.0" if action.startswith("failed") else "4.0.0" if action.startswith("delayed") else None


def _free_form(mail: InboundMail) -> Iterator[Bounce]:
    """A report in a mail system's own words: each recipient with the words that follow its address."""
    text = bare_text(mail)
    report = _own_words(text)
    overall = _status_of(report) or (text != report and _status_of(text)) or _given_up(mail.subject, report)
    blocks = dict(_recipient_blocks(mail, report))
    for recipient in _failed_recipients(mail, report, blocks) or ("",):
        status = _status_of(blocks.get(recipient, "")) or overall
        yield Bounce(recipient, status is not None and status.startswith("5"), status)


def _own_words(text: str) -> str:
    """The report without the mail that it returns."""
    for mark in words.ORIGINAL.finditer(text):
        if text[: mark.start()].strip():
            return text[: mark.start()]
    return text


def _given_up(subject: str, report: str) -> str | None:
    return "5.0.0" if words.FAILED.are_in(fold(f"{subject}\n{report}")) else None


def _status_of(text: str) -> str | None:
    if "4" in text or "5" in text:
        stated = (one.group() for one in _STATUS.finditer(text) if not one.group().startswith("2"))
        if (status := next(stated, None)) is not None:
            return status
        if reply := _REPLY.search(text):
            return f"{reply[1]}.0.0"
    folded = fold(text)
    return next((status for status, wordings in words.WORDINGS if wordings.are_in(folded)), None)


def _recipient_blocks(mail: InboundMail, report: str) -> Iterator[tuple[str, str]]:
    """Addresses that begin a line of the report, each with the text up to the next one; in a dict, the first counts."""
    own = _not_meant(mail)
    found = (one for one in _NAMED.finditer(report) if one[1].strip(".").casefold() not in own)
    named = [*islice(found, _MAX_BOUNCES)]
    ends = [*(one.start() for one in named), len(report)][1:]
    for one, end in reversed([*zip(named, ends, strict=True)]):
        yield one[1].strip("."), report[one.end() : end]


def _failed_recipients(mail: InboundMail, report: str, blocks: dict[str, str]) -> tuple[str, ...]:
    stated = ADDRESS.findall(",".join(mail.all_headers("X-Failed-Recipients")))
    found = stated or [*reversed(blocks)]
    if not found:
        # Nearly every free-form report names the recipient before anything else but its own postmaster.
        own = _not_meant(mail)
        named = ADDRESS.findall(report[:4000]) if "@" in report[:4000] else []
        found = [one for one in named if one.strip(".").casefold() not in own][:1]
    return tuple(dict.fromkeys(one.strip(".") for one in found))


def _not_meant(mail: InboundMail) -> frozenset[str]:
    """Addresses in a report that are nobody's failure: its sender's, its receiver's, its postmaster's."""
    domains = {mail.from_.domain, *(one.domain for one in mail.to)}
    masters = {f"postmaster@{domain}" for domain in domains}
    return frozenset({mail.from_.key, *(one.key for one in mail.to), *masters})
