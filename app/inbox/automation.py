"""What an owner lets Pasokh do in their store without a person."""

from collections.abc import Mapping

from app.access import StoreAccess
from app.db import announce
from app.errors import NotFound, Unprocessable
from app.models import Store
from app.vocabulary import Intent, Mode

LONGEST_SIGNATURE = 1_000


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
    access: StoreAccess, *, modes: Mapping[Intent, Mode], automatic: bool, signature: str
) -> Store:
    """Set the stop switch, what is done with each intent, and the signature of replies.

    Raises:
        Unprocessable: The signature is too long.
    """
    text = signature.replace("\r\n", "\n").replace("\0", "").strip()
    if len(text) > LONGEST_SIGNATURE:
        raise Unprocessable(f"The signature is longer than {LONGEST_SIGNATURE:,} characters. Shorten it.")
    store = await get_store(access, lock=True)
    store.modes = {**store.modes, **{intent.value: mode.value for intent, mode in modes.items()}}
    store.automatic, store.signature = automatic, text
    await announce(access.session, access.store_id)
    return store
