"""The JSON API over real HTTP, with a key of one store."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from app.models import ApiKey, Contact, Conversation, Reply, Store
from app.sealing import digest
from app.vocabulary import Outcome, ReplyState
from tests.service import Service, add_store, eventually, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
NOAH = "Noah Thompson <noah.thompson@example.org>"


async def add_key(service: Service, token: str, *, slug: str = "demo") -> dict[str, str]:
    async with service.desk.db.transaction() as session:
        store = (await session.exec(select(Store).where(col(Store.slug) == slug))).one()
        session.add(ApiKey(store_id=store.id, name="test", prefix=token[:8], key_hash=digest(token)))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        yield service


async def get(service: Service, path: str, headers: dict[str, str], **params: str | int):
    return await service.http.get(f"{service.url}/api/v1{path}", headers=headers, params=params)


async def test_an_exchange_can_be_read_from_touchpoint_to_why(service):
    headers = await add_key(service, "pk_test")
    await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
    touchpoints = (await get(service, "/touchpoints", headers)).json()["touchpoints"]
    outbound, inbound = (one for one in touchpoints if not one["event"])
    assert (inbound["direction"], inbound["decision"]) == ("inbound", "answered")
    assert (outbound["direction"], outbound["decision"]) == ("outbound", "automatic")
    contact = (await get(service, f"/contacts/{inbound['contact_id']}", headers)).json()
    assert contact["addresses"] == ["olivia.martinez@example.net"]
    conversation = (await get(service, f"/conversations/{inbound['conversation_id']}", headers)).json()
    assert [one["direction"] for one in conversation["messages"]] == ["inbound", "outbound"]
    (why,) = conversation["answers"]
    assert why["triage"]["requests"][0]["order_number"] == "1035"
    assert why["reasons"]
    assert why["input_tokens"] > 0
    (reply,) = conversation["replies"]
    assert reply["situations"] == ["order_in_transit"]
    record = (await get(service, f"/replies/{reply['id']}", headers)).json()
    assert [(one["intent"], one["order_number"], one["situation"]) for one in record["wishes"]] == [
        ("order_status", "1035", "order_in_transit")
    ]
    assert "1035" in record["wishes"][0]["evidence"]
    assert (record["standing"], record["released_by"], record["changes"]) == ("on_order", None, [])
    (told,) = record["told"]
    assert told["situation"] == "order_in_transit"
    assert told["facts"]["number"] == "#1035"
    assert (record["answer"]["action"], record["answer"]["model_calls"]) == ("send", 1)
    assert {"stop_switch", "disclosure", "grounding"} <= {*record["answer"]["passed"]}
    assert record["changed_by"] is None
    assert {one["kind"] for one in record["events"]} <= {"processed", "delivered"}


async def test_pages_of_touchpoints_follow_one_another_without_gap_or_repeat(service):
    service.sandbox.sendgrid.events.url = None  # nothing comes while pages are turned
    headers = await add_key(service, "pk_test")
    for number in range(3):
        await service.ask(OLIVIA, f"Question {number}", "Where is my order #1035?")
    everything = (await get(service, "/touchpoints", headers)).json()["touchpoints"]
    walked, after = [], None
    while True:
        page = (
            await get(service, "/touchpoints", headers, limit=2, **({"after": after} if after else {}))
        ).json()
        walked += page["touchpoints"]
        after = page["next"]
        if after is None:
            break
    assert walked == everything
    assert len(walked) == 6
    only = (await get(service, "/touchpoints", headers, direction="outbound")).json()["touchpoints"]
    assert {one["direction"] for one in only} == {"outbound"}


async def test_nothing_is_told_without_a_key(service):
    for headers in ({}, {"Authorization": "Bearer pk_wrong"}, {"Authorization": "Basic pk_test"}):
        answer = await get(service, "/touchpoints", headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthenticated"


async def test_a_key_opens_its_own_store_alone(service):
    await add_store(service.desk, service.sandbox, slug="other", address="help@other.example")
    headers = await add_key(service, "pk_other", slug="other")
    await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
    (contact,), (conversation,) = await service.rows(Contact), await service.rows(Conversation)
    assert (await get(service, "/touchpoints", headers)).json() == {"touchpoints": [], "next": None}
    assert (await get(service, f"/contacts/{contact.id}", headers)).status_code == 404
    assert (await get(service, f"/conversations/{conversation.id}", headers)).status_code == 404


async def test_bad_questions_get_the_same_envelope(service):
    headers = await add_key(service, "pk_test")
    assert (await get(service, f"/contacts/{uuid4()}", headers)).json()["error"]["code"] == "not_found"
    assert (await get(service, "/contacts/nonsense", headers)).status_code == 422
    wrong = await get(service, "/touchpoints", headers, limit=0)
    assert wrong.json()["error"] == {
        "code": "invalid",
        "message": "limit: Input should be greater than or equal to 1.",
    }
    assert (await get(service, "/touchpoints", headers, after=str(uuid4()))).json()["error"][
        "code"
    ] == "not_found"


async def test_the_api_describes_itself(service):
    described = (await service.http.get(f"{service.url}/api/openapi.json")).json()
    paths = described["paths"]
    assert all(path.startswith("/api/v1/") for path in paths)
    assert {
        "/api/v1/touchpoints",
        "/api/v1/contacts/{contact_id}",
        "/api/v1/conversations/{conversation_id}",
        "/api/v1/replies/{reply_id}",
        "/api/v1/automatic",
    } <= paths.keys()
    assert {*paths["/api/v1/replies/{reply_id}"]} == {"get", "put"}


async def test_conversations_of_one_thread_name_each_other_and_tell_nothing_of_each_other(service):
    headers = await add_key(service, "pk_test")
    policy, first_id = "What is your return policy?", "<first@customer.example>"
    await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?", message_id=first_id)
    await service.ask(NOAH, "Re: Where is my parcel?", policy, headers={"In-Reply-To": first_id})
    ids = [str(one.id) for one in await service.rows(Conversation)]
    first, second = [await get(service, f"/conversations/{one}", headers) for one in ids]
    reason = "another_person"
    assert first.json()["links"] == [{"id": ids[1], "is_origin": False, "reason": reason}]
    assert second.json()["links"] == [{"id": ids[0], "is_origin": True, "reason": reason}]
    assert ("noah" in first.text, "olivia" in second.text) == (False, False)


async def test_the_stop_switch_holds_what_is_scheduled_and_says_who_used_it(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        headers = await add_key(service, "pk_test")
        await service.write(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")

        async def is_scheduled() -> bool:
            return [one.state for one in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        url = f"{service.url}/api/v1/automatic"
        stopped = (await service.http.put(url, headers=headers, json={"automatic": False})).json()
        assert (stopped["automatic"], stopped["held"]) == (False, 1)
        assert "program" in stopped["stop_reason"]
        (mail,) = await service.settled(1)
        assert mail.outcome is Outcome.DRAFTED
        assert "switched off" in mail.outcome_reason
        assert (await service.only(Reply)).state is ReplyState.HELD
        assert (await get(service, "/automatic", headers)).json() == {**stopped, "held": 0}
        resumed = (await service.http.put(url, headers=headers, json={"automatic": True})).json()
        assert resumed == {"automatic": True, "stop_reason": "", "held": 0}
        assert (await service.http.put(url, json={"automatic": False})).status_code == 401


async def test_a_program_checks_and_changes_a_drafts_words_and_never_releases_it(service):
    service.sandbox.sendgrid.events.url = None  # none tells that it has left, once it is put back
    headers = await add_key(service, "pk_test")
    await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
    touchpoint = (await get(service, "/touchpoints", headers)).json()["touchpoints"][0]
    path = f"/conversations/{touchpoint['conversation_id']}"
    (reply,) = (await get(service, path, headers)).json()["replies"]
    assert reply["findings"] == []
    async with service.desk.db.transaction() as session:
        row = await session.get_one(Reply, UUID(reply["id"]))
        row.state, row.findings = ReplyState.HELD, ["A sentence of before."]
    address = f"{service.url}/api/v1/replies/{reply['id']}"
    words = "Hello Olivia, we will refund you €5.00."
    checked = await service.http.post(f"{address}/check", headers=headers, json={"markdown": words})
    found = checked.json()["findings"]
    assert [words[one["start"] : one["end"]] for one in found] == ["refund you", "€5.00"]
    (shown,) = (await get(service, path, headers)).json()["replies"]
    assert [one["sentence"] for one in shown["findings"]] == ["A sentence of before."]
    refused = await service.http.put(address, headers=headers, json={"markdown": words})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "unbacked")
    assert refused.json()["error"]["details"]["findings"] == found
    kept = await service.http.put(
        address, headers=headers, json={"markdown": words, "acknowledge_findings": True}
    )
    assert (kept.json()["state"], kept.json()["markdown"], kept.json()["findings"]) == ("held", words, found)
