"""`/api/v1/automation`."""

from sqlmodel import select

from app.access import StoreAccess
from app.models import ApiKey, Store
from app.sealing import digest
from app.vocabulary import Intent, Mode
from tests.service import open_service

KEY = {"Authorization": "Bearer pk_automation"}


async def test_a_program_reads_what_was_earned_and_sets_modes(database_url, sandbox):
    async with open_service(database_url, sandbox, store={"modes": {}}) as service:
        address = f"{service.url}/api/v1/automation"
        assert (await service.http.get(address)).status_code == 401
        async with service.desk.db.transaction() as session:
            store = (await session.exec(select(Store))).one()
            session.add(
                ApiKey(store_id=store.id, name="Test", prefix="pk_a", key_hash=digest("pk_automation"))
            )
        told = (await service.http.get(address, headers=KEY)).json()
        assert {one["intent"] for one in told["intents"]} == {intent.value for intent in Intent}
        assert {one["mode"] for one in told["intents"]} == {"draft"}
        wanted = {"intent": "order_status", "situation": "order_in_transit", "mode": "auto"}
        after = (await service.http.put(address, headers=KEY, json=wanted)).json()
        (situation,) = next(one for one in after["intents"] if one["intent"] == "order_status")["situations"]
        assert (situation["mode"], situation["has_own_mode"], situation["missing"]) == ("auto", True, 25)
        assert situation["title"] == "On its way"
        wrong = await service.http.put(address, headers=KEY, json={**wanted, "situation": "nothing"})
        assert wrong.status_code == 422
        assert "has no situation" in wrong.json()["error"]["message"]
        async with service.desk.db.transaction() as session:
            kept = await StoreAccess(session, store.id).session.get_one(Store, store.id)
            assert kept.mode(Intent.ORDER_STATUS, "order_in_transit") is Mode.AUTO
