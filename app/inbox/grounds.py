"""What a person writes, held against the facts of its answer: a warning that they see once, never a bar."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.handling import find_last_mail
from app.intents.keeping import read_back
from app.intents.situation import Situation
from app.models import Answer, Contact, Conversation, Reply, Store
from app.models.columns import now
from app.replies.greeting import greeting_name
from app.replies.grounding import Finding, Shopper, check
from app.replies.locales import choose_locale
from app.replies.shop_texts import language_of

_ANSWERS = 10
"""So many of a conversation's newest answers are looked through for facts."""


class Unbacked(BadRequest):
    """A person's text claims what no fact backs, and they have not been told so. 409."""

    code = "unbacked"
    status = 409

    def __init__(self, findings: Sequence[Finding], conversation_id: UUID) -> None:
        sentences = " ".join(finding.sentence for finding in findings)
        super().__init__(f"Look at what the facts do not back, then send it anyway or change it. {sentences}")
        self.findings = tuple(findings)
        self.conversation_id = conversation_id

    @property
    def details(self) -> Mapping[str, Any]:
        return {"findings": [finding.document() for finding in self.findings]}


LONGEST_ASKED = 20_000
"""Characters of a customer's mail."""


@dataclass(frozen=True)
class Grounds:
    """The facts of an answer, and what else its store may say.

    Attributes:
        situations: Those with facts; none: nothing can be checked.
        passages: Sentences of the store that the draft was written from.
    """

    situations: tuple[Situation, ...]
    passages: tuple[str, ...]
    locale: str
    voice: tuple[str, ...]
    shopper: Shopper
    timezone: str

    def look(self, markdown: str) -> tuple[Finding, ...]:
        """What of a text these facts do not back. Of an answer without facts nothing is said."""
        if not self.situations and not self.passages:
            return ()
        locale = choose_locale(self.locale, self.locale)
        return check(
            markdown,
            self.situations,
            choose_locale(language_of(markdown, locale), self.locale),
            voice=self.voice,
            shopper=self.shopper,
            today=now().astimezone(ZoneInfo(self.timezone)).date(),
            passages=self.passages,
        )


async def grounds_of(access: StoreAccess, reply: Reply) -> Grounds:
    """What a draft may say; of one that a person wrote, what the conversation's newest answer with facts backs."""
    conversation = await access.get(Conversation, reply.conversation_id)
    answer = await access.find(Answer, reply.answer_id)
    found = await _grounds(access, conversation, reply.locale, [answer] if answer else None)
    return replace(found, passages=_passages(reply))


async def grounds_of_conversation(access: StoreAccess, conversation_id: UUID) -> Grounds:
    """What a person's own reply is held against."""
    conversation = await access.get(Conversation, conversation_id)
    return await _grounds(access, conversation, conversation.language, None)


def require_told(
    findings: Sequence[Finding], known: Sequence[Any], acknowledged: str | None, conversation_id: UUID
) -> None:
    """See to it that a person has been told what no fact backs.

    Args:
        findings: What was found in their text.
        known: `Reply.findings` of the draft, which its page marks: nobody is told twice.
        acknowledged: `fingerprint` of what they were shown since; `ANY` where they said so themselves.
        conversation_id: Whose text it is.

    Raises:
        Unbacked: They have not been told of some of it.
    """
    told = [(one.get("kind"), one.get("value"), one.get("text")) for one in known if isinstance(one, dict)]
    news = [one for one in findings if (one.kind.value, one.value, one.text) not in told]
    if news and acknowledged not in {ANY, fingerprint(findings)}:
        raise Unbacked(findings, conversation_id)


ANY = "any"
"""Acknowledges whatever is found."""


def fingerprint(findings: Sequence[Finding]) -> str:
    """Stands for what a person was told: it changes with each claim, not with where it stands."""
    parts = sorted(f"{one.kind.value}\0{one.value}\0{one.text}" for one in findings)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


async def _grounds(
    access: StoreAccess, conversation: Conversation, language: str | None, answers: Sequence[Answer] | None
) -> Grounds:
    store = await access.session.get_one(Store, access.store_id)
    contact = await access.get(Contact, conversation.contact_id)
    asked = await find_last_mail(access, conversation.id)
    if answers is None:
        answers = await _newest_answers(access, conversation.id)
    locale = choose_locale(language, store.default_locale)
    return Grounds(
        situations=next((found for answer in answers if (found := _situations(answer))), ()),
        passages=(),
        locale=locale.code,
        voice=(store.name, store.signature),
        shopper=Shopper(
            greeting_name(contact.name), (asked.new_text or asked.text)[:LONGEST_ASKED] if asked else ""
        ),
        timezone=store.timezone,
    )


async def _newest_answers(access: StoreAccess, conversation_id: UUID) -> Sequence[Answer]:
    query = (
        access.select(Answer)
        .where(col(Answer.conversation_id) == conversation_id)
        .order_by(col(Answer.created_at).desc(), col(Answer.id).desc())
        .limit(_ANSWERS)
    )
    found: Sequence[Answer] = (await access.session.execute(query)).scalars().all()
    return found


def _passages(reply: Reply) -> tuple[str, ...]:
    """What the store says in the passages that the model's draft was written from."""
    parts = [passage for part in reply.sources for passage in part.get("passages", ())]
    return tuple(dict.fromkeys(text for one in parts for text in (one.get("text"), one.get("url")) if text))


def _situations(answer: Answer) -> tuple[Situation, ...]:
    told_to_model = answer.composed.get("grounds", ())
    found = [read_back(one) for one in (*answer.situations, *told_to_model)]
    return tuple(one for one in found if one is not None)
