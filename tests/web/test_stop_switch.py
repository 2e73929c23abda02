"""The stop switch on the owner's page."""

from app.access import StoreAccess
from app.inbox.stopping import trip
from app.models import Store
from app.pipeline.desk import Desk
from tests.inbox.seeds import Shop
from tests.web.conftest import Visitor


async def test_the_page_says_who_switched_automatic_replies_off(owner: Visitor, desk: Desk, shop: Shop):
    assert "Automatic replies are off" not in (await owner.get("/stores")).text
    await owner.post("/stores", "/stores", signature="Mine")
    page = (await owner.get("/stores")).text
    assert "Automatic replies are off" in page
    assert "did that on" in page
    await owner.post("/stores", "/stores", signature="Mine", automatic="on")
    assert "Automatic replies are off" not in (await owner.get("/stores")).text
    async with desk.db.transaction() as session:
        await trip(StoreAccess(session, shop.store.id))
    async with desk.db.transaction() as session:
        assert not (await session.get_one(Store, shop.store.id)).automatic
    assert "Pasokh did that itself" in (await owner.get("/stores")).text
    assert "automatic replies were stopped" in (await owner.get("/inbox")).text
