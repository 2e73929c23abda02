"""settle_doubt: a reply that SendGrid never told of counts as not sent, visibly. It is never sent again by itself."""

import logging
from uuid import UUID

from app.access import open_store_of
from app.inbox.silence import ENOUGH, assume_unsent, count_told_since, is_final
from app.models import Reply
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.sent import record_silence

log = logging.getLogger(__name__)


async def settle_doubt(desk: Desk, reply_id: UUID) -> None:
    """Run the job. The sweep finds such replies; an event or a person may have been faster."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, Reply, reply_id, lock=True)
        if found is None or not is_final(found[1], now()):
            return
        access, reply = found
        count = await count_told_since(access, reply)
        if count >= ENOUGH:
            await record_silence(access, reply, assume_unsent(count))


async def settling_failed(_: Desk, reply_id: UUID, error: Exception) -> None:
    """The doubt stays one. The next sweep tries again."""
    log.error("settle_doubt_failed", extra={"reply": str(reply_id)}, exc_info=error)
