"""What an owner has read is shown to nobody any more."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.inbox.notices import mark_seen
from app.web.forms import Posted
from app.web.pages.view import go
from app.web.session import Owner, desk_of

router = APIRouter()


@router.post("/notices/{notice_id}/seen")
async def do_mark_seen(request: Request, notice_id: UUID, visitor: Owner, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await mark_seen(StoreAccess(session, visitor.store.id), notice_id, by=visitor.person)
    return go("/inbox")
