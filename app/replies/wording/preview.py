"""A wording as the mail that it makes: reviewed, written from given facts, in both parts."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.errors import NeedsPerson
from app.intents.situation import Situation
from app.mail.outbound.markdown import render_markdown
from app.replies.drafting import StoreVoice
from app.replies.locales import Locale
from app.replies.wording.review import Review, compose, review


@dataclass(frozen=True)
class Preview:
    """What a wording makes.

    Attributes:
        review: What is to be said of it on all samples.
        text: The plain part of the mail; empty where it cannot be written.
        html: The other part, a whole document.
        markdown: What both are made of.
        findings: What no fact backs in this very reply, in sentences.
        obstacle: Why it cannot be written from these facts.
    """

    review: Review
    text: str = ""
    html: str = ""
    markdown: str = ""
    findings: tuple[str, ...] = ()
    obstacle: str = ""


def preview(
    locale: Locale,
    name: str,
    source: str,
    situation: Situation,
    voice: StoreVoice,
    *,
    customer_name: str | None,
    now: datetime,
) -> Preview:
    """A wording and the whole mail that it makes of these facts. `now` is by the store's clock."""
    found = review(locale, name, source, voice, now.date())
    if found.problems:
        return Preview(found)
    own = replace(voice, wordings={**voice.wordings, (locale.code, name): source})
    try:
        markdown, claims = compose(locale, name, situation, own, customer_name=customer_name, now=now)
    except NeedsPerson as error:
        return Preview(found, obstacle=error.message)
    text, html = render_markdown(markdown, rtl=locale.rtl, lang=locale.code)
    findings = tuple(dict.fromkeys(claim.sentence for claim in claims))
    return Preview(found, text, html, markdown, findings)
