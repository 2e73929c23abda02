"""What resolvers need to know of the request that they answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.sandbox.shopify.access import Access

# An object of the GraphQL schema: its fields by name. A `timedelta` stands for a date, as an offset from now; a
# function is called with the context and the field's arguments; a list under a connection is paginated.
Node = dict[str, Any]


@dataclass
class Context:
    """One request: its moment, what its token may read, and what its search strings were warned about."""

    now: datetime
    access: Access
    search_reports: list[Node] = field(default_factory=list)
