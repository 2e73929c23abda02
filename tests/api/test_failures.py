"""`/api/v1/failures`, `/api/v1/suppressions` and what is done with a reply in trouble, over real HTTP."""

import pytest
from sqlmodel import select

from app.access import StoreAccess
from app.crm.suppression import Evidence, suppress
from app.models import Reply, Store
from app.models.columns import now
from app.vocabulary import ReplyState, SuppressionCause
from tests.api.test_api import add_key, get
from tests.service import CUSTOMERS, open_service


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        yield service


async def test_a_program_sees_what_failed_settles_it_and_lifts_what_is_barred(service):
    headers = await add_key(service, "pk_test")
    await service.write(CUSTOMERS[0][0], "Question", CUSTOMERS[0][1])
    reply = None
    while reply is None:
        replies = await service.rows(Reply)
        reply = replies[0] if replies else None
    url = f"{service.url}/api/v1/replies/{reply.id}"
    taken_back = await service.http.post(f"{url}/undo", headers=headers)
    assert taken_back.json()["state"] == "held"
    assert (await service.http.post(f"{url}/undo", headers=headers)).status_code == 409
    async with service.desk.db.transaction() as session:
        (await session.get_one(Reply, reply.id)).state = ReplyState.IN_DOUBT
        store = (await session.exec(select(Store))).one()
        evidence = Evidence(SuppressionCause.SPAM_REPORT, "", now())
        await suppress(StoreAccess(session, store.id), "x@y.example", evidence)

    (failure,) = (await get(service, "/failures", headers)).json()["failures"]
    assert (failure["trouble"], failure["reply_id"]) == ("in_doubt", str(reply.id))
    assert failure["what"].endswith(".")
    assert (await service.http.post(f"{url}/settle", headers=headers)).json()["state"] == "sent"
    assert (await service.http.post(f"{url}/leave", headers=headers)).status_code == 409
    assert (await get(service, "/failures", headers)).json()["failures"] == []

    (barred,) = (await get(service, "/suppressions", headers)).json()["suppressions"]
    assert (barred["address"], barred["cause"]) == ("x@y.example", "spam_report")
    lifted = f"{service.url}/api/v1/suppressions/{barred['id']}"
    assert (await service.http.delete(lifted, headers=headers)).status_code == 200
    assert (await get(service, "/suppressions", headers)).json()["suppressions"] == []
    assert (await service.http.get(f"{service.url}/api/v1/failures")).status_code == 401
