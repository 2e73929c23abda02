"""Webhooks: verify, keep, answer 202. What the mail says is a job's business."""

from fastapi import APIRouter

from app.web.hooks import raw, sendgrid


def create_hooks_router() -> APIRouter:
    router = APIRouter(prefix="/hooks", include_in_schema=False)
    router.include_router(sendgrid.router)
    router.include_router(raw.router)
    return router
