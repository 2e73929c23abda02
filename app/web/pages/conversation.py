"""One conversation: its page, and what is done with the whole of it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox import closing
from app.inbox.corrections import MOST_REQUESTS, Correction, draft_again
from app.inbox.drafts import Release, write
from app.inbox.failures import describe_trouble
from app.inbox.grounds import Unbacked, grounds_of_conversation
from app.inbox.listing import find_next
from app.inbox.proofs import read_proofs
from app.inbox.threads import LEAVING, NEWEST, open_thread
from app.inbox.undo import undo_window_by_hand
from app.models import Reply
from app.models.columns import now
from app.vocabulary import Intent, Outcome
from app.web.forms import Form, Posted
from app.web.pages.checks import show_checked, show_unbacked
from app.web.pages.errors import show_error
from app.web.pages.view import go, render
from app.web.session import Agent, Visitor, desk_of

router = APIRouter(prefix="/conversations/{conversation_id}")


def release_by(request: Request, visitor: Visitor, form: Form) -> Release:
    return Release(
        visitor.person,
        undo_window_by_hand(visitor.store, desk_of(request).settings).total_seconds(),
        seen=form.choice("seen"),
        acknowledged=form.choice("acknowledged"),
        despite_suppression=form.choice("despite") == "on",
    )


async def send_by(
    request: Request, visitor: Visitor, change: Callable[[StoreAccess], Awaitable[Reply]], form: Form
) -> Response:
    """One key a reply: what needs the visitor next is shown at once, and above it what was just released."""
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        reply = await change(access)
        wants_next = form.choice("then") == "next"
        following = await find_next(access, besides=reply.conversation_id) if wants_next else None
    if following is None:
        return go(f"/conversations/{reply.conversation_id}", "released")
    return go(f"/conversations/{following}?released={reply.id}")


@router.get("")
async def show_conversation(
    request: Request, conversation_id: UUID, visitor: Agent, released: UUID | None = None
) -> Response:
    """The page of a conversation, and above it a reply to another that was `released` a moment ago."""
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        thread = await open_thread(access, conversation_id)
        proofs = await read_proofs(access, conversation_id, now())
        reply = await access.find(Reply, released)
        trouble = await describe_trouble(access, thread.troubled) if thread.troubled else None
    return render(
        request,
        "conversation.html",
        visitor=visitor,
        thread=thread,
        proofs=proofs,
        trouble=trouble,
        released=reply if reply is not None and reply.state in LEAVING else None,
        now=now(),
        newest=NEWEST,
        intents=Intent,
        most_requests=MOST_REQUESTS,
    )


@router.post("/write")
async def write_reply(request: Request, conversation_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Answer in one's own words. What was written is given back where it cannot be sent."""
    release, text, key = (
        release_by(request, visitor, form),
        form.text("markdown"),
        desk_of(request).thread_key,
    )
    try:
        return await send_by(
            request,
            visitor,
            lambda access: write(access, conversation_id, text, release, thread_key=key),
            form,
        )
    except Unbacked as error:
        return show_unbacked(request, visitor, form, error)
    except BadRequest as error:
        return await show_error(request, error.status, error.message, kept_text=text)


@router.post("/check")
async def check_words(request: Request, conversation_id: UUID, visitor: Agent, form: Posted) -> Response:
    """What of the words that are being written no fact backs, as a part of the page."""
    async with desk_of(request).db.transaction() as session:
        grounds = await grounds_of_conversation(StoreAccess(session, visitor.store.id), conversation_id)
    return show_checked(request, visitor, form.text("markdown"), grounds)


@router.post("/correct")
async def correct(request: Request, conversation_id: UUID, visitor: Agent, form: Posted) -> Response:
    """Draft again by what a person says the customer wants."""
    async with desk_of(request).db.transaction() as session:
        await draft_again(
            StoreAccess(session, visitor.store.id),
            conversation_id,
            _corrections(form),
            by=visitor.person,
            seen=form.choice("seen"),
        )
    return go(f"/conversations/{conversation_id}", "drafting")


@router.post("/close")
async def close(request: Request, conversation_id: UUID, visitor: Agent, form: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        await closing.close(access, conversation_id, by=visitor.person, seen=form.choice("seen"))
    return go(f"/conversations/{conversation_id}", "closed")


@router.post("/reopen")
async def reopen(request: Request, conversation_id: UUID, visitor: Agent, _: Posted) -> Response:
    desk = desk_of(request)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, visitor.store.id)
        await closing.reopen(access, conversation_id, by=visitor.person, thread_key=desk.thread_key)
    return go(f"/conversations/{conversation_id}", "reopened")


@router.post("/take")
async def take(request: Request, conversation_id: UUID, visitor: Agent, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        await closing.take(StoreAccess(session, visitor.store.id), conversation_id, by=visitor.person)
    return go(f"/conversations/{conversation_id}", "taken")


@router.post("/give-back")
async def give_back(request: Request, conversation_id: UUID, visitor: Agent, _: Posted) -> Response:
    async with desk_of(request).db.transaction() as session:
        given = await closing.give_back(StoreAccess(session, visitor.store.id), conversation_id)
        is_at_it = given.outcome is Outcome.WAITING
    return go(f"/conversations/{conversation_id}", "given-back-unread" if is_at_it else "given-back")


def _corrections(form: Form) -> list[Correction]:
    """The rows of the form that name an intent; the others are left out."""
    rows = zip(form.all("intent"), form.all("order_number"), strict=False)
    try:
        return [Correction(Intent(intent), number.strip()) for intent, number in rows if intent]
    except ValueError as error:
        raise BadRequest("Choose what the customer wants from the list.") from error
