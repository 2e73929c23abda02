"""What waits for a person, as programs see it: what is overdue, when people answer, taking back and giving back."""

from datetime import timedelta
from typing import Any

import httpx
import sqlalchemy as sa

from app.models import Conversation, Reply
from app.models.columns import now
from app.vocabulary import ReplyState
from tests.api.test_api import OLIVIA, add_key, get
from tests.pipeline.test_reply_states import reply_in
from tests.service import open_service

TIMES = {
    "opening_hours": {"week": {"monday": ["9-17"]}, "closed": ["2026-12-25"]},
    "answer_within_hours": 4,
    "tells_of_person": True,
    "undo_seconds": 90,
    "undo_by_hand_seconds": None,
}


async def test_what_is_overdue_is_listed_with_counts_and_told_of_a_conversation(database_url, sandbox):
    async with open_service(database_url, sandbox, store={"modes": {}}) as service:
        headers = await add_key(service, "pk_test")
        await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
        (line,) = (await get(service, "/conversations", headers)).json()["conversations"]
        assert line["due_at"] is not None
        assert not line["is_overdue"]
        async with service.desk.db.transaction() as session:
            await session.execute(sa.update(Conversation).values(due_at=now() - timedelta(hours=1)))
        listed = (await get(service, "/conversations", headers, show="overdue")).json()
        assert [one["id"] for one in listed["conversations"]] == [line["id"]]
        assert listed["counts"]["overdue"] == 1
        assert listed["next"] is None
        whole = (await get(service, f"/conversations/{line['id']}", headers)).json()
        assert whole["is_overdue"]
        assert (await get(service, "/conversations", headers, show="nonsense")).status_code in {400, 422}


async def test_a_program_takes_a_reply_back_and_gives_a_conversation_back(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        headers = await add_key(service, "pk_test")

        async def post(path: str) -> httpx.Response:
            return await service.http.post(f"{service.url}/api/v1{path}", headers=headers)

        await service.write(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
        reply = await reply_in(service, ReplyState.SCHEDULED)
        assert (await post(f"/replies/{reply.id}/undo")).json()["state"] == "held"
        again = await post(f"/replies/{reply.id}/undo")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
        (held,) = await service.rows(Reply)
        conversation: Any = await service.only(Conversation)
        assert "A program" in conversation.reason
        assert conversation.due_at is not None
        async with service.desk.db.transaction() as session:
            await session.execute(sa.update(Conversation).values(person_answering=True))
        given = await post(f"/conversations/{held.conversation_id}/give-back")
        assert given.json()["person_answering"] is False


async def test_a_program_sets_when_people_answer(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        headers = await add_key(service, "pk_test")

        async def put(**changes: Any) -> httpx.Response:
            body = {**TIMES, **changes}
            return await service.http.put(f"{service.url}/api/v1/answer-times", headers=headers, json=body)

        kept = (await put()).json()
        assert kept["opening_hours"]["week"] == {"monday": ["09:00-17:00"]}
        assert (await get(service, "/answer-times", headers)).json() == kept
        for wrong in (
            {"opening_hours": {"week": {"monday": ["never"]}}},
            {"opening_hours": {"week": {"monday": 9}}},
            {"opening_hours": {"week": {"monday": "09:00-17:00"}}},
            {"opening_hours": {"closed": "2026-12-25"}},
            {"answer_within_hours": 0},
            {"undo_seconds": -1},
        ):
            answer = await put(**wrong)
            assert answer.status_code == 422, (wrong, answer.text)
            assert answer.json()["error"]["message"]
        assert (await get(service, "/answer-times", headers)).json() == kept
