"""Posted forms: read with a bound, and taken only from a page of ours that this browser was shown."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from app.errors import BadRequest, Forbidden, TooLarge, Unprocessable
from app.web.session import csrf_token, desk_of, find_visitor

CSRF_FIELD = "csrf"
MAX_FORM = 300_000
_MAX_FIELDS = 200


@dataclass(frozen=True)
class Form:
    """The fields of a posted form; of a name that repeats, all values in their order."""

    fields: tuple[tuple[str, str], ...]

    def text(self, name: str) -> str:
        """The first value of that name; empty where there is none."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def choice(self, name: str) -> str | None:
        return self.text(name) or None


async def read_form(request: Request) -> Form:
    """A form that a signed-in visitor posted from our own page.

    Raises:
        Forbidden: It comes from elsewhere, or from a page of a session that has ended.
        BadRequest, TooLarge, Unprocessable: It is no form as browsers send them.
    """
    visitor = await find_visitor(request)
    return await read_form_of(request, visitor.token if visitor else None)


async def read_form_of(request: Request, secret: str | None) -> Form:
    """As `read_form`, for a browser that holds `secret` in a cookie."""
    _check_origin(request)
    form = _parse(request, await _read_body(request))
    expected = csrf_token(desk_of(request).sealer, secret) if secret else ""
    if not secret or not hmac.compare_digest(form.text(CSRF_FIELD).encode(), expected.encode()):
        raise Forbidden(
            "This form is too old, or was not made by us. Nothing was done. Go back, reload the page and try again.",
            code="csrf",
        )
    return form


def _check_origin(request: Request) -> None:
    """Browsers say where a form comes from. One that says nothing is old, and the token still guards."""
    origin = request.headers.get("origin")
    if origin is None:
        is_foreign = request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    else:
        own = urlsplit(desk_of(request).settings.public_url)
        given = urlsplit(origin)
        is_ours = (given.scheme, given.netloc) == (own.scheme, own.netloc)
        is_foreign = not is_ours and given.netloc != request.headers.get("host", "")
    if is_foreign:
        raise Forbidden("This form comes from another site. Nothing was done.", code="csrf")


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise TooLarge(f"This form holds more than {MAX_FORM:,} bytes. Shorten the text.")
    return bytes(body)


def _parse(request: Request, body: bytes) -> Form:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Unprocessable("This is not a form as browsers send it.")
    try:
        fields = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise BadRequest("This form cannot be read.") from error
    return Form(tuple(fields))


Posted = Annotated[Form, Depends(read_form)]
