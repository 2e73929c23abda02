"""Whether what a run of the job has read still stands when it writes, and which answer a mail goes into."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess
from app.inbox.handling import find_replies
from app.inbox.threads import LEAVING
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.models import Answer, Message, Reply
from app.pipeline.open_mails import Work
from app.vocabulary import Direction, ReplyState

TAKEN_BACK = "Taken back: the customer wrote again before it left, and one answer takes in all their mails."


@dataclass(frozen=True)
class Standing:
    """What has become of the mails meanwhile.

    Attributes:
        is_overtaken: Another run of the same job was faster.
        has_newer: A mail came in while we worked. Its own job waits for ours, and answers all of them together.
    """

    is_overtaken: bool
    has_newer: bool


_IS_OPEN = sa.and_(
    col(Message.store_id) == OF_STORE,
    col(Message.conversation_id) == sa.bindparam("conversation"),
    col(Message.direction) == Direction.INBOUND,
    col(Message.answer_id).is_(None),
)
_HAS_OPEN = sa.select(sa.select(col(Message.id)).where(_IS_OPEN).exists())
_STANDING = sa.select(col(Message.id), col(Message.answer_id), _IS_OPEN).where(
    sa.or_(col(Message.id).in_(sa.bindparam("mails", expanding=True)), _IS_OPEN)
)


async def read_standing(access: StoreAccess, work: Work) -> Standing:
    """Both at once; ask with the conversation locked.

    A job's lock keeps runs apart as long as its worker is heard of. One that only fell silent for too long is still
    at work when its job is given to another, so what we read must still stand when we write.
    """
    answer = await access.find(Answer, work.answer.id) if work.answer else None
    ids = [message.id for message in work.messages]
    rows = (await access.run(_STANDING, conversation=work.conversation.id, mails=ids)).all()
    tied = {message_id: answer_id for message_id, answer_id, _ in rows}
    return Standing(
        is_overtaken=(answer is not None and bool(answer.action))
        or any(tied.get(message.id) != work.answered_by(message) for message in work.messages),
        has_newer=any(is_open for *_, is_open in rows),
    )


async def is_overtaken(access: StoreAccess, work: Work) -> bool:
    """See `Standing`."""
    return (await read_standing(access, work)).is_overtaken


async def has_newer(access: StoreAccess, work: Work) -> bool:
    """See `Standing`."""
    return await has_open_mail(access, work.conversation.id)


async def has_open_mail(access: StoreAccess, conversation_id: UUID) -> bool:
    """Whether a mail of a conversation is in no answer yet."""
    return bool((await access.run(_HAS_OPEN, conversation=conversation_id)).scalar_one())


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


async def tie(ids: Sequence[UUID], access: StoreAccess, answer: Answer) -> None:
    """Note which answer these messages go into."""
    await access.session.execute(
        sa.update(Message).where(col(Message.id).in_(ids)).values(answer_id=answer.id)
    )
