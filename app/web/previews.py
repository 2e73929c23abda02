"""The preview of a template for the page and for the API: facts are chosen, looked up where they are real, and written out."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.access import StoreAccess
from app.errors import BadRequest, NeedsPerson, NotAllowed, TryLater
from app.inbox.previews import (
    Found,
    look_up,
    question_about,
    question_of_example,
    situation_of,
    takes_what,
)
from app.inbox.wordings import clean_source, load_wordings, voice_of
from app.models import Store
from app.models.columns import now
from app.replies.locales import Locale
from app.replies.wording.cases import situations
from app.replies.wording.preview import Preview, preview
from app.web.session import FrontDesk

SAMPLE, EXAMPLE, NAMED = "sample", "answer", "named"
_SAMPLE_NAME = "Anna Schmidt"
_KEPT_SECONDS = 300
_MOST_KEPT = 200


@dataclass(frozen=True)
class Shown:
    """A preview, and whose facts it shows. `note`: why these are not the ones that were asked for."""

    preview: Preview
    facts: str
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "problems": [
                {"line": one.line, "sentence": one.sentence} for one in self.preview.review.problems
            ],
            "warnings": list(self.preview.review.warnings),
            "findings": list(self.preview.findings),
            "facts": self.facts,
            "note": " ".join(one for one in (self.note, self.preview.obstacle) if one),
            "text": self.preview.text,
            "html": self.preview.html,
        }


@dataclass
class _Kept:
    """What was looked up lately: who types sees each letter, and the shop is asked once."""

    rows: dict[tuple[UUID, str, str, str], tuple[float, Found]] = field(default_factory=dict)

    def find(self, key: tuple[UUID, str, str, str]) -> Found | None:
        at, found = self.rows.get(key, (0.0, None))
        return found if time.monotonic() - at < _KEPT_SECONDS else None

    def keep(self, key: tuple[UUID, str, str, str], found: Found) -> None:
        while len(self.rows) >= _MOST_KEPT:
            del self.rows[next(iter(self.rows))]
        self.rows[key] = (time.monotonic(), found)


_KEPT = _Kept()


async def show_preview(
    desk: FrontDesk, store: Store, locale: Locale, name: str, source: str, *, facts: str = "", named: str = ""
) -> Shown:
    """A text of a template as the mail that it makes.

    Args:
        desk: Database and shop.
        store: Whose.
        locale: In which language.
        name: Of which template.
        source: The text, saved or not.
        facts: `sample:1`, `answer:<id>` (a mail that was answered), `named`; empty: the fullest sample.
        named: With `named`, an order's number or a product.
    """
    moment = now().astimezone(ZoneInfo(store.timezone))
    async with desk.db.transaction() as session:
        access = StoreAccess(session, store.id)
        voice = voice_of(store, await load_wordings(access, store, locale))
    samples = situations(name, moment.date())
    kind, _, which = facts.partition(":")
    place = int(which) if kind == SAMPLE and which.isdigit() and int(which) < len(samples) else 0
    found, label, note = Found(samples[place], _SAMPLE_NAME), f"Sample {place + 1} of {len(samples)}", ""
    if kind == NAMED and takes_what(name) and not named.strip():
        note = f"Write which {takes_what(name)} it is to be shown on. A sample is shown until then."
    elif kind in {EXAMPLE, NAMED}:
        try:
            found = await _real(desk, store, name, kind, which or named)
            label = "Looked up in your shop just now"
        except (TryLater, NeedsPerson, NotAllowed, BadRequest) as error:
            note = f"{error.message} A sample is shown instead."
    if found.situation.name != situation_of(name):
        note = (
            f"As things stand now, this is answered by another template: “{found.situation.name}”. "
            "It is shown as the reply would be."
        )
    made = await asyncio.to_thread(
        preview,
        locale,
        name,
        clean_source(source),
        found.situation,
        voice,
        customer_name=found.customer_name,
        now=moment,
    )
    return Shown(made, label, note)


async def _real(desk: FrontDesk, store: Store, name: str, kind: str, which: str) -> Found:
    key = (store.id, situation_of(name), kind, which.strip().casefold())
    known = _KEPT.find(key)
    if known is not None:
        return known
    shop = desk.shop(store)
    if kind == EXAMPLE:
        try:
            answer_id = UUID(which)
        except ValueError as error:
            raise BadRequest("There is no such mail to show this on.") from error
        async with desk.db.transaction() as session:
            question = await question_of_example(StoreAccess(session, store.id), name, answer_id)
    else:
        question = await question_about(shop, name, which)
    found = await look_up(shop, store, name, question)
    _KEPT.keep(key, found)
    return found
