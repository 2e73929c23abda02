"""An owner's page about their store: the stop switch, the signature, what the model may cost."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import col

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.automation import (
    LONGEST_SIGNATURE,
    LONGEST_TONE,
    MOST_USD,
    get_store,
    model_usd_today,
    set_store,
    set_tone,
    set_tracking,
)
from app.inbox.stopping import hold_scheduled
from app.models import Mailbox
from app.web.forms import Posted
from app.web.pages.view import go, render
from app.web.session import Owner, desk_of

router = APIRouter()


@router.get("/stores")
async def show_store(request: Request, visitor: Owner) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        store = await get_store(access)
        query = access.select(Mailbox).order_by(col(Mailbox.address))
        spent = await model_usd_today(access, store)
        mailboxes = (await session.execute(query)).scalars().all()
    return render(
        request,
        "store.html",
        visitor=visitor,
        store=store,
        mailboxes=mailboxes,
        longest_signature=LONGEST_SIGNATURE,
        longest_tone=LONGEST_TONE,
        spent=spent,
        most_usd=MOST_USD,
    )


@router.post("/stores")
async def save_store(request: Request, visitor: Owner, form: Posted) -> Response:
    automatic = form.text("automatic") == "on"
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        await set_tone(access, form.text("tone"))
        await set_tracking(
            access, opens=form.text("track_opens") == "on", clicks=form.text("track_clicks") == "on"
        )
        await set_store(
            access,
            automatic=automatic,
            signature=form.text("signature"),
            model_usd_per_day=_usd(form.choice("model_usd_per_day")),
            by=visitor.person,
        )
    if not automatic:
        async with desk_of(request).db.transaction() as session:
            await hold_scheduled(StoreAccess(session, visitor.store.id))
    return go("/stores", "saved")


def _usd(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError as error:
        raise BadRequest("Write the limit for the model as a number of USD, such as 2.50.") from error
