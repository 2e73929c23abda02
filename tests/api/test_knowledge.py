"""Articles, policies and their search through the API."""

from uuid import uuid4

from tests.api.test_api import add_key, service

__all__ = ["service"]


async def test_articles_are_written_searched_and_archived(service):
    headers = await add_key(service, "pk_test")
    base = f"{service.url}/api/v1/knowledge"

    async def call(method: str, path: str, **options):
        return await service.http.request(method, f"{base}{path}", headers=headers, **options)

    body = {"title": "Gift wrapping", "body": "We wrap any order as a gift.", "language": "en"}
    made = await call("POST", "/articles", json=body)
    assert made.status_code == 201
    path = f"/articles/{made.json()['id']}"
    assert (await call("GET", path)).json() == made.json()
    changed = await call("PUT", path, json={**body, "body": "Gifts are wrapped in cloth."})
    assert changed.json()["body"] == "Gifts are wrapped in cloth."
    (found,) = (await call("GET", "/search", params={"q": "how do you wrap a gift?"})).json()
    assert (found["title"], found["text"]) == ("Gift wrapping", "Gifts are wrapped in cloth.")
    assert (await call("PUT", f"{path}/archived")).json()["archived_at"]
    assert (await call("GET", "/search", params={"q": "how do you wrap a gift?"})).json() == []
    assert (await call("GET", "/articles")).json() == []
    assert len((await call("GET", "/articles", params={"archived": True})).json()) == 1
    assert (await call("DELETE", f"{path}/archived")).json()["archived_at"] is None
    refused = await call("POST", "/articles", json={**body, "language": "xx"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "unprocessable")
    assert (await call("GET", f"/articles/{uuid4()}")).status_code == 404
    assert (await call("GET", "/policies")).json() == {"tried_at": None, "error": "", "policies": []}
    assert (await service.http.get(f"{base}/articles")).status_code == 401
