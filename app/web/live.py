"""Live pages: server-sent events (WHATWG HTML, 9.2) that say "something in this store's inbox changed", and no more.

Pages then fetch themselves again, with all their checks; so an event carries nothing, and one too many costs a look. What
changes between a page's making and its listening is told by the hub's mark, which the page bears.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from app.web.hub import LiveHub, live_hub
from app.web.session import find_visitor

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""
LIFETIME = 600.0
"""Seconds after which a browser has to come again, and to be signed in still."""
_GAP = 0.3
"""Seconds between two events: a hundred mails at once are one look at the list."""


async def live_events(request: Request) -> Response:
    """The stream of a store. 204 tells a browser that is not signed in any more to stop asking."""
    visitor = await find_visitor(request)
    hub = live_hub(request.app)
    if visitor is None or hub.is_closing:
        return Response(status_code=204)
    return StreamingResponse(
        stream(hub, visitor.store.id, since=request.query_params.get("since", "")),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def stream(hub: LiveHub, store_id: UUID, *, since: str = "") -> AsyncIterator[str]:
    """Events until the hub closes, the browser leaves or LIFETIME is over. `since`: the mark that the page was made after."""
    ends = time.monotonic() + LIFETIME
    with hub.listen(store_id) as bell:
        if since != hub.mark(store_id):
            bell.set()
        yield "retry: 2000\n\n"
        while not hub.is_closing and time.monotonic() < ends:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await bell.wait()
            except TimeoutError:
                yield ": nothing new\n\n"
                continue
            bell.clear()
            if not hub.is_closing:
                yield "event: inbox\ndata: changed\n\n"
                await asyncio.sleep(_GAP)
