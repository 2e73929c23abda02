"""What waits for a person, in two lines: what is asked, and why it is theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.inbox.due import needs_person
from app.models import SUPERSEDED, Answer, Conversation, Message
from app.replies.bidi import isolate
from app.vocabulary import Direction

_LONGEST = 200


def asked(answer: Answer | None, subject: str, text: str, attachments: Sequence[Mapping[str, Any]]) -> str:
    """What the newest mail asks: as the model read it; else how the mail begins, in the customer's own words."""
    read = str(answer.triage.get("summary") or "") if answer else ""
    if read:
        return read
    words = " ".join(text.split())
    quoted = isolate(f"{words[:_LONGEST].rstrip()}{'…' if len(words) > _LONGEST else ''}", rtl=False)
    begins = f"“{quoted}”" if words else "no text"
    files = ", ".join(str(one.get("filename") or "unnamed") for one in attachments[:3])
    more = f" and {len(attachments) - 3} more" if len(attachments) > 3 else ""
    about = f"{' '.join(subject.split())[:_LONGEST]}: " if subject.strip() else ""
    return f"{about}{begins}{f', with {files}{more}' if files else ''}"


def in_two_lines(conversation: Conversation, answers: Sequence[Answer], messages: Sequence[Message]) -> str:
    """The same with the reason below it, where a person is waited for; answers and messages are oldest first."""
    answer = next((one for one in reversed(answers) if one.action != SUPERSEDED), None)
    mail = next((one for one in reversed(messages) if one.direction is Direction.INBOUND), None)
    if mail is None or not needs_person(conversation):
        return ""
    return (
        f"{asked(answer, mail.subject, mail.new_text or mail.text, mail.attachments)}\n{conversation.reason}"
    )
