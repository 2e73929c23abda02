"""Whether what a run of the job has read still stands when it writes, and which answer a mail goes into."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.handling import find_replies
from app.inbox.threads import LEAVING
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.models import Answer, Message, Reply
from app.pipeline.open_mails import SUPERSEDED, Work
from app.vocabulary import Direction, ReplyState

TAKEN_BACK = "Taken back: the customer wrote again before it left, and one answer takes in all their mails."


async def is_overtaken(access: StoreAccess, work: Work) -> bool:
    """Whether another run of the same job was faster; ask with the conversation locked.

    A job's lock keeps runs apart as long as its worker is heard of. One that only fell silent for too long is still
    at work when its job is given to another, so what we read must still stand when we write.
    """
    answer = await access.find(Answer, work.answer.id) if work.answer else None
    if answer is not None and answer.action:
        return True
    ids = [message.id for message in work.messages]
    query = sa.select(col(Message.id), col(Message.answer_id)).where(col(Message.id).in_(ids))
    found = dict((await access.session.execute(query)).all())
    return any(found.get(message.id) != work.answered_by(message) for message in work.messages)


async def has_newer(access: StoreAccess, work: Work) -> bool:
    """Whether a mail came in while we worked. Its own job waits for ours, and answers all of them together."""
    return await has_open_mail(access, work.conversation.id)


async def has_open_mail(access: StoreAccess, conversation_id: UUID) -> bool:
    """Whether a mail of a conversation is in no answer yet."""
    query = (
        access.select(Message)
        .where(
            col(Message.conversation_id) == conversation_id,
            col(Message.direction) == Direction.INBOUND,
            col(Message.answer_id).is_(None),
        )
        .limit(1)
    )
    return (await access.session.execute(query)).scalar_one_or_none() is not None


async def has_released(access: StoreAccess, conversation_id: UUID) -> bool:
    """Whether a person has let a reply go that has not left yet: what comes meanwhile, they see."""
    replies = await find_replies(access, conversation_id, LEAVING)
    return any(not reply.automatic for reply in replies)


async def starts_over(access: StoreAccess, work: Work) -> bool:
    """Whether a draft that this answer would replace has been released or edited meanwhile; then all is read again."""
    for reply in work.stale:
        held = await access.get(Reply, reply.id)
        if held.state is not ReplyState.HELD or held.edited:
            await defer_alone(access.session, ANSWER_CONVERSATION, work.conversation.id)
            return True
    return False


async def attach(access: StoreAccess, work: Work, answer: Answer) -> None:
    """Note that these mails are being answered by this answer."""
    await tie([message.id for message in work.own], access, answer)


async def release(access: StoreAccess, answer: Answer) -> None:
    """Its mails are open again."""
    answer.action = SUPERSEDED
    await access.session.execute(
        sa.update(Message)
        .where(col(Message.conversation_id) == answer.conversation_id, col(Message.answer_id) == answer.id)
        .values(answer_id=None)
    )


async def tie(ids: Sequence[UUID], access: StoreAccess, answer: Answer) -> None:
    """Note which answer these messages go into."""
    await access.session.execute(
        sa.update(Message).where(col(Message.id).in_(ids)).values(answer_id=answer.id)
    )
