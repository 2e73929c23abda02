"""The end of an answer: draft, decide, and have it filed with the job that sends it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess, of_store
from app.classifier.triage import Triage
from app.crm.profile import learn
from app.crm.suppression import describe, find_suppression
from app.inbox.automation import get_store
from app.inbox.handling import release
from app.inbox.stopping import trip
from app.intents.keeping import keep
from app.intents.resolution import Resolution
from app.models import Answer, Contact, Conversation, Store
from app.models.columns import now
from app.pipeline.aftermath import WINDOW, note_aftermath, note_wish_for_person
from app.pipeline.background import Background
from app.pipeline.budgets import count_spending
from app.pipeline.composing import prepare_draft
from app.pipeline.desk import Desk
from app.pipeline.drafting import Drafted
from app.pipeline.filing import file_answer
from app.pipeline.history import find_open_hand_over, find_repeated, read_given
from app.pipeline.open_mails import Work
from app.pipeline.standing import has_released, is_overtaken, read_standing, starts_over
from app.pipeline.vips import vip_standing
from app.replies.autonomy import Action, Case, Decision, Request, decide
from app.replies.hours import hours_of
from app.replies.reasons import ASKS_FOR_PERSON, Reason
from app.replies.starts import needs_own_words
from app.replies.trust import Recipient, choose_recipient
from app.tools.lookup import Lookup
from app.vocabulary import Mode, Outcome, ReplyOrigin, Sentiment

_BY_MODEL = Reason("written_by_model", "The model wrote a part of this draft: a person has to read it.")


async def conclude(desk: Desk, work: Work, resolutions: Sequence[Resolution], background: Background) -> None:
    """Draft and decide on what was looked up; save it unless a newer mail has made it stale.

    `background`: what was looked up beside, for the person alone.
    """
    assert work.answer is not None
    found = Triage.model_validate(work.triage)
    requests = tuple(_request(work.store, work, resolution) for resolution in resolutions)
    drafted = await prepare_draft(desk, work, requests, resolutions)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        conversation = await access.get(Conversation, work.conversation.id, lock=True)
        answer, contact = await _answer_and_contact(access, work.answer.id, conversation)
        standing = await read_standing(access, work)
        if standing.is_overtaken:
            return
        # What a person corrected is kept: it is held in any case, and the newer mail's answer replaces it knowingly.
        is_stale = answer.corrected_by is None and standing.has_newer
        if is_stale or await starts_over(access, work):
            await release(access, answer)
            return
        case = await _case(desk, access, work, conversation, answer, resolutions, drafted)
        decision = _for_draft(decide(case), drafted)
        requested = (lookup for resolution in resolutions for lookup in resolution.lookups)
        answer.lookups = [_plain(lookup) for lookup in (*requested, *background.lookups)]
        answer.situations = [keep(resolution.situation) for resolution in resolutions]
        learn(
            contact,
            language=found.language,
            intents=[resolution.situation.intent for resolution in resolutions],
            orders=[order for resolution in resolutions for order in resolution.orders],
        )
        await file_answer(desk, access, work, conversation, answer, decision, drafted)


_ANSWER_AND_CONTACT = (
    of_store(Answer)
    .add_columns(Contact)
    .join(Contact, col(Contact.id) == sa.bindparam("contact"))
    .where(col(Answer.id) == sa.bindparam("answer"))
)


async def _answer_and_contact(
    access: StoreAccess, answer_id: UUID, conversation: Conversation
) -> tuple[Answer, Contact]:
    rows = await access.run(_ANSWER_AND_CONTACT, answer=answer_id, contact=conversation.contact_id)
    answer, contact = rows.one()
    return answer, contact


async def _case(
    desk: Desk,
    access: StoreAccess,
    work: Work,
    conversation: Conversation,
    answer: Answer,
    resolutions: Sequence[Resolution],
    drafted: Drafted,
) -> Case:
    """All that the decision rests on, as it is at this moment."""
    found, asked = Triage.model_validate(work.triage), work.triage["requests"]
    recipient = _recipient(work)
    suppression = await find_suppression(access, recipient.address, contact_id=conversation.contact_id)
    spending = await count_spending(access, work, desk.settings)
    if spending.is_store_spent:
        await trip(access)
    window = timedelta(hours=work.store.repeat_hours)
    given = await read_given(access, conversation.contact_id, max(window, WINDOW))
    await note_aftermath(access, work, given, asked, Sentiment(found.sentiment))
    # After what these mails have just said about it, a situation may be on draft again.
    store = await get_store(access)
    handed_over = await find_open_hand_over(access, work)
    vip = vip_standing(work, resolutions)
    return Case(
        requests=tuple(_request(store, work, resolution) for resolution in resolutions),
        text=work.question_text,
        authenticity=work.authenticity,
        authenticity_reasons=work.authenticity_reasons,
        sentiment=Sentiment(found.sentiment),
        is_stopped=not work.store.automatic,
        stop_reason=work.store.stop_reason,
        is_reply_to_ignored=recipient.is_reply_to_ignored,
        suppressed=describe(suppression) if suppression else "",
        vip=vip.why,
        vip_unknown=vip.unknown,
        handed_over=str(handed_over or ""),
        is_handed_over_here=handed_over == conversation.id,
        is_with_person=conversation.person_answering
        or answer.corrected_by is not None
        or work.is_corrected
        or await has_released(access, conversation.id),
        repeated=find_repeated(given, asked, window),
        automatic_hours=store.automatic_hours,
        is_open=hours_of(store).is_open(now()),
        problems=tuple(answer.problems),
        budgets=spending.budgets,
        repeats=spending.repeats,
        findings=drafted.findings,
    )


async def hand_over(
    desk: Desk,
    work: Work,
    reason: Reason,
    *,
    outcome: Outcome = Outcome.HANDED_OVER,
    background: Background | None = None,
) -> None:
    """Give the open mails to a person, with the reason, a start of an answer, and what was looked up for them.

    Args:
        desk: What the job works with.
        work: The open mails.
        reason: Why.
        outcome: How they end.
        background: What is known of who writes, where no request was looked up.
    """
    found = background or Background()
    if _has_better_draft(work, reason):
        work = work.without_stale()
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        conversation = await access.get(Conversation, work.conversation.id, lock=True)
        if await is_overtaken(access, work):
            return
        if await starts_over(access, work):
            return
        answer = await access.find(Answer, work.answer.id) if work.answer else None
        if answer is None:
            answer = Answer(store_id=work.store.id, conversation_id=conversation.id)
            session.add(answer)
            await session.flush()
        answer.lookups = answer.lookups or [_plain(lookup) for lookup in found.lookups]
        if found.known and not answer.composed:
            answer.composed = {"grounds": [keep(situation) for situation in found.known]}
        decision = Decision(Action.HAND_OVER, (reason, *found.notes))
        await file_answer(
            desk, access, work, conversation, answer, decision, Drafted(known=found.known), outcome=outcome
        )
        if reason.code == ASKS_FOR_PERSON:  # last, as it may lock the store: see app/inbox/handling.py
            given = await read_given(access, conversation.contact_id, WINDOW)
            await note_wish_for_person(access, work, given)


def _has_better_draft(work: Work, reason: Reason) -> bool:
    """Whether what waits from before says more than a start would, and may still be said."""
    if reason.code == ASKS_FOR_PERSON or needs_own_words(work.question_text):
        return False
    return any(reply.origin is not ReplyOrigin.START for reply in work.stale)


def _request(store: Store, work: Work, resolution: Resolution) -> Request:
    # A person asked for this draft by correcting what was understood: a mode cannot be in the way of it.
    is_asked_for = work.answer is not None and work.answer.corrected_by is not None
    mode = store.mode(resolution.situation.intent, resolution.situation.name)
    return Request(
        situation=resolution.situation,
        mode=Mode.DRAFT if is_asked_for and mode is Mode.OFF else mode,
        ownership=resolution.ownership,
    )


def _for_draft(decision: Decision, drafted: Drafted) -> Decision:
    """What the draft itself adds: nothing leaves that the model wrote, and nothing can that is not there."""
    action, reasons = decision.action, [*decision.reasons]
    if drafted.obstacle is not None and action is not Action.HAND_OVER:
        action, reasons = Action.HAND_OVER, [drafted.obstacle, *reasons]
    elif drafted.origin is ReplyOrigin.MODEL and action is Action.SEND:
        action, reasons = Action.HOLD, [_BY_MODEL]
    return replace(decision, action=action, reasons=(*reasons, *drafted.notes))


def _recipient(work: Work) -> Recipient:
    return choose_recipient(work.newest.from_address, [m.reply_to_address or "" for m in work.messages])


def _plain(lookup: Lookup) -> dict[str, Any]:
    return {
        "tool": lookup.tool,
        "arguments": dict(lookup.args),
        "outcome": lookup.outcome,
        "ownership": lookup.ownership.value if lookup.ownership else None,
        "facts": dict(lookup.facts),
    }
