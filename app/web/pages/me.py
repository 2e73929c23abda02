"""A member of staff's own page: how often they are mailed what waits."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.digests import get_membership, set_digest
from app.vocabulary import DigestPace
from app.web.forms import Posted
from app.web.pages.view import go, render
from app.web.session import Agent, desk_of

router = APIRouter(prefix="/me")


@router.get("")
async def show_me(request: Request, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        member = await get_membership(StoreAccess(session, visitor.store.id), visitor.user.id)
    return render(request, "me.html", visitor=visitor, member=member, paces=DigestPace)


@router.post("")
async def save_me(request: Request, visitor: Agent, form: Posted) -> Response:
    try:
        pace, hour = DigestPace(form.text("digest")), int(form.text("digest_hour"))
    except ValueError as error:
        raise BadRequest("Choose one of the three, and an hour from 0 to 23.") from error
    async with desk_of(request).db.transaction() as session:
        await set_digest(StoreAccess(session, visitor.store.id), visitor.user.id, pace, hour)
    return go("/me", "saved-mine")
