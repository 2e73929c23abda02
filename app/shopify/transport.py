"""One GraphQL call to the Admin API: sent, retried, paced and checked, until there is data or one of our errors.

Sources: https://shopify.dev/docs/api/admin-graphql (status and error codes), https://shopify.dev/docs/api/usage/limits
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    wait_random_exponential,
)

from app.errors import TryLater
from app.shopify.documents import document
from app.shopify.errors import ACCESS_CODE, SERVICE, AccessDenied, UnexpectedAnswer, shop_closed_to_us
from app.shopify.throttle import Bucket, Cost

Shape = TypeVar("Shape", bound=BaseModel)

_BACKOFF = wait_random_exponential(multiplier=0.25, max=4.0)
_CLOSED_STATUSES = {
    301: "the domain has moved",
    302: "the domain has moved",
    307: "the domain has moved",
    308: "the domain has moved",
    401: "the access token is not valid",
    402: "the shop is frozen",
    403: "access is forbidden",
    404: "there is no such shop or API version",
    423: "the shop is locked",
}


@dataclass(frozen=True)
class Limits:
    """How long and how often one call may try.

    Attributes:
        attempts: Most requests for one call.
        attempt_seconds: Longest time for one request, from connecting to the last byte: a slow drip ends too.
        total_seconds: Longest time for the call with all its waits. What is left over is the job's to reschedule.
    """

    attempts: int = 3
    attempt_seconds: float = 10.0
    total_seconds: float = 25.0


class _Problem(BaseModel):
    """One entry of `errors`."""

    model_config = ConfigDict(frozen=True)

    message: str = ""
    path: tuple[str | int, ...] = ()
    extensions: dict[str, Any] = {}

    @property
    def code(self) -> str:
        return str(self.extensions.get("code", ""))


class _Answer(BaseModel):
    """The body of an answer. A few refusals come with `errors` as plain text."""

    model_config = ConfigDict(frozen=True)

    data: dict[str, Any] | None = None
    errors: tuple[_Problem, ...] | str | dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


class Transport:
    """Runs the documents of `queries/` against one shop. Safe to share between tasks of one event loop."""

    def __init__(self, http: httpx.AsyncClient, url: str, access_token: str, limits: Limits) -> None:
        self._http = http
        self._url = url
        self._headers = {"X-Shopify-Access-Token": access_token, "Accept": "application/json"}
        self._limits = limits
        self._bucket = Bucket()

    async def run(self, name: str, variables: Mapping[str, Any], shape: type[Shape]) -> Shape:
        """The `data` of `queries/<name>.graphql`, in the given shape.

        Raises:
            TryLater: Shopify is down, busy, unreadable, or closed to us (code `shopify_access`).
            AccessDenied: A field needs a scope or an approval that the app does not have.
            UnexpectedAnswer: Our query or our idea of the answer is wrong.
        """
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                data: dict[str, Any] = await self._retrying()(self._attempt, name, variables)
        except TimeoutError as error:
            raise _down("did not answer in time") from error
        try:
            return shape.model_validate(data)
        except ValidationError as error:
            where = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()})[:5])
            raise UnexpectedAnswer(
                f"Shopify's answer to {name} has a shape that is not known here ({where})."
            ) from error

    def _retrying(self) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception(_is_worth_another_try),
            stop=self._must_stop,
            wait=_wait,
            reraise=True,
        )

    def _must_stop(self, state: RetryCallState) -> bool:
        """A wait that does not fit is the job's: a worker's slot is not for sleeping in."""
        left = self._limits.total_seconds - (state.seconds_since_start or 0.0)
        return state.attempt_number >= self._limits.attempts or (_retry_after(state) or 0.0) >= left

    async def _attempt(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        await self._wait_for_points(name)
        try:
            async with asyncio.timeout(self._limits.attempt_seconds):
                response = await self._http.post(
                    self._url,
                    json={"query": document(name), "variables": dict(variables)},
                    headers=self._headers,
                    timeout=self._limits.attempt_seconds,
                    follow_redirects=False,
                )
        except (TimeoutError, httpx.TimeoutException) as error:
            raise _down("did not answer in time") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _down("could not be reached, or broke off its answer") from error
        return self._read(name, response)

    async def _wait_for_points(self, name: str) -> None:
        seconds = self._bucket.reserve(name)
        if seconds >= self._limits.total_seconds:
            self._bucket.give_back(name)
            raise _throttled(seconds)
        if seconds:
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                self._bucket.give_back(name)
                raise

    def _read(self, name: str, response: httpx.Response) -> dict[str, Any]:
        _raise_for_status(response)
        try:
            answer = _Answer.model_validate_json(response.content)
        except ValidationError as error:
            raise _down("answered with something unreadable") from error
        cost = self._learn(name, answer)
        if answer.errors:
            _raise_for_problems(name, answer.errors, cost)
        if answer.data is None:
            raise _down("answered without data")
        return answer.data

    def _learn(self, name: str, answer: _Answer) -> Cost | None:
        try:
            cost = Cost.model_validate((answer.extensions or {}).get("cost"))
        except ValidationError:
            return None  # pacing is a courtesy: an answer without its price is still an answer
        self._bucket.learn(name, cost)
        return cost


def _is_worth_another_try(error: BaseException) -> bool:
    return isinstance(error, TryLater) and error.code != ACCESS_CODE


def _retry_after(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, TryLater) else None


def _wait(state: RetryCallState) -> float:
    """What Shopify asked for, with jitter on top: everybody who was turned away heard the same number."""
    return (_retry_after(state) or 0.0) + _BACKOFF(state)


def _raise_for_status(response: httpx.Response) -> None:
    status = response.status_code
    if status in _CLOSED_STATUSES:
        raise shop_closed_to_us(_CLOSED_STATUSES[status])
    if status in {429, 430}:  # 430: Shopify's own code for a client that it takes for a robot
        raise _throttled(_seconds(response.headers.get("Retry-After")))
    if status >= 500 or status == 408:
        raise _down(f"answered with status {status}", _seconds(response.headers.get("Retry-After")))
    if status != 200:
        raise UnexpectedAnswer(f"Shopify answered with status {status}, which it does not document.")


def _raise_for_problems(
    name: str, errors: tuple[_Problem, ...] | str | dict[str, Any], cost: Cost | None
) -> None:
    """The worst of them decides. Shopify sends them with status 200, in part beside data."""
    if not isinstance(errors, tuple):
        raise UnexpectedAnswer(f"Shopify refused {name} without a code.")
    codes = {problem.code for problem in errors}
    if "THROTTLED" in codes:
        raise _throttled(cost.seconds_until_affordable if cost else None)
    if "SHOP_INACTIVE" in codes:
        raise shop_closed_to_us("the shop is not active")
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise _down("reported an internal error")
    if "ACCESS_DENIED" in codes:
        raise _denied(tuple(problem for problem in errors if problem.code == "ACCESS_DENIED"))
    raise UnexpectedAnswer(
        f"Shopify rejected {name} ({', '.join(sorted(filter(None, codes))) or 'no code'})."
    )


def _denied(problems: tuple[_Problem, ...]) -> AccessDenied:
    refusals = tuple(f"{p.message} {p.extensions.get('requiredAccess', '')}" for p in problems)
    return AccessDenied.of(refusals, tuple(".".join(map(str, p.path)) for p in problems))


def _down(what: str, retry_after: float | None = None) -> TryLater:
    return TryLater(f"Shopify {what}.", service=SERVICE, retry_after=retry_after)


def _throttled(retry_after: float | None) -> TryLater:
    return TryLater(
        "Shopify asks us to slow down.", service=SERVICE, retry_after=retry_after, code="shopify_throttled"
    )


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds. Shopify sends a number (2.0); the date form of RFC 9110 is not used there."""
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
