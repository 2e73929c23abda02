"""The store that speaks in these tests, and the day on which it does."""

from datetime import UTC, date, datetime

from app.intents.situation import Situation
from app.replies.drafting import Draft, StoreVoice, draft

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
TODAY = date(2026, 10, 5)
STORE = StoreVoice(
    name="Nima & Söhne", signature="Sara\nNima & Söhne", default_locale="en", timezone="Europe/Berlin"
)
VOICE = (STORE.name, STORE.signature)


def drafted(*situations: Situation, language: str = "en", name: str | None = "Anna Schmidt") -> Draft:
    return draft(situations, language=language, store=STORE, customer_name=name, now=NOW)
