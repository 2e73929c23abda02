"""A reply's text from what the requests of the mails came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.access import StoreAccess
from app.errors import NeedsPerson
from app.inbox.wordings import load_wordings, voice_of
from app.intents.situation import ReceivedFacts, Situation
from app.models import Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.replies.autonomy import Request, answerable
from app.replies.drafting import Draft, StoreVoice, draft
from app.replies.filters import Markdown
from app.replies.greeting import greeting_name
from app.replies.grounding import Finding, Shopper, check
from app.replies.locales import Locale, choose_locale
from app.replies.reasons import Reason
from app.replies.sources import NO_WORDINGS
from app.replies.topics import asks_for_person, find_topics
from app.vocabulary import Intent, ReplyOrigin


@dataclass(frozen=True)
class Drafted:
    """The reply's text, what of it no fact backs, and what it tells; or why there is none.

    Attributes:
        obstacle: Why the templates made none.
        told: What the templates tell.
        origin: Who wrote it; what the model had a part in is always held.
        sources: The facts and passages of each paragraph that the model wrote.
        notes: What an agent should know beside: why there is no draft, or what was left out of it.
    """

    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    obstacle: Reason | None = None
    told: tuple[Situation, ...] = ()
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
        made = _draft(work, told, language, voice)
    except NeedsPerson as error:
        return Drafted(obstacle=Reason(error.code, error.message))
    return Drafted(made, _check(work, made, told), told=told)


def acknowledge(work: Work, language: str | None, voice: StoreVoice) -> Drafted:
    """That the mail has arrived and a person reads it; nothing is told, asked or promised."""
    is_wished = asks_for_person(work.question_text) and not find_topics(work.question_text)
    name, intent = (
        ("person_requested", Intent.HUMAN_REQUEST) if is_wished else ("message_received", Intent.OTHER)
    )
    told = (Situation(intent, name, ReceivedFacts(None)),)
    if "@" not in work.newest.from_address:
        return Drafted()
    made = _draft(work, told, language, voice)
    return Drafted(made, _check(work, made, told), told=told)


def with_written(
    work: Work,
    drafted: Drafted,
    written: Sequence[Markdown],
    *,
    locale: Locale,
    voice: StoreVoice,
    grounds: Sequence[Situation],
    passages: Sequence[str],
) -> Drafted:
    """A draft of what the templates tell, and behind it what the model wrote from `grounds` and `passages`."""
    try:
        made = _draft(work, drafted.told, locale.code, voice, written)
    except NeedsPerson as error:
        return replace(drafted, notes=(*drafted.notes, Reason(error.code, error.message)))
    findings = _check(work, made, grounds, passages)
    return replace(drafted, draft=made, findings=findings, origin=ReplyOrigin.MODEL)


def today_of(store: Store) -> date:
    """The store's day."""
    return now().astimezone(ZoneInfo(store.timezone)).date()


def _draft(
    work: Work,
    told: Sequence[Situation],
    language: str | None,
    voice: StoreVoice,
    written: Sequence[Markdown] = (),
) -> Draft:
    return draft(
        told,
        language=language,
        store=voice,
        customer_name=work.newest.from_name,
        now=now(),
        written=written,
    )


def _check(
    work: Work, made: Draft, told: Sequence[Situation], passages: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What no fact backs, in a store's own wordings too."""
    return check(
        made.markdown,
        told,
        made.locale,
        voice=(work.store.name, work.store.signature),
        shopper=Shopper(greeting_name(work.newest.from_name), work.question_text),
        today=today_of(work.store),
        passages=passages,
    )
