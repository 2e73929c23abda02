"""Connections: a page of a list, by Relay's rules and Shopify's limits.

Source: https://shopify.dev/docs/api/usage/pagination-graphql
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from graphql import GraphQLError

from app.sandbox.shopify.context import Node

MAX_PAGE = 250


@dataclass(frozen=True)
class PageArguments:
    """What a connection's field was asked for."""

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None

    def check(self) -> None:
        """Raises GraphQLError where Shopify would refuse them."""
        if self.first is None and self.last is None:
            raise _refusal("you must provide one of first or last")
        if self.first is not None and self.last is not None:
            raise _refusal("providing both first and last is not supported")
        if self.first is not None and self.before is not None:
            raise _refusal("invalid combination of arguments: before needs last")
        if self.last is not None and self.after is not None:
            raise _refusal("invalid combination of arguments: after needs first")
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 0 <= size <= MAX_PAGE:
                raise _refusal(f"{name} must be between 0 and {MAX_PAGE}")


def paginate(nodes: Sequence[Node], page: PageArguments) -> Node:
    """A connection object over `nodes`, which are in the order that was asked for."""
    page.check()
    start = _position(nodes, page.after) + 1 if page.after else 0
    end = _position(nodes, page.before) if page.before else len(nodes)
    if page.first is not None:
        end = min(end, start + page.first)
    elif page.last is not None:
        start = max(start, end - page.last)
    shown = list(nodes[start:end])
    return {
        "nodes": shown,
        "edges": lambda _context: [{"cursor": cursor_of(node), "node": node} for node in shown],
        "pageInfo": {
            "hasNextPage": end < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": cursor_of(shown[0]) if shown else None,
            "endCursor": cursor_of(shown[-1]) if shown else None,
        },
    }


def cursor_of(node: Node) -> str:
    """Opaque to clients; names the node, so it outlives a change of what stands before it."""
    return base64.urlsafe_b64encode(json.dumps({"last_id": node["id"]}).encode()).decode()


def _position(nodes: Sequence[Node], cursor: str) -> int:
    try:
        wanted = json.loads(base64.urlsafe_b64decode(cursor))["last_id"]
    except (ValueError, KeyError, TypeError):
        raise _refusal(f"Invalid cursor '{cursor}'.") from None
    position = next((i for i, node in enumerate(nodes) if node["id"] == wanted), None)
    if position is None:
        raise _refusal("Invalid cursor for current pagination sort.")
    return position


def _refusal(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
