"""Column types that every table uses."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def now() -> datetime:
    return datetime.now(UTC)


def key() -> Any:
    """A primary key made by us."""
    return Field(default_factory=uuid4, primary_key=True)


def link(target: str, *, index: bool = True, **options: Any) -> Any:
    """A foreign key that goes with its target: `link("store.id")`; `nullable` follows the annotation."""
    return Field(foreign_key=target, ondelete="CASCADE", index=index, **options)


def mention(target: str, *, index: bool = True, **options: Any) -> Any:
    """A foreign key that is forgotten with its target: what mentions it stays."""
    return Field(foreign_key=target, ondelete="SET NULL", index=index, nullable=True, **options)


def moment(**options: Any) -> Any:
    """An aware point in time; a required one is set to now."""
    return Field(sa_type=sa.DateTime(timezone=True), **options)


def created() -> Any:
    return moment(default_factory=now)


def word(kind: type[Enum], **options: Any) -> Any:
    """An enum of the vocabulary, kept as its word so that a new one needs no migration."""
    column = sa.Enum(
        kind, native_enum=False, length=32, values_callable=lambda e: [member.value for member in e]
    )
    return Field(sa_type=column, **options)


def document(factory: type[list[Any]] | type[dict[str, Any]]) -> Any:
    """JSON: a list or an object, empty unless given. Each row has its own: pydantic copies a default.

    As a factory it would cost each row a tenth of a millisecond: pydantic parses the text of a built-in's signature anew.
    """
    return Field(default=factory(), sa_type=JSONB)


def optional_document() -> Any:
    """A JSON object, or NULL."""
    return Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)


def prose(**options: Any) -> Any:
    return Field(sa_type=sa.Text, **options)


__all__ = [
    "UUID",
    "created",
    "document",
    "key",
    "link",
    "mention",
    "moment",
    "now",
    "optional_document",
    "prose",
    "word",
]
