"""Our SDL against the real schema of both versions: what is in it agrees, and nothing required is missing."""

import gzip
import json

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    build_client_schema,
    is_required_argument,
    is_required_input_field,
)

from app.sandbox.shopify.router import VERSIONS
from app.sandbox.shopify.schema import executable_schema


@pytest.fixture(scope="module", params=VERSIONS)
def real(request, corpora):
    path = corpora / "shopify" / "admin-graphql" / f"admin_{request.param}.json.gz"
    if not path.exists():
        pytest.skip(f"no schema at {path}")
    with gzip.open(path) as file:
        raw = json.load(file)
    return build_client_schema(raw["data"], assume_valid=True)  # its own deprecations break a rule


def differences(ours, real):
    """Every place where our schema says something that the real one does not."""
    assert ours.query_type.name == real.query_type.name
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        other = real.type_map.get(name)
        if other is None or type(other) is not type(kind):
            yield f"{name}: {type(other).__name__}"
        elif isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{value}" for value in set(kind.values) - set(other.values))
        elif isinstance(kind, GraphQLInputObjectType):
            yield from input_differences(kind, other)
        elif isinstance(kind, GraphQLUnionType):
            yield from (
                f"{name} | {member}"
                for member in {t.name for t in kind.types} - {t.name for t in other.types}
            )
        elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            yield from object_differences(kind, other)


def object_differences(kind, other):
    extra = {face.name for face in kind.interfaces} - {face.name for face in other.interfaces}
    yield from (f"{kind.name} implements {face}" for face in extra)
    for name, field in kind.fields.items():
        place = f"{kind.name}.{name}"
        there = other.fields.get(name)
        if there is None or str(there.type) != str(field.type):
            yield f"{place}: {field.type} is {there and there.type}"
            continue
        if there.deprecation_reason:
            yield f"{place} is deprecated"
        yield from value_differences(place, field.args, there.args)
        missing = {n for n, a in there.args.items() if is_required_argument(a)} - set(field.args)
        yield from (f"{place} lacks {argument}" for argument in missing)


def input_differences(kind, other):
    if kind.is_one_of != other.is_one_of:
        yield f"{kind.name}: oneOf"
    yield from value_differences(kind.name, kind.fields, other.fields)
    missing = {n for n, f in other.fields.items() if is_required_input_field(f)} - set(kind.fields)
    yield from (f"{kind.name} lacks {name}" for name in missing)


def value_differences(place, ours, real):
    for name, value in ours.items():
        there = real.get(name)
        if there is None or str(there.type) != str(value.type) or default(there) != default(value):
            yield f"{place}({name}: {value.type} = {default(value)})"


def default(value):
    """The default in the form that both ways of building a schema share."""
    if value.default is None:
        return Undefined
    node = value.default
    return str(node.literal.value if node.literal is not None else node.value)


def test_every_type_field_argument_and_value_is_the_real_ones(real):
    assert list(differences(executable_schema(), real)) == []


def test_the_comparison_sees_a_difference(real):
    ours = executable_schema()
    order, status = ours.get_type("Order"), ours.get_type("OrderDisplayFinancialStatus")
    assert isinstance(order, GraphQLObjectType)
    assert isinstance(status, GraphQLEnumType)
    order.fields["name"].type = order.fields["email"].type
    status.values["MADE_UP"] = status.values["PAID"]
    assert ours.query_type
    lists = ours.query_type.fields
    lists["orders"].args["sortKey"].default = lists["customers"].args["sortKey"].default
    assert len(list(differences(ours, real))) == 3
