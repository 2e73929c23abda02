"""Find what an administrator names on the command line."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import BadRequest, NotFound
from app.models import Mailbox, Store


async def get_store(session: AsyncSession, slug: str) -> Store:
    """A store by its short name; an empty name is the only store that there is."""
    stores = (await session.exec(select(Store).order_by(Store.slug))).all()
    if not slug and len(stores) == 1:
        return stores[0]
    named = next((store for store in stores if store.slug == slug), None)
    if named is not None:
        return named
    known = ", ".join(store.slug for store in stores) or "none yet; `pasokh store add` makes one"
    if not slug:
        raise BadRequest(f"Say which store with --store. Known: {known}.")
    raise NotFound(f"There is no store “{slug}”. Known: {known}.")


async def get_mailbox(session: AsyncSession, address: str, *, how: str = "by its address") -> Mailbox:
    """A mailbox by its address; an empty address is the only mailbox that there is. `how`: one is to be named."""
    mailboxes = (await session.exec(select(Mailbox).order_by(Mailbox.address))).all()
    if not address and len(mailboxes) == 1:
        return mailboxes[0]
    named = next((mailbox for mailbox in mailboxes if mailbox.address == address.strip().lower()), None)
    if named is not None:
        return named
    known = ", ".join(mailbox.address for mailbox in mailboxes) or "none yet; `pasokh mailbox add` makes one"
    if not address:
        raise BadRequest(f"Say which mailbox, {how}. Known: {known}.")
    raise NotFound(f"There is no mailbox {address}. Known: {known}.")
