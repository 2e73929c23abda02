"""A person corrects what was understood of a mail, and has it drafted anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.errors import Unprocessable
from app.inbox.drafts import discard_drafts
from app.inbox.handling import Stale, find_last_mail, find_replies, lock_conversation, mark
from app.inbox.people import Person
from app.inbox.threads import LEAVING
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.models import Answer, Conversation, Message
from app.vocabulary import Direction, Intent, Outcome, Sentiment, Urgency, Verdict

MOST_REQUESTS = 5
_LONGEST_NUMBER = 64  # as the look-up tool takes it


@dataclass(frozen=True)
class Correction:
    """One request as a person reads it. `order_number` is empty where the mail names none."""

    intent: Intent
    order_number: str = ""


async def draft_again(
    access: StoreAccess,
    conversation_id: UUID,
    corrections: Sequence[Correction],
    *,
    by: Person,
    seen: str | None = None,
) -> Answer:
    """Have the newest mails answered by what a person says they want. What comes of it always waits for a person.

    Raises:
        Unprocessable: There is no request, there are too many, or a number is too long; or there is no mail.
        NotFound: There is no such conversation in this store.
        Stale: The conversation has changed, or a reply is leaving just now.
    """
    if not 0 < len(corrections) <= MOST_REQUESTS:
        raise Unprocessable(f"Choose between one and {MOST_REQUESTS} things that the customer wants.")
    if any(len(one.order_number) > _LONGEST_NUMBER for one in corrections):
        raise Unprocessable("That is too long for an order number.")
    conversation = await lock_conversation(access, conversation_id, seen)
    if await find_replies(access, conversation_id, LEAVING):
        raise Stale("A reply of this conversation is leaving just now. Take it back first, or wait.")
    asked = await find_last_mail(access, conversation_id)
    if asked is None:
        raise Unprocessable("Nobody has written in this conversation, so there is nothing to answer.")
    drafts = await discard_drafts(access, conversation_id, Verdict.CORRECTED)
    corrected = {asked.answer_id, *(draft.answer_id for draft in drafts)} - {None}
    before = await access.find(Answer, asked.answer_id or next(iter(corrected), None))
    answer = Answer(
        store_id=access.store_id,
        conversation_id=conversation_id,
        triage=_corrected(before.triage if before else {}, conversation, corrections),
        corrected_by=by.user_id,
        prompt_version=before.prompt_version if before else "",
        prompt_hash=before.prompt_hash if before else "",
    )
    access.session.add(answer)
    await access.session.flush()
    await _take_over(access, conversation_id, corrected, answer)
    await mark(access, conversation, Outcome.WAITING, f"Drafted again as {by.name} corrected it.")
    await defer_alone(access.session, ANSWER_CONVERSATION, conversation_id)
    return answer


async def _take_over(
    access: StoreAccess, conversation_id: UUID, corrected: Collection[UUID | None], answer: Answer
) -> None:
    """The mails that the corrected answers took in belong to the new one; so do those that none took in yet."""
    await access.session.execute(
        sa.update(Message)
        .where(
            col(Message.store_id) == access.store_id,
            col(Message.conversation_id) == conversation_id,
            col(Message.direction) == Direction.INBOUND,
            sa.or_(col(Message.answer_id).is_(None), col(Message.answer_id).in_(corrected)),
        )
        .values(answer_id=answer.id)
    )


def _corrected(
    triage: dict[str, Any], conversation: Conversation, corrections: Sequence[Correction]
) -> dict[str, Any]:
    """The model's reading with a person's requests in it; where there is none, a plain one."""
    known = {request["intent"]: request for request in triage.get("requests", [])}
    requests = []
    for correction in corrections:
        before = known.get(correction.intent.value, {})
        requests.append(
            {
                "intent": correction.intent.value,
                "order_number": correction.order_number or None,
                "product_query": before.get("product_query"),
                "tracking_number": before.get("tracking_number"),
                "evidence": before.get("evidence") or "",
            }
        )
    return {
        "language": triage.get("language") or conversation.language or "en",
        "sentiment": triage.get("sentiment") or Sentiment.NEUTRAL.value,
        "urgency": triage.get("urgency") or Urgency.NORMAL.value,
        "summary": triage.get("summary") or "",
        "requests": requests,
    }
