"""The executable schema: the SDL beside this file, with resolvers that read nodes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.pagination import PageArguments, paginate

SDL_FILE = Path(__file__).with_name("schema.graphql")

_PAGE_ARGUMENTS = ("first", "last", "after", "before")


def executable_schema() -> GraphQLSchema:
    """A schema of its own for each caller."""
    schema = build_schema(SDL_FILE.read_text(encoding="utf-8"))
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for field in kind.fields.values():
                field.resolve = _resolver_of(field)
    return schema


def _shown(moment: datetime) -> str:
    """Shopify's form: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _resolver_of(field: GraphQLField) -> Any:
    if get_named_type(field.type).name.endswith("Connection"):
        return _resolve_connection
    return _resolve_list if "first" in field.args else _resolve


def _resolve(source: Node, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
    value = source[info.field_name]
    if isinstance(value, timedelta):
        return _shown(info.context.now + value)
    return value(info.context, **arguments) if callable(value) else value


def _resolve_list(source: Node, info: GraphQLResolveInfo[Context], *, first: int | None = None) -> Any:
    return source[info.field_name][:first]


def _resolve_connection(source: Node, info: GraphQLResolveInfo[Context], **arguments: Any) -> Node:
    page = PageArguments(**{name: arguments.pop(name, None) for name in _PAGE_ARGUMENTS})
    value = source[info.field_name]
    if callable(value):
        return paginate(value(info.context, **arguments), page)
    return paginate(value[::-1] if arguments.get("reverse") else value, page)
