"""What an owner lets Pasokh do in their store without a person, and what it may cost."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.db import announce
from app.errors import NotFound, Unprocessable
from app.inbox.people import Person
from app.inbox.stopping import set_switch
from app.models import Answer, Store
from app.models.columns import now
from app.vocabulary import Intent, Mode

LONGEST_SIGNATURE = 1_000
LONGEST_TONE = 500
MOST_USD = 10_000.0


async def get_store(access: StoreAccess, *, lock: bool = False) -> Store:
    """The store itself.

    Raises:
        NotFound: It is gone.
    """
    store = await access.session.get(Store, access.store_id, with_for_update=lock)
    if store is None:
        raise NotFound("This store does not exist any more.")
    return store


async def set_automation(
    access: StoreAccess,
    *,
    modes: Mapping[Intent, Mode],
    automatic: bool,
    signature: str,
    model_usd_per_day: float | None = None,
    by: Person,
) -> Store:
    """Set the stop switch, what is done with each intent, the signature of replies, and the limit for the model; None leaves it.

    Raises:
        Unprocessable: The signature is too long, or the limit is no sum of money.
    """
    text = signature.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_SIGNATURE:
        raise Unprocessable(f"The signature is longer than {LONGEST_SIGNATURE:,} characters. Shorten it.")
    if model_usd_per_day is not None and not 0 <= model_usd_per_day <= MOST_USD:
        raise Unprocessable(f"The limit for the model is in USD, from 0 to {MOST_USD:,.0f}.")
    store = await get_store(access, lock=True)
    store.modes = {**store.modes, **{intent.value: mode.value for intent, mode in modes.items()}}
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
    store = await get_store(access, lock=True)
    store.tone = text
    return store


async def model_usd_today(access: StoreAccess, store: Store) -> float:
    """USD that the model has cost since the store's midnight."""
    query = sa.select(sa.func.coalesce(sa.func.sum(col(Answer.cost_usd)), 0.0)).where(
        col(Answer.store_id) == access.store_id, col(Answer.created_at) >= midnight_of(store)
    )
    return float((await access.session.execute(query)).scalar_one())


def midnight_of(store: Store) -> datetime:
    """When today began by the store's clock."""
    return now().astimezone(ZoneInfo(store.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
