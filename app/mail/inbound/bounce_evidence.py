"""How a delivery failure is known (RFC 3464), also where a mail system words it as it likes."""

import re

from app.mail.inbound import bounce_words
from app.mail.inbound.case import Case
from app.mail.inbound.delivery_reports import ADDRESS, REPORT_TYPES, has_report_fields, without_quote_marks
from app.mail.inbound.robot_evidence import NO

_BEGINNING = 3000
_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|\bsmtp\b")
# Amazon SES by SNS: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
_EVENT = re.compile(r'"(?:notificationType|eventType)"\s*:\s*"(bounce|complaint)"', re.IGNORECASE)


def find_bounce_evidence(case: Case) -> str | None:
    """Why a mail is a delivery report, in a sentence, or None where it is not."""
    stated = _stated(case)
    if stated is not None:
        return stated
    is_mail_system = _is_mail_system(case)
    has_report = any(one.content_type in REPORT_TYPES for one in case.mail.attachments)
    if has_report and (is_mail_system or case.has_null_return_path or not case.has_own_words):
        return "It is a delivery report (RFC 3464)."
    has_subject = bounce_words.SUBJECTS.match(case.subject) is not None
    is_automatic = case.has_null_return_path or case.header("Auto-Submitted").lower() not in NO
    if is_mail_system and (has_subject or is_automatic or _opens(case)):
        return "A mail system reports that a mail could not be delivered."
    is_report = (has_subject and is_automatic) or ((is_automatic or case.is_machine) and _opens(case))
    if is_report and not case.is_absence:
        return "Subject and text are those of a delivery report."
    return _in_words(case, has_subject=has_subject)


def _opens(case: Case) -> bool:
    """Whether the text begins like a report."""
    return bounce_words.OPENINGS.are_in(without_quote_marks(case.beginning)[:_BEGINNING])


def _stated(case: Case) -> str | None:
    if case.report_type == "delivery-status":
        return "It is a delivery report (RFC 3464)."
    if case.header("X-Failed-Recipients"):
        return "It lists recipients that could not be reached (X-Failed-Recipients)."
    if bounce_words.ROBOT.match(case.mail.from_.local_part):
        return "A mail system reports about a mail (MAILER-DAEMON)."
    return None


def _in_words(case: Case, *, has_subject: bool) -> str | None:
    """A report that nothing outside its text gives away; one that a person passes on with a question is theirs."""
    if has_subject and has_report_fields(case.mail) and not case.has_own_words:
        return "Subject and text are those of a delivery report."
    opens = has_subject and not case.is_reply and bounce_words.OPENINGS.begin(case.beginning.lstrip())
    if opens and _names_mail(case):
        return "Subject and text are those of a delivery report."
    if find_service_event(case) == "bounce":
        return "A mail service reports that a mail could not be delivered."
    return None


def _names_mail(case: Case) -> bool:
    """Whether it speaks of a mail, by its address or a code (RFC 3463): a parcel fails to be delivered in the same words."""
    text = without_quote_marks(case.beginning)[:_BEGINNING]
    theirs = {case.mail.from_.key, *case.own_addresses}
    return _CODE.search(text) is not None or any(
        one.strip(".") not in theirs for one in ADDRESS.findall(text)
    )


def find_service_event(case: Case) -> str | None:
    """What a mail service's notification tells of one of our mails, "bounce" or "complaint"; None of all other mail."""
    found = _EVENT.search(case.mail.text) if case.is_machine else None
    return found[1].lower() if found else None


def _is_mail_system(case: Case) -> bool:
    sender = case.mail.from_
    written = case.header("From").casefold()
    return bool(
        bounce_words.SENDERS.match(sender.local_part)
        or bounce_words.NAMES.search(sender.name.casefold())
        or "mailer-daemon" in written
        or (not sender.address and bounce_words.NAMES.search(written))
    )
