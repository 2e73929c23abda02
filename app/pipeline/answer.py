"""answer_conversation: understand the open mails of a conversation, look the facts up, draft, decide.

What the model said is committed before anything is looked up: a job that runs again pays for no second call.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.access import StoreAccess
from app.classifier.model import Usage
from app.classifier.triage import (
    PROMPT_HASH,
    VERSION,
    NotUnderstood,
    Question,
    Triage,
    price_at_most,
    triage,
)
from app.errors import NeedsPerson, PasokhError, TryLater
from app.intents import resolve_all
from app.intents.request import requests_of, without_echoes
from app.intents.resolution import Resolution
from app.jobs import ANSWER_CONVERSATION, defer_alone
from app.mail.credentials import blank_secrets
from app.models import SUPERSEDED, Answer, Conversation
from app.models.columns import now
from app.pipeline import verdict
from app.pipeline.background import Background, look_around
from app.pipeline.desk import Desk
from app.pipeline.doubts import doubts_of
from app.pipeline.filing import tell_waiting
from app.pipeline.open_mails import Work, gather
from app.pipeline.patience import next_wait
from app.pipeline.proving import (
    find_proven,
    hear_code,
    offer_code,
    refusal,
    require_no_owner,
    said_to_person,
)
from app.pipeline.spending import require_budget
from app.pipeline.standing import attach, is_overtaken
from app.pipeline.vips import add_customer
from app.replies.reasons import ASKS_FOR_PERSON, Reason
from app.replies.topics import asks_for_person
from app.shopify.errors import SERVICE as SHOPIFY
from app.vocabulary import Outcome

log = logging.getLogger(__name__)

_A_PERSON_ANSWERS = "A person is answering here."
_ON_THE_WIRE = timedelta(seconds=2)
"""How long a send mostly takes."""


async def answer_conversation(desk: Desk, conversation_id: UUID) -> None:
    """Run the job."""
    work = await gather(desk, conversation_id)
    if work is None:
        return
    if work.is_sending:
        await _look_again(desk, conversation_id)
        return
    heard = await hear_code(desk, work)
    if work.conversation.person_answering and (heard or not work.is_understood):
        said = said_to_person(heard) if heard else _A_PERSON_ANSWERS
        told = replace(work, answer=heard.answer) if heard else work
        await _hand_over(desk, told, Reason("person_in_thread", said))
        return
    try:
        await require_no_owner(desk, work)
        understood = replace(work, answer=heard.answer) if heard else await _understand(desk, work)
        if understood is None:
            return
        work = understood
        if heard is not None and not heard.attempt.is_right:
            resolutions: Sequence[Resolution] = [refusal(heard)]
        else:
            resolutions = await offer_code(desk, work, await _look_up(desk, work))
        resolutions = await add_customer(desk, work, resolutions)
    except NeedsPerson as error:
        await _hand_over(desk, work, Reason(error.code, error.message))
        return
    beside = Background() if resolutions else await look_around(desk, work)
    await verdict.conclude(desk, work, resolutions, beside)


async def _look_again(desk: Desk, conversation_id: UUID) -> None:
    """A reply is on the wire: should it be turned away, one answer takes in its mails, too."""
    async with desk.db.transaction() as session:
        await defer_alone(session, ANSWER_CONVERSATION, conversation_id, at=now() + _ON_THE_WIRE)


async def answer_failed(desk: Desk, conversation_id: UUID, error: Exception) -> None:
    """Wait for a dependency that is down, where people see it; in the end, or for a fault of ours, a person."""
    work = await gather(desk, conversation_id)
    if work is None:
        return
    if isinstance(error, TryLater) and await _wait(desk, work, error):
        return
    log.error("answer_conversation_failed", extra={"conversation": str(conversation_id)}, exc_info=error)
    # Not by a shop that is down, nor by a fault of ours that may lie in the look-up itself.
    is_other = isinstance(error, TryLater) and error.service != SHOPIFY
    background = await look_around(desk, work) if is_other else None
    reason = _why_given_up(error, is_with_person=work.conversation.person_answering)
    await verdict.hand_over(desk, work, reason, outcome=_end_of(error), background=background)


async def _hand_over(desk: Desk, work: Work, reason: Reason) -> None:
    """To a person, with the facts that code alone can find."""
    await verdict.hand_over(desk, work, reason, background=await look_around(desk, work))


def _why_given_up(error: Exception, *, is_with_person: bool) -> Reason:
    if isinstance(error, TryLater) and is_with_person:
        return Reason("person_in_thread", f"{_A_PERSON_ANSWERS} {error.message}")
    if isinstance(error, TryLater):
        return Reason(
            "gave_up_waiting", f"{error.message} This has lasted for too long, so a person takes over."
        )
    if isinstance(error, PasokhError):
        return Reason(error.code, error.message)
    return Reason(
        "our_fault", f"Our own fault ({type(error).__name__}) while answering. A person has to answer."
    )


def _end_of(error: Exception) -> Outcome:
    return Outcome.HANDED_OVER if isinstance(error, TryLater) else Outcome.FAILED


async def _wait(desk: Desk, work: Work, error: TryLater) -> bool:
    """Say so on the conversation and its mails, and come back later. False where it has lasted too long."""
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        conversation = await access.get(Conversation, work.conversation.id, lock=True)
        if await is_overtaken(access, work):
            return True  # whoever was faster has said what is to be said
        if conversation.person_answering:
            return False  # they are there, and a start is all that they need
        since = conversation.waiting_since or now()
        wait = next_wait(error, since, now(), desk.settings)
        if wait is None:
            return False
        conversation.waiting_since, conversation.reason = since, wait.sentence
        conversation.outcome = Outcome.WAITING
        await tell_waiting(access, conversation, wait.sentence)
        await defer_alone(session, ANSWER_CONVERSATION, conversation.id, at=wait.until)
    log.warning(
        "answer_waits",
        extra={"conversation": str(conversation.id), "service": error.service, "code": error.code},
    )
    return True


async def _understand(desk: Desk, work: Work) -> Work | None:
    """One model call, unless a job before us made it or a person corrected it. None: there is nothing left to do."""
    if work.is_understood:
        return work
    if not work.question_text.strip() and not work.newest.subject.strip():
        raise NeedsPerson(_nothing_to_read(work), code="no_text")
    if asks_for_person(work.newest.new_text):
        raise NeedsPerson("The customer asks for a person.", code=ASKS_FOR_PERSON)
    question = Question(
        store=work.store.name,
        subject=blank_secrets(work.newest.subject),
        text=blank_secrets(work.texts[-1]),
        before=tuple(blank_secrets(text) for text in work.texts[:-1]),
        earlier=work.earlier,
        known_orders=work.known_orders,
    )
    await require_budget(desk, work.store, price_at_most(desk.model, question))
    try:
        triaged = await triage(desk.model, question)
    except NotUnderstood as error:
        answer = await _keep(desk, work, Answer(), error.usage)
        if answer is not None:
            await _hand_over(desk, replace(work, answer=answer), Reason(error.code, error.message))
        return None
    understood = Answer(
        triage=triaged.triage.model_dump(mode="json"),
        problems=[*triaged.problems, *doubts_of(work)],
    )
    answer = await _keep(desk, work, understood, triaged.usage)
    return replace(work, answer=answer) if answer is not None else None


def _nothing_to_read(work: Work) -> str:
    if any(message.attachments for message in work.messages):
        return "The mail has no text, only attachments: a person has to look at them."
    return "The mail has no text."


async def _keep(desk: Desk, work: Work, answer: Answer, usage: Usage | None) -> Answer | None:
    """Commit what the model said and cost; None where another run was faster."""
    answer.store_id, answer.conversation_id = work.store.id, work.conversation.id
    answer.prompt_version, answer.prompt_hash = VERSION, PROMPT_HASH
    if usage is not None:
        answer.model, answer.model_calls, answer.model_ms = usage.model, usage.calls, usage.milliseconds
        answer.input_tokens, answer.cached_tokens = usage.input_tokens, usage.cached_tokens
        answer.output_tokens, answer.cost_usd = usage.output_tokens, usage.cost_usd
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        await access.get(Conversation, work.conversation.id, lock=True)
        is_late = await is_overtaken(access, work)
        if is_late:
            answer.action = SUPERSEDED  # of no use, and yet it was paid for
        session.add(answer)
        await session.flush()
        if not is_late:
            await attach(access, work, answer)
    return None if is_late else answer


async def _look_up(desk: Desk, work: Work) -> Sequence[Resolution]:
    """Each request's facts, in the identity of whom a reply would reach."""
    requests = without_echoes(requests_of(Triage.model_validate(work.triage), work.question_text))
    asker = work.asker(await find_proven(desk, work))
    return await resolve_all(requests, desk.shop(work.store), asker, now=now(), timezone=work.timezone)
