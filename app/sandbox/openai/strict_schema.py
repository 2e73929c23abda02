"""The rules for a strict function schema: https://platform.openai.com/docs/guides/structured-outputs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.sandbox.openai.errors import ApiError

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]

MAX_PROPERTIES: Final = 5000
MAX_NESTING: Final = 10
MAX_NAME_CHARACTERS: Final = 120_000
MAX_ENUM_VALUES: Final = 1000
# An enum of more than 250 strings may hold only so many characters.
LONG_ENUM: Final = 250
MAX_LONG_ENUM_CHARACTERS: Final = 15_000

_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_ANYWHERE = frozenset(
    {"type", "description", "title", "enum", "const", "anyOf", "$ref", "$defs", "definitions"}
)
_BY_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"pattern", "format"}),
    "number": frozenset({"multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"}),
    "integer": frozenset({"multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "boolean": frozenset(),
    "null": frozenset(),
}
_KEYWORDS = _ANYWHERE.union(*_BY_TYPE.values())
FORMATS: Final = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
)


def check_parameters(function: str, schema: Schema, *, strict: bool, param: str) -> None:
    """Raises ApiError `invalid_function_parameters` at the first rule that the schema breaks.

    Args:
        function: The tool's name, for the message.
        schema: Its `parameters`.
        strict: Whether the strict rules apply; without them only the root is checked.
        param: Where the schema stands in the request, e.g. `tools[0].parameters`.
    """
    problem = _root_problem(schema)
    if problem is None and strict:
        problem = next(_problems(schema, (), schema), None) or _size_problem(schema)
    if problem is not None:
        raise ApiError(
            f"Invalid schema for function '{function}': {problem}",
            code="invalid_function_parameters",
            param=param,
        )


def resolve(root: Schema, reference: str) -> Schema | None:
    """The schema that a local `$ref` (`#`, `#/$defs/Name`) points at; None where there is none."""
    node: Any = root
    if not reference.startswith("#"):
        return None
    for part in reference.removeprefix("#").strip("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if key:
            node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else None


def children(schema: Schema) -> Iterator[tuple[Path, Any]]:
    """Each schema directly inside another, with its path from there; `$ref` is not followed."""
    for keyword in ("properties", "$defs", "definitions"):
        named = schema.get(keyword)
        if isinstance(named, dict):
            for name, child in named.items():
                yield (keyword, name), child
    if "items" in schema:
        yield ("items",), schema["items"]
    if isinstance(schema.get("anyOf"), list):
        for position, child in enumerate(schema["anyOf"]):
            yield ("anyOf", str(position)), child


def type_names(schema: Schema) -> tuple[str, ...]:
    """The `type` keyword as a tuple; empty where it is absent."""
    given = schema.get("type")
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list) else (given,)


def _root_problem(schema: Schema) -> str | None:
    if "type" not in schema:
        return "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."
    if schema["type"] != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema['type']}\"'."
    return None


def _problems(schema: Any, path: Path, root: Schema) -> Iterator[str]:
    if not isinstance(schema, dict):
        yield f"{schema!r} is not of type 'object', 'boolean'."
        return
    found = (
        _keyword_problem(schema)
        or _type_problem(schema)
        or _object_problem(schema)
        or _array_problem(schema)
        or _reference_problem(schema, root)
        or _value_problem(schema)
    )
    if found:
        yield f"In context={path!r}, {found}"
    for step, child in children(schema):
        yield from _problems(child, (*path, *step), root)


def _keyword_problem(schema: Schema) -> str | None:
    allowed = _ANYWHERE.union(*(_BY_TYPE.get(name, frozenset()) for name in type_names(schema)))
    for keyword in schema:
        if keyword not in (allowed if "type" in schema else _KEYWORDS):
            return f"'{keyword}' is not permitted."
    return None


def _type_problem(schema: Schema) -> str | None:
    names = type_names(schema)
    if not names and not schema.keys() & {"anyOf", "$ref", "enum", "const"}:
        return "schema must have a 'type' key."
    for name in names:
        if name not in _TYPES:
            return f"'{name}' is not a valid type."
    branches = schema.get("anyOf")
    if branches is not None and (not isinstance(branches, list) or not branches):
        return "'anyOf' must be a non-empty array."
    return None


def _object_problem(schema: Schema) -> str | None:
    if "object" not in type_names(schema):
        return None
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return "'properties' must be an object."
    return _required_problem(properties, schema.get("required", [] if not properties else None))


def _required_problem(properties: Schema, required: Any) -> str | None:
    rule = "'required' is required to be supplied and to be an array including every key in properties."
    if not isinstance(required, list):
        return rule
    for name in properties:
        if name not in required:
            return f"{rule} Missing '{name}'."
    for name in required:
        if name not in properties:
            return f"{rule} Extra required key '{name}' supplied."
    return None


def _array_problem(schema: Schema) -> str | None:
    if "array" in type_names(schema) and "items" not in schema:
        return "array schema missing items."
    return None


def _reference_problem(schema: Schema, root: Schema) -> str | None:
    reference = schema.get("$ref")
    if reference is None:
        return None
    if not isinstance(reference, str) or resolve(root, reference) is None:
        return f"reference to '{reference}' cannot be resolved."
    extra = sorted(schema.keys() - {"$ref", "description"})
    return f"$ref cannot have keywords {set(extra)!r}." if extra else None


def _value_problem(schema: Schema) -> str | None:
    values = schema.get("enum")
    if values is not None and (not isinstance(values, list) or not values):
        return "'enum' must be a non-empty array."
    if isinstance(values, list) and len(values) > LONG_ENUM:
        size = sum(len(value) for value in values if isinstance(value, str))
        if size > MAX_LONG_ENUM_CHARACTERS:
            return f"enum has {size} characters, which exceeds the limit of {MAX_LONG_ENUM_CHARACTERS}."
    if "format" in schema and schema["format"] not in FORMATS:
        return f"'{schema['format']}' is not a valid format."
    return None


def _size_problem(schema: Schema) -> str | None:
    properties = names = values = 0
    for node in _walk(schema):
        own = node.get("properties") or {}
        properties += len(own)
        enum = node.get("enum") or []
        values += len(enum)
        named = [*own, *(node.get("$defs") or {}), *(node.get("definitions") or {}), *enum, node.get("const")]
        names += sum(len(name) for name in named if isinstance(name, str))
    depth = _depth(schema)
    if properties > MAX_PROPERTIES:
        return f"schema has {properties} properties, which exceeds the limit of {MAX_PROPERTIES}."
    if depth > MAX_NESTING:
        return f"{depth} levels of nesting exceeds limit of {MAX_NESTING}."
    if names > MAX_NAME_CHARACTERS:
        return f"names and values have {names} characters, which exceeds the limit of {MAX_NAME_CHARACTERS}."
    if values > MAX_ENUM_VALUES:
        return f"schema has {values} enum values, which exceeds the limit of {MAX_ENUM_VALUES}."
    return None


def _walk(schema: Schema) -> Iterator[Schema]:
    yield schema
    for _, child in children(schema):
        yield from _walk(child)


def _depth(schema: Schema) -> int:
    """Levels of objects and arrays below the root, references not followed."""
    own = 1 if {"object", "array"} & set(type_names(schema)) else 0
    return own + max((_depth(child) for _, child in children(schema)), default=0)
