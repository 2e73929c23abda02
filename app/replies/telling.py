"""Whether a customer is told at once that a person will answer, and what.

Only that and the day are told: nothing that the customer wrote, nothing that was looked up. It is told to whom SPF, DKIM or
DMARC prove alone: it helps nobody else, and would make of every forged mail one to its victim.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.intents.situation import AnswerByFacts, Situation
from app.replies.drafting import Draft, StoreVoice
from app.replies.letters import Addressee, today_in, write_letter
from app.replies.topics import find_topics
from app.vocabulary import Authenticity, Intent

SITUATION = "person_will_answer"
TOLD_NOTE = "automatic_told"
"""The line that says that it was sent automatically; it offers no person, as one comes in any case."""

_SILENT = frozenset(
    {
        "stopped",
        "sender_failed_checks",
        "suppressed",
        "reply_to_differs",
        "budget_spent",
        "repeats_itself",
        "person_in_thread",
        "no_sender",
    }
)
"""Reasons for which nothing leaves by itself, or somebody is at it already."""
_UNREAD = frozenset({"asks_for_person", "gave_up_waiting"})
"""Why a mail may wait for a person though nothing says what it wants."""
_NO_QUESTIONS = frozenset({Intent.FEEDBACK, Intent.BUSINESS_INQUIRY, Intent.OTHER})
"""Praise wants no answer; offers and what nobody understands are often advertising, which is not to be told that it arrived."""


@dataclass(frozen=True)
class Asked:
    """A mail that waits for a person.

    Attributes:
        text: What the customer newly wrote.
        authenticity: Whether SPF, DKIM and DMARC back the address that would be told.
        intents: What the model read in it; empty where it was not asked.
        codes: Of the reasons why it waits.
    """

    text: str
    authenticity: Authenticity
    intents: Collection[str]
    codes: Collection[str]


def may_be_told(asked: Asked) -> bool:
    """Whether it is right to say so at once, by a robot.

    Where somebody was hurt, threatens, or is in danger, or a child has written, a person's own words are the first to come.
    """
    if asked.authenticity is not Authenticity.AUTHENTICATED or _SILENT & set(asked.codes):
        return False
    if find_topics(asked.text):
        return False
    if asked.intents:
        return not set(asked.intents) <= _NO_QUESTIONS
    return bool(_UNREAD & set(asked.codes))


def tell(
    due: datetime, *, language: str | None, store: StoreVoice, customer_name: str, now: datetime
) -> Draft | None:
    """The text, with the day by which a person answers as its only fact; None where it would say more than that.

    Raises:
        NeedsPerson: The template cannot be filled in.
    """
    answer_by = today_in(store.timezone, due)
    situation = Situation(Intent.HUMAN_REQUEST, SITUATION, AnswerByFacts(answer_by))
    made, findings = write_letter((situation,), Addressee(customer_name, language), store, now)
    return None if findings else made
