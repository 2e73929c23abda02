import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.sandbox.openai.arguments import build_arguments, enum_values
from app.sandbox.openai.errors import ApiError
from app.sandbox.openai.strict_schema import FORMATS, check_parameters
from tests.sandbox.openai.bodies import TRIAGE, strict_object

KNOWN = {
    "language": "en",
    "summary": "Asks where order #1001 is.",
    "order_number": "1001",
    "product_query": None,
    "requests": [{"intent": "order_status", "order_number": "1001"}, {"intent": "other"}],
}
NAMES = st.sampled_from(
    ["language", "summary", "order_number", "product_query", "requests", "intent", "a", "b", "ü"]
)


def numbers():
    low = st.integers(-50, 50)
    return st.tuples(st.sampled_from(["integer", "number"]), low, st.integers(2, 40)).flatmap(
        lambda drawn: st.sampled_from(
            [
                {"type": drawn[0]},
                {"type": drawn[0], "minimum": drawn[1]},
                {"type": drawn[0], "maximum": drawn[1]},
                {"type": drawn[0], "exclusiveMinimum": drawn[1]},
                {"type": drawn[0], "exclusiveMinimum": drawn[1], "maximum": drawn[1] + drawn[2]},
                {"type": drawn[0], "minimum": drawn[1], "multipleOf": drawn[2]},
            ]
        )
    )


LEAVES = st.one_of(
    st.sampled_from(
        [{"type": "string"}, {"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]
    ),
    st.sampled_from(sorted(FORMATS)).map(lambda name: {"type": "string", "format": name}),
    st.sampled_from(["^[A-Z]{2}$", r"^\d+$", "^[a-z]+$", "^$", r"^\d{4}-\d{2}-\d{2}$"]).map(
        lambda pattern: {"type": ["string", "null"], "pattern": pattern}
    ),
    st.lists(st.one_of(st.text(max_size=5), st.none(), st.integers(), st.booleans()), min_size=1).map(
        lambda values: {"enum": values}
    ),
    st.one_of(st.text(max_size=5), st.integers()).map(lambda value: {"const": value}),
    numbers(),
)


def containers(children):
    arrays = st.tuples(children, st.integers(0, 3), st.integers(0, 3)).map(
        lambda drawn: {
            "type": "array",
            "items": drawn[0],
            "minItems": drawn[1],
            "maxItems": drawn[1] + drawn[2],
        }
    )
    objects = st.dictionaries(NAMES, children, max_size=4).map(lambda properties: strict_object(**properties))
    unions = st.lists(children, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})
    return st.one_of(arrays, objects, unions)


SCHEMAS = st.recursive(LEAVES, containers, max_leaves=12)
ROOTS = st.dictionaries(NAMES, SCHEMAS, max_size=5).map(lambda properties: strict_object(**properties))


@settings(max_examples=300, deadline=None)
@given(ROOTS)
def test_arguments_satisfy_any_strict_schema(schema):
    try:
        check_parameters("f", schema, strict=True, param="p")
    except ApiError:
        return  # too deep: the real API refuses it too
    made = build_arguments(schema, KNOWN)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(made)] == []


def test_known_names_get_known_values_and_others_neutral_ones():
    schema = strict_object(
        language={"type": "string"}, product_query={"type": ["string", "null"]}, count={"type": "integer"}
    )
    assert build_arguments(schema, KNOWN) == {"language": "en", "product_query": None, "count": 0}


def test_a_value_that_the_schema_does_not_allow_gives_way_to_a_neutral_one():
    schema = strict_object(
        order_number={"type": ["string", "null"], "pattern": "^PS-"},
        intent={"type": "string", "enum": ["refund", "other"]},
    )
    assert build_arguments(schema, {**KNOWN, "intent": "order_status"}) == {
        "order_number": None,
        "intent": "other",
    }


def test_a_schema_that_refers_to_itself_ends():
    node = strict_object(
        summary={"type": "string"},
        next={"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        children={"type": "array", "items": {"$ref": "#"}},
    )
    made = build_arguments(node, KNOWN)
    assert made == {"summary": KNOWN["summary"], "next": None, "children": []}


@pytest.mark.parametrize("pattern", ["^zz-[0-9]{7}$", "("])
def test_a_pattern_that_cannot_be_made_is_refused_and_not_faked(pattern):
    with pytest.raises(ApiError):
        build_arguments(strict_object(a={"type": "string", "pattern": pattern}), {})


def test_the_intents_on_offer_are_found_wherever_they_stand():
    assert enum_values(TRIAGE, "intent") == frozenset(
        TRIAGE["properties"]["requests"]["items"]["properties"]["intent"]["enum"]
    )
    assert enum_values(strict_object(a={"type": "string"}), "intent") is None
