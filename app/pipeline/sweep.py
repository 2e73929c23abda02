"""Finds what waits without any job that would ever touch it again, and has it done.

Rows and jobs commit together, so there should be nothing to find. A job is lost all the same where the database stays
away for longer than it was patient, where a failure could not even be recorded, where somebody restores a backup or
empties the queue. A mail may not depend on that.

These queries go over all stores, and take nothing but ids: each job then works within its own row's store.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select

from app.jobs import (
    ANSWER_CONVERSATION,
    DELIVER_REPLY,
    READ_POLICIES,
    RECEIVE_MESSAGE,
    SEND_DIGEST,
    SEND_NOTICE,
    defer_alone,
    has_job,
)
from app.knowledge.policies import is_due_by
from app.models import Digest, InboundMail, Notice, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.vocabulary import Outcome, ReplyState

log = logging.getLogger(__name__)

_LEFT_ALONE = timedelta(minutes=2)
"""A row that has waited for less is none of our business."""
_MOST = 500


async def sweep(desk: Desk) -> None:
    """Defer the right job for every row that has none. Twice, or by two workers at once, it does no more."""
    before = now() - _LEFT_ALONE
    queries = {
        RECEIVE_MESSAGE: _unread(before),
        ANSWER_CONVERSATION: _unanswered(before),
        DELIVER_REPLY: _undelivered(before),
        SEND_NOTICE: _unmailed(before),
        SEND_DIGEST: _unsent(before),
    }
    for name, query in queries.items():
        async with desk.db.transaction() as session:
            for row_id in (await session.execute(query.limit(_MOST))).scalars().all():
                await _defer_again(session, name, row_id)
    async with desk.db.transaction() as session:
        for store_id in (await session.execute(_unread_policies(before).limit(_MOST))).scalars().all():
            await defer_alone(session, READ_POLICIES, store_id)


def _unsent(before: Any) -> Any:
    return select(Digest.id).where(
        col(Digest.sent_at).is_(None),
        col(Digest.created_at) < before,
        ~has_job(SEND_DIGEST, col(Digest.id)),
    )


async def _defer_again(session: Any, name: str, row_id: UUID) -> None:
    if await defer_alone(session, name, row_id):
        log.warning("job_was_missing", extra={"task": name, "subject": str(row_id)})


def _unread(before: Any) -> Any:
    return select(InboundMail.id).where(
        col(InboundMail.outcome) == Outcome.WAITING,
        col(InboundMail.received_at) < before,
        col(InboundMail.conversation_id).is_(None),
        ~has_job(RECEIVE_MESSAGE, col(InboundMail.id)),
    )


def _unanswered(before: Any) -> Any:
    """Conversations with a mail that waits, and no reply on its way that would end the waiting."""
    is_leaving = sa.exists().where(
        col(Reply.conversation_id) == col(InboundMail.conversation_id),
        col(Reply.state).in_([ReplyState.SCHEDULED, ReplyState.SENDING]),
    )
    return (
        select(InboundMail.conversation_id)
        .where(
            col(InboundMail.outcome) == Outcome.WAITING,
            col(InboundMail.received_at) < before,
            col(InboundMail.conversation_id).is_not(None),
            ~has_job(ANSWER_CONVERSATION, col(InboundMail.conversation_id)),
            ~is_leaving,
        )
        .distinct()
    )


def _undelivered(before: Any) -> Any:
    """Replies that should have left, and ones of which a dead job began to send them: that job's end is a doubt."""
    return select(Reply.id).where(
        col(Reply.state).in_([ReplyState.SCHEDULED, ReplyState.SENDING]),
        col(Reply.send_after) < before,
        sa.func.coalesce(col(Reply.claimed_at), col(Reply.send_after)) < before,
        ~has_job(DELIVER_REPLY, col(Reply.id)),
    )


def _unread_policies(before: datetime) -> Any:
    """Stores whose policies are older than drafts may be written from."""
    return select(Store.id).where(
        col(Store.created_at) < before, is_due_by(now()), ~has_job(READ_POLICIES, col(Store.id))
    )


def _unmailed(before: Any) -> Any:
    """Notices that nobody has seen, with owners whom they have not been mailed to."""
    return select(Notice.id).where(
        col(Notice.seen_at).is_(None),
        col(Notice.created_at) < before,
        col(Notice.mail_to) != sa.cast("[]", JSONB),
        ~has_job(SEND_NOTICE, col(Notice.id)),
    )
