"""A customer whose mail waits for a person is told so: once a conversation, as a reply of its own that answers nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.crm.suppression import find_suppression
from app.errors import NeedsPerson
from app.inbox.threads import LEAVING
from app.inbox.undo import undo_window
from app.inbox.wordings import load_wordings, voice_of
from app.jobs import DELIVER_REPLY, defer_alone
from app.models import Answer, Conversation, Message, Reply
from app.models.columns import now
from app.pipeline.budgets import count_spending
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.replies.addressing import reply_to
from app.replies.drafting import Draft
from app.replies.locales import choose_locale
from app.replies.telling import Asked, may_be_told, tell
from app.replies.trust import choose_recipient
from app.vocabulary import Direction, Outcome, ReplyState


async def tell_of_person(
    desk: Desk, access: StoreAccess, work: Work, conversation: Conversation, answer: Answer
) -> None:
    """Tell the customer where the owner wants that and it is right; the caller holds the conversation's lock.

    The reply leaves at the end of the undo time, and not at all if a person answers before.
    """
    due = conversation.due_at
    is_wanted = work.store.tells_of_person and work.store.automatic and answer.corrected_by is None
    waits = (
        conversation.outcome in {Outcome.DRAFTED, Outcome.HANDED_OVER} and not conversation.person_answering
    )
    if not is_wanted or not waits or due is None or due <= now():
        return
    if not may_be_told(_asked(work, answer)) or not await _may_be_written_to(
        desk, access, work, conversation
    ):
        return
    made = await _text(access, work, conversation, due)
    if made is not None:
        await _schedule(desk, access, work, answer, made)


async def _text(access: StoreAccess, work: Work, conversation: Conversation, due: datetime) -> Draft | None:
    """What is said; None where an owner's own wording does not work, as the draft for a person says then."""
    locale = choose_locale(conversation.language, work.store.default_locale)
    voice = voice_of(work.store, await load_wordings(access, work.store, locale))
    try:
        return tell(due, language=locale.code, store=voice, customer_name=work.newest.from_name, now=now())
    except NeedsPerson:
        return None


async def _may_be_written_to(desk: Desk, access: StoreAccess, work: Work, conversation: Conversation) -> bool:
    """As for any automatic mail: the address is the one that wrote, mail to it arrives, and the budgets are not spent."""
    elsewhere = [message.reply_to_address or "" for message in work.messages]
    recipient = choose_recipient(work.newest.from_address, elsewhere)
    if recipient.is_reply_to_ignored or await is_known(access, conversation):
        return False
    if await find_suppression(access, recipient.address, contact_id=conversation.contact_id):
        return False
    spending = await count_spending(access, work, desk.settings)
    return not any(one.is_spent for one in (*spending.budgets, spending.repeats))


def _asked(work: Work, answer: Answer) -> Asked:
    return Asked(
        text=f"{work.newest.subject}\n{work.question_text}",
        authenticity=work.authenticity,
        intents=[request["intent"] for request in answer.triage.get("requests", [])],
        codes=[reason["code"] for reason in answer.reasons],
    )


async def is_known(access: StoreAccess, conversation: Conversation) -> bool:
    """Whether they have been told before, or a person has answered, or is about to: they know then who reads their mails.

    What was taken back or failed before its first byte has told them nothing.
    """
    told = access.select(Reply).where(
        col(Reply.conversation_id) == conversation.id,
        sa.or_(col(Reply.tells_of_person).is_(True), col(Reply.automatic).is_(False)),
        sa.or_(
            col(Reply.sent_at).is_not(None), col(Reply.claimed_at).is_not(None), col(Reply.state).in_(LEAVING)
        ),
    )
    from_elsewhere = access.select(Message).where(
        col(Message.conversation_id) == conversation.id,
        col(Message.direction) == Direction.OUTBOUND,
        col(Message.reply_id).is_(None),
    )
    query = sa.select(sa.or_(told.exists(), from_elsewhere.exists()))
    return bool((await access.session.execute(query)).scalar_one())


async def _schedule(desk: Desk, access: StoreAccess, work: Work, answer: Answer, made: Draft) -> None:
    reply = reply_to(
        work.newest,
        work.mailbox,
        thread_key=desk.thread_key,
        state=ReplyState.SCHEDULED,
        automatic=True,
        locale=made.locale,
        markdown=made.markdown,
    )
    reply.tells_of_person, reply.answer_id, reply.is_proven = True, answer.id, True
    reply.template_version, reply.situations = made.template_version, [*made.situations]
    reply.send_after = now() + undo_window(work.store, desk.settings)
    access.session.add(reply)
    await access.session.flush()
    await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
