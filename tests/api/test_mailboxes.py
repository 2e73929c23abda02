"""`/api/v1/mailboxes` over real HTTP."""

from uuid import uuid4

import pytest
from sqlmodel import select

from app.models import ImapAccount, Mailbox
from tests.api.test_api import add_key, get
from tests.service import open_service


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox, worker_in_serve=False) as service:
        yield service


async def test_an_alarm_reads_how_each_mailbox_fares_and_a_program_pauses_one(service):
    headers = await add_key(service, "pk_test")
    [box] = (await get(service, "/mailboxes", headers)).json()["mailboxes"]
    assert (box["inbound_parse"], box["raw"], box["reading"]) == (True, True, None)
    async with service.desk.db.transaction() as session:
        mailbox = (await session.exec(select(Mailbox))).one()
        session.add(
            ImapAccount(
                mailbox_id=mailbox.id,
                store_id=mailbox.store_id,
                host="imap.example.com",
                port=993,
                tls="implicit",
                username="u",
                secret_sealed=b"sealed",
                folders=["INBOX"],
            )
        )
    answer = await get(service, "/mailboxes", headers)
    reading = answer.json()["mailboxes"][0]["reading"]
    assert (reading["state"], reading["is_well"]) == ("new", True)
    assert "sealed" not in answer.text

    async def put(mailbox_id, paused):
        url = f"{service.url}/api/v1/mailboxes/{mailbox_id}/paused"
        return await service.http.put(url, headers=headers, json={"paused": paused})

    assert "Paused by a program" in (await put(box["id"], paused=True)).json()["sentence"]
    assert (await put(box["id"], paused=False)).json()["paused_at"] is None
    assert (await put(uuid4(), paused=True)).status_code == 404
