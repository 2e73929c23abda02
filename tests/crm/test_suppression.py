"""Which addresses are not written to again, whatever is told of them in what order."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from app.access import StoreAccess
from app.crm.suppression import Evidence, describe, find_suppression, lift, list_suppressions, suppress
from app.models import Contact, Store
from app.models.columns import now
from app.vocabulary import SuppressionCause

ADDRESS = "Ann.Lee+shop@gmail.com"


@pytest.fixture
async def access(database):
    async with database.transaction() as session:
        stores = [Store(slug=s, name=s, shop_domain=s, shop_token_sealed=b"") for s in ("a", "b")]
        session.add_all(stores)
        await session.flush()
        yield StoreAccess(session, stores[0].id)


def evidence(cause: SuppressionCause, *, days_ago: float = 1, detail: str = "550 no such user") -> Evidence:
    return Evidence(cause, detail, now() - timedelta(days=days_ago))


async def test_an_address_is_suppressed_however_it_is_spelt(access):
    await suppress(access, ADDRESS, evidence(SuppressionCause.BOUNCED))
    found = await find_suppression(access, "annlee@googlemail.com")
    assert found is not None
    assert "550 no such user." in describe(found)
    assert await find_suppression(access, "bob@gmail.com") is None


async def test_a_store_does_not_know_what_another_one_has_learned(access):
    other = StoreAccess(access.session, uuid4())
    await suppress(access, ADDRESS, evidence(SuppressionCause.BOUNCED))
    assert await find_suppression(other, ADDRESS) is None


async def test_whoever_reported_spam_is_not_written_to_at_another_address_either(access):
    contact = Contact(store_id=access.store_id, name="Ann")
    access.session.add(contact)
    await access.session.flush()
    await suppress(access, ADDRESS, evidence(SuppressionCause.BOUNCED), contact_id=contact.id)
    assert await find_suppression(access, "ann@work.example", contact_id=contact.id) is None
    await suppress(access, ADDRESS, evidence(SuppressionCause.SPAM_REPORT, days_ago=0), contact_id=contact.id)
    found = await find_suppression(access, "ann@work.example", contact_id=contact.id)
    assert found is not None
    assert "reported" in describe(found)


async def test_what_is_lifted_stays_so_until_something_new_happens(access):
    await suppress(access, ADDRESS, evidence(SuppressionCause.BOUNCED))
    (one,) = await list_suppressions(access)
    await lift(access, one.id)
    assert await find_suppression(access, ADDRESS) is None
    await suppress(access, ADDRESS, evidence(SuppressionCause.DROPPED, days_ago=0.5))  # told late
    assert await find_suppression(access, ADDRESS) is None
    later = Evidence(SuppressionCause.BOUNCED, "gone", now() + timedelta(seconds=1))
    await suppress(access, ADDRESS, later)
    assert await find_suppression(access, ADDRESS) is not None


async def test_the_order_in_which_it_is_learned_does_not_matter(access):
    second = now()
    told = [
        Evidence(SuppressionCause.BOUNCED, "a", second),
        Evidence(SuppressionCause.SPAM_REPORT, "b", second),
        Evidence(SuppressionCause.DROPPED, "c", second - timedelta(hours=1)),
    ]
    ends = set()
    for number, order in enumerate(permutations(told)):
        for one in (*order, *order):
            await suppress(access, f"{number}@x.example", one)
        found = await find_suppression(access, f"{number}@x.example")
        assert found is not None
        ends.add((found.cause, found.detail, found.happened_at))
    assert len(ends) == 1
