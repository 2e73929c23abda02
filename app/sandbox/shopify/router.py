"""The HTTP side: `POST /admin/api/{version}/graphql.json`."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.sandbox.clock import Clock, system_clock
from app.sandbox.shopify.access import Access
from app.sandbox.shopify.engine import Engine
from app.sandbox.shopify.shop import Shop
from app.sandbox.shopify.throttle import CostBucket

VERSIONS = ("2026-07", "2026-10")


def create_router(
    shop: Shop,
    *,
    access_token: str,
    now: Clock = system_clock,
    bucket: CostBucket | None = None,
    access: Access | None = None,
    tokens: Mapping[str, Access] | None = None,
) -> APIRouter:
    """The Admin API of `shop` for one app.

    Args:
        shop: What to answer from; it is only read, so routers may share it.
        access_token: Expected in `X-Shopify-Access-Token`.
        now: The clock that the shop's dates follow.
        bucket: The app's query points; a full one of a standard plan where not given.
        access: What `access_token` may read; all of it by default.
        tokens: Other tokens for the same shop, with less.
    """
    engine = Engine(shop, now, bucket or CostBucket())
    granted = {**(tokens or {}), access_token: access or Access()}
    router = APIRouter()

    @router.post("/admin/api/{version}/graphql.json", include_in_schema=False)
    async def graphql(version: str, request: Request) -> JSONResponse:
        given = request.headers.get("X-Shopify-Access-Token", "")
        allowed = granted.get(given)
        if allowed is None:
            return _refusal(
                401, "[API] Invalid API key or access token (unrecognized login or wrong password)"
            )
        if version not in VERSIONS:
            return _refusal(404, "Not Found")
        body = _parse(await request.body())
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return _refusal(400, {"query": "Required parameter missing or invalid"})
        variables = body.get("variables") or {}
        if not isinstance(variables, dict):
            return _refusal(400, {"variables": "Required parameter missing or invalid"})
        answer = engine.run(body["query"], variables, body.get("operationName"), allowed)
        return JSONResponse(answer, headers={"X-Shopify-API-Version": version})

    return router


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _refusal(status: int, errors: Any) -> JSONResponse:
    """Shopify's own errors, before GraphQL: `{"errors": …}`."""
    return JSONResponse({"errors": errors}, status_code=status)
