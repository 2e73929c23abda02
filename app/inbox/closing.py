"""Closing a conversation that needs nothing more, reopening it, and giving it back to the robot."""

from uuid import UUID

from app.access import StoreAccess
from app.db import announce
from app.inbox.drafts import discard_drafts
from app.inbox.due import keep_clock
from app.inbox.handling import (
    Stale,
    find_replies,
    find_unanswered,
    hold,
    lock_conversation,
    lock_scheduled,
    mark,
    take_over,
    withdraw_telling,
)
from app.inbox.people import Person
from app.inbox.threads import LEAVING
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.models import Conversation
from app.models.columns import now
from app.vocabulary import ConversationState, Outcome, Verdict


async def close(
    access: StoreAccess, conversation_id: UUID, *, by: Person, seen: str | None = None
) -> Conversation:
    """Take a conversation off the list; a draft that waits is thrown away. A new mail opens it again.

    Raises:
        NotFound: There is no such conversation in this store.
        Stale: It has changed since the person looked, or a reply is leaving just now.
    """
    conversation = await lock_conversation(access, conversation_id, seen)
    if await find_replies(access, conversation_id, LEAVING):
        raise Stale("A reply of this conversation is leaving just now. Take it back first, or wait.")
    why = f"{by.name} closed it without a reply."
    await withdraw_telling(access, conversation_id, why)
    has_draft = bool(await discard_drafts(access, conversation_id, Verdict.DISCARDED))
    if await take_over(access, conversation_id, why) or has_draft:
        await mark(access, conversation, Outcome.HANDED_OVER, why)
    conversation.state, conversation.closed_at, conversation.due_at = ConversationState.CLOSED, now(), None
    await announce(access.session, access.store_id)
    return conversation


async def reopen(access: StoreAccess, conversation_id: UUID) -> Conversation:
    """Put a closed conversation back on the list.

    Raises:
        NotFound: There is no such conversation in this store.
    """
    conversation = await lock_conversation(access, conversation_id)
    conversation.state, conversation.closed_at = ConversationState.OPEN, None
    await keep_clock(access, conversation, now())
    await announce(access.session, access.store_id)
    return conversation


async def take(access: StoreAccess, conversation_id: UUID, *, by: Person) -> Conversation:
    """Make a conversation somebody's own: the robot is silent, and what it was about to send waits for them.

    What it is at goes on as a draft for them; what it has not begun, it only makes a start for, and at once.

    Raises:
        NotFound: There is no such conversation in this store.
    """
    conversation = await lock_conversation(access, conversation_id)
    conversation.assigned_to, conversation.person_answering = by.user_id, True
    why = f"{by.name} has taken this over."
    scheduled = await lock_scheduled(access, conversation_id)
    for reply in scheduled:
        hold(reply)
    await withdraw_telling(access, conversation_id, why)
    if unanswered := await find_unanswered(access, conversation_id):
        # It is theirs from now on; its mails wait until their draft is there, which no quiet time puts off.
        conversation.outcome, conversation.reason = Outcome.HANDED_OVER, why
        conversation.waiting_since = None
        await keep_clock(access, conversation, unanswered[0][1])
        await defer_alone(access.session, ANSWER_CONVERSATION, conversation_id)
    elif scheduled:
        await mark(access, conversation, Outcome.DRAFTED, why)
    await announce(access.session, access.store_id)
    return conversation


async def give_back(access: StoreAccess, conversation_id: UUID) -> Conversation:
    """Let the robot answer again in a conversation that a person had taken over.

    Raises:
        NotFound: There is no such conversation in this store.
    """
    conversation = await lock_conversation(access, conversation_id)
    conversation.person_answering, conversation.assigned_to = False, None
    await announce(access.session, access.store_id)
    return conversation
