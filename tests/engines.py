"""SQLAlchemy compiles a statement once for each engine, and keeps it by the engine's dialect.

Every test has an engine of its own, and all of them speak alike: here they share what is compiled. That is a fifth of
the work of a test that answers a mail; and nothing is kept of engines that are gone.
"""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.engine import URL, Engine
from sqlalchemy.util import LRUCache

_COMPILED: LRUCache[Any, Any] = LRUCache(2000)


class SharedDialect(PGDialectAsync_psycopg):
    """What is compiled for one of them is found by all: a dialect is a part of the key."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine._compiled_cache = _COMPILED


class Dialect(PGDialect_psycopg):
    """`postgresql+psycopg`; migrations and other engines that are not asynchronous keep their own."""

    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[SharedDialect]:
        return SharedDialect


def share_compiled_statements() -> None:
    registry.register("postgresql.psycopg", __name__, "Dialect")
