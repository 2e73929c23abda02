"""A reply's text from what the requests of the mails came to."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.errors import NeedsPerson
from app.intents.situation import Situation
from app.models.columns import now
from app.pipeline.open_mails import Work
from app.replies.autonomy import Reason, Request, answerable
from app.replies.drafting import Draft, StoreVoice, draft
from app.replies.grounding import Finding, check


@dataclass(frozen=True)
class Drafted:
    """The reply's text, what of it no fact backs, and what it tells; or why there is none."""

    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    obstacle: Reason | None = None
    told: tuple[Situation, ...] = ()


def draft_reply(work: Work, requests: tuple[Request, ...], language: str) -> Drafted:
    """The reply to what a template answers, held against its facts."""
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
        return Drafted(obstacle=Reason(error.code, error.message))
    spoken = (voice.name, voice.signature, work.newest.from_name)
    today = now().astimezone(ZoneInfo(voice.timezone)).date()
    return Drafted(made, check(made.markdown, told, made.locale, voice=spoken, today=today), told=told)
