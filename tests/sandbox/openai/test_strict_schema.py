import pytest

from app.sandbox.openai.errors import ApiError
from app.sandbox.openai.strict_schema import check_parameters
from tests.sandbox.openai.bodies import TRIAGE, strict_object

TEXT = {"type": "string"}


def problem(schema, *, strict=True):
    with pytest.raises(ApiError) as caught:
        check_parameters("f", schema, strict=strict, param="tools[0].parameters")
    assert caught.value.body["error"]["code"] == "invalid_function_parameters"
    return caught.value.body["error"]["message"]


def nested(levels):
    schema = TEXT
    for _ in range(levels):
        schema = strict_object(inner=schema)
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        TRIAGE,
        strict_object(),
        strict_object(a={"anyOf": [TEXT, {"type": "null"}]}),
        strict_object(a={"type": ["string", "null"], "pattern": "^x"}),
        strict_object(a={"type": "array", "items": TEXT, "minItems": 1, "maxItems": 3}),
        strict_object(a={"type": "number", "minimum": 0, "multipleOf": 0.5}),
        {**strict_object(a={"$ref": "#/$defs/Node"}), "$defs": {"Node": strict_object(b=TEXT)}},
        {**strict_object(a={"anyOf": [{"$ref": "#"}, {"type": "null"}]})},
        nested(10),
    ],
)
def test_a_schema_within_the_rules_passes(schema):
    check_parameters("f", schema, strict=True, param="p")


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        (TEXT, "got 'type: \"string\"'"),
        ({"properties": {}}, "type"),
        ({"type": "object", "properties": {}}, "additionalProperties"),
        ({**strict_object(a=TEXT), "required": []}, "Missing 'a'"),
        ({**strict_object(a=TEXT), "required": ["a", "b"]}, "Extra required key 'b'"),
        (strict_object(a={**TEXT, "default": "x"}), "'default' is not permitted"),
        (strict_object(a={**TEXT, "minLength": 2}), "'minLength' is not permitted"),
        (strict_object(a={"allOf": [TEXT]}), "'allOf' is not permitted"),
        (strict_object(a={"type": "array"}), "missing items"),
        (strict_object(a={"type": "date"}), "not a valid type"),
        (strict_object(a={}), "must have a 'type' key"),
        (strict_object(a={"type": "string", "format": "phone"}), "not a valid format"),
        (strict_object(a={"$ref": "#/$defs/Nowhere"}), "cannot be resolved"),
        (strict_object(a={"type": "object", "properties": {"b": TEXT}}), "('properties', 'a')"),
        (strict_object(a=7), "not of type 'object'"),
        (nested(11), "levels of nesting"),
        (strict_object(**{f"p{n}": TEXT for n in range(5001)}), "5001 properties"),
        (strict_object(a={**TEXT, "enum": [str(n) for n in range(1001)]}), "enum values"),
        (strict_object(a={**TEXT, "enum": ["x" * 60 + str(n) for n in range(260)]}), "characters"),
    ],
)
def test_a_schema_that_breaks_a_rule_is_refused_with_the_rule(schema, word):
    assert word in problem(schema)


def test_without_strict_only_the_root_must_be_an_object():
    check_parameters("f", {"type": "object", "properties": {"a": {"default": 1}}}, strict=False, param="p")
    assert "object" in problem(TEXT, strict=False)
