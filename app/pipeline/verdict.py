"""The end of an answer: draft, decide, and save all of it with the job that sends it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.classifier.triage import Triage
from app.crm import touchpoints
from app.crm.profile import learn
from app.db import announce
from app.errors import NeedsPerson
from app.inbox.handling import MERGED
from app.intents.resolution import Resolution
from app.jobs import ANSWER_CONVERSATION, DELIVER_REPLY, conversation_lock, defer, reply_lock
from app.mail.inbound.threading import make_message_id
from app.mail.outbound.compose import reply_subject
from app.models import Answer, Contact, Conversation, InboundMail, Message, Reply
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import SUPERSEDED, Work
from app.replies.autonomy import Action, Budget, Case, Decision, Reason, Request, answerable, decide
from app.replies.drafting import Draft, StoreVoice, draft
from app.replies.grounding import Finding, check
from app.replies.outbox import step
from app.replies.trust import Recipient, choose_recipient
from app.settings import Settings
from app.tools.lookup import Lookup
from app.vocabulary import Authenticity, Direction, Mode, Outcome, ReplyState, Sentiment

_AUTOMATIC_STATES = (
    ReplyState.SCHEDULED,
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.DELIVERED,
    ReplyState.IN_DOUBT,
)


async def conclude(desk: Desk, work: Work, resolutions: Sequence[Resolution]) -> None:
    """Draft and decide on what was looked up; save it unless a newer mail has made it stale."""
    assert work.answer is not None
    found = Triage.model_validate(work.triage)
    requests = tuple(_request(work, resolution) for resolution in resolutions)
    drafted = _draft(work, requests, found.language)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        conversation = await access.get(Conversation, work.conversation.id, lock=True)
        answer = await access.get(Answer, work.answer.id)
        if await is_overtaken(access, work):
            return
        # What a person corrected is kept: it is held in any case, and the newer mail's answer replaces it knowingly.
        has_newer = answer.corrected_by is None and await _has_newer(access, work)
        if has_newer or await _starts_over(access, work):
            await _release(access, answer)
            return
        case = Case(
            requests=requests,
            text=work.question_text,
            authenticity=work.authenticity,
            sentiment=Sentiment(found.sentiment),
            is_stopped=not work.store.automatic,
            is_reply_to_ignored=_recipient(work).is_reply_to_ignored,
            is_with_person=conversation.person_answering
            or answer.corrected_by is not None
            or work.is_corrected,
            problems=tuple(answer.problems),
            budgets=await _budgets(access, work, desk.settings),
            findings=drafted.findings,
        )
        decision = _with_obstacle(decide(case), drafted)
        answer.lookups = [_plain(lookup) for resolution in resolutions for lookup in resolution.lookups]
        answer.situations = [_situation(resolution) for resolution in resolutions]
        contact = await access.get(Contact, conversation.contact_id)
        learn(
            contact,
            language=found.language,
            intents=[resolution.situation.intent for resolution in resolutions],
            orders=[order for resolution in resolutions for order in resolution.orders],
        )
        await _save(desk, access, work, conversation, answer, decision, drafted)


async def hand_over(
    desk: Desk, work: Work, reason: Reason, *, outcome: Outcome = Outcome.HANDED_OVER
) -> None:
    """Give the open mails to a person, with the reason."""
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        conversation = await access.get(Conversation, work.conversation.id, lock=True)
        if await is_overtaken(access, work):
            return
        if await _starts_over(access, work):
            return
        answer = await access.find(Answer, work.answer.id) if work.answer else None
        if answer is None:
            answer = Answer(store_id=work.store.id, conversation_id=conversation.id)
            session.add(answer)
            await session.flush()
        decision = Decision(Action.HAND_OVER, (reason,))
        await _save(desk, access, work, conversation, answer, decision, _Drafted(), outcome=outcome)


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


async def attach(access: StoreAccess, work: Work, answer: Answer) -> None:
    """Note that these mails are being answered by this answer."""
    await _tie([message.id for message in work.own], access, answer)


async def _tie(ids: Sequence[UUID], access: StoreAccess, answer: Answer) -> None:
    await access.session.execute(
        sa.update(Message).where(col(Message.id).in_(ids)).values(answer_id=answer.id)
    )


async def tell_waiting(access: StoreAccess, conversation: Conversation, sentence: str) -> None:
    """Say on the mails themselves what they wait for."""
    await access.session.execute(
        sa.update(InboundMail)
        .where(
            col(InboundMail.store_id) == access.store_id,
            col(InboundMail.conversation_id) == conversation.id,
            col(InboundMail.outcome) == Outcome.WAITING,
        )
        .values(outcome_reason=sentence)
    )
    await announce(access.session, access.store_id)


def _request(work: Work, resolution: Resolution) -> Request:
    intent = resolution.situation.intent
    # A person asked for this draft by correcting what was understood: a mode cannot be in the way of it.
    is_asked_for = work.answer is not None and work.answer.corrected_by is not None
    mode = work.store.mode(intent)
    return Request(
        situation=resolution.situation,
        mode=Mode.DRAFT if is_asked_for and mode is Mode.OFF else mode,
        ownership=resolution.ownership,
    )


@dataclass(frozen=True)
class _Drafted:
    """The reply's text and what of it no fact backs; or why there is none."""

    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    obstacle: Reason | None = None


def _with_obstacle(decision: Decision, drafted: _Drafted) -> Decision:
    """Where there is no text, there is nothing to send and nothing to hold."""
    if drafted.obstacle is None or decision.action is Action.HAND_OVER:
        return decision
    return Decision(Action.HAND_OVER, (drafted.obstacle, *decision.reasons))


def _draft(work: Work, requests: tuple[Request, ...], language: str) -> _Drafted:
    told = answerable(requests)
    voice = StoreVoice(work.store.name, work.store.signature, work.store.default_locale, work.store.timezone)
    try:
        made = draft(
            told,
            language=language,
            store=voice,
            customer_name=work.newest.from_name,
            now=now(),
        )
    except NeedsPerson as error:
        return _Drafted(obstacle=Reason(error.code, error.message))
    spoken = (voice.name, voice.signature, work.newest.from_name)
    return _Drafted(made, check(made.markdown, told, made.locale, voice=spoken))


def _recipient(work: Work) -> Recipient:
    return choose_recipient(work.newest.from_address, [m.reply_to_address or "" for m in work.messages])


async def _has_newer(access: StoreAccess, work: Work) -> bool:
    """Whether a mail came in while we worked. Its own job waits for ours, and answers all of them together."""
    query = (
        access.select(Message)
        .where(
            col(Message.conversation_id) == work.conversation.id,
            col(Message.direction) == Direction.INBOUND,
            col(Message.answer_id).is_(None),
        )
        .limit(1)
    )
    return (await access.session.execute(query)).scalar_one_or_none() is not None


async def _starts_over(access: StoreAccess, work: Work) -> bool:
    """Whether a draft that this answer would replace has been released or edited meanwhile; then all is read again."""
    for reply in work.stale:
        held = await access.get(Reply, reply.id)
        if held.state is not ReplyState.HELD or held.edited:
            lock = conversation_lock(work.conversation.id)
            await defer(
                access.session, ANSWER_CONVERSATION, work.conversation.id, lock=lock, queueing_lock=lock
            )
            return True
    return False


async def _release(access: StoreAccess, answer: Answer) -> None:
    """Its mails are open again."""
    answer.action = SUPERSEDED
    await access.session.execute(
        sa.update(Message)
        .where(col(Message.conversation_id) == answer.conversation_id, col(Message.answer_id) == answer.id)
        .values(answer_id=None)
    )


async def _budgets(access: StoreAccess, work: Work, settings: Settings) -> tuple[Budget, ...]:
    proven = work.authenticity is Authenticity.AUTHENTICATED
    limit = settings.automatic_mails_per_address if proven else settings.automatic_mails_per_unproven_address
    query = sa.select(sa.func.count()).where(
        col(Reply.store_id) == access.store_id,
        # However it is spelt: a forger who floods somebody would vary it.
        sa.func.lower(col(Reply.to_address)) == sa.func.lower(work.newest.from_address),
        col(Reply.automatic).is_(True),
        col(Reply.state).in_(_AUTOMATIC_STATES),
        col(Reply.created_at) > now() - timedelta(days=1),
    )
    sent = (await access.session.execute(query)).scalar_one()
    return (Budget("to this address within a day", sent, limit),)


async def _save(
    desk: Desk,
    access: StoreAccess,
    work: Work,
    conversation: Conversation,
    answer: Answer,
    decision: Decision,
    drafted: _Drafted,
    *,
    outcome: Outcome | None = None,
) -> None:
    """Everything that the decision changes, in the caller's transaction."""
    action = decision.action
    answer.action, answer.reasons = action, [asdict(reason) for reason in decision.reasons]
    await _tie([message.id for message in work.messages], access, answer)
    for reply in work.stale:
        held = await access.get(
            Reply, reply.id
        )  # the conversation's lock guards it, see app/inbox/handling.py
        held.state = step(held.state, ReplyState.DISCARDED)
    why = " ".join(reason.sentence for reason in decision.reasons)
    if drafted.draft is not None and action is not Action.HAND_OVER:
        reply = _reply(desk, work, answer, drafted.draft, automatic=action is Action.SEND)
        reply.findings = [finding.sentence for finding in drafted.findings]
        access.session.add(reply)
        await access.session.flush()
        if reply.automatic:
            lock = reply_lock(reply.id)
            await defer(
                access.session, DELIVER_REPLY, reply.id, at=reply.send_after, lock=lock, queueing_lock=lock
            )
            why = "The reply is ready and leaves at the end of the undo window."
    ended = outcome or _OUTCOMES[action]
    conversation.outcome, conversation.waiting_since = ended, None
    conversation.reason = why if action is not Action.SEND else ""
    requests = answer.triage.get("requests", [])
    conversation.intents = list(dict.fromkeys(request["intent"] for request in requests))
    conversation.language = answer.triage.get("language") or conversation.language
    await _end_mails(access, work, conversation, ended, why, answer)
    await announce(access.session, access.store_id)


_OUTCOMES = {
    Action.SEND: Outcome.WAITING,  # until it has left
    Action.HOLD: Outcome.DRAFTED,
    Action.HAND_OVER: Outcome.HANDED_OVER,
}


async def _end_mails(
    access: StoreAccess, work: Work, conversation: Conversation, outcome: Outcome, why: str, answer: Answer
) -> None:
    """The newest mail bears the outcome; those before it went into the same answer."""
    situations = [one["name"] for one in answer.situations if one["name"]]
    contact = await access.get(Contact, conversation.contact_id)
    inbounds = {inbound.id: inbound for inbound in work.inbounds}
    for message in work.messages:
        is_newest = message.id == work.newest.id
        ended, reason = (outcome, why) if is_newest else (Outcome.MERGED, MERGED)
        if message.inbound_id in inbounds:
            inbound = await access.get(InboundMail, message.inbound_id)
            inbound.outcome, inbound.outcome_reason = ended, reason
            inbound.ended_at = None if ended is Outcome.WAITING else now()
        await touchpoints.conclude(
            access,
            message,
            contact=contact,
            outcome=ended,
            why=reason,
            intents=conversation.intents if is_newest else None,
            situations=situations if is_newest else None,
        )


def _reply(desk: Desk, work: Work, answer: Answer, made: Draft, *, automatic: bool) -> Reply:
    reply_id = uuid4()
    asked = work.newest
    domain = work.mailbox.address.rpartition("@")[2]
    return Reply(
        id=reply_id,
        store_id=work.store.id,
        conversation_id=work.conversation.id,
        answer_id=answer.id,
        state=ReplyState.SCHEDULED if automatic else ReplyState.HELD,
        automatic=automatic,
        to_address=asked.from_address,
        subject=reply_subject(asked.subject),
        locale=made.locale,
        markdown=made.markdown,
        template_version=made.template_version,
        situations=[*made.situations],
        in_reply_to=asked.rfc_message_id,
        references=[one for one in (*asked.references, asked.rfc_message_id) if one],
        rfc_message_id=make_message_id(reply_id, desk.thread_key, domain),
        send_after=now() + timedelta(seconds=desk.settings.undo_seconds) if automatic else None,
    )


def _situation(resolution: Resolution) -> dict[str, Any]:
    situation = resolution.situation
    return {"intent": situation.intent.value, "name": situation.name, "person": situation.person}


def _plain(lookup: Lookup) -> dict[str, Any]:
    return {
        "tool": lookup.tool,
        "arguments": dict(lookup.args),
        "outcome": lookup.outcome,
        "ownership": lookup.ownership.value if lookup.ownership else None,
        "facts": dict(lookup.facts),
    }
