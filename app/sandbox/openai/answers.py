"""The response object of POST /v1/responses (schema `Response` of OpenAI's OpenAPI document)."""

import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

from app.sandbox.openai.requests import Request

_ECHOED: Final[Mapping[str, Any]] = {
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
}


def response(
    request: Request, output: dict[str, Any], usage: dict[str, Any], *, is_cut: bool
) -> dict[str, Any]:
    """One whole answer around one output item; `is_cut` means that max_output_tokens was reached."""
    now = int(time.time())
    body = request.body
    echoed = {name: default if body.get(name) is None else body[name] for name, default in _ECHOED.items()}
    echoed["tools"] = [{"description": None, "strict": True, **tool} for tool in request.tools]
    return {
        "id": _new_id("resp"),
        "object": "response",
        "created_at": now,
        "completed_at": None if is_cut else now,
        "status": "incomplete" if is_cut else "completed",
        "background": False,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
        "model": body["model"],
        "output": [output],
        "service_tier": "default",
        "usage": usage,
        **echoed,
    }


def function_call(name: str, arguments: str, *, is_cut: bool) -> dict[str, Any]:
    return {
        "type": "function_call",
        "id": _new_id("fc"),
        "call_id": _new_id("call"),
        "name": name,
        "arguments": arguments,
        "status": "incomplete" if is_cut else "completed",
    }


def message(text: str, *, is_cut: bool) -> dict[str, Any]:
    return {
        "type": "message",
        "id": _new_id("msg"),
        "role": "assistant",
        "status": "incomplete" if is_cut else "completed",
        "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}],
    }


def models(names: list[str]) -> dict[str, Any]:
    """The list of GET /v1/models."""
    return {"object": "list", "data": [model(name) for name in names]}


def model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_735_689_600, "owned_by": "sandbox"}


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"
