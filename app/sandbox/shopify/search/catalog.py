"""A list of objects that can be searched and sorted."""

from collections.abc import Callable, Sequence
from typing import Any

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.search.index import SearchIndex, Warnings
from app.sandbox.shopify.search.syntax import parse_query

SortKey = Callable[[Node], Any]


class Catalog:
    """All objects of one kind, in the order of their ids.

    Args:
        name: Of the root field that lists them, for warnings.
        index: Over the same nodes, in the same order.
        sort_keys: By the names of the field's enum. None in a key sorts last.
    """

    def __init__(
        self, name: str, nodes: Sequence[Node], index: SearchIndex, sort_keys: dict[str, SortKey]
    ) -> None:
        self.name = name
        self.nodes = list(nodes)
        self._index = index
        self._sort_keys = sort_keys
        self._orders: dict[str, list[int]] = {}

    def search(
        self, context: Context, query: str | None, sort_key: str = "ID", *, reverse: bool = False
    ) -> list[Node]:
        """The nodes that match `query`, sorted. Ties keep the order of ids.

        By relevance, what more of the terms match comes first.
        """
        order = self._order(sort_key)
        parsed = parse_query(query) if query else None
        if parsed is not None:
            warnings = Warnings()
            found = self._index.find(parsed, context.now, warnings)
            order = [position for position in order if position in found]
            if sort_key == "RELEVANCE":
                scores = self._index.score(parsed, context.now)
                order.sort(key=lambda position: -scores[position])
            self._report(context, query or "", warnings)
        if reverse:
            order = order[::-1]
        return [self.nodes[position] for position in order]

    def _order(self, sort_key: str) -> list[int]:
        """Dates are offsets, so an order once found holds at any time."""
        if sort_key not in self._orders:
            key = self._sort_keys[sort_key]

            def rank(position: int) -> tuple[bool, Any]:
                value = key(self.nodes[position])
                return (value is None, 0 if value is None else value)

            self._orders[sort_key] = sorted(range(len(self.nodes)), key=rank)
        return self._orders[sort_key]

    def _report(self, context: Context, query: str, warnings: Warnings) -> None:
        if warnings.found:
            context.search_reports.append({"path": [self.name], "query": query, "warnings": warnings.found})
