"""Global ids, and finding an object by one."""

import re
from collections import Counter
from collections.abc import Mapping

from app.sandbox.shopify.context import Node

_GID = re.compile(r"gid://shopify/(?P<type>\w+)/(?P<id>[\w-]+)(?:\?.*)?")
# Where an object's own number starts, so that ids look like Shopify's and never collide between types.
_FIRST_ID = 4_000_000_000_000


def parse_gid(gid: str) -> tuple[str, str] | None:
    """`gid://shopify/Order/1` → ("Order", "1"); None where it is not a global id."""
    match = _GID.fullmatch(gid)
    return (match["type"], match["id"]) if match else None


class Registry:
    """Every object of a shop that has an id. Numbers follow the files, so they are the same at each start."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._counts: Counter[str] = Counter()

    def add(self, typename: str, fields: Mapping[str, object], *, number: int | None = None) -> Node:
        """Make an object of `typename` with the next id, or with `number`."""
        if number is None:
            self._counts[typename] += 1
            number = _FIRST_ID + self._counts[typename]
        gid = f"gid://shopify/{typename}/{number}"
        node = {"__typename": typename, "id": gid, "legacyResourceId": str(number), **fields}
        self._nodes[gid] = node
        return node

    def find(self, gid: str) -> Node | None:
        parsed = parse_gid(gid)
        return self._nodes.get("gid://shopify/{}/{}".format(*parsed)) if parsed else None
