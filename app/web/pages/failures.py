"""Replies that did not simply arrive, and the addresses that are not written to for that reason."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.crm.suppression import describe, lift, list_suppressions
from app.inbox.failures import Trouble, list_failures
from app.web.forms import Posted
from app.web.pages.view import go, render
from app.web.pages.words import Status
from app.web.session import Agent, Owner, desk_of

router = APIRouter()

_STATUS: Mapping[Trouble, Status] = {
    Trouble.IN_DOUBT: Status("In doubt", "bad"),
    Trouble.FAILED: Status("Not sent", "bad"),
    Trouble.BOUNCED: Status("Came back", "bad"),
    Trouble.WAITING: Status("Waiting", "busy"),
}


@router.get("/failures")
async def show_failures(request: Request, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        found, suppressed = await list_failures(access), await list_suppressions(access)
    return render(
        request,
        "failures.html",
        visitor=visitor,
        failures=found,
        statuses=_STATUS,
        suppressed=[(one, describe(one)) for one in suppressed],
    )


@router.post("/suppressions/{suppression_id}/lift")
async def do_lift(request: Request, suppression_id: UUID, visitor: Owner, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await lift(StoreAccess(session, visitor.store.id), suppression_id, by=visitor.user.id)
    return go("/failures", "lifted")
