"""The texts of replies over the JSON API: read, put, go back, preview; nothing is lost to who saves last."""

import pytest

from tests.api.test_api import OLIVIA, add_key
from tests.service import add_store, open_service

PATH = "/api/v1/templates/en/order_in_transit"
OWN = 'Off it went: **{{ number | code }}**.\n\n{% include "_parcels.md" %}'


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        yield service


async def test_a_template_is_read_worded_and_given_back(service):
    headers, http = await add_key(service, "pk_test"), service.http
    listed = (await http.get(f"{service.url}/api/v1/templates", headers=headers)).json()["templates"]
    assert {(one["locale"], one["name"]) for one in listed} >= {("en", "order_in_transit"), ("fa", "layout")}
    assert not any(one["is_own"] for one in listed)
    first = (await http.get(service.url + PATH, headers=headers)).json()
    assert first["source"] == first["built_in"]
    assert {"name": "total", "kind": "amount of money"}.items() <= first["variables"][2].items()

    put = await http.put(service.url + PATH, headers=headers, json={"source": OWN, "version": 0})
    assert (put.status_code, put.json()["version"], put.json()["is_own"]) == (200, 1, True)
    lost = await http.put(service.url + PATH, headers=headers, json={"source": OWN, "version": 0})
    assert (lost.status_code, lost.json()["error"]["code"]) == (409, "outdated")
    unusable = await http.put(
        service.url + PATH, headers=headers, json={"source": "{{ numbr }}", "version": 1}
    )
    assert (unusable.status_code, unusable.json()["error"]["code"]) == (422, "unusable_wording")
    assert "Did you mean “number”?" in unusable.json()["error"]["message"]

    gone = await http.delete(service.url + PATH, headers=headers, params={"version": 1})
    assert (gone.status_code, gone.json()["is_own"], gone.json()["version"]) == (200, False, 2)
    assert gone.json()["source"] == first["built_in"]
    assert [one["source"] for one in gone.json()["versions"]] == [None, OWN]
    assert (await http.delete(service.url + PATH, headers=headers, params={"version": 1})).status_code == 409


async def test_a_preview_tells_problems_warnings_and_shows_a_real_order(service):
    headers, http = await add_key(service, "pk_test"), service.http
    await service.ask(OLIVIA, "Where is my parcel?", "Hello, where is my order #1035?")
    (answer,) = (await http.get(f"{service.url}/api/v1/touchpoints", headers=headers)).json()["touchpoints"][
        :1
    ]
    assert answer["situations"] == ["order_in_transit"]
    wanted = {"source": OWN, "facts": "named", "named": "1035"}
    shown = (await http.post(f"{service.url}{PATH}/preview", headers=headers, json=wanted)).json()
    assert shown["problems"] == []
    assert "Off it went: #1035" in shown["text"]
    assert "<strong>#1035</strong>" in shown["html"]
    promise = {"source": OWN + "\n\nYou get 20% off."}
    shown = (await http.post(f"{service.url}{PATH}/preview", headers=headers, json=promise)).json()
    assert shown["findings"]
    assert shown["warnings"]
    broken = (
        await http.post(f"{service.url}{PATH}/preview", headers=headers, json={"source": "\n{{ x.y }}"})
    ).json()
    assert broken["problems"][0]["line"] == 2
    assert broken["html"] == ""
    assert len(service.sent()) == 1


async def test_templates_are_each_stores_own_and_need_a_key(service):
    await add_store(service.desk, service.sandbox, slug="other", address="help@other.example")
    mine, theirs = await add_key(service, "pk_mine"), await add_key(service, "pk_other", slug="other")
    await service.http.put(service.url + PATH, headers=mine, json={"source": OWN, "version": 0})
    seen = (await service.http.get(service.url + PATH, headers=theirs)).json()
    assert (seen["is_own"], seen["version"], seen["versions"]) == (False, 0, [])
    assert (await service.http.get(service.url + PATH)).status_code == 401
    for path in ("/api/v1/templates/en/code", "/api/v1/templates/xx/layout"):
        assert (await service.http.get(service.url + path, headers=mine)).status_code == 404
