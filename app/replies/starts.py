"""A start: what a person finds where neither a template nor the model has answered a mail.

It can be sent as it is, and is then true and of use, because a person sends it: that the mail was read and is looked into, or
what it lacks. It tells nothing that was not asked, and promises nothing but an answer, for which the mail goes on waiting. Who is in danger, or may be a child, is written to with
care: such words point to help and to people, and advise nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.intents.situation import EmptyMailFacts, ReceivedFacts, Situation
from app.replies.topics import asks_for_person, find_topics
from app.vocabulary import Intent

IN_HAND = "message_in_hand"
ADDED = "message_added"
WITHOUT_TEXT = "mail_without_text"
RECEIVED = "message_received"
PERSON = "person_requested"
IN_DANGER = "writer_in_danger"
CHILD = "child_concerned"
STARTS = (IN_HAND, ADDED, WITHOUT_TEXT, RECEIVED, PERSON, IN_DANGER, CHILD)

_PERSONAL = {"self_harm": IN_DANGER, "minor": CHILD}
"""Topics of which every word weighs, the heavier first."""
PERSONAL = frozenset(_PERSONAL.values())
"""The starts that answer them."""


@dataclass(frozen=True)
class Unanswered:
    """Mails that wait for a person, and have no draft.

    Attributes:
        subject: Of the newest.
        text: What the customer newly wrote in all of them.
        has_files: Something is attached.
        order_number: The only one that they name.
        is_known: The customer has heard that a person is at it, or from that person, or is about to.
        is_further: They wrote before in this conversation.
    """

    subject: str
    text: str
    has_files: bool = False
    order_number: str | None = None
    is_known: bool = False
    is_further: bool = False


def choose_start(mail: Unanswered) -> Situation:
    """How an answer may begin; nobody is told twice that a person is at it."""
    topics = _topics(mail)
    personal = next((name for code, name in _PERSONAL.items() if code in topics), None)
    if personal is not None:
        return Situation(Intent.OTHER, personal, ReceivedFacts(None))
    if mail.is_known and mail.is_further:
        return Situation(Intent.OTHER, ADDED, ReceivedFacts(None))
    if topics and not mail.is_known:
        return Situation(Intent.OTHER, RECEIVED, ReceivedFacts(None))
    if asks_for_person(mail.text) and not mail.is_known:
        return Situation(Intent.HUMAN_REQUEST, PERSON, ReceivedFacts(mail.order_number))
    if not mail.subject.strip() and not mail.text.strip():
        return Situation(Intent.OTHER, WITHOUT_TEXT, EmptyMailFacts(mail.has_files))
    return Situation(Intent.OTHER, IN_HAND, ReceivedFacts(mail.order_number))


def needs_own_words(text: str) -> bool:
    """Whether nothing but a start may be drafted in answer to this, on purpose."""
    return bool(_PERSONAL.keys() & {*find_topics(text)})


def may_tell_more(start: Situation, mail: Unanswered) -> bool:
    """Whether facts may stand beside it: not where lawyers read it, and not where nothing was asked."""
    return start.name in {IN_HAND, ADDED} and not _topics(mail)


def _topics(mail: Unanswered) -> Collection[str]:
    return find_topics(f"{mail.subject}\n{mail.text}")


def promises(situations: Sequence[str]) -> bool:
    """Whether a reply begins with a start that, sent as it is, leaves the answer itself to come."""
    return start_of(situations) not in {"", WITHOUT_TEXT}


def start_of(situations: Sequence[str]) -> str:
    """Which start a reply's situations begin with."""
    return next((name for name in situations if name in STARTS), "")
