"""Finds what waits without any job that would ever touch it again, and has it done.

Rows and jobs commit together, so there should be nothing to find. A job is lost all the same where the database stays
away for longer than it was patient, where a failure could not even be recorded, where somebody restores a backup or
empties the queue. A mail may not depend on that.

These queries go over all stores, and take nothing but ids: each job then works within its own row's store.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from app.inbox.silence import is_unheard_of
from app.jobs import (
    ANSWER_CONVERSATION,
    DELIVER_REPLY,
    FILE_COPY,
    READ_POLICIES,
    RECEIVE_MESSAGE,
    SEND_CODE,
    SEND_DIGEST,
    SEND_NOTICE,
    SETTLE_DOUBT,
    defer_alone,
    has_job,
)
from app.knowledge.policies import is_due_by
from app.models import Digest, InboundMail, Notice, OrderProof, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.vocabulary import Outcome, ReplyState

log = logging.getLogger(__name__)

_LEFT_ALONE = timedelta(minutes=2)
"""A row that has waited for less is none of our business."""
_MOST = 500
_NOTHING_LOST = frozenset({READ_POLICIES, SETTLE_DOUBT})
"""Jobs that nothing but the sweep begins."""

_Ids = sa.Select[Any]


async def sweep(desk: Desk) -> None:
    """Defer the right job for every row that has none. Twice, or by two workers at once, it does no more."""
    before = now() - _LEFT_ALONE
    for name, waiting in WAITING.items():
        async with desk.db.transaction() as session:
            query = waiting(before)
            query = query.where(~has_job(name, *query.selected_columns)).limit(_MOST)
            found = (await session.execute(query)).scalars().all()
            for row_id in sorted(found):  # in one order, so that two sweeps never wait for each other
                if await defer_alone(session, name, row_id) and name not in _NOTHING_LOST:
                    log.warning("job_was_missing", extra={"task": name, "subject": str(row_id)})


def _unread(before: datetime) -> _Ids:
    return sa.select(col(InboundMail.id)).where(
        col(InboundMail.outcome) == Outcome.WAITING,
        col(InboundMail.received_at) < before,
        col(InboundMail.conversation_id).is_(None),
    )


def _unanswered(before: datetime) -> _Ids:
    """Conversations with a mail that waits, and no reply on its way that would end the waiting."""
    is_leaving = sa.exists().where(
        col(Reply.conversation_id) == col(InboundMail.conversation_id),
        col(Reply.state).in_([ReplyState.SCHEDULED, ReplyState.SENDING]),
    )
    return (
        sa.select(col(InboundMail.conversation_id))
        .where(
            col(InboundMail.outcome) == Outcome.WAITING,
            col(InboundMail.received_at) < before,
            col(InboundMail.conversation_id).is_not(None),
            ~is_leaving,
        )
        .distinct()
    )


def _undelivered(before: datetime) -> _Ids:
    """Replies that should have left, and ones of which a dead job began to send them: what had been claimed is a doubt."""
    return sa.select(col(Reply.id)).where(
        col(Reply.state).in_([ReplyState.SCHEDULED, ReplyState.SENDING]),
        col(Reply.send_after) < before,
        sa.func.coalesce(col(Reply.claimed_at), col(Reply.send_after)) < before,
    )


def _uncopied(before: datetime) -> _Ids:
    return sa.select(col(Reply.id)).where(col(Reply.copy_due), col(Reply.sent_at) < before)


def _unheard_of(_: datetime) -> _Ids:
    return sa.select(col(Reply.id)).where(is_unheard_of())


def _unproven(before: datetime) -> _Ids:
    """Codes that a reply which has left tells of."""
    return sa.select(col(OrderProof.id)).where(
        col(OrderProof.sent_at).is_(None),
        col(OrderProof.due_at) < before,
    )


def _unmailed(before: datetime) -> _Ids:
    """Notices that nobody has seen, with owners whom they have not been mailed to."""
    return sa.select(col(Notice.id)).where(
        col(Notice.seen_at).is_(None),
        col(Notice.created_at) < before,
        col(Notice.mail_to) != sa.cast("[]", JSONB),
    )


def _undigested(before: datetime) -> _Ids:
    return sa.select(col(Digest.id)).where(
        col(Digest.sent_at).is_(None),
        col(Digest.created_at) < before,
    )


def _unread_policies(before: datetime) -> _Ids:
    """Stores whose policies are older than drafts may be written from."""
    return sa.select(col(Store.id)).where(col(Store.created_at) < before, is_due_by(now()))


WAITING: Mapping[str, Callable[[datetime], _Ids]] = MappingProxyType(
    {
        RECEIVE_MESSAGE: _unread,
        ANSWER_CONVERSATION: _unanswered,
        DELIVER_REPLY: _undelivered,
        FILE_COPY: _uncopied,
        SEND_CODE: _unproven,
        SEND_NOTICE: _unmailed,
        SEND_DIGEST: _undigested,
        SETTLE_DOUBT: _unheard_of,
        READ_POLICIES: _unread_policies,
    }
)
"""Of each kind of job, what it would be about: rows that have waited since before a moment, whether they have one or not."""
