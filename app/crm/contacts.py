"""A person, known by their addresses."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.access import OF_STORE, StoreAccess, of_store
from app.models import Contact, ContactAddress

_LONGEST = 320  # RFC 5321: 64 octets, @, 255 octets


_CONTACT = (
    of_store(Contact)
    .join(ContactAddress, col(ContactAddress.contact_id) == col(Contact.id))
    .where(col(ContactAddress.store_id) == OF_STORE, col(ContactAddress.address) == sa.bindparam("address"))
)


async def find_contact(access: StoreAccess, address: str) -> Contact | None:
    """The contact that an address belongs to."""
    contact: Contact | None = (await access.run(_CONTACT, address=_key(address))).scalar_one_or_none()
    return contact


async def get_or_add_contact(access: StoreAccess, address: str, name: str) -> tuple[Contact, bool]:
    """The contact of an address, and whether it is a new one: nobody had written from it yet. Two at once make one.

    An address comes to a contact by being written from, one contact each: what a mail says of other addresses of its
    writer (its text, Reply-To, Cc) adds none.
    """
    found = await find_contact(access, address)
    if found is not None:
        if name and not found.name:
            found.name = name
        return found, False
    contact = Contact(store_id=access.store_id, name=name)
    access.session.add(contact)
    await access.session.flush()
    claim = (
        insert(ContactAddress)
        .values(store_id=access.store_id, address=_key(address), contact_id=contact.id)
        .on_conflict_do_nothing()
        .returning(col(ContactAddress.contact_id))
    )
    if (await access.session.execute(claim)).scalar_one_or_none() is not None:
        return contact, True
    await access.session.delete(contact)
    await access.session.flush()
    other = await find_contact(access, address)
    assert other is not None  # the address is taken, so somebody has it
    return other, False


def _key(address: str) -> str:
    return address.strip().lower()[:_LONGEST]
