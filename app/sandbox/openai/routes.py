"""POST /v1/responses and GET /v1/models, as a FastAPI router."""

import json
import secrets
import time
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.sandbox.openai import answers
from app.sandbox.openai.arguments import build_arguments, enum_values
from app.sandbox.openai.composer import compose
from app.sandbox.openai.errors import ApiError
from app.sandbox.openai.requests import Request as ModelRequest
from app.sandbox.openai.requests import is_model, read_request
from app.sandbox.openai.text_model import TextModel
from app.sandbox.openai.usage import PromptCache, Tokenizer, usage

MODELS: Final = ["sandbox", "gpt-6-luna"]
_UNLIMITED: Final = 128_000


class Responder:
    """Answers checked requests: the model, the tokenizer, and the prompts seen so far."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        self._tokenizer = Tokenizer()
        self._cache = PromptCache()

    def respond(self, request: ModelRequest) -> dict[str, Any]:
        """One complete `Response` object; raises ApiError where the schema asks for what cannot be made."""
        text = self._arguments(request) if request.forced else self._plain_text(request)
        limit = request.body.get("max_output_tokens") or _UNLIMITED
        text, written, is_cut = self._tokenizer.cut(text, limit)
        output = (
            answers.function_call(request.forced["name"], text, is_cut=is_cut)
            if request.forced
            else answers.message(text, is_cut=is_cut)
        )
        return answers.response(request, output, self._usage(request, written), is_cut=is_cut)

    def _arguments(self, request: ModelRequest) -> str:
        assert request.forced is not None
        schema = request.forced["parameters"] or {"type": "object", "properties": {}}
        if "paragraphs" in schema.get("properties", {}):
            return _json_text(build_arguments(schema, compose(_mail_text(request)).as_hints()))
        triage = self._model.triage(_mail_text(request), intents=enum_values(schema, "intent"))
        return _json_text(build_arguments(schema, triage.as_hints()))

    def _plain_text(self, request: ModelRequest) -> str:
        triage = self._model.triage(_mail_text(request))
        return f"(The sandbox's text classifier, not a language model.) {triage.summary}"

    def _usage(self, request: ModelRequest, written: int) -> dict[str, Any]:
        prompt = self._tokenizer.prompt(request)
        cached, stored = self._cache.read(request.body.get("prompt_cache_key") or "", prompt)
        return usage(len(prompt), written, cached=cached, written=stored)


def create_router(model: TextModel, *, api_key: str) -> APIRouter:
    """The pretend OpenAI.

    Args:
        model: Trained once per process; it holds no state of a request.
        api_key: The only bearer token that is let in.
    """
    router = APIRouter(prefix="/v1")
    responder = Responder(model)

    @router.post("/responses")
    async def create_response(request: Request) -> JSONResponse:
        started = time.perf_counter()
        try:
            _check_key(request, api_key)
            answer = responder.respond(read_request(_parse(await request.body())))
        except ApiError as error:
            return _json(error.body, error.status, started)
        return _json(answer, 200, started)

    @router.get("/models")
    async def list_models(request: Request) -> JSONResponse:
        try:
            _check_key(request, api_key)
        except ApiError as error:
            return _json(error.body, error.status)
        return _json(answers.models(MODELS), 200)

    @router.get("/models/{name}")
    async def get_model(name: str, request: Request) -> JSONResponse:
        try:
            _check_key(request, api_key)
            answer = _get_model(name)
        except ApiError as error:
            return _json(error.body, error.status)
        return _json(answer, 200)

    return router


def _get_model(name: str) -> dict[str, Any]:
    if is_model(name):
        return answers.model(name)
    raise ApiError(f"The model '{name}' does not exist", status=404, code="model_not_found", param="model")


def _json_text(arguments: Any) -> str:
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


def _mail_text(request: ModelRequest) -> str:
    return "\n\n".join(request.newest or request.texts)


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ApiError(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
            "HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid "
            "JSON.)"
        ) from error


def _check_key(request: Request, api_key: str) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError("Missing bearer authentication in header", status=401)
    if not secrets.compare_digest(token.strip().encode(), api_key.encode()):
        shown = f"{token[:3]}***{token[-4:]}" if len(token) > 12 else "***"
        raise ApiError(
            f"Incorrect API key provided: {shown}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            status=401,
            code="invalid_api_key",
        )


def _json(body: dict[str, Any], status: int, started: float | None = None) -> JSONResponse:
    headers = {"x-request-id": f"req_{secrets.token_hex(16)}", "openai-version": "2020-10-01"}
    if started is not None:
        headers["openai-processing-ms"] = str(round((time.perf_counter() - started) * 1000))
    return JSONResponse(body, status, headers)
