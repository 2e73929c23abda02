"""`/api/v1/conversations`: what waits and what is overdue; and giving a conversation back to the robot."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.inbox.closing import give_back
from app.inbox.due import is_overdue
from app.inbox.listing import Filter, Order, count_filters, list_page, parse_cursor
from app.models import Conversation
from app.models.columns import now
from app.pipeline.desk import Desk
from app.vocabulary import ConversationState, Outcome
from app.web.api.keys import Access

router = APIRouter()


class LineOut(BaseModel, from_attributes=True):
    """A conversation of the list. `due_at`: by when a person is to have answered; null where nobody waits for one."""

    id: UUID
    contact_id: UUID
    subject: str
    state: ConversationState
    outcome: Outcome
    reason: str
    intents: list[str]
    last_message_at: datetime
    due_at: datetime | None
    is_overdue: bool
    person_answering: bool


class LinesOut(BaseModel):
    """A page. Pass `next` as `after` to get the page that follows; null: this was the last.

    `counts`: by filter, of those that call for a person; 100 stands for more than 99.
    """

    conversations: list[LineOut]
    next: str | None
    counts: dict[str, int]


@router.get("/conversations")
async def list_conversations(
    access: Access,
    *,
    show: Filter = Filter.NEEDS_ME,
    order: Order | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LinesOut:
    """Conversations of a filter, a page at a time: the first due first where something is due, else the newest."""
    cursor = parse_cursor(after) if after else None
    page = await list_page(access, show, after=cursor, order=order, size=limit)
    counts = await count_filters(access)
    return LinesOut(
        conversations=[_line(row.conversation) for row in page.rows],
        next=str(page.after) if page.after else None,
        counts={shown.value: count for shown, count in counts.items()},
    )


@router.post("/conversations/{conversation_id}/give-back")
async def post_give_back(request: Request, access: Access, conversation_id: UUID) -> LineOut:
    """Let Pasokh answer again in a conversation that a person had taken over."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        return _line(await give_back(StoreAccess(session, access.store_id), conversation_id))


def _line(conversation: Conversation) -> LineOut:
    known = conversation.model_dump(include=set(LineOut.model_fields))
    return LineOut(**known, is_overdue=is_overdue(conversation, now()))
