"""`/api/v1/automatic`: the store's stop switch for programs, such as an alarm that notices what nobody else does."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.inbox.automation import get_store
from app.inbox.stopping import hold_scheduled, set_switch
from app.pipeline.desk import Desk
from app.web.api.keys import Access

router = APIRouter()

_BY = "A program with a key to the API"


class SwitchIn(BaseModel):
    """`automatic`: whether replies may leave without a person."""

    automatic: bool


class SwitchOut(SwitchIn):
    """`stop_reason`: who or what switched it off, empty where it is on. `held`: replies that were taken back just now."""

    stop_reason: str
    held: int = 0


@router.get("/automatic")
async def get_switch(access: Access) -> SwitchOut:
    store = await get_store(access)
    return SwitchOut(automatic=store.automatic, stop_reason=store.stop_reason)


@router.put("/automatic")
async def put_switch(request: Request, access: Access, switch: SwitchIn) -> SwitchOut:
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        await set_switch(own, automatic=switch.automatic, by=_BY)
        reason = (await get_store(own)).stop_reason
    if switch.automatic:
        return SwitchOut(automatic=True, stop_reason=reason)
    async with desk.db.transaction() as session:
        held = await hold_scheduled(StoreAccess(session, access.store_id))
    return SwitchOut(automatic=False, stop_reason=reason, held=held)
