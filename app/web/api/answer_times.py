"""`/api/v1/answer-times`: when people work, by when they answer, what customers are told, how long undo lasts."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.inbox.answer_times import AnswerTimes, set_answer_times
from app.inbox.automation import get_store
from app.pipeline.desk import Desk
from app.web.api.keys import Access

router = APIRouter()


class AnswerTimesBody(BaseModel, from_attributes=True):
    """`opening_hours`: `{"week": {"monday": ["09:00-12:30", …]}, "closed": ["2026-12-25", …]}`; empty: always open."""

    opening_hours: dict[str, Any]
    answer_within_hours: float
    tells_of_person: bool
    undo_seconds: int | None = None
    """None: as the installation has it."""
    undo_by_hand_seconds: int | None = None


@router.get("/answer-times")
async def get_answer_times(access: Access) -> AnswerTimesBody:
    return AnswerTimesBody.model_validate(await get_store(access))


@router.put("/answer-times")
async def put_answer_times(request: Request, access: Access, times: AnswerTimesBody) -> AnswerTimesBody:
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        return AnswerTimesBody.model_validate(await set_answer_times(own, AnswerTimes(**times.model_dump())))
