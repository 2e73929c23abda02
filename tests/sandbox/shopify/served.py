"""A router over real HTTP on loopback, and a client that asks it."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, Self

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI

from tests.patience import PATIENCE, wait_until

TOKEN = "shpat_test"


@contextlib.contextmanager
def served(router: APIRouter) -> Iterator[str]:
    """Base URL of a server that has only this router."""
    app = FastAPI(openapi_url=None)
    app.include_router(router)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


class Admin:
    """A client of the Admin API that hides nothing."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=90, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, body: Any, *, version: str = "2026-10", token: str | None = TOKEN) -> httpx.Response:
        headers = {} if token is None else {"X-Shopify-Access-Token": token}
        return self.http.post(f"/admin/api/{version}/graphql.json", json=body, headers=headers)

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer, errors and all."""
        response = self.post({"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def names(self, query: str, field: str = "orders", show: str = "name", **arguments: Any) -> list[str]:
        """What a search finds, by id."""
        document = (
            f"query($q: String) {{ {field}(first: 250, query: $q, sortKey: ID) {{ nodes {{ {show} }} }} }}"
        )
        return [node[show] for node in self.data(document, q=query, **arguments)[field]["nodes"]]
