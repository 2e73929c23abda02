"""`GET /api/v1/touchpoints`: every exchange of the store, newest first."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel
from sqlmodel import col

from app.access import StoreAccess
from app.errors import NotFound
from app.models import Touchpoint
from app.vocabulary import Channel, Direction, JourneyStage, LeadMethod, LeadSource
from app.web.api.keys import Access

router = APIRouter()


class TouchpointOut(BaseModel, from_attributes=True):
    """One exchange. `response_seconds` is there for replies alone."""

    id: UUID
    contact_id: UUID
    conversation_id: UUID | None
    occurred_at: datetime
    direction: Direction
    channel: Channel
    lead_source: LeadSource
    lead_method: LeadMethod
    journey_stage: JourneyStage
    subject: str
    intents: list[str]
    situations: list[str]
    decision: str
    why: str
    event: str
    """What became of a mail that was sent (processed, delivered, bounced, open …); empty for the mails themselves."""
    response_seconds: int | None


class TouchpointsOut(BaseModel):
    """A page. Pass `next` as `after` to get the page that follows; null: this was the last."""

    touchpoints: list[TouchpointOut]
    next: UUID | None


@router.get("/touchpoints")
async def list_touchpoints(
    access: Access,
    *,
    contact: UUID | None = None,
    direction: Direction | None = None,
    since: AwareDatetime | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TouchpointsOut:
    """The store's touchpoints, newest first, a page at a time."""
    query = access.select(Touchpoint).order_by(col(Touchpoint.occurred_at).desc(), col(Touchpoint.id).desc())
    if contact is not None:
        query = query.where(col(Touchpoint.contact_id) == contact)
    if direction is not None:
        query = query.where(col(Touchpoint.direction) == direction)
    if since is not None:
        query = query.where(col(Touchpoint.occurred_at) >= since)
    if after is not None:
        last = await _get_last(access, after)
        position = sa.tuple_(col(Touchpoint.occurred_at), col(Touchpoint.id))
        query = query.where(position < sa.tuple_(sa.literal(last.occurred_at), sa.literal(last.id)))
    found = (await access.session.execute(query.limit(limit + 1))).scalars().all()
    page = [TouchpointOut.model_validate(one) for one in found[:limit]]
    return TouchpointsOut(touchpoints=page, next=page[-1].id if len(found) > limit else None)


async def _get_last(access: StoreAccess, after: UUID) -> Touchpoint:
    last = await access.find(Touchpoint, after)
    if last is None:
        raise NotFound("`after` names no touchpoint of this store.")
    return last
