"""The shop's policies among the passages: read from Shopify, never edited here, and never older than some hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.knowledge.articles import replace_passages
from app.knowledge.languages import LANGUAGES, detect
from app.knowledge.splitting import split_paragraphs
from app.models import Policy, Store
from app.models.columns import now
from app.shopify.schemas import ShopPolicy
from app.shopify.statuses import PolicyType
from app.tools.get_policy import paragraphs_of

FRESH = timedelta(hours=6)
"""How old a reading may be before a draft is written from it."""
_TRY_AGAIN = timedelta(minutes=15)
"""After one that failed."""

_FALLBACK = "en"


def is_due(store: Store, moment: datetime) -> bool:
    """Whether the policies have to be read again before they are used."""
    if store.policies_tried_at is None:
        return True
    return moment - store.policies_tried_at > (_TRY_AGAIN if store.policies_error else FRESH)


def is_due_by(moment: datetime) -> sa.ColumnElement[bool]:
    """As `is_due`, for a query over stores."""
    tried, failed = col(Store.policies_tried_at), col(Store.policies_error) != ""
    return sa.or_(tried.is_(None), tried < moment - FRESH, sa.and_(failed, tried < moment - _TRY_AGAIN))


async def list_policies(access: StoreAccess) -> Sequence[Policy]:
    """As they were last read, by title."""
    query = access.select(Policy).order_by(col(Policy.title), col(Policy.id))
    return (await access.session.execute(query)).scalars().all()


async def keep_policies(access: StoreAccess, policies: Sequence[ShopPolicy]) -> None:
    """What was just read takes the place of what was read before; what the shop no longer has is forgotten."""
    store = await _lock_store(access)
    known = {policy.kind: policy for policy in await list_policies(access)}
    told = {policy.type.value: (policy, paragraphs_of(policy.body)) for policy in policies}
    told = {kind: one for kind, one in told.items() if one[1] and kind != PolicyType.UNKNOWN.value}
    gone = [policy.id for kind, policy in known.items() if kind not in told]
    await access.session.execute(
        sa.delete(Policy).where(col(Policy.store_id) == access.store_id, col(Policy.id).in_(gone))
    )
    for kind, (policy, paragraphs) in told.items():
        await _keep(access, store, known.get(kind), policy, paragraphs)
    store.policies_tried_at, store.policies_error = now(), ""


async def _lock_store(access: StoreAccess) -> Store:
    """Against another reading alone: every mail that comes in refers to the store, and none may wait for it."""
    return await access.session.get_one(
        Store, access.store_id, populate_existing=True, with_for_update={"key_share": True}
    )


async def keep_failure(access: StoreAccess, sentence: str) -> None:
    """Note why they could not be read; what was read before stays."""
    store = await _lock_store(access)
    store.policies_tried_at, store.policies_error = now(), sentence


async def _keep(
    access: StoreAccess, store: Store, known: Policy | None, policy: ShopPolicy, paragraphs: tuple[str, ...]
) -> None:
    kept = known or Policy(store_id=access.store_id, kind=policy.type.value, title="", language=_FALLBACK)
    is_same = (kept.title, tuple(kept.paragraphs)) == (policy.title, paragraphs)
    kept.title, kept.url, kept.read_at = policy.title, policy.url or "", now()
    if is_same:
        return
    default = store.default_locale if store.default_locale in LANGUAGES else _FALLBACK
    kept.paragraphs, kept.language = [*paragraphs], detect("\n".join(paragraphs), default=default)
    access.session.add(kept)
    await access.session.flush()
    await replace_passages(access, kept, split_paragraphs(paragraphs), language=kept.language)
