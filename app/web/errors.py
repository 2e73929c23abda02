"""One JSON envelope for every error of the webhooks and the API: `{"error": {"code", "message"}}`, some with `details`."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import PasokhError, Unauthenticated


def envelope(
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    details: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """An error as JSON; `details` only where it has some."""
    error = {"code": code, "message": message, **({"details": details} if details else {})}
    return JSONResponse({"error": error}, status_code=status, headers=dict(headers or {}))


def install_json_errors(app: FastAPI) -> None:
    """Answer errors as JSON. Pages, an application of their own, answer as pages."""

    @app.exception_handler(PasokhError)
    async def _ours(_: Request, error: PasokhError) -> Response:
        headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
        return envelope(error.status, error.code, error.message, headers, error.details)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in {"query", "path", "body"})
        return envelope(422, "invalid", f"{where}: {first['msg']}.")

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> Response:
        return envelope(
            error.status_code, "not_found" if error.status_code == 404 else "http", str(error.detail)
        )
