"""What the shop's facts make of a triaged mail: the pipeline's own look-up and drafting, and nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from app.classifier.triage import Triage
from app.errors import NeedsPerson
from app.identity import Identity
from app.intents import resolve_all
from app.intents.request import requests_of, without_echoes
from app.intents.resolution import Resolution
from app.models.columns import now
from app.replies.autonomy import Request as Answerable
from app.replies.autonomy import answerable
from app.replies.drafting import StoreVoice, draft
from app.replies.trust import choose_recipient
from app.shopify.client import ShopifyClient
from app.vocabulary import Authenticity, Mode

_NO_STORE = UUID(int=0)


@dataclass(frozen=True)
class Answer:
    """What a reply would be. `markdown` is empty where a person has to write it."""

    situations: frozenset[str]
    markdown: str


@dataclass(frozen=True)
class Shopfront:
    """A shop to look facts up in, and the voice that replies from it."""

    client: ShopifyClient
    voice: StoreVoice

    async def answer(self, triage: Triage, sender: str) -> Answer:
        """The reply to a proven sender, with every intent in automatic mode: the most that a store may say.

        Raises:
            TryLater: the shop is down, busy or closed to us.
        """
        address = choose_recipient(sender).address
        asker = Identity(
            store_id=_NO_STORE,
            sender=address,
            reply_to_recipient=address,
            authenticity=Authenticity.AUTHENTICATED,
        )
        resolutions = await resolve_all(
            without_echoes(requests_of(triage)),
            self.client,
            asker,
            now=now(),
            timezone=ZoneInfo(self.voice.timezone),
        )
        return Answer(_names(resolutions), self._text(resolutions, triage.language))

    def _text(self, resolutions: Sequence[Resolution], language: str) -> str:
        told = answerable(
            [Answerable(found.situation, Mode.AUTO, ownership=found.ownership) for found in resolutions]
        )
        try:
            return draft(told, language=language, store=self.voice, customer_name=None, now=now()).markdown
        except NeedsPerson:
            return ""


def _names(resolutions: Sequence[Resolution]) -> frozenset[str]:
    return frozenset(found.situation.name for found in resolutions if found.situation.name is not None)
