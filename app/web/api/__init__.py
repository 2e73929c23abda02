"""`/api/v1`: one store's data for its programs, with an API key."""

from fastapi import APIRouter

from app.web.api import (
    answer_times,
    automatic,
    automation,
    contacts,
    conversations,
    failures,
    inbox,
    knowledge,
    mailboxes,
    records,
    replies,
    templates,
    touchpoints,
)


def create_api_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    for part in (
        touchpoints,
        contacts,
        conversations,
        inbox,
        answer_times,
        automatic,
        automation,
        mailboxes,
        records,
        replies,
        knowledge,
        failures,
        templates,
    ):
        router.include_router(part.router)
    return router
