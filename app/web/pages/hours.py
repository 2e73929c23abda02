"""An owner's page: when people work, by when they answer, and what customers are told of it."""

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import Unprocessable
from app.inbox.answer_times import LEAST_HOURS, MOST_HOURS, AnswerTimes, set_answer_times
from app.inbox.automation import get_store
from app.inbox.due import due_time
from app.inbox.undo import LONGEST
from app.models.columns import now
from app.replies.hours import WEEKDAYS
from app.web.forms import Form, Posted
from app.web.pages.view import go, render
from app.web.session import Owner, desk_of

router = APIRouter(prefix="/hours")

_APART = re.compile(r"[\s,;]+(?=\d)")


@router.get("")
async def show_hours(request: Request, visitor: Owner) -> Response:
    desk = desk_of(request)
    async with desk.db.transaction() as session:
        store = await get_store(StoreAccess(session, visitor.store.id))
    return render(
        request,
        "hours.html",
        visitor=visitor,
        store=store,
        weekdays=WEEKDAYS,
        week=store.opening_hours.get("week", {}),
        closed=store.opening_hours.get("closed", []),
        due=due_time(store, now()),
        soon=due_time(store, now(), pressing=True),
        settings=desk.settings,
        least=LEAST_HOURS,
        most=MOST_HOURS,
        longest_undo=LONGEST,
    )


@router.post("")
async def save_hours(request: Request, visitor: Owner, form: Posted) -> Response:
    times = AnswerTimes(
        opening_hours=_hours(form),
        answer_within_hours=_number(form.text("answer_within_hours"), "the hours within which people answer"),
        tells_of_person=form.text("tells_of_person") == "on",
        undo_seconds=_seconds(form.choice("undo_seconds")),
        undo_by_hand_seconds=_seconds(form.choice("undo_by_hand_seconds")),
    )
    async with desk_of(request).db.transaction() as session:
        await set_answer_times(StoreAccess(session, visitor.store.id), times)
    return go("/hours", "saved")


def _hours(form: Form) -> dict[str, Any]:
    week = {day: _spans(form.text(day)) for day in WEEKDAYS}
    return {
        "week": {day: spans for day, spans in week.items() if spans},
        "closed": form.text("closed").split(),
    }


def _spans(text: str) -> list[str]:
    """`9-12:30, 13:30 - 18:00`: times apart by commas or spaces, whatever stands around their dashes."""
    joined = re.sub(r"\s*[-\u2013\u2014]\s*", "-", text.strip())
    return [one for one in _APART.split(joined) if one]


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Unprocessable(f"Write {what} as a number, such as 8.") from error


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    seconds = _number(text, "the seconds of undo")
    if not seconds.is_integer():
        raise Unprocessable("Write the seconds of undo as a whole number, such as 60.")
    return int(seconds)
