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
    is_abstract_type,
)

from app.sandbox.shopify.access import is_guarded
from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.pagination import PageArguments, paginate

SDL_FILE = Path(__file__).with_name("schema.graphql")

_PAGE_ARGUMENTS = ("first", "last", "after", "before")


def executable_schema() -> GraphQLSchema:
    """A schema of its own for each caller."""
    schema = build_schema(SDL_FILE.read_text(encoding="utf-8"))
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                field.resolve = _resolver_of(kind.name, name, field)
    return schema


def _shown(moment: datetime) -> str:
    """Shopify's form: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _resolver_of(owner: str, name: str, field: GraphQLField) -> Any:
    kind = get_named_type(field.type)
    returned = kind.name.removesuffix("Connection")
    if kind.name.endswith("Connection"):
        resolve: Any = _resolve_connection
    else:
        resolve = _resolve_list if "first" in field.args else _resolve
    if is_abstract_type(kind):
        return _guarded_by_value(resolve)
    return _guarded(resolve, owner, returned) if is_guarded(owner, name, returned) else resolve


def _guarded(resolve: Any, owner: str, returned: str) -> Any:
    """Refuses what the token may not read, before anything is looked up."""

    def check(source: Node, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        info.context.access.check_type(returned, info.field_name)
        info.context.access.check_field(owner, info.field_name)
        return resolve(source, info, **arguments)

    return check


def _guarded_by_value(resolve: Any) -> Any:
    """As `_guarded`, where only the object itself tells its type: `node(id:)`."""

    def check(source: Node, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
        found = resolve(source, info, **arguments)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict) and "__typename" in one:
                info.context.access.check_type(one["__typename"], info.field_name)
        return found

    return check


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
