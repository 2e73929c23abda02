"""The list of conversations."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.inbox.listing import Filter, Order, count_filters, find_next, list_page, order_of, parse_cursor
from app.inbox.notices import list_notices
from app.inbox.searching import SCOPE, search
from app.web.pages.view import go, render
from app.web.session import Agent, desk_of

router = APIRouter()


@router.get("/inbox")
async def show_inbox(
    request: Request,
    visitor: Agent,
    show: Filter = Filter.NEEDS_ME,
    q: str = "",
    after: str = "",
    order: Order | None = None,
) -> Response:
    """Conversations of a filter, or those that a search found."""
    cursor = parse_cursor(after) if after else None
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        counts = await count_filters(access)
        notices = await list_notices(access)
        if q.strip():
            page = await search(access, q)
        else:
            page = await list_page(access, show, after=cursor, order=order)
    return render(
        request,
        "inbox.html",
        visitor=visitor,
        page=page,
        shown=show,
        counts=counts,
        notices=notices,
        filters=Filter,
        q=q.strip(),
        scope=SCOPE,
        order=order_of(shown=show, order=order),
        orders=Order,
        is_first=cursor is None,
    )


@router.get("/inbox/next")
async def show_next(request: Request, visitor: Agent, besides: UUID | None = None) -> Response:
    """The conversation that is due first."""
    async with desk_of(request).db.transaction() as session:
        found = await find_next(StoreAccess(session, visitor.store.id), besides=besides)
    return go(f"/conversations/{found}") if found else go("/inbox", "nothing-left")
