"""One reply from the situations of a mail's requests: one greeting, each request answered once, one closing."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import NeedsPerson
from app.intents.situation import Facts, Situation
from app.replies.cleaning import clean_facts, clean_text
from app.replies.filters import Markdown
from app.replies.greeting import greeting_name
from app.replies.locales import Locale, choose_locale
from app.replies.rendering import render
from app.replies.sources import NO_WORDINGS, Wordings, template_version
from app.replies.starts import PERSONAL

MAX_FRAGMENTS = 8

# Two situations that tell the same of the same order.
_SAME = {"refund_made": "order_refunded", "order_partly_refunded": "order_refunded"}


@dataclass(frozen=True)
class StoreVoice:
    """How a store speaks.

    Attributes:
        name: The shop's name.
        signature: Under the closing, plain text of one or more lines; empty: the shop's name.
        default_locale: Language of replies to those whose language replies do not know.
        timezone: IANA name; decides what day it is.
        wordings: Its own texts of templates; those that it has not are the product's own.
    """

    name: str
    signature: str
    default_locale: str
    timezone: str
    wordings: Wordings = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Draft:
    """A reply's text, before it is put into a mail.

    Attributes:
        locale: Code of the language that it is written in.
        markdown: The whole body, greeting to signature.
        situations: Names of the situations that it answers, in order.
        rtl: Whether it runs from right to left.
        template_version: Digest of the template texts that it was made from.
    """

    locale: str
    markdown: str
    situations: tuple[str, ...]
    rtl: bool
    template_version: str


def draft(
    situations: Sequence[Situation],
    *,
    language: str | None,
    store: StoreVoice,
    customer_name: str | None,
    now: datetime,
    written: Sequence[Markdown] = (),
) -> Draft:
    """The reply to all requests that a template answers; those without a template are left to a person.

    Args:
        situations: What each request came to, in the order of the mail.
        language: The customer's language as a BCP 47 tag, in any spelling; unknown: the store's.
        store: Who speaks.
        customer_name: As the mail or the shop has it; used only where it is safe.
        now: An aware point in time; a day of delivery that has gone by is not repeated.
        written: Paragraphs that no template makes, to stand behind those that one does.

    Raises:
        NeedsPerson: No template answers any of it, or the facts do not fill the template.
    """
    locale = choose_locale(language, store.default_locale)
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    answered = _unique(situations, today)
    if not answered and not written:
        raise NeedsPerson("No template answers this mail.", code="no_template")
    if len(answered) > MAX_FRAGMENTS:
        raise NeedsPerson("The mail asks more than one reply can answer well.", code="too_many_requests")
    fragments = [render(locale, name, _variables(facts), store.wordings) for name, facts in answered]
    names = tuple(name for name, _ in answered)
    return Draft(
        locale=locale.code,
        markdown=_layout(locale, [*fragments, *written], names, store=store, customer_name=customer_name),
        situations=names,
        rtl=locale.rtl,
        template_version=template_version(locale, names, store.wordings),
    )


def with_note(
    markdown: str,
    *,
    locale: str,
    store_name: str,
    wordings: Wordings = NO_WORDINGS,
    name: str = "automatic",
) -> str:
    """A reply as it leaves by itself: with the line that says so, and how to reach a person.

    `name`: the line's template; another one where a person comes in any case.

    The line is no part of the draft: a person who takes the draft over must not be made to say it.
    """
    language = choose_locale(locale, locale)
    said = {"store_name": clean_text(store_name), "person_word": language.person_word}
    note = render(language, name, said, wordings)
    return f"{markdown.rstrip()}\n\n{note}"


def _unique(situations: Sequence[Situation], today: date) -> list[tuple[str, Facts]]:
    """Names and cleaned facts of what a template answers, each once."""
    found: dict[tuple[str, Facts], tuple[str, Facts]] = {}
    for situation in situations:
        if situation.name is not None and situation.facts is not None:
            facts = clean_facts(situation.facts, today)
            found.setdefault((_SAME.get(situation.name, situation.name), facts), (situation.name, facts))
    return list(found.values())


def _variables(facts: Facts) -> dict[str, Any]:
    return {f.name: getattr(facts, f.name) for f in dataclasses.fields(facts)}


def _layout(
    locale: Locale,
    fragments: Sequence[str],
    names: Sequence[str],
    *,
    store: StoreVoice,
    customer_name: str | None,
) -> str:
    return render(
        locale,
        "layout",
        {
            "customer_name": greeting_name(customer_name),
            "body": Markdown("\n\n".join(fragments)),
            "signature": store.signature.strip() or clean_text(store.name),
            "invites": PERSONAL.isdisjoint(names),
        },
        store.wordings,
    )
