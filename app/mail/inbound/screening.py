"""May this mail be answered at all? Robots, reports, lists and our own mail are kept, and never answered.

RFC 3834 (automatic responses), RFC 3464 (delivery reports), RFC 5965 (abuse reports), RFC 8098 (read receipts), RFC 5546
(calendar answers), RFC 2369 and 2919 (lists), and what is sent in practice. Rules are tried in order; the first that
knows the mail decides.

Only robots are unanswerable. What a person's mail may carry as well (a wish for no automatic answer, a relay's address, the word
"absence") decides nothing alone. A person who forwards a robot's mail with words of their own is a customer.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.mail.inbound import bounce_words, robot_words
from app.mail.inbound.absence_words import states_absence
from app.mail.inbound.bounce_evidence import find_bounce_evidence, find_service_event
from app.mail.inbound.case import Case
from app.mail.inbound.delivery_reports import Bounce, find_bounces
from app.mail.inbound.forwarding import ForwardingCheck, find_forwarding_check
from app.mail.inbound.headers import parse_parameters
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.robot_evidence import (
    asks_for_silence,
    find_automatic_evidence,
    find_mass_evidence,
    is_marked_like_mass_mail,
    is_own_list,
)
from app.mail.inbound.shop_mail import find_notification, is_own
from app.mail.inbound.threading import LOOP_HEADER
from app.vocabulary import MailKind

__all__ = ["ASKS_FOR_SILENCE", "FOR_A_PERSON", "ForwardingCheck", "Screening", "is_automatic", "screen"]

ASKS_FOR_SILENCE = "It asks for no automatic answer (X-Auto-Response-Suppress): a person sends the reply."
MAY_BE_MASS_MAIL = (
    "It bears a mark of mass mail, as some programs put on people's mail too: a person sends the reply."
)
NOBODY = "It gives no address that could be answered."
FOR_A_PERSON = (ASKS_FOR_SILENCE, MAY_BE_MASS_MAIL)
"""Reasons beside a customer's mail that a machine may have written: answered, but never automatically."""

# SpamAssassin marks spam from 5 up; a shop loses more by an unread customer than by a read advertisement.
_SPAM_SCORE = 10.0

_SPAM_HEADER = re.compile(r"^\s*(?:yes,?\s+(?:score|hits)=)?([+-]?\d{1,3}(?:\.\d{1,3})?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Screening:
    """What a mail is, and whether an answer to it could ever be right.

    Attributes:
        answerable: False means: no model call and no reply unless a person says "answer anyway".
        reasons: Why, in sentences for a person; empty for ordinary mail. Of a customer's mail: what speaks against an automatic reply.
        bounces: Of a delivery report, a recipient each.
    """

    kind: MailKind
    answerable: bool
    reasons: tuple[str, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    forwarding_check: ForwardingCheck | None = None


def screen(
    mail: InboundMail, *, own_addresses: Collection[str], transport: Transport | None = None
) -> Screening:
    """Decide what a mail is; `shop_mail.unwrap` it before.

    `own_addresses` are those that the store receives at and sends from.
    """
    if not mail.headers:  # then it is nobody's mail, and nobody's robot
        return _ignored(MailKind.CUSTOMER, NOBODY)
    case = _case_of(mail, own_addresses, transport)
    for rule in _FORM_RULES if mail.is_contact_form else _RULES:
        if (found := rule(case)) is not None:
            return found
    if not mail.customer.address:
        return _ignored(MailKind.CUSTOMER, NOBODY)
    marks = (asks_for_silence(case), not mail.is_contact_form and is_marked_like_mass_mail(case))
    reasons = tuple(reason for reason, holds in zip(FOR_A_PERSON, marks, strict=True) if holds)
    return Screening(MailKind.CUSTOMER, answerable=True, reasons=reasons)


def is_automatic(mail: InboundMail, transport: Transport | None = None) -> bool:
    """Whether a program sent a mail in its owner's name: a note of absence, a receipt, the answer to an invitation.

    Of the store's own people, whose notes are not told by their wording: people write to customers that they will be away.
    """
    case = _case_of(mail, (), transport)
    return states_absence(case.subject) or find_automatic_evidence(case) is not None


def _case_of(mail: InboundMail, own_addresses: Collection[str], transport: Transport | None) -> Case:
    return Case(
        mail=mail,
        own_addresses=frozenset(one.casefold() for one in own_addresses),
        transport=transport,
        content_type=parse_parameters(mail.content_type),
    )


def _ignored(kind: MailKind, reason: str) -> Screening:
    return Screening(kind, answerable=False, reasons=(reason,))


def _forwarding_check(case: Case) -> Screening | None:
    found = find_forwarding_check(case.mail)
    if found is None:
        return None
    name, check = found
    return Screening(
        MailKind.FORWARDING_CHECK,
        answerable=False,
        reasons=(f"{name} asks whether mail may be forwarded to this mailbox: the owner confirms it.",),
        forwarding_check=check,
    )


def _complaint(case: Case) -> Screening | None:
    mail = case.mail
    is_report = case.report_type == "feedback-report"
    has_report = any(one.content_type == "message/feedback-report" for one in mail.attachments)
    is_known = bounce_words.COMPLAINT_SENDERS.match(mail.from_.key) or case.header("X-HmXmrOriginalRecipient")
    is_titled = bounce_words.COMPLAINT_SUBJECTS.match(case.subject) is not None and not case.is_reply
    is_titled = (
        is_titled and bounce_words.COMPLAINT_TEXTS.search(f"{case.subject}\n{case.beginning}") is not None
    )
    if is_report or has_report or is_known or is_titled or find_service_event(case) == "complaint":
        return _ignored(
            MailKind.COMPLAINT, "It is an abuse report (ARF): somebody marked a mail of ours as spam."
        )
    return None


def _bounce(case: Case) -> Screening | None:
    reason = find_bounce_evidence(case)
    if reason is None:
        return None
    return Screening(MailKind.BOUNCE, answerable=False, reasons=(reason,), bounces=find_bounces(case.mail))


def _loop(case: Case) -> Screening | None:
    if case.header(LOOP_HEADER):
        return _ignored(
            MailKind.LOOP, "It carries the mark of a mail that we sent: answering it would start a loop."
        )
    return None


def _shop_notification(case: Case) -> Screening | None:
    reason = find_notification(case.mail, own_addresses=case.own_addresses)
    return _ignored(MailKind.SHOP_NOTIFICATION, reason) if reason else None


def _own(case: Case) -> Screening | None:
    if is_own(case.mail.customer, case.own_addresses):
        return _ignored(MailKind.OWN, "It comes from an address of this store.")
    return None


def _out_of_office(case: Case) -> Screening | None:
    if not case.is_absence:
        return None
    return _ignored(MailKind.OUT_OF_OFFICE, "Subject and text are those of an automatic note of absence.")


def _auto_reply(case: Case) -> Screening | None:
    reason = find_automatic_evidence(case)
    return _ignored(MailKind.AUTO_REPLY, reason) if reason else None


def _list(case: Case) -> Screening | None:
    if is_own_list(case):
        return None
    reason = find_mass_evidence(case)
    return _ignored(MailKind.LIST, reason) if reason else None


def _no_reply(case: Case) -> Screening | None:
    sender = case.mail.from_
    if robot_words.NO_REPLY.match(sender.local_part):
        return _ignored(MailKind.AUTO_REPLY, "Its sender's address is one that nobody reads.")
    if bounce_words.NOBODY.match(sender.local_part) or robot_words.MACHINE_SUBJECTS.match(case.subject):
        return _ignored(MailKind.AUTO_REPLY, "It comes from a mail system, not from a person.")
    if case.is_machine:
        return _ignored(
            MailKind.AUTO_REPLY,
            "Its sender is a machine that notifies, such as a carrier's or a payment service's.",
        )
    return None


def _spam(case: Case) -> Screening | None:
    score = case.transport.spam_score if case.transport else None
    if score is None:
        score = _stated_spam_score(case.mail)
    if score is not None and score >= _SPAM_SCORE:
        return _ignored(MailKind.SPAM, f"The receiving server's spam score is {score:g}.")
    return None


def _stated_spam_score(mail: InboundMail) -> float | None:
    """SpamAssassin's score from the headers of the host that received the mail; a forger could only harm himself."""
    found = (_SPAM_HEADER.match(mail.header(name)) for name in ("X-Spam-Score", "X-Spam-Status"))
    return next((float(one[1]) for one in found if one), None)


_RULES: tuple[Callable[[Case], Screening | None], ...] = (
    _forwarding_check,
    _complaint,
    _bounce,
    _loop,
    _shop_notification,
    _own,
    _out_of_office,
    _auto_reply,
    _list,
    _no_reply,
    _spam,
)
_FORM_RULES: tuple[Callable[[Case], Screening | None], ...] = (_loop, _own, _spam)
"""A form's mail is a machine's by all its marks; the person is in its fields."""
