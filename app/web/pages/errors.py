"""Errors as pages: what happened, what was not done, and where to go from here."""

import logging
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from app.errors import PasokhError, Unauthenticated
from app.web.pages.view import go, render
from app.web.session import Visitor, find_visitor

log = logging.getLogger(__name__)

_TITLES: Mapping[int, str] = {
    400: "That did not make sense",
    401: "Sign in first",
    403: "This is not yours to do",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "Somebody was faster",
    413: "That was too much",
    422: "Something is missing",
    429: "Too many tries",
    503: "Not just now",
}
_OURS = "Something broke on our side"


def install_error_pages(app: FastAPI) -> None:
    """Answer every error as a page."""

    @app.exception_handler(PasokhError)
    async def _ours(request: Request, error: PasokhError) -> Response:
        if isinstance(error, Unauthenticated):
            return _to_sign_in(request)
        return await show_error(request, error.status, error.message)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, _: RequestValidationError) -> Response:
        return await show_error(
            request, 404, "This address does not lead anywhere. Look for it in the inbox."
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        message = "This address does not lead anywhere." if error.status_code == 404 else str(error.detail)
        return await show_error(request, error.status_code, message)

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> Response:
        log.error("page_failed", extra={"path": request.url.path}, exc_info=error)
        return await show_error(
            request,
            500,
            "Nothing was changed. Try once more; if it happens again, the log has the details under this time.",
            is_broken=True,
        )


async def show_error(
    request: Request, status: int, message: str, *, kept_text: str = "", is_broken: bool = False
) -> Response:
    """An error's page.

    Args:
        request: What was asked.
        status: HTTP status.
        message: A sentence that says what to do.
        kept_text: What the person had written: given back, so that it is not lost.
        is_broken: Something unexpected happened: look nothing up.
    """
    visitor: Visitor | None = None if is_broken else await find_visitor(request)
    return render(
        request,
        "error.html",
        visitor=visitor,
        status=status,
        title=_TITLES.get(status, _OURS),
        message=message,
        back=_came_from(request),
        kept_text=kept_text,
    )


def _to_sign_in(request: Request) -> Response:
    if request.method != "GET":
        return go("/sign-in")
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(f"/sign-in?next={quote(target, safe='')}")


def _came_from(request: Request) -> str:
    """The page of ours that led here; the inbox where none did."""
    referrer = urlsplit(request.headers.get("referer", ""))
    is_ours = referrer.netloc == request.headers.get("host") and referrer.path != request.url.path
    return referrer.path if is_ours and is_local(referrer.path) else "/inbox"


def is_local(path: str) -> bool:
    """Whether a path stays on this site; browsers read two slashes, or one and a backslash, as another host."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path
