"""What an owner lets Pasokh do in their store without a person, and what it may cost."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess
from app.db import announce
from app.errors import NotFound, Unprocessable
from app.inbox.people import Person
from app.inbox.stopping import lock_store, set_switch
from app.models import Answer, Store
from app.models.columns import now
from app.vocabulary import AutomaticHours

LONGEST_SIGNATURE = 1_000
LONGEST_TONE = 500
MOST_USD = 10_000.0
_MOST_ORDERS, _MOST_SPENT = 100_000, 100_000_000.0
_MOST_HOURS = 24 * 14
_LONGEST_TAG = 255  # as Shopify has it


async def get_store(access: StoreAccess) -> Store:
    """The store itself.

    Raises:
        NotFound: It is gone.
    """
    store = await access.session.get(Store, access.store_id)
    if store is None:
        raise NotFound("This store does not exist any more.")
    return store


@dataclass(frozen=True)
class AutomationRules:
    """What an owner wants of every automatic reply; see the columns of `Store`."""

    vip_orders: int | None = None
    vip_spent: float | None = None
    vip_tag: str = ""
    repeat_hours: int = 24
    automatic_hours: AutomaticHours = AutomaticHours.ALWAYS


async def set_rules(access: StoreAccess, rules: AutomationRules) -> Store:
    """Set what holds automatic replies beside modes.

    Raises:
        Unprocessable: A number is out of its bounds, or the tag is too long.
    """
    if rules.vip_orders is not None and not 1 <= rules.vip_orders <= _MOST_ORDERS:
        raise Unprocessable(f"The number of orders is from 1 to {_MOST_ORDERS:,}; empty: it does not matter.")
    if rules.vip_spent is not None and not 0 < rules.vip_spent <= _MOST_SPENT:
        raise Unprocessable(
            f"The amount spent is above 0 and up to {_MOST_SPENT:,.0f}; empty: it does not matter."
        )
    if not 0 <= rules.repeat_hours <= _MOST_HOURS:
        raise Unprocessable(f"The hours are from 0 to {_MOST_HOURS}. 0 switches the rule off.")
    tag = rules.vip_tag.replace("\0", "").strip()
    if len(tag) > _LONGEST_TAG:
        raise Unprocessable(f"A tag at Shopify has at most {_LONGEST_TAG} characters.")
    store = await lock_store(access)
    store.vip_orders, store.vip_spent, store.vip_tag = rules.vip_orders, rules.vip_spent, tag
    store.repeat_hours, store.automatic_hours = rules.repeat_hours, rules.automatic_hours
    await announce(access.session, access.store_id)
    return store


async def set_store(
    access: StoreAccess,
    *,
    automatic: bool,
    signature: str,
    model_usd_per_day: float | None = None,
    by: Person,
) -> Store:
    """Set the stop switch, the signature of replies, and the limit for the model; None leaves it.

    Raises:
        Unprocessable: The signature is too long, or the limit is no sum of money.
    """
    text = signature.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_SIGNATURE:
        raise Unprocessable(f"The signature is longer than {LONGEST_SIGNATURE:,} characters. Shorten it.")
    if model_usd_per_day is not None and not 0 <= model_usd_per_day <= MOST_USD:
        raise Unprocessable(f"The limit for the model is in USD, from 0 to {MOST_USD:,.0f}.")
    store = await lock_store(access)
    store.signature = text
    await set_switch(access, automatic=automatic, by=by.name)
    if model_usd_per_day is not None:
        store.model_usd_per_day = model_usd_per_day
    await announce(access.session, access.store_id)
    return store


async def set_tone(access: StoreAccess, tone: str) -> Store:
    """How the model is to write for the store.

    Raises:
        Unprocessable: It is too long.
    """
    text = " ".join(tone.replace("\0", "").split())
    if len(text) > LONGEST_TONE:
        raise Unprocessable(f"The tone is longer than {LONGEST_TONE} characters. A few sentences do.")
    store = await lock_store(access)
    store.tone = text
    return store


async def set_tracking(access: StoreAccess, *, opens: bool, clicks: bool) -> None:
    """Whether SendGrid tells what customers do with replies; it counts from the next mail on."""
    store = await lock_store(access)
    store.track_opens, store.track_clicks = opens, clicks


_MODEL_USD = sa.select(sa.func.coalesce(sa.func.sum(col(Answer.cost_usd)), 0.0)).where(
    col(Answer.store_id) == OF_STORE, col(Answer.created_at) >= sa.bindparam("since")
)


async def model_usd_today(access: StoreAccess, store: Store) -> float:
    """USD that the model has cost since the store's midnight."""
    return float((await access.run(_MODEL_USD, since=midnight_of(store))).scalar_one())


def midnight_of(store: Store) -> datetime:
    """When today began by the store's clock."""
    return now().astimezone(ZoneInfo(store.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
