"""`/api/v1/failures`, `/api/v1/suppressions`: replies in trouble, and addresses that are not written to without a person."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.access import StoreAccess
from app.crm.suppression import describe, lift, list_suppressions
from app.inbox.drafts import get_doubtful
from app.inbox.failures import Trouble, leave, list_failures
from app.inbox.people import Person
from app.models import Suppression
from app.pipeline.desk import Desk
from app.pipeline.sent import record_sent
from app.vocabulary import ReplyState, SuppressionCause
from app.web.api.conversations import ReplyOut
from app.web.api.keys import Access

router = APIRouter()

_BY = Person(None, "A program with a key to the API")


class FailureOut(BaseModel):
    """`what` happened and `advice` are sentences for people; `since`: since when it is so, or was to leave.

    `suppressed`: what else speaks against writing to its address, or empty. `may_have_left`: in doubt, or counted as not sent
    because its provider told nothing of it for a day.
    """

    reply_id: UUID
    conversation_id: UUID
    to_address: str
    subject: str
    state: ReplyState
    trouble: Trouble
    what: str
    advice: str
    since: datetime
    suppressed: str
    may_have_left: bool


class FailuresOut(BaseModel):
    failures: list[FailureOut]


class SuppressionOut(BaseModel):
    id: UUID
    address: str
    cause: SuppressionCause
    sentence: str
    reply_id: UUID | None
    happened_at: datetime


class SuppressionsOut(BaseModel):
    suppressions: list[SuppressionOut]


@router.get("/failures")
async def get_failures(access: Access) -> FailuresOut:
    """Replies that failed, came back, are in doubt, or have waited for a mail provider for long."""
    found = [
        FailureOut(
            reply_id=one.reply.id,
            conversation_id=one.reply.conversation_id,
            to_address=one.reply.to_address,
            subject=one.reply.subject,
            state=one.reply.state,
            trouble=one.trouble,
            what=one.what,
            advice=one.advice,
            since=one.since,
            suppressed=one.suppressed,
            may_have_left=one.may_have_left,
        )
        for one in await list_failures(access)
    ]
    return FailuresOut(failures=found)


@router.post("/replies/{reply_id}/settle")
async def settle_reply(request: Request, access: Access, reply_id: UUID) -> ReplyOut:
    """Record that a reply in doubt did leave."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        reply = await get_doubtful(own, reply_id)
        await record_sent(own, reply)
        return ReplyOut.model_validate(reply)


@router.post("/replies/{reply_id}/leave")
async def leave_reply(request: Request, access: Access, reply_id: UUID) -> ReplyOut:
    """Leave a reply in trouble as it is: it is not sent any more, and stands on no list."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        return ReplyOut.model_validate(await leave(StoreAccess(session, access.store_id), reply_id, by=_BY))


@router.get("/suppressions")
async def get_suppressions(access: Access) -> SuppressionsOut:
    return SuppressionsOut(suppressions=[_out(one) for one in await list_suppressions(access)])


@router.delete("/suppressions/{suppression_id}")
async def delete_suppression(request: Request, access: Access, suppression_id: UUID) -> SuppressionOut:
    """Have an address written to again."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        return _out(await lift(StoreAccess(session, access.store_id), suppression_id))


def _out(found: Suppression) -> SuppressionOut:
    return SuppressionOut(
        **found.model_dump(include={"id", "address", "cause", "reply_id", "happened_at"}),
        sentence=describe(found),
    )
