"""Queries for all that the schema has, made from the schema."""

from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

PAGE = 250


def node_types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """The types that can be asked for by a global id."""
    return [
        kind
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and any(face.name == "Node" for face in kind.interfaces)
    ]


def select_node(schema: GraphQLSchema, kind: GraphQLObjectType) -> str:
    """Every field of one type of node; of other nodes below it only the id, as they have their own turn."""
    fields = _selection(schema, kind)
    return f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on {kind.name} {{ {fields} }} }} }}"


def _selection(schema: GraphQLSchema, kind: GraphQLNamedType) -> str:
    if is_abstract_type(kind):
        return (
            f"__typename {' '.join(f'... on {one.name} {{ id }}' for one in schema.get_possible_types(kind))}"
        )
    assert isinstance(kind, GraphQLObjectType)
    return " ".join(_field(schema, field, name) for name, field in kind.fields.items())


def _field(schema: GraphQLSchema, field: Any, name: str) -> str:
    kind = get_named_type(field.type)
    needed = [
        f"{n}: {{}}" for n, argument in field.args.items() if is_required_argument(argument)
    ]  # all inputs
    given = [*needed, *([f"first: {PAGE}"] if "first" in field.args else [])]
    head = f"{name}({', '.join(given)})" if given else name
    if is_leaf_type(kind):
        return head
    is_node = not is_abstract_type(kind) and any(face.name == "Node" for face in kind.interfaces)
    return f"{head} {{ {'id' if is_node else _selection(schema, kind)} }}"
