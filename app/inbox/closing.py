"""Closing a conversation that needs nothing more, reopening it, and giving it back to the robot."""

from uuid import UUID

from app.access import StoreAccess
from app.db import announce
from app.inbox.drafts import discard_drafts, restore
from app.inbox.due import keep_clock, needs_person
from app.inbox.handling import (
    Stale,
    find_last_mail,
    find_replies,
    find_unanswered,
    hold,
    lock_conversation,
    lock_scheduled,
    mark,
    release,
    take_over,
    withdraw_telling,
)
from app.inbox.people import Person
from app.inbox.threads import LEAVING, OPEN_DRAFTS, is_waiting_start, open_thread
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.models import Answer, Conversation
from app.models.columns import now
from app.replies.outbox import step
from app.vocabulary import ConversationState, Outcome, ReplyState, Verdict


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


async def reopen(
    access: StoreAccess, conversation_id: UUID, *, by: Person, thread_key: bytes
) -> Conversation:
    """Put a closed conversation back on the list, with the draft that was thrown away when it was closed.

    What was closed before anything had read it is now with whoever opens it again.

    Raises:
        NotFound: There is no such conversation in this store.
    """
    conversation = await lock_conversation(access, conversation_id)
    conversation.state, conversation.closed_at = ConversationState.OPEN, None
    await keep_clock(access, conversation, now())
    thrown_away = (await open_thread(access, conversation_id)).thrown_away
    if thrown_away is not None:
        await restore(access, conversation, thrown_away, by=by, thread_key=thread_key)
    elif await _release_unread(access, conversation):
        return await take(access, conversation_id, by=by)
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
    """Let the robot answer again in a conversation that a person had taken over; what nothing has read, it reads now.

    Raises:
        NotFound: There is no such conversation in this store.
    """
    conversation = await lock_conversation(access, conversation_id)
    conversation.person_answering, conversation.assigned_to = False, None
    if await _release_unread(access, conversation):
        await defer_alone(access.session, ANSWER_CONVERSATION, conversation_id)
    elif needs_person(conversation) and await find_replies(access, conversation_id, OPEN_DRAFTS):
        conversation.reason = "It was given back to Pasokh with a draft that waits for a person all the same."
    await announce(access.session, access.store_id)
    return conversation


async def _release_unread(access: StoreAccess, conversation: Conversation) -> bool:
    """Have the mails wait for the robot again that a person took before anything had read them; whether there are any.

    There are none where words of a person's wait in their place.
    """
    newest = await find_last_mail(access, conversation.id)
    if not needs_person(conversation) or newest is None:
        return False
    drafts = await find_replies(access, conversation.id, OPEN_DRAFTS)
    answer = await access.find(Answer, newest.answer_id)
    if answer is not None and answer.action:
        is_unread = not answer.triage and any(one["code"] == "person_in_thread" for one in answer.reasons)
        if not is_unread or not all(is_waiting_start(draft) for draft in drafts):
            return False
        for draft in drafts:
            draft.state, draft.error = step(draft.state, ReplyState.DISCARDED), _GIVEN_BACK
        await release(access, answer)
    await mark(access, conversation, Outcome.WAITING, _GIVEN_BACK)
    return True


_GIVEN_BACK = "It was given back to Pasokh, which reads it now."
