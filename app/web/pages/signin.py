"""Signing in and out, and choosing the store to work in."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import BadRequest, NotAllowed
from app.sealing import new_token
from app.web.forms import Posted, read_form_of
from app.web.pages.errors import is_local
from app.web.pages.view import csrf_field, go, render
from app.web.session import (
    LONGEST,
    Agent,
    cookie_name,
    csrf_token,
    desk_of,
    end_session,
    find_visitor,
    list_stores,
    set_cookie,
    switch_store,
)
from app.web.signin import sign_in

router = APIRouter()

_FORM_COOKIE = "pasokh-form"
_FORM_SECONDS = 24 * 3600


@router.get("/sign-in")
async def show_sign_in(request: Request, next: str = "/inbox") -> Response:  # noqa: A002 - the usual name in addresses
    if await find_visitor(request) is not None:
        return go(_target(next))
    return _sign_in_page(request, next_path=_target(next))


@router.post("/sign-in")
async def do_sign_in(request: Request) -> Response:
    """A wrong password leads back to the form; its sentence is the same whatever was wrong."""
    desk = desk_of(request)
    form = await read_form_of(request, request.cookies.get(_FORM_COOKIE))
    target = _target(form.text("next"))
    try:
        signed_in = await sign_in(
            desk.db,
            desk.sealer,
            email=form.text("email"),
            password=form.text("password"),
            address=request.client.host if request.client else "",
        )
    except NotAllowed as error:
        return _sign_in_page(
            request, next_path=target, email=form.text("email"), error=error.message, status=error.status
        )
    response = go("/stores/choose" if signed_in.stores > 1 else target)
    seconds = int(LONGEST.total_seconds())
    set_cookie(response, cookie_name(desk.settings), signed_in.token, desk.settings, seconds=seconds)
    response.delete_cookie(_FORM_COOKIE, path="/")
    return response


@router.post("/sign-out")
async def do_sign_out(request: Request, visitor: Agent, _: Posted) -> Response:
    desk = desk_of(request)
    async with desk.db.transaction() as session:
        await end_session(session, visitor.token)
    response = go("/sign-in")
    response.delete_cookie(cookie_name(desk.settings), path="/", secure=True, httponly=True)
    return response


@router.get("/stores/choose")
async def show_stores(request: Request, visitor: Agent) -> Response:
    async with desk_of(request).db.transaction() as session:
        stores = await list_stores(session, visitor.user.id)
    return render(request, "choose_store.html", visitor=visitor, stores=stores)


@router.post("/stores/choose")
async def choose_store(request: Request, visitor: Agent, form: Posted) -> Response:
    try:
        store_id = UUID(form.text("store"))
    except ValueError as error:
        raise BadRequest("Choose one of your stores.") from error
    async with desk_of(request).db.transaction() as session:
        await switch_store(session, visitor.token, store_id)
    return go("/inbox")


def _sign_in_page(
    request: Request, *, next_path: str, email: str = "", error: str = "", status: int = 200
) -> Response:
    """The form, with a cookie of its own that its token belongs to: nobody is signed in yet."""
    desk = desk_of(request)
    secret = request.cookies.get(_FORM_COOKIE) or new_token()
    response = render(
        request,
        "sign_in.html",
        visitor=None,
        status=status,
        form_token=csrf_field(csrf_token(desk.sealer, secret)),
        next_path=next_path,
        email=email,
        error=error,
    )
    set_cookie(response, _FORM_COOKIE, secret, desk.settings, seconds=_FORM_SECONDS)
    return response


def _target(path: str) -> str:
    return path if is_local(path) else "/inbox"
