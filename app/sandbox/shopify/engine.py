"""Runs queries: validation, cost, throttling, execution."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from app.sandbox.clock import Clock
from app.sandbox.shopify.access import Access
from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.cost import MAX_QUERY_COST, QueryCost
from app.sandbox.shopify.schema import executable_schema
from app.sandbox.shopify.shop import Shop
from app.sandbox.shopify.throttle import CostBucket

_LIMITS_PAGE = "https://shopify.dev/api/usage/limits"
# Clients send few queries, again and again.
_CACHED_QUERIES = 256


class Engine:
    """One shop's GraphQL endpoint, apart from HTTP."""

    def __init__(self, shop: Shop, now: Clock, bucket: CostBucket) -> None:
        self._schema = executable_schema()
        self._root = shop.root
        self._now = now
        self._bucket = bucket
        self._prepare = lru_cache(_CACHED_QUERIES)(self._parse_and_validate)

    def run(
        self,
        query: str,
        variables: Mapping[str, Any],
        operation_name: str | None,
        access: Access | None = None,
    ) -> Node:
        """The answer's body for a token with `access` (all of it, by default). Errors are in it, as GraphQL has them."""
        document, errors = self._prepare(query)
        operation = get_operation_ast(document, operation_name) if document else None
        if document is None or errors:
            return {"errors": [error.formatted for error in errors]}
        if operation is None:
            return {"errors": [{"message": "An operation name is required"}]}
        context = Context(self._now().replace(microsecond=0), access or Access())
        return self._charge(document, operation, variables, context)

    def _parse_and_validate(self, query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
        try:
            document = parse(query)
        except GraphQLSyntaxError as error:
            return None, [error]
        return document, validate(self._schema, document)

    def _charge(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
    ) -> Node:
        cost = QueryCost(self._schema, document, operation, variables)
        requested = cost.requested
        if requested > MAX_QUERY_COST:
            return {"errors": [_too_dear(requested)]}
        if not self._bucket.take(requested):
            return {"errors": [_throttled()], "extensions": self._extensions(requested, None)}
        result = execute_sync(
            self._schema,
            document,
            root_value=self._root,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
        )
        actual = min(requested, cost.actual(result.data))
        self._bucket.give_back(requested - actual)
        extensions = self._extensions(requested, actual)
        if context.search_reports:
            extensions["search"] = context.search_reports
        return {**result.formatted, "extensions": extensions}

    def _extensions(self, requested: int, actual: int | None) -> Node:
        return {
            "cost": {
                "requestedQueryCost": requested,
                "actualQueryCost": actual,
                "throttleStatus": self._bucket.status(),
            }
        }


def _throttled() -> Node:
    return {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": _LIMITS_PAGE},
    }


def _too_dear(requested: int) -> Node:
    return {
        "message": f"Query cost is {requested}, which exceeds the single query max cost limit ({MAX_QUERY_COST}).",
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": requested,
            "maxCost": MAX_QUERY_COST,
            "documentation": _LIMITS_PAGE,
        },
    }
