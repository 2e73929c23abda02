"""read_policies: keep the shop's policies, as passages, no older than drafts may be written from."""

import logging
from uuid import UUID

from app.access import StoreAccess
from app.errors import PasokhError
from app.knowledge.policies import keep_failure, keep_policies
from app.models import Store
from app.pipeline.desk import Desk

log = logging.getLogger(__name__)


async def read_policies(desk: Desk, store_id: UUID) -> None:
    """Run the job: ask Shopify, and keep its answer, or why there was none. What was read before stays then."""
    async with desk.db.transaction() as session:
        store = await session.get(Store, store_id)
    if store is None:
        return
    try:
        policies = await desk.shop(store).get_policies()
    except PasokhError as error:
        async with desk.db.transaction() as session:
            await keep_failure(StoreAccess(session, store_id), error.message)
        return
    async with desk.db.transaction() as session:
        await keep_policies(StoreAccess(session, store_id), policies)


async def reading_failed(desk: Desk, store_id: UUID, error: Exception) -> None:
    """For a fault of ours. The next sweep that finds the reading old tries again."""
    log.error("read_policies_failed", extra={"store": str(store_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        if await session.get(Store, store_id) is not None:
            sentence = f"Our own fault ({type(error).__name__}) while reading the policies."
            await keep_failure(StoreAccess(session, store_id), sentence)
