"""A reply's text from what the requests of the mails came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.access import StoreAccess
from app.errors import NeedsPerson
from app.inbox.wordings import load_wordings, voice_of
from app.intents.situation import Situation
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.replies.autonomy import Request, answerable
from app.replies.drafting import Draft, StoreVoice
from app.replies.grounding import Finding
from app.replies.letters import Addressee, Written, write_letter
from app.replies.locales import choose_locale
from app.replies.reasons import Reason
from app.replies.sources import NO_WORDINGS
from app.vocabulary import ReplyOrigin


@dataclass(frozen=True)
class Drafted:
    """The reply's text, what of it no fact backs, and what it tells; or why there is none.

    Attributes:
        obstacle: Why the templates made none.
        told: What the templates tell.
        known: What may be told besides, where no template answers and nobody else has drafted an answer.
        origin: Who wrote it; what the model had a part in is always held.
        sources: The facts and passages of each paragraph that the model wrote.
        notes: What an agent should know beside: why there is no draft, or what was left out of it.
    """

    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    obstacle: Reason | None = None
    told: tuple[Situation, ...] = ()
    known: tuple[Situation, ...] = ()
    origin: ReplyOrigin = ReplyOrigin.TEMPLATE
    sources: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[Reason, ...] = ()


async def find_voice(desk: Desk, work: Work, language: str | None) -> StoreVoice:
    """How the store speaks in the language of the reply. Most stores have no texts of their own, and are not asked."""
    if not work.store.has_wordings:
        return voice_of(work.store, NO_WORDINGS)
    locale = choose_locale(language, work.store.default_locale)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        return voice_of(work.store, await load_wordings(access, work.store, locale))


def draft_reply(work: Work, requests: tuple[Request, ...], language: str, voice: StoreVoice) -> Drafted:
    """The reply to what a template answers, held against its facts."""
    told = answerable(requests)
    try:
        made, findings = write_letter(told, addressee_of(work, language), voice, now())
    except NeedsPerson as error:
        return Drafted(obstacle=Reason(error.code, error.message))
    return Drafted(made, findings, told=told)


def with_written(work: Work, drafted: Drafted, language: str, voice: StoreVoice, written: Written) -> Drafted:
    """A draft of what the templates tell, and behind it what the model wrote."""
    try:
        made, findings = write_letter(drafted.told, addressee_of(work, language), voice, now(), written)
    except NeedsPerson as error:
        return replace(drafted, notes=(*drafted.notes, Reason(error.code, error.message)))
    return replace(drafted, draft=made, findings=findings, origin=ReplyOrigin.MODEL)


def addressee_of(work: Work, language: str | None) -> Addressee:
    return Addressee(work.newest.from_name, language, work.question_text)


def situations_of(told: Sequence[Situation]) -> tuple[Situation, ...]:
    """Those that a template has words for."""
    return tuple(one for one in told if one.name is not None and one.facts is not None)
