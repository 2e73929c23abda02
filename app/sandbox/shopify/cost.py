"""What a query costs.

Shopify publishes the rules (https://shopify.dev/docs/api/usage/limits): scalars and enums are free, an object
is 1, of an interface's or union's choices the dearest counts, a connection is "sized by first and last". How it is
sized is not published. `2 + child × ⌊2 ln size⌋`, with lists of objects counted once and amounts of money, edges and
page information free, gives the figures that real shops answered and clients wrote down.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

MAX_QUERY_COST = 1000

_CONNECTION_COST = 2
_FREE_TYPES = frozenset({"MoneyBag", "MoneyV2", "PageInfo"})
_UNKNOWN = object()  # before a query has run, any object may be there


@dataclass
class _Choices:
    """The costs of a selection: what every type has, and what each type condition adds."""

    common: int = 0
    by_type: dict[str, int] = field(default_factory=dict)

    @property
    def dearest(self) -> int:
        return self.common + max(self.by_type.values(), default=0)


class QueryCost:
    """The cost of one operation, before and after it ran."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        defaults = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }
        self._sizes = {
            name: int(default.value)
            for name, default in defaults.items()
            if isinstance(default, IntValueNode)
        } | {name: value for name, value in variables.items() if isinstance(value, int)}

    @property
    def requested(self) -> int:
        """If every object were there and every page were full."""
        return self._root(_UNKNOWN)

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """By what was really found: `data` of the answer."""
        return 0 if data is None else self._root(data)

    def _root(self, data: object) -> int:
        root = self._schema.query_type
        assert root is not None  # the SDL has one
        return self._selection(self._operation.selection_set, root, data)

    def _selection(self, selection_set: SelectionSetNode, parent: GraphQLNamedType, data: object) -> int:
        choices = _Choices()
        for node, condition in self._fields(selection_set, parent.name):
            if node.name.value.startswith("__"):
                continue
            owner = self._schema.get_type(condition)
            assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)  # no other kind has fields
            key = node.alias.value if node.alias else node.name.value
            value = data.get(key, _NOTHING) if isinstance(data, Mapping) else data
            if value is _NOTHING:
                continue
            cost = self._field(node, owner, value)
            if condition == parent.name or not is_abstract_type(parent):
                choices.common += cost
            else:
                choices.by_type[condition] = choices.by_type.get(condition, 0) + cost
        return choices.dearest

    def _fields(self, selection_set: SelectionSetNode, condition: str) -> Iterator[tuple[FieldNode, str]]:
        """The fields of a selection with the type that each is asked of, fragments opened."""
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                yield node, condition
            elif isinstance(node, InlineFragmentNode):
                name = node.type_condition.name.value if node.type_condition else condition
                yield from self._fields(node.selection_set, name)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(fragment.selection_set, fragment.type_condition.name.value)

    def _field(self, node: FieldNode, owner: GraphQLObjectType | GraphQLInterfaceType, value: object) -> int:
        kind = get_named_type(owner.fields[node.name.value].type)
        if is_leaf_type(kind) or node.selection_set is None:
            return 0
        if kind.name.endswith("Connection"):
            return self._connection(node, kind, value)
        own = 0 if kind.name in _FREE_TYPES or kind.name.endswith("Edge") else 1
        if value is None:
            return own
        items = value if isinstance(value, list) else [value]
        return own + max((self._selection(node.selection_set, kind, item) for item in items), default=0)

    def _connection(self, node: FieldNode, kind: GraphQLNamedType, value: object) -> int:
        """Its children (`nodes`, `edges.node`) are counted once and multiplied by what the size makes of it."""
        assert node.selection_set is not None  # a connection is an object
        if value is None:
            return _CONNECTION_COST
        child = self._selection(node.selection_set, kind, value)
        return _CONNECTION_COST + child * self._factor(node, value)

    def _factor(self, node: FieldNode, value: object) -> int:
        if isinstance(value, Mapping):
            size = max((len(found) for found in value.values() if isinstance(found, list)), default=0)
        else:
            size = max((self._size(argument.value) for argument in _sizes(node)), default=0)
        return max(1, math.floor(2 * math.log(size))) if size > 0 else 1

    def _size(self, value: object) -> int:
        if isinstance(value, VariableNode):
            return self._sizes.get(value.name.value, 0)
        return int(value.value) if isinstance(value, IntValueNode) else 0


_NOTHING = object()  # a field that was skipped


def _sizes(node: FieldNode) -> Iterator[Any]:
    return (argument for argument in node.arguments or () if argument.name.value in {"first", "last"})
