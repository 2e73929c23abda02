"""Who acts. Every change that a person makes is kept with their id and told with their name."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """A signed-in member of a store's staff; without `user_id`, a program of the store."""

    user_id: UUID | None
    name: str
