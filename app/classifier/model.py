"""The model behind a port: one forced function call of OpenAI's Responses API. The only importer of openai."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Protocol

import openai
import tenacity
from openai.types.responses import (
    FunctionToolParam,
    Response,
    ResponseFunctionToolCall,
    ResponseInputParam,
    ResponseOutputMessage,
)

from app.errors import NeedsPerson, PasokhError, TryLater

SERVICE = "OpenAI"
MAX_OUTPUT_TOKENS = 1200
_PASSING = frozenset({"server_error", "rate_limit_exceeded"})
_ATTEMPTS = 3


@dataclass(frozen=True)
class Function:
    """A strict function that the model must call. `parameters` is its JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Usage:
    """What calls cost: tokens, USD, and wall clock in milliseconds."""

    model: str
    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: float
    milliseconds: int

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            other.model,
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
            self.milliseconds + other.milliseconds,
        )


class MalformedAnswer(PasokhError):
    """The model answered, and not as it was told to. It may be asked once more; `usage` is what the answer cost."""

    code = "malformed_answer"

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


@dataclass(frozen=True)
class FunctionCall:
    """The arguments that the model gave, as JSON text, and what the call cost."""

    arguments: str
    usage: Usage


class Model(Protocol):
    """What triage needs of a model; `OpenAIModel` is one, a scripted one serves tests."""

    async def call(
        self, function: Function, *, instructions: str, messages: list[str], cache_key: str
    ) -> FunctionCall:
        """Make the model call the function.

        Raises:
            TryLater: the service is down, busy or refuses our key.
            NeedsPerson: the service refused this very mail.
            MalformedAnswer: there is an answer, and no call of the function in it.
        """
        ...

    def price(self, input_tokens: int, output_tokens: int) -> float:
        """USD for so many tokens, none of them cached."""
        ...


class OpenAIModel:
    """A model of OpenAI's, or of any server that speaks the Responses API.

    Args:
        api_key: Bearer key.
        base_url: Up to and with `/v1`.
        model: The model's name.
        timeout: Seconds for one call in all; the SDK's own time-out is per read, and a slow drip outlasts it.
        input_usd: Price of a million input tokens.
        output_usd: Price of a million output tokens.
    """

    def __init__(
        self, api_key: str, *, base_url: str, model: str, timeout: float, input_usd: float, output_usd: float
    ) -> None:
        self._client = openai.AsyncOpenAI(
            api_key=api_key, base_url=base_url, max_retries=0, timeout=openai.Timeout(timeout, connect=5)
        )
        self._model = model
        self._timeout = timeout
        self._prices = (input_usd, output_usd)

    async def call(
        self, function: Function, *, instructions: str, messages: list[str], cache_key: str
    ) -> FunctionCall:
        started = time.monotonic()
        tool: FunctionToolParam = {
            "type": "function",
            "name": function.name,
            "description": function.description,
            "parameters": function.parameters,
            "strict": True,
        }
        entries: ResponseInputParam = [{"role": "user", "content": message} for message in messages]
        response = await self._patiently(
            tool, instructions=instructions, entries=entries, cache_key=cache_key
        )
        usage = self._usage(response, started)
        try:
            return FunctionCall(_arguments(response, function.name), usage)
        except MalformedAnswer as error:
            error.usage = usage
            raise

    def price(self, input_tokens: int, output_tokens: int) -> float:
        return (input_tokens * self._prices[0] + output_tokens * self._prices[1]) / 1_000_000

    async def check(self) -> None:
        """One cheap authenticated request; raises as `call` does."""
        try:
            async with asyncio.timeout(self._timeout):
                known = await self._client.models.retrieve(self._model)
            if getattr(known, "id", None) is None:
                raise TryLater("OpenAI sent something that is no answer of its API.", service=SERVICE)
        except (openai.OpenAIError, TimeoutError, json.JSONDecodeError) as error:
            raise _ours(error) from error

    async def close(self) -> None:
        await self._client.close()

    async def _patiently(
        self, tool: FunctionToolParam, *, instructions: str, entries: ResponseInputParam, cache_key: str
    ) -> Response:
        """Retry what a moment may heal; a longer outage is the job's business."""
        async for attempt in tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(_ATTEMPTS) | tenacity.stop_after_delay(self._timeout),
            wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=2, jitter=0.2),
            retry=tenacity.retry_if_exception(_is_momentary),
            reraise=True,
        ):
            with attempt:
                try:
                    async with asyncio.timeout(self._timeout):
                        response = await self._client.responses.create(
                            model=self._model,
                            instructions=instructions,
                            input=entries,
                            tools=[tool],
                            tool_choice={"type": "function", "name": tool["name"]},
                            parallel_tool_calls=False,
                            reasoning={"effort": "none"},
                            store=False,
                            prompt_cache_key=cache_key,
                            max_output_tokens=MAX_OUTPUT_TOKENS,
                        )
                except (openai.OpenAIError, TimeoutError, json.JSONDecodeError) as error:
                    raise _ours(error) from error
                return _whole(response)
        raise AssertionError("tenacity either returns or raises")

    def _usage(self, response: Response, started: float) -> Usage:
        """Count what was paid, however little of the answer is usable."""
        usage = getattr(response, "usage", None)
        read = _count(getattr(usage, "input_tokens", 0))
        written = _count(getattr(usage, "output_tokens", 0))
        details = getattr(usage, "input_tokens_details", None)
        return Usage(
            model=str(getattr(response, "model", "") or self._model),
            calls=1,
            input_tokens=read,
            cached_tokens=_count(getattr(details, "cached_tokens", 0)),
            output_tokens=written,
            cost_usd=self.price(read, written),
            milliseconds=round((time.monotonic() - started) * 1000),
        )


def _count(value: object) -> int:
    """A number of tokens; 0 where a server sends something else, or more than a column holds."""
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _whole(response: Any) -> Response:
    """The SDK validates nothing: an HTML page arrives here as a string, `{}` as an empty object."""
    if not isinstance(response, Response) or not isinstance(response.output, list):
        raise TryLater("OpenAI sent something that is no answer of its API.", service=SERVICE)
    if response.status == "failed" and response.error and response.error.code in _PASSING:
        raise TryLater("OpenAI has a fault.", service=SERVICE)
    return response


def _arguments(response: Response, name: str) -> str:
    if response.status == "incomplete":
        reason = response.incomplete_details.reason if response.incomplete_details else "unknown"
        if reason == "content_filter":
            raise NeedsPerson("The model's content filter stopped at this mail, so a person has to read it.")
        raise MalformedAnswer("The model's answer was cut off.")
    if response.status == "failed":
        code = response.error.code if response.error else "unknown"
        raise NeedsPerson(f"OpenAI refused this mail ({code}), so a person has to read it.")
    for item in response.output:
        if isinstance(item, ResponseFunctionToolCall) and item.name == name:
            return item.arguments
        if isinstance(item, ResponseOutputMessage) and any(part.type == "refusal" for part in item.content):
            raise NeedsPerson("The model refuses to read this mail, so a person has to.")
    raise MalformedAnswer("The model answered without calling the function.")


def _is_momentary(error: BaseException) -> bool:
    return isinstance(error, TryLater) and error.code == "try_later" and (error.retry_after or 0) <= 2


_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        (openai.AuthenticationError, openai.PermissionDeniedError),
        "OpenAI refuses OPENAI_API_KEY.",
        "openai_key",
    ),
    (openai.NotFoundError, "OpenAI does not know the model in PASOKH_OPENAI_MODEL.", "openai_model"),
    (openai.RateLimitError, "OpenAI is busy.", "try_later"),
    (openai.InternalServerError, "OpenAI has a fault.", "try_later"),
    ((openai.APITimeoutError, TimeoutError), "OpenAI did not answer in time.", "try_later"),
    (openai.APIConnectionError, "OpenAI is out of reach.", "try_later"),
)


def _ours(error: Exception) -> PasokhError:
    """OpenAI's errors as ours: what heals by waiting, what needs the owner, what needs a person."""
    if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
        return TryLater(
            "OpenAI says that the account has no credit left.", service=SERVICE, code="openai_quota"
        )
    for kinds, sentence, code in _SENTENCES:
        if isinstance(error, kinds):
            return TryLater(sentence, service=SERVICE, retry_after=_retry_after(error), code=code)
    if isinstance(error, openai.APIStatusError):
        return NeedsPerson(
            f"OpenAI refused this mail (status {error.status_code}), so a person has to read it."
        )
    return TryLater("OpenAI sent something that is no answer of its API.", service=SERVICE)


def _retry_after(error: Exception) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
