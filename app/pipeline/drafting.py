"""A reply's text from what the requests of the mails came to."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.access import StoreAccess
from app.errors import NeedsPerson
from app.inbox.wordings import load_wordings, voice_of
from app.intents.situation import Situation
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.replies.autonomy import Request, answerable
from app.replies.drafting import Draft, draft
from app.replies.greeting import greeting_name
from app.replies.grounding import Finding, check
from app.replies.locales import choose_locale
from app.replies.reasons import Reason
from app.replies.sources import NO_WORDINGS, Wordings


@dataclass(frozen=True)
class Drafted:
    """The reply's text, what of it no fact backs, and what it tells; or why there is none."""

    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    obstacle: Reason | None = None
    told: tuple[Situation, ...] = ()


async def find_wordings(desk: Desk, work: Work, language: str) -> Wordings:
    """The store's own texts in the language of the reply. Most stores have none, and are not asked."""
    if not work.store.has_wordings:
        return NO_WORDINGS
    locale = choose_locale(language, work.store.default_locale)
    async with desk.db.transaction() as session:
        return await load_wordings(StoreAccess(session, work.store.id), work.store, locale)


def draft_reply(
    work: Work, requests: tuple[Request, ...], language: str, wordings: Wordings = NO_WORDINGS
) -> Drafted:
    """The reply to what a template answers, held against its facts."""
    told = answerable(requests)
    voice = voice_of(work.store, wordings)
    try:
        made = draft(
            told,
            language=language,
            store=voice,
            customer_name=work.newest.from_name,
            now=now(),
        )
    except NeedsPerson as error:
        return Drafted(obstacle=Reason(error.code, error.message))
    today = now().astimezone(ZoneInfo(voice.timezone)).date()
    findings = check(
        made.markdown,
        told,
        made.locale,
        voice=(voice.name, voice.signature),
        greeted=greeting_name(work.newest.from_name),
        today=today,
    )
    return Drafted(made, findings, told=told)
