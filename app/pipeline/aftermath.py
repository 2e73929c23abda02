"""What a customer's next mail says about the reply before it: whether that one had helped."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.track_record import record_bad_outcome
from app.models import Message
from app.pipeline.budgets import are_alike
from app.pipeline.history import Given
from app.pipeline.open_mails import Work
from app.vocabulary import Authenticity, Direction, Intent, Sentiment, Verdict

WINDOW = timedelta(days=3)
"""Who comes back later has mostly something new to ask: the parcel has moved meanwhile."""
_COMPARED = 4_000
"""Characters of a mail that are compared."""
_UNHAPPY = frozenset({Sentiment.NEGATIVE, Sentiment.ANGRY})


async def note_aftermath(
    access: StoreAccess,
    work: Work,
    given: Sequence[Given],
    requests: Sequence[Mapping[str, Any]],
    mood: Sentiment,
) -> None:
    """Count what the open mails say against the reply before them. Twice, it does no more.

    Only of senders who are who they say they are: else anybody could stop a store's automatic replies by two mails.

    Args:
        access: The store's rows, with the conversation locked.
        work: The open mails.
        given: What the contact got lately, newest first.
        requests: What the mails ask for, as they were understood.
        mood: Of the mails.
    """
    before = [one for one in given if one.reply.sent_at and one.reply.sent_at < work.newest.created_at]
    if (
        work.authenticity is not Authenticity.AUTHENTICATED
        or not before
        or await _says_the_same(access, work, before)
    ):
        return
    last = next((one for one in before if one.reply.conversation_id == work.conversation.id), None)
    verdict = _verdict(requests, mood)
    if last is not None and verdict is not None:
        await record_bad_outcome(access, last.reply, verdict)
    left = {Intent(request["intent"]) for request in requests}
    for one in before:
        again = one.asked_again(requests) & left
        left -= again
        if again:
            await record_bad_outcome(access, one.reply, Verdict.REOPENED, only=again)


async def note_wish_for_person(access: StoreAccess, work: Work, given: Sequence[Given]) -> None:
    """The customer answered the reply before with the word that leads to a person. Of whom, see `note_aftermath`."""
    if work.authenticity is not Authenticity.AUTHENTICATED:
        return
    last = next((one for one in given if one.reply.conversation_id == work.conversation.id), None)
    if last is not None and last.reply.sent_at is not None:
        await record_bad_outcome(access, last.reply, Verdict.ASKED_FOR_PERSON)


async def _says_the_same(access: StoreAccess, work: Work, before: Sequence[Given]) -> bool:
    """Whether a mail that was answered before comes again: who sends twice, or a robot, tells nothing of our answer."""
    answers = [one.reply.answer_id for one in before if one.reply.answer_id is not None]
    query = sa.select(sa.func.left(col(Message.new_text), _COMPARED)).where(
        col(Message.answer_id).in_(answers), col(Message.direction) == Direction.INBOUND
    )
    earlier = (await access.session.execute(query)).scalars().all()
    return any(are_alike(text, one) for text in work.texts for one in earlier)


def _verdict(requests: Sequence[Mapping[str, Any]], mood: Sentiment) -> Verdict | None:
    """What they say of whatever was written to them last."""
    intents = {request["intent"] for request in requests}
    if Intent.COMPLAINT in intents:
        return Verdict.COMPLAINED
    if Intent.HUMAN_REQUEST in intents:
        return Verdict.ASKED_FOR_PERSON
    return Verdict.REOPENED if mood in _UNHAPPY else None
