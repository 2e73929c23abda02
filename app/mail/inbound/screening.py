"""May this mail be answered at all? Robots, reports, lists and our own mail are kept, and never answered.

RFC 3834 (automatic responses), RFC 3464 (delivery reports), RFC 5965 (abuse reports), RFC 2369 and 2919
(lists), and what is sent in practice. Rules are tried in order; the first that knows the mail decides.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.mail.inbound import robot_words as words
from app.mail.inbound.delivery_reports import REPORT_TYPES, Bounce, find_bounces, has_report_fields
from app.mail.inbound.headers import Parameterised, parse_parameters
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.threading import LOOP_HEADER
from app.vocabulary import MailKind

# SpamAssassin marks spam from 5 up; a shop loses more by an unread customer than by a read advertisement.
_SPAM_SCORE = 10.0

_GMAIL_FORWARDING = re.compile(r"^forwarding-noreply@google\.com$")
_CONFIRMATION_CODE = re.compile(r"\(#(\d{6,12})\)|(?:code|Code)[^\d\n]{0,40}(\d{6,12})")
_CONFIRMATION_LINK = re.compile(
    r"https://(?:mail|mail-settings|isolated\.mail)\.google\.com/mail/[^\s<>\"]{1,500}"
)
_SUPPRESS = re.compile(r"\b(?:all|autoreply)\b", re.IGNORECASE)
_LIST_ADDRESS = re.compile(r"<mailto:([^>?\s]+)")
_LIST_ID = re.compile(r"<([^<>\s]+)>")
_AUTO_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply", "X-Auto-Reply")
_LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help", "List-Subscribe")


@dataclass(frozen=True, slots=True)
class ForwardingCheck:
    """A mail provider asks whether forwarding to our mailbox is wanted: shown to the owner, never followed by us."""

    code: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Screening:
    """What a mail is, and whether an answer to it could ever be right.

    Attributes:
        answerable: False means: no model call and no reply unless a person says "answer anyway".
        reasons: Why, in sentences for a person; empty for ordinary mail.
        bounces: Of a delivery report, a recipient each.
    """

    kind: MailKind
    answerable: bool
    reasons: tuple[str, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    forwarding_check: ForwardingCheck | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    mail: InboundMail
    own_addresses: frozenset[str]
    transport: Transport | None
    content_type: Parameterised
    subject: str

    @property
    def has_null_return_path(self) -> bool:
        if self.transport is not None and self.transport.envelope_from is not None:
            return not self.transport.envelope_from.strip("<> ")
        return any(value.replace(" ", "") == "<>" for value in self.mail.all_headers("Return-Path"))


def screen(
    mail: InboundMail, *, own_addresses: Collection[str], transport: Transport | None = None
) -> Screening:
    """Decide what a mail is. `own_addresses` are those that the store receives at and sends from."""
    case = _Case(
        mail=mail,
        own_addresses=frozenset(one.casefold() for one in own_addresses),
        transport=transport,
        content_type=parse_parameters(mail.content_type),
        subject=words.bare_subject(mail.subject),
    )
    for rule in _RULES:
        if (found := rule(case)) is not None:
            return found
    if not mail.from_.address:
        return Screening(
            MailKind.CUSTOMER, answerable=False, reasons=("It gives no address that could be answered.",)
        )
    return Screening(MailKind.CUSTOMER, answerable=True)


def _ignored(kind: MailKind, reason: str) -> Screening:
    return Screening(kind, answerable=False, reasons=(reason,))


def _forwarding_check(case: _Case) -> Screening | None:
    if not _GMAIL_FORWARDING.match(case.mail.from_.key):
        return None
    code = _CONFIRMATION_CODE.search(case.mail.subject) or _CONFIRMATION_CODE.search(case.mail.text)
    link = _CONFIRMATION_LINK.search(case.mail.text)
    check = ForwardingCheck(code=(code[1] or code[2]) if code else None, link=link.group() if link else None)
    return Screening(
        MailKind.FORWARDING_CHECK,
        answerable=False,
        reasons=("Gmail asks whether mail may be forwarded to this mailbox: the owner confirms it.",),
        forwarding_check=check,
    )


def _complaint(case: _Case) -> Screening | None:
    is_report = case.content_type.parameters.get("report-type", "").lower() == "feedback-report"
    has_report = any(one.content_type == "message/feedback-report" for one in case.mail.attachments)
    if is_report or has_report or words.COMPLAINT_SUBJECTS.match(case.subject):
        return _ignored(
            MailKind.COMPLAINT, "It is an abuse report (ARF): somebody marked a mail of ours as spam."
        )
    return None


def _bounce(case: _Case) -> Screening | None:
    reason = _bounce_evidence(case)
    if reason is None:
        return None
    return Screening(MailKind.BOUNCE, answerable=False, reasons=(reason,), bounces=find_bounces(case.mail))


def _bounce_evidence(case: _Case) -> str | None:
    mail = case.mail
    report_type = case.content_type.parameters.get("report-type", "").lower()
    if report_type == "delivery-status" or any(one.content_type in REPORT_TYPES for one in mail.attachments):
        return "It is a delivery report (RFC 3464)."
    if mail.header("X-Failed-Recipients"):
        return "It lists recipients that could not be reached (X-Failed-Recipients)."
    if words.BOUNCE_ROBOT.match(mail.from_.local_part):
        return "A mail system reports about a mail (MAILER-DAEMON)."
    has_subject = words.BOUNCE_SUBJECTS.match(case.subject) is not None
    if _is_mail_system(case) and (has_subject or case.has_null_return_path or mail.header("Auto-Submitted")):
        return "A mail system reports that a mail could not be delivered."
    if has_subject and (case.has_null_return_path or has_report_fields(mail)):
        return "Subject and text are those of a delivery report."
    return None


def _is_mail_system(case: _Case) -> bool:
    sender = case.mail.from_
    written = case.mail.header("From").casefold()
    return bool(
        words.BOUNCE_SENDERS.match(sender.local_part)
        or words.BOUNCE_NAMES.search(sender.name.casefold())
        or "mailer-daemon" in written
    )


def _loop(case: _Case) -> Screening | None:
    if case.mail.header(LOOP_HEADER):
        return _ignored(
            MailKind.LOOP, "It carries the mark of a mail that we sent: answering it would start a loop."
        )
    return None


def _own(case: _Case) -> Screening | None:
    if case.mail.from_.key in case.own_addresses:
        return _ignored(MailKind.OWN, "It comes from an address of this store.")
    return None


def _out_of_office(case: _Case) -> Screening | None:
    if not words.OUT_OF_OFFICE.match(case.subject):
        return None
    return _ignored(MailKind.OUT_OF_OFFICE, "Its subject is that of an automatic reply.")


def _auto_reply(case: _Case) -> Screening | None:
    reason = _auto_reply_evidence(case)
    return _ignored(MailKind.AUTO_REPLY, reason) if reason else None


def _auto_reply_evidence(case: _Case) -> str | None:
    if stated := _stated_automatic(case.mail):
        return stated
    if _SUPPRESS.search(case.mail.header("X-Auto-Response-Suppress")):
        return "Its sender asks for no automatic answer (X-Auto-Response-Suppress)."
    if case.content_type.parameters.get("report-type", "").lower() == "disposition-notification":
        return "It is a read receipt (RFC 8098)."
    if case.has_null_return_path:
        return "It has no return path, as automatic mail has (RFC 3834)."
    return None


def _stated_automatic(mail: InboundMail) -> str | None:
    submitted = mail.header("Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return f"It says that it was sent automatically (Auto-Submitted: {submitted[:40]})."
    for name in _AUTO_REPLY_HEADERS:
        if mail.header(name).lower() not in {"", "no", "false", "0"}:
            return f"It says that it is an automatic reply ({name})."
    if mail.header("Precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return "It says that it is an automatic reply (Precedence)."
    return None


def _list(case: _Case) -> Screening | None:
    if _is_own_list(case):
        return None
    header = next((name for name in _LIST_HEADERS if case.mail.header(name)), None)
    if header:
        return _ignored(MailKind.LIST, f"It was sent to a list or as a newsletter ({header}).")
    precedence = case.mail.header("Precedence").strip().lower()
    if precedence in {"bulk", "list", "junk"}:
        return _ignored(MailKind.LIST, f"It says that it is mass mail (Precedence: {precedence}).")
    return None


def _is_own_list(case: _Case) -> bool:
    """Many shops' support address is a Google Group: its customers' mail carries the group's list headers."""
    posts = {match.casefold() for match in _LIST_ADDRESS.findall(case.mail.header("List-Post"))}
    ids = {match.casefold() for match in _LIST_ID.findall(case.mail.header("List-Id"))}
    return any(one in posts or one.replace("@", ".") in ids for one in case.own_addresses)


def _no_reply(case: _Case) -> Screening | None:
    if words.NO_REPLY.match(case.mail.from_.local_part):
        return _ignored(MailKind.AUTO_REPLY, "Its sender's address is one that nobody reads.")
    if words.BOUNCE_SENDERS.match(case.mail.from_.local_part):
        return _ignored(MailKind.AUTO_REPLY, "It comes from a mail system, not from a person.")
    return None


def _spam(case: _Case) -> Screening | None:
    score = case.transport.spam_score if case.transport else None
    if score is not None and score >= _SPAM_SCORE:
        return _ignored(MailKind.SPAM, f"The receiving server's spam score is {score:g}.")
    return None


_RULES: tuple[Callable[[_Case], Screening | None], ...] = (
    _forwarding_check,
    _complaint,
    _bounce,
    _loop,
    _own,
    _out_of_office,
    _auto_reply,
    _list,
    _no_reply,
    _spam,
)
