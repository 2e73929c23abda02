"""A letter: a reply's text, held against the facts that it was made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.intents.situation import Situation
from app.replies.drafting import Draft, StoreVoice, draft
from app.replies.filters import Markdown
from app.replies.greeting import greeting_name
from app.replies.grounding import Finding, Shopper, check


@dataclass(frozen=True)
class Addressee:
    """Who is written to: their name as the mail has it, the language they write in, what they newly wrote."""

    name: str
    language: str | None
    text: str = ""


@dataclass(frozen=True)
class Written:
    """Paragraphs that no template makes, and what may stand in them: facts, and passages of the store's own texts."""

    paragraphs: Sequence[Markdown] = ()
    grounds: Sequence[Situation] = ()
    passages: Sequence[str] = ()


def write_letter(
    told: Sequence[Situation], to: Addressee, store: StoreVoice, now: datetime, written: Written | None = None
) -> tuple[Draft, tuple[Finding, ...]]:
    """What the templates make of these situations, and what of it no fact backs: in a store's own wordings too.

    Raises:
        NeedsPerson: No template answers any of it, or the facts do not fill the template.
    """
    more = written or Written(grounds=told)
    made = draft(
        told,
        language=to.language,
        store=store,
        customer_name=to.name,
        now=now,
        written=more.paragraphs,
    )
    findings = check(
        made.markdown,
        more.grounds,
        made.locale,
        voice=(store.name, store.signature),
        shopper=Shopper(greeting_name(to.name), to.text),
        today=today_in(store.timezone, now),
        passages=more.passages,
    )
    return made, findings


def today_in(timezone: str, now: datetime) -> date:
    """The day that a moment falls on in a store's time zone."""
    return now.astimezone(ZoneInfo(timezone)).date()
