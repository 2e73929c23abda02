"""Arguments that satisfy a strict function schema.

Known property names get what was read in the mail, any other a neutral value of its type.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from app.sandbox.openai.errors import not_played
from app.sandbox.openai.fields import json_type
from app.sandbox.openai.strict_schema import Schema, children, resolve, type_names

_MISSING: Final = object()
_MAX_DEPTH: Final = 60
# What an enum offers for "nothing in particular", best first.
_NEUTRAL_WORDS: Final = ("other", "unknown", "none", "neutral", "normal", "und")
_FORMAT_EXAMPLES: Final[Mapping[str, str]] = {
    "date-time": "1970-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "date": "1970-01-01",
    "duration": "P0D",
    "email": "nobody@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_STRINGS: Final = (
    "",
    "0",
    "00",
    "000",
    "0000",
    "00000000",
    "a",
    "A",
    "aa",
    "AA",
    "abc",
    "ABC",
    "en",
    "a-0",
    "A-0",
)
# A null or a plain value ends sooner than an object, and a schema that refers to itself must end.
_EASE: Final = {"null": 0, "boolean": 1, "string": 1, "integer": 1, "number": 1, "array": 2, "object": 3}


def build_arguments(schema: Schema, known: Mapping[str, Any]) -> Any:
    """The arguments as a JSON value.

    Args:
        schema: A function's `parameters`.
        known: Values by property name. A list of mappings fills an array of objects; the names inside such a
            mapping come before those outside.

    Raises:
        ApiError: The schema asks for a string pattern, or a bottomless object, that the sandbox cannot make.
    """
    return _Filler(schema, known).fill(schema, known, 0)


def enum_values(schema: Schema, name: str) -> frozenset[str] | None:
    """What the property `name` may be, wherever it stands in the schema; None where nothing limits it."""
    for (keyword, *rest), child in children(schema):
        if not isinstance(child, dict):
            continue
        if keyword == "properties" and rest == [name] and "enum" in child:
            return frozenset(value for value in child["enum"] if isinstance(value, str))
        found = enum_values(child, name)
        if found is not None:
            return found
    return None


class _Filler:
    def __init__(self, root: Schema, known: Mapping[str, Any]) -> None:
        self._root = root
        self._known = known

    def fill(self, schema: Schema, hint: Any, depth: int) -> Any:
        """A value that the schema allows: the hint where it fits, else a neutral one."""
        if depth > _MAX_DEPTH:
            raise not_played("tools", "a schema without an end")
        if "$ref" in schema:
            return self.fill(self._resolved(schema), hint, depth + 1)
        if "anyOf" in schema:
            branches = sorted(schema["anyOf"], key=lambda branch: not self._suits(branch, hint))
            chosen = branches[0] if self._suits(branches[0], hint) else min(branches, key=self._ease)
            return self.fill(chosen, hint, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return _choose(schema["enum"], hint)
        return self._fill_type(schema, hint, depth)

    def _fill_type(self, schema: Schema, hint: Any, depth: int) -> Any:
        names = type_names(schema) or ("object",)
        suited = [name for name in names if self._suits({**schema, "type": name}, hint)]
        name = suited[0] if suited else min(names, key=_EASE.__getitem__)
        if name == "object":
            return self._object(schema, hint, depth)
        if name == "array":
            return self._array(schema, hint, depth)
        if name == "string":
            return _string(schema, hint)
        if name in ("integer", "number"):
            return _number(schema, hint, whole=name == "integer")
        return (hint if isinstance(hint, bool) else False) if name == "boolean" else None

    def _object(self, schema: Schema, hint: Any, depth: int) -> dict[str, Any]:
        own = hint if isinstance(hint, Mapping) else {}
        return {
            name: self.fill(child, own.get(name, self._known.get(name, _MISSING)), depth + 1)
            for name, child in schema.get("properties", {}).items()
        }

    def _array(self, schema: Schema, hint: Any, depth: int) -> list[Any]:
        hints = list(hint) if isinstance(hint, list | tuple) else []
        least = max(0, math.ceil(schema.get("minItems", 0)))
        most = schema.get("maxItems", max(least, len(hints)))
        items = schema.get("items", {"type": "null"})
        wanted = [hint for hint in hints if self._suits(items, hint)][: math.floor(most)]
        wanted += [_MISSING] * (least - len(wanted))
        return [self.fill(items, one, depth + 1) for one in wanted]

    def _resolved(self, schema: Schema) -> Schema:
        target = resolve(self._root, schema["$ref"])
        if target is None:
            raise not_played("tools", f"the reference '{schema['$ref']}'")
        return target

    def _ease(self, schema: Schema) -> int:
        seen = 0
        while "$ref" in schema and seen < _MAX_DEPTH:
            schema, seen = self._resolved(schema), seen + 1
        if "anyOf" in schema:
            return min(self._ease(branch) for branch in schema["anyOf"])
        if schema.keys() & {"enum", "const"}:
            return 1
        return min((_EASE[name] for name in type_names(schema)), default=3)

    def _suits(self, schema: Schema, hint: Any, depth: int = 0) -> bool:
        """Whether the hint itself can stand here (objects and arrays: whether it is one)."""
        if hint is _MISSING or depth > _MAX_DEPTH:
            return False
        if "$ref" in schema:
            return self._suits(self._resolved(schema), hint, depth + 1)
        if "anyOf" in schema:
            return any(self._suits(branch, hint, depth + 1) for branch in schema["anyOf"])
        if schema.keys() & {"const", "enum"}:
            return any(_same(value, hint) for value in _values(schema))
        kind = "object" if isinstance(hint, Mapping) else json_type(hint)
        names = type_names(schema)
        is_named = kind in names or (kind == "integer" and "number" in names)
        return is_named and _is_within(schema, hint)


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema["enum"])


def _same(left: Any, right: Any) -> bool:
    # True equals 1 in Python and not in JSON.
    return type(left) is type(right) and bool(left == right)


def _is_within(schema: Schema, hint: Any) -> bool:
    if isinstance(hint, str):
        return _matches(schema, hint)
    if isinstance(hint, int | float) and not isinstance(hint, bool):
        return _is_in_bounds(schema, hint)
    return True


def _choose(values: list[Any], hint: Any) -> Any:
    for value in values:
        if hint is not _MISSING and _same(value, hint):
            return value
    if None in values:
        return None
    return next((word for word in _NEUTRAL_WORDS if word in values), values[0])


def _string(schema: Schema, hint: Any) -> str:
    if isinstance(hint, str) and _matches(schema, hint):
        return hint
    example = _FORMAT_EXAMPLES.get(schema.get("format", ""))
    candidates = (example,) if example else (*_STRINGS, *_FORMAT_EXAMPLES.values())
    for candidate in candidates:
        if _matches(schema, candidate):
            return candidate
    raise not_played("tools", f"strings of the pattern '{schema.get('pattern')}'")


def _matches(schema: Schema, text: str) -> bool:
    pattern = schema.get("pattern")
    if pattern is not None:
        try:
            if re.search(pattern, text) is None:
                return False
        except re.error as error:
            raise not_played("tools", f"the pattern '{pattern}'") from error
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        return False
    # A value read in a mail was not read as a date or an address: only what has no format can hold it.
    return "format" not in schema or text == _FORMAT_EXAMPLES.get(schema["format"])


def _number(schema: Schema, hint: Any, *, whole: bool) -> float:
    if isinstance(hint, int | float) and not isinstance(hint, bool) and _is_in_bounds(schema, hint):
        return hint
    step = schema.get("multipleOf", 1 if whole else 0)
    low, high = _bounds(schema)
    for candidate in _candidates(low, high, step):
        if _is_in_bounds(schema, candidate) and (not whole or float(candidate).is_integer()):
            return int(candidate) if float(candidate).is_integer() else candidate
    raise not_played("tools", f"a number between {low} and {high}")


def _bounds(schema: Schema) -> tuple[float, float]:
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    return low, high


def _candidates(low: float, high: float, step: float) -> list[float]:
    if step:
        return [0, *(step * (math.ceil(low / step) + more) for more in (0, 1) if low > -math.inf)] + [
            step * (math.floor(high / step) - less) for less in (0, 1) if high < math.inf
        ]
    middle = (low + high) / 2 if math.inf not in (-low, high) else 0
    return [0, low, high, low + 1, high - 1, middle]


def _is_in_bounds(schema: Schema, number: float) -> bool:
    low, high = _bounds(schema)
    if not low <= number <= high or number in (
        schema.get("exclusiveMinimum"),
        schema.get("exclusiveMaximum"),
    ):
        return False
    step = schema.get("multipleOf")
    return step is None or math.isclose(number / step, round(number / step), abs_tol=1e-9)
