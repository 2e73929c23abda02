"""Who calls the API: `Authorization: Bearer pk_…`, and with it which store."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.access import StoreAccess, find_api_key
from app.errors import Unauthenticated
from app.pipeline.desk import Desk


async def _store_access(request: Request) -> AsyncIterator[StoreAccess]:
    desk: Desk = request.app.state.desk
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    async with desk.db.transaction() as session:
        key = await find_api_key(session, token.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise Unauthenticated("Send an API key as `Authorization: Bearer …`; `pasokh key add` makes one.")
        yield StoreAccess(session, key.store_id)


Access = Annotated[StoreAccess, Depends(_store_access)]
