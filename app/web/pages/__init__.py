"""The pages for a store's staff: an application of its own, whose errors read like help."""

import functools
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from app.web.live import live_events
from app.web.pages import (
    automation,
    conversation,
    failures,
    hours,
    inbox,
    knowledge,
    mail,
    mailboxes,
    me,
    notices,
    records,
    replies,
    signin,
    store,
    templates,
    unanswered,
)
from app.web.pages.errors import install_error_pages
from app.web.pages.headers import SecureHeaders
from app.web.session import FrontDesk

STATIC = Path(__file__).parent.parent / "static"


def create_pages_app(desk: FrontDesk) -> FastAPI:
    """The pages over an open desk, to be mounted at `/`.

    A server that is told to stop calls `live_hub(pages).stop()` (app/web/hub.py): it waits for open answers, and a live
    page's never ends by itself.
    """
    pages = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, routes=_routes())
    pages.state.desk = desk
    pages.add_middleware(SecureHeaders)
    install_error_pages(pages)
    pages.mount("/static", StaticFiles(directory=STATIC), name="static")
    return pages


@functools.cache
def _routes() -> list[BaseRoute]:
    """All pages; whoever serves them has `app.state.desk`.

    Made once: what each route takes is worked out when it is first asked for, and kept with it.
    """
    router = APIRouter(include_in_schema=False)
    for part in (
        signin,
        inbox,
        notices,
        conversation,
        failures,
        replies,
        records,
        mail,
        unanswered,
        store,
        automation,
        hours,
        me,
        mailboxes,
        knowledge,
        templates,
    ):
        router.include_router(part.router)
    router.add_api_route("/live", live_events, methods=["GET"])

    @router.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/inbox", status_code=303)

    return router.routes
