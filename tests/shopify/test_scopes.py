"""The scopes that we ask for, against what Shopify notes on every type and field that our queries name."""

import gzip
import json
import re

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

import graphql

from app.shopify.documents import document
from app.shopify.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from tests.shopify.test_schemas import OPERATIONS, VERSIONS


@pytest.fixture(scope="module", params=VERSIONS)
def published(request, corpora):
    """Shopify's schema, and what each of its types (key: name, None) and fields needs: of each group one scope."""
    path = corpora / "shopify" / "admin-graphql" / f"admin_{request.param}.json.gz"
    if not path.is_file():
        pytest.skip(f"no schema at {path}")
    raw = json.loads(gzip.decompress(path.read_bytes()))
    notes = {
        (item["typeName"], item.get("fieldName")): groups_of(item["requiredAccess"])
        for item in raw["offline_scopes"]["items"]
        if item["requiredAccess"]
    }
    return graphql.build_client_schema(raw["data"], assume_valid=True), notes


def groups_of(note):
    """ "`a` access scope or `b` access scope. Also: Requires the `c` access scope." is one of a and b, and c."""
    groups = [frozenset(re.findall(r"`(\w+)`", part)) for part in re.split(r"Also:", note)]
    return [group for group in groups if group]


def needs(published, name):
    """The groups of scopes that one document needs."""
    schema, notes = published
    info = graphql.TypeInfo(schema)
    found = set()

    class Walk(graphql.Visitor):
        def enter_field(self, node, *_):
            parent, field = info.get_parent_type(), info.get_field_def()
            assert parent
            assert field
            returned = graphql.get_named_type(field.type).name.removesuffix("Connection").removesuffix("Edge")
            found.update(notes.get((parent.name, node.name.value), []))
            found.update(notes.get((returned, None), []))

    graphql.visit(graphql.parse(document(name)), graphql.TypeInfoVisitor(info, Walk()))
    return found


@pytest.fixture(scope="module")
def needed(published):
    return {name: needs(published, name) for name in OPERATIONS}


def test_what_we_ask_for_opens_every_query(needed):
    shut = {
        name: [sorted(group) for group in groups if not group & set(REQUIRED_SCOPES)]
        for name, groups in needed.items()
    }
    assert {name: groups for name, groups in shut.items() if groups} == {}


def test_nothing_is_asked_for_that_no_query_needs(needed):
    groups = {group for found in needed.values() for group in found}
    for scope in REQUIRED_SCOPES:
        rest = set(REQUIRED_SCOPES) - {scope}
        assert any(not group & rest for group in groups), f"{scope} opens nothing that the others do not"


def test_only_reading_is_asked_for():
    assert all(scope.startswith("read_") for scope in {*REQUIRED_SCOPES, *OPTIONAL_SCOPES})


def test_no_document_changes_anything():
    for name in OPERATIONS:
        operations = [
            d
            for d in graphql.parse(document(name)).definitions
            if isinstance(d, graphql.OperationDefinitionNode)
        ]
        assert [operation.operation.value for operation in operations] == ["query"], name


def test_the_sandbox_asks_for_the_same_scopes_as_shopify(published):
    from app.sandbox.shopify.access import TYPE_SCOPES
    from app.sandbox.shopify.schema import executable_schema

    _, notes = published
    own = {name for name in executable_schema().type_map if not name.startswith("__")}
    theirs = {
        kind: set(groups)
        for (kind, field), groups in notes.items()
        if field is None and kind in own and groups
    }
    assert {kind: {frozenset(group) for group in groups} for kind, groups in TYPE_SCOPES.items()} == theirs
