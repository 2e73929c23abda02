"""An owner's page about what leaves without a person: modes, what became of replies, what has been earned, the rules."""

from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.automation import AutomationRules, get_store, set_rules
from app.inbox.earned import read_records
from app.inbox.modes import list_changes, set_mode
from app.replies.earning import SHARE, WITHOUT_BAD, successes_missing
from app.replies.hours import hours_of
from app.vocabulary import AutomaticHours, Intent, Mode
from app.web.forms import Form, Posted
from app.web.pages.view import go, render
from app.web.session import Owner, desk_of

router = APIRouter(prefix="/automation")

Word = TypeVar("Word", Intent, Mode, AutomaticHours)


@router.get("")
async def show_automation(request: Request, visitor: Owner) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        store = await get_store(access)
        records = await read_records(access, store)
        changes = await list_changes(access)
    situations = [one for record in records for one in record.situations]
    return render(
        request,
        "automation.html",
        visitor=visitor,
        store=store,
        records={record.intent: record for record in records},
        offered=[one for one in situations if one.is_offered],
        is_new=not situations and all(record.mode is not Mode.AUTO for record in records),
        changes=changes,
        modes=Mode,
        hours=AutomaticHours,
        is_always_open=hours_of(store).is_always_open,
        share=SHARE,
        fewest=successes_missing(0, 0),
        without_bad=WITHOUT_BAD,
    )


@router.post("/modes")
async def save_modes(request: Request, visitor: Owner, form: Posted) -> Response:
    """The modes of whole intents. One that is not changed leaves its situations alone."""
    given = {intent: form.choice(f"mode-{intent.value}") for intent in Intent}
    wanted = {intent: _word(Mode, value) for intent, value in given.items() if value}
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        store = await get_store(access)
        changed = {intent: mode for intent, mode in wanted.items() if store.mode(intent) is not mode}
        for intent, mode in changed.items():
            await set_mode(access, intent, "", mode, by=visitor.person.name)
    return go("/automation", "saved")


@router.post("/situation")
async def save_situation(request: Request, visitor: Owner, form: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await set_mode(
            StoreAccess(session, visitor.store.id),
            _word(Intent, form.text("intent")),
            form.text("situation"),
            _word(Mode, form.text("mode")),
            by=visitor.person.name,
        )
    return go("/automation", "saved")


@router.post("/rules")
async def save_rules(request: Request, visitor: Owner, form: Posted) -> Response:
    rules = AutomationRules(
        vip_orders=_whole(form, "vip_orders"),
        vip_spent=_number(form, "vip_spent"),
        vip_tag=form.text("vip_tag"),
        repeat_hours=_whole(form, "repeat_hours") or 0,
        automatic_hours=_word(AutomaticHours, form.text("automatic_hours")),
    )
    async with desk_of(request).db.transaction() as session:
        await set_rules(StoreAccess(session, visitor.store.id), rules)
    return go("/automation", "saved")


def _word(kind: type[Word], text: str) -> Word:
    try:
        return kind(text)
    except ValueError as error:
        raise BadRequest("Choose one of what the page offers.") from error


def _number(form: Form, name: str) -> float | None:
    text = form.text(name).strip()
    try:
        return float(text) if text else None
    except ValueError as error:
        raise BadRequest("Write numbers with digits, such as 500 or 499.50.") from error


def _whole(form: Form, name: str) -> int | None:
    number = _number(form, name)
    if number is not None and not number.is_integer():
        raise BadRequest("Orders and hours are whole numbers.")
    return None if number is None else int(number)
