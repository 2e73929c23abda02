"""`/api/v1/replies/{id}`: what no fact backs of a text, other words for a draft, and taking one back before it leaves.

A program never releases a reply.
"""

from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.access import StoreAccess
from app.inbox.drafts import LONGEST, reword, undo
from app.inbox.grounds import ANY, grounds_of
from app.inbox.people import Person
from app.models import Reply
from app.pipeline.desk import Desk
from app.web.api.conversations import FindingOut, ReplyOut
from app.web.api.keys import Access

router = APIRouter(prefix="/replies/{reply_id}")


_PROGRAM = Person(None, "A program with a key to the API")


class WordsIn(BaseModel):
    """`markdown`: the whole reply."""

    markdown: str = Field(max_length=LONGEST)


class RewordIn(WordsIn):
    """`acknowledge_findings`: keep the words though the facts do not back all of them."""

    acknowledge_findings: bool = False


class CheckOut(BaseModel):
    findings: list[FindingOut]


@router.post("/check")
async def check_words(access: Access, reply_id: UUID, words: WordsIn) -> CheckOut:
    """What of these words the facts of the reply do not back. Nothing is changed."""
    grounds = await grounds_of(access, await access.get(Reply, reply_id))
    found = grounds.look(words.markdown)
    return CheckOut(findings=[FindingOut.model_validate(finding.document()) for finding in found])


@router.put("")
async def put_words(request: Request, access: Access, reply_id: UUID, words: RewordIn) -> ReplyOut:
    """Other words for a draft, which goes on waiting for a person.

    409 `unbacked`, with the findings under `error.details`, where the facts do not back them and that is not
    acknowledged.
    """
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        own = StoreAccess(session, access.store_id)
        acknowledged = ANY if words.acknowledge_findings else None
        reply = await reword(own, reply_id, words.markdown, acknowledged=acknowledged)
        return ReplyOut.model_validate(reply)


@router.post("/undo")
async def post_undo(request: Request, access: Access, reply_id: UUID) -> ReplyOut:
    """Take a reply back before it leaves; it waits for a person again. 409 where it is leaving or has left."""
    desk: Desk = request.app.state.desk
    async with desk.db.transaction() as session:
        reply = await undo(StoreAccess(session, access.store_id), reply_id, by=_PROGRAM)
        return ReplyOut.model_validate(reply)
