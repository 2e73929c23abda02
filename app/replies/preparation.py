"""Which draft a person finds when they come to a mail: the templates', the model's, or a start.

Where a word of theirs weighs, the shop's people choose it themselves: for somebody who may be in danger, for a child, for
lawyers, the injured or the press there is no more than a start.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from app.replies.autonomy import Request
from app.replies.reasons import Reason
from app.replies.starts import needs_own_words
from app.replies.topics import asks_for_person, find_topics
from app.vocabulary import Mode


class Preparation(StrEnum):
    TEMPLATES = "templates"  # what they make answers all of it, or nothing more may be drafted
    MODEL = "model"  # the templates' part, and what the model writes for the rest
    START = "start"  # no more than how an answer may begin: see app/replies/starts.py


def prepare(
    requests: Sequence[Request], text: str, *, has_templates: bool, is_attack: Callable[[], bool]
) -> tuple[Preparation, Reason | None]:
    """What to draft, and why there will be no more than a start where there will be no more.

    Args:
        requests: All that the customer wants.
        text: What they newly wrote.
        has_templates: A template's text answers some of it.
        is_attack: A sentence of the mail speaks to a machine: no model writes in answer to it. Asked only
            where one would.
    """
    if needs_own_words(text):
        return Preparation.START, Reason(
            "no_draft", "The draft is no more than a start, on purpose: this needs a person's own words."
        )
    if find_topics(text) or asks_for_person(text):
        return Preparation.START, None
    is_left_to_people = bool(requests) and all(request.mode is Mode.OFF for request in requests)
    is_answered = has_templates and not unanswered(requests)
    if not is_left_to_people and not is_answered and not is_attack():
        return Preparation.MODEL, None
    if has_templates:
        return Preparation.TEMPLATES, None
    if is_left_to_people:
        return Preparation.START, None  # the decision says so already
    return Preparation.START, Reason(
        "no_draft",
        "The draft is no more than a start: the mail speaks to a machine, and none writes in answer to it.",
    )


def unanswered(requests: Sequence[Request]) -> tuple[Request, ...]:
    """What no template answers, and is not left to people on purpose."""
    return tuple(r for r in requests if r.situation.name is None and r.mode is not Mode.OFF)
