"""`GET /api/v1/replies/{id}`: why a reply says what it says and left as it did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from app.inbox.records import open_record
from app.replies.changes import ChangeKind
from app.vocabulary import Ownership
from app.web.api.conversations import AnswerOut, ReplyOut
from app.web.api.keys import Access

router = APIRouter()


class WishOut(BaseModel, from_attributes=True):
    """One request of the mail: from which words it was read, and the situation that it came to, with its title for people."""

    intent: str
    order_number: str | None
    evidence: str
    situation: str | None
    title: str | None


class ToldOut(BaseModel, from_attributes=True):
    """The facts that a situation's template was filled from."""

    situation: str
    title: str
    facts: dict[str, Any]


class ChangeOut(BaseModel, from_attributes=True):
    """A stretch of the text that a person kept, added or removed."""

    kind: ChangeKind
    text: str


class EventOut(BaseModel, from_attributes=True):
    """What the mail provider, or a bounce, told of it."""

    kind: str
    reason: str
    occurred_at: datetime


class RecordOut(BaseModel, from_attributes=True):
    """The why of a reply. `answer` has the rules that spoke and those that it passed, the model, its tokens and cost."""

    reply: ReplyOut
    answer: AnswerOut | None
    summary: str
    wishes: list[WishOut]
    standing: Ownership | None
    """How the recipient stands to the order; null where no order was asked for."""
    told: list[ToldOut]
    released_by: str | None
    """A person's name; null where it left by itself or has not left."""
    changes: list[ChangeOut]
    """Empty where nobody changed what Pasokh wrote."""
    changed_by: str | None
    """Who changed or wrote its text, by name."""
    events: list[EventOut]
    """Oldest first."""


@router.get("/replies/{reply_id}")
async def get_record(access: Access, reply_id: UUID) -> RecordOut:
    _, record = await open_record(access, reply_id)
    return RecordOut.model_validate(record)
