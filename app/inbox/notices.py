"""Notices to the owners of a store: raised once, shown until seen, mailed by a job."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.inbox.people import Person
from app.jobs import SEND_NOTICE, defer_alone
from app.models import Membership, Notice, User
from app.models.columns import now
from app.vocabulary import Role

_MOST = 20


async def raise_notice(access: StoreAccess, subject_key: str, *, title: str, text: str) -> bool:
    """Tell the owners, unless they have been told of the same before.

    Args:
        access: The store.
        subject_key: What it is about, and of when: `model_limit:2026-11-22`.
        title: The subject of the mail.
        text: Whole sentences: what happened, what it means for customers, what to do.
    """
    owners = sa.select(col(User.email)).join(Membership, col(Membership.user_id) == col(User.id))
    owners = owners.where(col(Membership.store_id) == access.store_id, col(Membership.role) == Role.OWNER)
    emails = (await access.session.execute(owners.order_by(col(User.email)))).scalars().all()
    row = {
        "id": uuid4(),
        "store_id": access.store_id,
        "subject_key": subject_key,
        "title": title,
        "text": text,
        "mail_to": [*emails],
        "created_at": now(),
    }
    added = insert(Notice).values(row).on_conflict_do_nothing().returning(col(Notice.id))
    notice_id = (await access.session.execute(added)).scalar_one_or_none()
    if notice_id is None:
        return False
    if emails:
        await defer_alone(access.session, SEND_NOTICE, notice_id)
    await announce(access.session, access.store_id)
    return True


async def list_notices(access: StoreAccess) -> Sequence[Notice]:
    """What no owner has seen yet, newest first."""
    query = access.select(Notice).where(col(Notice.seen_at).is_(None))
    query = query.order_by(col(Notice.created_at).desc()).limit(_MOST)
    return (await access.session.execute(query)).scalars().all()


async def mark_seen(access: StoreAccess, notice_id: UUID, *, by: Person) -> Notice:
    """An owner has read it: it is shown to nobody any more.

    Raises:
        NotFound: There is no such notice in this store.
    """
    notice = await access.get(Notice, notice_id, lock=True)
    if notice.seen_at is None:
        notice.seen_at, notice.seen_by = now(), by.user_id
        await announce(access.session, access.store_id)
    return notice
