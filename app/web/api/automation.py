"""`/api/v1/automation`: what may leave without a person, what became of replies, and what has been earned."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.inbox.automation import get_store
from app.inbox.earned import SituationRecord, read_records
from app.inbox.modes import set_mode
from app.intents.titles import title_of
from app.pipeline.desk import Desk
from app.vocabulary import AutomaticHours, Intent, Mode, Verdict
from app.web.api.keys import Access

router = APIRouter()

_BY = "A program with a key to the API"


class SituationOut(BaseModel):
    """`title`: what the situation is called where people read of it. `successes` of `decided` drafts left as they were and helped; `missing` more would earn automatic replies."""

    situation: str
    title: str
    mode: Mode
    has_own_mode: bool
    counts: dict[Verdict, int]
    decided: int
    successes: int
    share_at_least: float
    words_changed: float
    missing: int
    is_earned: bool
    fell_back_at: datetime | None


class IntentOut(BaseModel):
    """`situations`: those of which there is something to tell."""

    intent: Intent
    mode: Mode
    situations: list[SituationOut]


class AutomationOut(BaseModel):
    """`automatic`: the stop switch; off, nothing leaves by itself."""

    automatic: bool
    vip_orders: int | None
    vip_spent: float | None
    vip_tag: str
    repeat_hours: int
    automatic_hours: AutomaticHours
    intents: list[IntentOut]


class ModeIn(BaseModel):
    """`situation`: one of the intent's; left out, the mode is the whole intent's, and its situations' own are forgotten."""

    intent: Intent
    situation: str = ""
    mode: Mode


@router.get("/automation")
async def get_automation(access: Access) -> AutomationOut:
    return await _read(access)


@router.put("/automation")
async def put_mode(request: Request, access: Access, wanted: ModeIn) -> AutomationOut:
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        await set_mode(own, wanted.intent, wanted.situation, wanted.mode, by=_BY)
        return await _read(own)


async def _read(access: StoreAccess) -> AutomationOut:
    store = await get_store(access)
    return AutomationOut(
        automatic=store.automatic,
        vip_orders=store.vip_orders,
        vip_spent=store.vip_spent,
        vip_tag=store.vip_tag,
        repeat_hours=store.repeat_hours,
        automatic_hours=store.automatic_hours,
        intents=[
            IntentOut(intent=one.intent, mode=one.mode, situations=[_situation(s) for s in one.situations])
            for one in await read_records(access, store)
        ],
    )


def _situation(record: SituationRecord) -> SituationOut:
    evidence = record.evidence
    return SituationOut(
        situation=record.situation,
        title=title_of(record.situation),
        mode=record.mode,
        has_own_mode=record.has_own_mode,
        counts=evidence.counts,
        decided=evidence.decided,
        successes=evidence.successes,
        share_at_least=evidence.bound,
        words_changed=evidence.changed,
        missing=evidence.missing,
        is_earned=evidence.is_earned,
        fell_back_at=record.fell_back_at,
    )
