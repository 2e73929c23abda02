"""What each way in which a model can fail becomes, over real HTTP on loopback."""

import asyncio
from typing import Any

import pytest

from app.classifier.model import Function, MalformedAnswer, OpenAIModel
from app.errors import NeedsPerson, PasokhError, TryLater
from tests.patience import PATIENCE
from tests.shopify.scripted import Script, Step, answer, drip, reset, scripted, silence

FUNCTION = Function(
    "triage_email", "Describe it.", {"type": "object", "properties": {}, "additionalProperties": False}
)


def response(*output: dict[str, Any], status: str = "completed", **changes: Any) -> dict[str, Any]:
    usage = {
        "input_tokens": 1000,
        "input_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 0},
        "output_tokens": 50,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 1050,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-6-luna-2026-09",
        "status": status,
        "output": list(output),
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "temperature": None,
        "top_p": None,
        **changes,
    }


CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "triage_email",
    "arguments": "{}",
    "status": "completed",
}
WORDS = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hello", "annotations": []}],
}
REFUSAL = {**WORDS, "content": [{"type": "refusal", "refusal": "I cannot help with that."}]}
GOOD = answer(response(CALL))


def failure(status: int, code: str | None = None, **headers: str) -> Step:
    return answer({"error": {"message": "no", "code": code, "type": "x"}}, status=status, headers=headers)


async def call(script: Script, seconds: float = PATIENCE) -> Any:
    model = OpenAIModel(
        "a-key",
        base_url=f"{script.url}/v1",
        model="gpt-6-luna",
        timeout=seconds,
        input_usd=0.10,
        output_usd=0.50,
    )
    try:
        return await model.call(FUNCTION, instructions="Rules", messages=["A mail"], cache_key="triage")
    finally:
        await model.close()


async def test_a_call_forces_the_function_and_stores_nothing_at_openai():
    async with scripted(GOOD) as script:
        found = await call(script)
    assert found.arguments == "{}"
    assert script.paths == ["/v1/responses"]
    (body,) = script.bodies
    assert body["tool_choice"] == {"type": "function", "name": "triage_email"}
    assert (body["store"], body["parallel_tool_calls"], body["tools"][0]["strict"]) == (False, False, True)


async def test_a_call_tells_what_it_cost():
    async with scripted(GOOD) as script:
        usage = (await call(script)).usage
    assert (usage.model, usage.input_tokens, usage.cached_tokens) == ("gpt-6-luna-2026-09", 1000, 200)
    assert usage.cost_usd == pytest.approx(0.000125)


@pytest.mark.parametrize(
    "step",
    [
        failure(500),
        failure(503),
        failure(429, "rate_limit_exceeded"),
        reset(),
        answer(response(CALL), cut=5),
        answer(b"<html>Bad gateway</html>"),
        answer(b"not json"),
        answer([]),
        answer(response(status="failed", error={"code": "server_error", "message": "no"})),
    ],
)
async def test_what_a_moment_may_heal_is_tried_again(step):
    async with scripted(step, GOOD) as script:
        assert (await call(script)).arguments == "{}"
    assert len(script.bodies) == 2


@pytest.mark.parametrize("step", [failure(500), failure(429), reset(), answer(b"<html>")])
async def test_what_lasts_is_told_to_try_later(step):
    async with scripted(step, step, step) as script:
        with pytest.raises(TryLater):
            await call(script)
    assert len(script.bodies) == 3


async def test_a_long_retry_after_is_not_waited_for_here():
    async with scripted(failure(429, **{"Retry-After": "120"})) as script:
        with pytest.raises(TryLater) as caught:
            await call(script)
    assert caught.value.retry_after == 120


@pytest.mark.parametrize("step", [silence(), drip(response(CALL), 0.05)])
async def test_an_answer_that_never_ends_is_given_up_in_time(step):
    async with asyncio.timeout(PATIENCE), scripted(step, step, step) as script:
        with pytest.raises(TryLater, match="in time"):
            await call(script, seconds=0.3)


@pytest.mark.parametrize(
    ("step", "kind", "code"),
    [
        (failure(401), TryLater, "openai_key"),
        (failure(403), TryLater, "openai_key"),
        (failure(404, "model_not_found"), TryLater, "openai_model"),
        (failure(429, "insufficient_quota"), TryLater, "openai_quota"),
        (failure(400, "invalid_prompt"), NeedsPerson, None),
        (failure(413), NeedsPerson, None),
        (
            answer(response(status="incomplete", incomplete_details={"reason": "content_filter"})),
            NeedsPerson,
            None,
        ),
        (
            answer(response(status="failed", error={"code": "invalid_prompt", "message": "no"})),
            NeedsPerson,
            None,
        ),
        (
            answer(response(status="incomplete", incomplete_details={"reason": "max_output_tokens"})),
            MalformedAnswer,
            None,
        ),
        (answer(response(REFUSAL)), NeedsPerson, None),
        (answer(response(WORDS)), MalformedAnswer, None),
        (answer(response({**CALL, "name": "delete_everything"})), MalformedAnswer, None),
        (answer(response()), MalformedAnswer, None),
    ],
)
async def test_what_no_second_try_would_change_ends_in_its_type_at_once(step, kind, code):
    async with scripted(step) as script:
        with pytest.raises(kind) as caught:
            await call(script)
    assert len(script.bodies) == 1
    assert isinstance(caught.value, PasokhError)
    if code:
        assert caught.value.code == code


async def test_an_answer_that_cannot_be_used_is_paid_for_all_the_same():
    async with scripted(answer(response(WORDS))) as script:
        with pytest.raises(MalformedAnswer) as caught:
            await call(script)
    assert caught.value.usage is not None
    assert caught.value.usage.output_tokens == 50
