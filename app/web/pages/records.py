"""Why one reply says what it says: a page to read in ten seconds, for every reply that left or waits."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.inbox.records import open_record
from app.web.pages.view import render
from app.web.session import Agent, desk_of

router = APIRouter(prefix="/replies/{reply_id}")


@router.get("")
async def show_record(request: Request, reply_id: UUID, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        conversation, record = await open_record(StoreAccess(session, visitor.store.id), reply_id)
    return render(request, "record.html", visitor=visitor, conversation=conversation, record=record)
