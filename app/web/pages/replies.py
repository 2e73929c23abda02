"""What is done with one reply. Each leads back to where it was done: mostly its conversation."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox import drafts, failures
from app.inbox.grounds import Unbacked, grounds_of
from app.models import Reply
from app.pipeline.sent import record_sent
from app.web.forms import Form, Posted
from app.web.pages.checks import show_checked, show_unbacked
from app.web.pages.conversation import release_by, send_by
from app.web.pages.errors import show_error
from app.web.pages.view import go
from app.web.session import Agent, Visitor, desk_of

router = APIRouter(prefix="/replies/{reply_id}")


async def _do(
    request: Request,
    visitor: Visitor,
    change: Callable[[StoreAccess], Awaitable[Reply]],
    done: str,
    form: Form | None = None,
) -> Response:
    async with desk_of(request).db.transaction() as session:
        reply = await change(StoreAccess(session, visitor.store.id))
    is_from_list = form is not None and form.choice("back") == "failures"
    return go("/failures" if is_from_list else f"/conversations/{reply.conversation_id}", done)


@router.post("/approve")
async def approve(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    release = release_by(request, visitor, form)
    return await send_by(request, visitor, lambda access: drafts.approve(access, reply_id, release), form)


@router.post("/edit")
async def edit_and_send(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Release a draft in one's own words. They are given back where they cannot be sent."""
    release, text = release_by(request, visitor, form), form.text("markdown")
    try:
        return await send_by(
            request, visitor, lambda access: drafts.edit_and_send(access, reply_id, text, release), form
        )
    except Unbacked as error:
        return show_unbacked(request, visitor, form, error)
    except BadRequest as error:
        return await show_error(request, error.status, error.message, kept_text=text)


@router.post("/check")
async def check_words(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """What of the words that are being written no fact backs, as a part of the page."""
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        grounds = await grounds_of(access, await access.get(Reply, reply_id))
    return show_checked(request, visitor, form.text("markdown"), grounds)


@router.post("/discard")
async def discard(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    return await _do(
        request,
        visitor,
        lambda access: drafts.discard(access, reply_id, by=visitor.person, seen=form.choice("seen")),
        "discarded",
    )


@router.post("/bring-back")
async def bring_back(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Have a draft wait again that was thrown away."""
    key = desk_of(request).thread_key
    return await _do(
        request,
        visitor,
        lambda access: drafts.bring_back(
            access, reply_id, by=visitor.person, thread_key=key, seen=form.choice("seen")
        ),
        "brought-back",
    )


@router.post("/undo")
async def undo(request: Request, reply_id: UUID, visitor: Agent, _: Posted) -> Response:
    return await _do(
        request, visitor, lambda access: drafts.undo(access, reply_id, by=visitor.person), "undone"
    )


@router.post("/send-again")
async def send_again(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    release = release_by(request, visitor, form)
    return await _do(
        request, visitor, lambda access: drafts.send_again(access, reply_id, release), "released", form
    )


@router.post("/send-anew")
async def send_anew(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Send a reply that came back once more."""
    release, key = release_by(request, visitor, form), desk_of(request).thread_key
    return await _do(
        request,
        visitor,
        lambda access: failures.send_anew(access, reply_id, release, thread_key=key),
        "released",
        form,
    )


@router.post("/settle")
async def settle_as_sent(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """A person has found out that a reply in doubt did leave."""

    async def settle(access: StoreAccess) -> Reply:
        reply = await drafts.get_doubtful(access, reply_id)
        await record_sent(access, reply)
        return reply

    return await _do(request, visitor, settle, "settled", form)


@router.post("/give-up")
async def give_up(request: Request, reply_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Leave a reply in trouble as it is."""
    return await _do(
        request,
        visitor,
        lambda access: failures.leave(access, reply_id, by=visitor.person),
        "given-up",
        form,
    )
