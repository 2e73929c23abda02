"""Checks the body of POST /v1/responses as the real API does, and takes from it what an answer needs.

Source: the `CreateResponse` schema of OpenAI's OpenAPI document and
https://platform.openai.com/docs/guides/function-calling.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.sandbox.openai.errors import ApiError, not_played
from app.sandbox.openai.fields import FIELDS, check_field, check_type, check_value
from app.sandbox.openai.strict_schema import check_parameters

_MODELS = re.compile(r"(sandbox|gpt-[\w.:-]+|o\d[\w.:-]*)\Z")
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
_ROLES = ("user", "assistant", "system", "developer")
_TOOL_FIELDS: Final = frozenset(
    {
        "type",
        "name",
        "description",
        "parameters",
        "strict",
        "output_schema",
        "defer_loading",
        "allowed_callers",
    }
)
_TEXT_PARTS = ("input_text", "output_text")
_OTHER_ITEMS = ("function_call", "function_call_output", "reasoning")
_NOT_PLAYED: Final[Mapping[str, str]] = {
    "background": "background responses",
    "context_management": "context management",
    "conversation": "stored conversations",
    "moderation": "moderation",
    "prompt": "stored prompts",
    "stream": "streaming",
}


@dataclass(frozen=True)
class Request:
    """A checked request.

    Attributes:
        body: The JSON object as it came.
        texts: The text of every input message, oldest first.
        newest: The text of the user's messages only, oldest first.
        forced: The function tool that must be called, if one must.
    """

    body: Mapping[str, Any]
    texts: tuple[str, ...]
    newest: tuple[str, ...]
    forced: Mapping[str, Any] | None

    @property
    def tools(self) -> list[Mapping[str, Any]]:
        return list(self.body.get("tools") or [])


def is_model(name: str) -> bool:
    """Whether the sandbox answers under this model name; any other is unknown, as at the real API."""
    return _MODELS.match(name) is not None


def read_request(body: Any) -> Request:
    """Raises ApiError (400) with the field and code that the real API names."""
    if not isinstance(body, dict):
        raise ApiError(
            "We could not parse the JSON body of your request: it is expected to be a JSON object.",
        )
    _check_fields(body)
    messages = list(_messages(body["input"]))
    tools = body.get("tools") or []
    for position, tool in enumerate(tools):
        _check_tool(tool, f"tools[{position}]")
    return Request(
        body=body,
        texts=tuple(text for _, text in messages),
        newest=tuple(text for role, text in messages if role == "user"),
        forced=_forced_tool(body.get("tool_choice") or "auto", tools),
    )


def _check_fields(body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if name not in FIELDS:
            raise ApiError(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
        if value is not None:
            check_field(value, FIELDS[name], name)
    for name in ("model", "input"):
        if body.get(name) is None:
            raise ApiError(
                f"Missing required parameter: '{name}'.", code="missing_required_parameter", param=name
            )
    if not is_model(body["model"]):
        raise ApiError(
            f"The requested model '{body['model']}' does not exist.", code="model_not_found", param="model"
        )
    _refuse_unplayed(body)


def _refuse_unplayed(body: Mapping[str, Any]) -> None:
    for name, what in _NOT_PLAYED.items():
        if body.get(name):
            raise not_played(name, what)
    previous = body.get("previous_response_id")
    if previous is not None:
        raise ApiError(
            f"Previous response with id '{previous}' not found.",
            code="previous_response_not_found",
            param="previous_response_id",
        )
    text_format = (body.get("text") or {}).get("format") or {"type": "text"}
    if text_format.get("type") != "text":
        raise not_played("text.format", "structured text; force a function instead")


def _messages(given: str | list[Any]) -> Iterator[tuple[str, str]]:
    """Yields (role, text) of each message; function calls and their outputs are context only."""
    if isinstance(given, str):
        yield "user", given
        return
    for position, item in enumerate(given):
        param = f"input[{position}]"
        check_type(item, ("object",), param)
        kind = item.get("type", "message")
        check_value(str(kind), ("message", *_OTHER_ITEMS), f"{param}.type")
        if kind == "message":
            yield _role(item, param), "".join(_content(item, param))


def _role(item: Mapping[str, Any], param: str) -> str:
    if "role" not in item:
        raise ApiError(
            f"Missing required parameter: '{param}.role'.",
            code="missing_required_parameter",
            param=f"{param}.role",
        )
    role = item["role"]
    check_type(role, ("string",), f"{param}.role")
    check_value(role, _ROLES, f"{param}.role")
    return str(role)


def _content(item: Mapping[str, Any], param: str) -> Iterator[str]:
    if item.get("content") is None:
        raise ApiError(
            f"Missing required parameter: '{param}.content'.",
            code="missing_required_parameter",
            param=f"{param}.content",
        )
    content = item["content"]
    check_type(content, ("string", "array"), f"{param}.content")
    if isinstance(content, str):
        yield content
        return
    for position, part in enumerate(content):
        at = f"{param}.content[{position}]"
        check_type(part, ("object",), at)
        check_value(str(part.get("type")), _TEXT_PARTS, f"{at}.type")
        check_type(part.get("text"), ("string",), f"{at}.text")
        yield part["text"]


def _check_tool(tool: Any, param: str) -> None:
    check_type(tool, ("object",), param)
    check_value(str(tool.get("type")), ("function",), f"{param}.type")
    for name in ("name", "parameters"):
        if name not in tool:
            raise ApiError(
                f"Missing required parameter: '{param}.{name}'.",
                code="missing_required_parameter",
                param=f"{param}.{name}",
            )
    for name in tool:
        if name not in _TOOL_FIELDS:
            raise ApiError(
                f"Unknown parameter: '{param}.{name}'.", code="unknown_parameter", param=f"{param}.{name}"
            )
    check_type(tool["name"], ("string",), f"{param}.name")
    if not _NAME.match(tool["name"]):
        raise ApiError(
            f"Invalid '{param}.name': string does not match pattern. Expected a string that matches the "
            "pattern '^[a-zA-Z0-9_-]+$'.",
            code="invalid_value",
            param=f"{param}.name",
        )
    check_type(tool.get("strict"), ("boolean", "null"), f"{param}.strict")
    check_type(tool["parameters"], ("object", "null"), f"{param}.parameters")
    # The Responses API is strict unless told otherwise; then an absent schema is no schema at all.
    check_parameters(
        tool["name"],
        tool["parameters"] or {"type": "object", "properties": {}, "additionalProperties": False},
        strict=tool.get("strict") is not False,
        param=f"{param}.parameters",
    )


def _forced_tool(choice: str | Mapping[str, Any], tools: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if isinstance(choice, str):
        check_value(choice, ("none", "auto", "required"), "tool_choice")
        if choice == "required" and not tools:
            raise ApiError("Tool choice 'required' must be specified with 'tools' parameter.", param="tools")
        return tools[0] if choice == "required" else None
    kind = str(choice.get("type"))
    check_value(kind, ("function", "allowed_tools"), "tool_choice.type")
    if kind == "function":
        return _named_tool(choice.get("name"), tools)
    check_type(choice.get("tools"), ("array",), "tool_choice.tools")
    allowed = [_named_tool(tool.get("name"), tools) for tool in choice["tools"]]
    return allowed[0] if allowed and choice.get("mode") == "required" else None


def _named_tool(name: Any, tools: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    check_type(name, ("string",), "tool_choice.name")
    for tool in tools:
        if tool["name"] == name:
            return tool
    raise ApiError(f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice")
