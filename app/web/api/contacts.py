"""`GET /api/v1/contacts/{id}`: a person, with their addresses and how they came to the shop."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import col

from app.models import Contact, ContactAddress
from app.vocabulary import JourneyStage, LeadSource
from app.web.api.keys import Access

router = APIRouter()


class ContactOut(BaseModel):
    id: UUID
    name: str
    addresses: list[str]
    language: str | None
    lead_source: LeadSource
    lead_detail: dict[str, Any]
    journey_stage: JourneyStage
    created_at: datetime


@router.get("/contacts/{contact_id}")
async def get_contact(access: Access, contact_id: UUID) -> ContactOut:
    contact = await access.get(Contact, contact_id)
    query = access.select(ContactAddress).where(col(ContactAddress.contact_id) == contact.id)
    rows = (await access.session.execute(query)).scalars()
    return ContactOut(
        **contact.model_dump(exclude={"store_id"}), addresses=sorted(row.address for row in rows)
    )
