"""What is written down when an answer is decided: mails, conversation, touchpoints, the reply and the job that sends it."""

from dataclasses import asdict

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.crm import touchpoints
from app.db import announce
from app.inbox.due import NEEDS_PERSON, is_pressing, keep_clock
from app.inbox.handling import MERGED, withdraw_telling
from app.inbox.undo import undo_window
from app.jobs import DELIVER_REPLY, defer_alone
from app.models import Answer, Contact, Conversation, InboundMail, Reply
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.drafting import Drafted
from app.pipeline.open_mails import Work
from app.pipeline.proving import keep_offer
from app.pipeline.standing import tie
from app.pipeline.starting import make_start
from app.pipeline.telling import tell_of_person
from app.replies.addressing import reply_to
from app.replies.autonomy import Action, Decision
from app.replies.drafting import Draft
from app.replies.outbox import step
from app.vocabulary import Authenticity, Outcome, ReplyOrigin, ReplyState

_REPLACED = "Replaced: the customer wrote again, and one answer takes in all their mails."


async def file_answer(
    desk: Desk,
    access: StoreAccess,
    work: Work,
    conversation: Conversation,
    answer: Answer,
    decision: Decision,
    drafted: Drafted,
    *,
    outcome: Outcome | None = None,
) -> None:
    """Everything that the decision changes, in the caller's transaction. Whoever comes to it finds a draft."""
    action = decision.action
    answer.action, answer.reasons = action, [asdict(reason) for reason in decision.reasons]
    answer.passed = [*decision.passed]
    if any(work.answered_by(message) != answer.id for message in work.messages):
        await tie([message.id for message in work.messages], access, answer)
    for reply in work.stale:
        # The conversation's lock guards it: see app/inbox/handling.py.
        held = await access.get(Reply, reply.id)
        held.state, held.error = step(held.state, ReplyState.DISCARDED), held.error or _REPLACED
    why = " ".join(reason.sentence for reason in decision.reasons)
    if drafted.draft is not None:
        is_automatic = action is Action.SEND and drafted.origin is ReplyOrigin.TEMPLATE
        reply = await _add(desk, access, work, answer, drafted, drafted.draft, automatic=is_automatic)
        if reply.automatic:
            await defer_alone(access.session, DELIVER_REPLY, reply.id, at=reply.send_after)
            if not work.is_first:
                await withdraw_telling(access, conversation.id, "A reply leaves instead.")
            why = "The reply is ready and leaves at the end of the undo window."
    ended = outcome or _OUTCOMES[action]
    conversation.outcome, conversation.waiting_since = ended, None
    conversation.reason = why if action is not Action.SEND else ""
    requests = answer.triage.get("requests", [])
    conversation.intents = list(dict.fromkeys(request["intent"] for request in requests))
    conversation.language = answer.triage.get("language") or conversation.language
    pressing = ended in NEEDS_PERSON and is_pressing(answer.triage, work.question_text)
    await keep_clock(access, conversation, work.messages[0].created_at, pressing=pressing)
    await _end_mails(access, work, conversation, ended, why, answer)
    await tell_of_person(desk, access, work, conversation, answer)
    if drafted.draft is None:  # last, as what the customer is told by itself is not drafted once more
        start = await make_start(access, work, conversation, answer, drafted.known)
        if start.draft is not None:
            await _add(desk, access, work, answer, start, start.draft, automatic=False)
    await announce(access.session, access.store_id)


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
    moment = now()
    for message in work.messages:
        is_newest = message.id == work.newest.id
        ended, reason = (outcome, why) if is_newest else (Outcome.MERGED, MERGED)
        await access.session.execute(
            sa.update(InboundMail)
            .where(col(InboundMail.store_id) == access.store_id, col(InboundMail.id) == message.inbound_id)
            .values(
                outcome=ended, outcome_reason=reason, ended_at=None if ended is Outcome.WAITING else moment
            )
        )
        await touchpoints.conclude(
            access,
            message,
            contact=contact,
            outcome=ended,
            why=reason,
            intents=conversation.intents if is_newest else None,
            situations=situations if is_newest else None,
        )


async def _add(
    desk: Desk,
    access: StoreAccess,
    work: Work,
    answer: Answer,
    drafted: Drafted,
    made: Draft,
    *,
    automatic: bool,
) -> Reply:
    reply = _reply(desk, work, answer, made, automatic=automatic)
    reply.origin, reply.sources = drafted.origin, [dict(source) for source in drafted.sources]
    reply.findings = [finding.document() for finding in drafted.findings]
    access.session.add(reply)
    await access.session.flush()
    keep_offer(access, work, answer, reply, drafted.told)
    return reply


def _reply(desk: Desk, work: Work, answer: Answer, made: Draft, *, automatic: bool) -> Reply:
    reply = reply_to(
        work.newest,
        work.mailbox,
        thread_key=desk.thread_key,
        state=ReplyState.SCHEDULED if automatic else ReplyState.HELD,
        automatic=automatic,
        locale=made.locale,
        markdown=made.markdown,
    )
    reply.answer_id = answer.id
    reply.is_proven = work.authenticity is Authenticity.AUTHENTICATED
    reply.template_version, reply.situations = made.template_version, [*made.situations]
    reply.send_after = now() + undo_window(work.store, desk.settings) if automatic else None
    return reply
