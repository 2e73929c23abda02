"""Where nothing else was drafted: a start for the person, made where every answer is filed.

It costs no call of anybody's: where the budget is spent or a service is down, there is one all the same.
"""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.inbox.handling import find_replies
from app.inbox.threads import OPEN_DRAFTS
from app.inbox.wordings import load_wordings, voice_of
from app.intents.situation import Situation
from app.knowledge.languages import detect
from app.models import Answer, Conversation, Message
from app.models.columns import now
from app.pipeline.drafting import Drafted, addressee_of, situations_of
from app.pipeline.open_mails import Work
from app.pipeline.telling import is_known
from app.replies.letters import write_letter
from app.replies.locales import choose_locale
from app.replies.sources import NO_WORDINGS
from app.replies.starts import Unanswered, choose_start, may_tell_more
from app.vocabulary import Direction, ReplyOrigin

log = logging.getLogger(__name__)


async def make_start(
    access: StoreAccess, work: Work, conversation: Conversation, answer: Answer, known: Sequence[Situation]
) -> Drafted:
    """How an answer may begin, with what is `known` and may be told; nothing where a better draft waits already.

    The caller holds the conversation's lock.
    """
    if await find_replies(access, conversation.id, OPEN_DRAFTS):
        return Drafted()
    mail = await _unanswered(access, work, conversation, answer)
    start = choose_start(mail)
    # Whom a person writes to hears from that person where the order is, and not at every turn.
    is_talking = conversation.person_answering and mail.is_known
    has_more = may_tell_more(start, mail) and not is_talking
    told = (start, *situations_of(known)) if has_more else (start,)
    language = _language(answer, conversation, work)
    locale = choose_locale(language, work.store.default_locale)
    wordings = await load_wordings(access, work.store, locale) if work.store.has_wordings else NO_WORDINGS
    # A wording of the store that does not work, or a fault of ours in these very facts, leaves the plain start.
    for situations, words in ((told, wordings), ((start,), NO_WORDINGS)):
        try:
            voice = voice_of(work.store, words)
            made, findings = write_letter(situations, addressee_of(work, locale.code), voice, now())
        except Exception:  # the last resort of a mail that nothing else answered: what fails here may cost its draft, not the mail
            log.exception("start_failed", extra={"conversation": str(conversation.id)})
        else:
            return Drafted(made, findings, told=situations, origin=ReplyOrigin.START)
    return Drafted()


async def _unanswered(
    access: StoreAccess, work: Work, conversation: Conversation, answer: Answer
) -> Unanswered:
    numbers = {request.get("order_number") for request in answer.triage.get("requests", [])} - {None, ""}
    return Unanswered(
        subject=work.newest.subject,
        text=work.question_text,
        has_files=any(message.attachments for message in work.messages),
        order_number=numbers.pop() if len(numbers) == 1 else None,
        is_known=await is_known(access, conversation),
        is_further=await _has_earlier(access, work),
    )


async def _has_earlier(access: StoreAccess, work: Work) -> bool:
    """Whether the customer wrote before."""
    if len(work.messages) > 1:
        return True
    earlier = access.select(Message).where(
        col(Message.conversation_id) == work.conversation.id,
        col(Message.direction) == Direction.INBOUND,
        col(Message.id) != work.newest.id,
    )
    return bool((await access.session.execute(sa.select(earlier.exists()))).scalar_one())


def _language(answer: Answer, conversation: Conversation, work: Work) -> str:
    """As the model read it, now or in an earlier mail; else as the commonest words tell; empty: the store's own."""
    read = answer.triage.get("language") or conversation.language
    return str(read or detect(work.question_text, default=""))
