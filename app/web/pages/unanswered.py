"""Mails that no conversation shows: ignored, or unreadable."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.inbox.listing import parse_cursor
from app.inbox.unanswered import Shelf, answer_anyway, list_mails
from app.web.forms import Posted
from app.web.pages.view import go, render
from app.web.session import Agent, desk_of

router = APIRouter()


@router.get("/ignored")
async def show_unanswered(
    request: Request, visitor: Agent, show: Shelf = Shelf.IGNORED, after: str = ""
) -> Response:
    cursor = parse_cursor(after) if after else None
    async with desk_of(request).db.transaction() as session:
        mails = await list_mails(StoreAccess(session, visitor.store.id), show, after=cursor)
    return render(request, "ignored.html", visitor=visitor, mails=mails, shown=show, is_first=cursor is None)


@router.post("/mails/{inbound_id}/answer-anyway")
async def do_answer_anyway(request: Request, inbound_id: UUID, visitor: Agent, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await answer_anyway(StoreAccess(session, visitor.store.id), inbound_id, by=visitor.person)
    return go("/ignored", "answering")
