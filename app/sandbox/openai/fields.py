"""Types, bounds and values of the request's plain fields, with the error wording of the Responses API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.sandbox.openai.errors import ApiError

_ARTICLED: Final[Mapping[str, str]] = {
    "string": "a string",
    "integer": "an integer",
    "number": "a decimal",
    "boolean": "a boolean",
    "object": "an object",
    "array": "an array of objects",
    "null": "null",
}


@dataclass(frozen=True)
class Field:
    """What one field may hold. `null` is always taken as absent, as the real API does."""

    types: tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    values: tuple[str, ...] = ()


_TEXT = Field(("string",))
_FLAG = Field(("boolean",))
_OBJECT = Field(("object",))

FIELDS: Final[Mapping[str, Field]] = {
    "background": _FLAG,
    "context_management": Field(("array",)),
    "conversation": Field(("string", "object")),
    "include": Field(("array",)),
    "input": Field(("string", "array")),
    "instructions": _TEXT,
    "max_output_tokens": Field(("integer",), minimum=16),
    "max_tool_calls": Field(("integer",), minimum=1),
    "metadata": _OBJECT,
    "model": _TEXT,
    "moderation": _OBJECT,
    "parallel_tool_calls": _FLAG,
    "previous_response_id": _TEXT,
    "prompt": _OBJECT,
    "prompt_cache_key": _TEXT,
    "prompt_cache_options": _OBJECT,
    "prompt_cache_retention": Field(("string",), values=("in_memory", "24h")),
    "reasoning": _OBJECT,
    "safety_identifier": Field(("string",), max_length=64),
    "service_tier": Field(
        ("string",), values=("auto", "default", "flex", "scale", "priority", "fast", "ultrafast")
    ),
    "store": _FLAG,
    "stream": _FLAG,
    "stream_options": _OBJECT,
    "temperature": Field(("number",), minimum=0, maximum=2),
    "text": _OBJECT,
    "tool_choice": Field(("string", "object")),
    "tools": Field(("array",)),
    "top_logprobs": Field(("integer",), minimum=0, maximum=20),
    "top_p": Field(("number",), minimum=0, maximum=1),
    "truncation": Field(("string",), values=("auto", "disabled")),
    "user": _TEXT,
}


def json_type(value: Any) -> str:
    """JSON Schema's name for the type of a parsed value; a whole number is an `integer`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    return names[type(value)]


def check_type(value: Any, types: tuple[str, ...], param: str) -> None:
    """Raises `invalid_type`; an integer is also a number."""
    got = json_type(value)
    if got in types or (got == "integer" and "number" in types):
        return
    wanted = " or ".join(_ARTICLED[name] for name in types)
    raise ApiError(
        f"Invalid type for '{param}': expected {wanted}, but got {_ARTICLED[got].removesuffix(' of objects')} "
        "instead.",
        code="invalid_type",
        param=param,
    )


def check_value(value: str, values: tuple[str, ...], param: str) -> None:
    if value in values:
        return
    quoted = [f"'{name}'" for name in values]
    listed = " and ".join(quoted) if len(quoted) < 3 else ", ".join(quoted[:-1]) + f", and {quoted[-1]}"
    raise ApiError(
        f"Invalid value: '{value}'. Supported values are: {listed}.", code="invalid_value", param=param
    )


def check_field(value: Any, field: Field, param: str) -> None:
    """Raises the ApiError that the real API gives for a value outside the field's types, values or bounds."""
    check_type(value, field.types, param)
    if isinstance(value, str):
        _check_text(value, field, param)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _check_bounds(value, field, param)


def _check_text(value: str, field: Field, param: str) -> None:
    if field.values:
        check_value(value, field.values, param)
    if field.max_length is not None and len(value) > field.max_length:
        raise ApiError(
            f"Invalid '{param}': string too long. Expected a string with maximum length {field.max_length}, "
            f"but got a string with length {len(value)} instead.",
            code="string_above_max_length",
            param=param,
        )


def _check_bounds(value: float, field: Field, param: str) -> None:
    kind = "integer" if "integer" in field.types else "decimal"
    if field.minimum is not None and value < field.minimum:
        raise ApiError(
            f"Invalid '{param}': {kind} below minimum value. Expected a value >= {field.minimum}, but got "
            f"{value} instead.",
            code=f"{kind}_below_min_value",
            param=param,
        )
    if field.maximum is not None and value > field.maximum:
        raise ApiError(
            f"Invalid '{param}': {kind} above maximum value. Expected a value <= {field.maximum}, but got "
            f"{value} instead.",
            code=f"{kind}_above_max_value",
            param=param,
        )
