"""Why a reply says what it says, and why it left as it did: the record that a person reads in ten seconds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.intents.titles import title_of
from app.models import Answer, Conversation, DeliveryEvent, Reply, User
from app.replies.changes import Change, find_changes
from app.vocabulary import Ownership

_STANDINGS = (
    Ownership.NOT_OWNER,
    Ownership.NOT_FOUND,
    Ownership.OUT_OF_REACH,
    Ownership.PROVEN,
    Ownership.CUSTOMER,
    Ownership.ON_ORDER,
)
"""From the weakest: what a reply with several orders is judged by."""


@dataclass(frozen=True)
class Wish:
    """One request of the mail, and what it came to.

    Attributes:
        intent: Its name in the vocabulary.
        order_number: As it was read; None where none was.
        evidence: The customer's words that show it.
        situation: The template that answers it; None where none does.
    """

    intent: str
    order_number: str | None
    evidence: str
    situation: str | None

    @property
    def title(self) -> str | None:
        """What the situation is called."""
        return title_of(self.situation) if self.situation else None


@dataclass(frozen=True)
class Told:
    """The facts that one situation's template was filled from, as JSON has them."""

    situation: str
    facts: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What the situation is called."""
        return title_of(self.situation)


@dataclass(frozen=True)
class Record:
    """All that stands behind one reply.

    Attributes:
        reply: Recipient, text, template and version, state.
        answer: What was understood, looked up and decided; None for what a person wrote by themselves.
        wishes: What was asked.
        standing: How the recipient stands to the order that was asked for; None where no order was.
        told: What its templates were filled from.
        released_by: Who let it leave; None where it left by itself, or has not left.
        changes: What a person changed; empty where nothing was.
        changed_by: Who did.
        events: What the mail provider told, oldest first.
    """

    reply: Reply
    answer: Answer | None
    wishes: Sequence[Wish]
    standing: Ownership | None
    told: Sequence[Told]
    released_by: str | None
    changes: Sequence[Change]
    changed_by: str | None
    events: Sequence[DeliveryEvent]

    @property
    def summary(self) -> str:
        """What was asked, in the classifier's words."""
        return str(self.answer.triage.get("summary", "")) if self.answer else ""


async def open_record(access: StoreAccess, reply_id: UUID) -> tuple[Conversation, Record]:
    """The record of a reply, with the conversation that it belongs to.

    Raises:
        NotFound: There is no such reply in this store.
    """
    reply = await access.get(Reply, reply_id)
    answer = await access.find(Answer, reply.answer_id) if reply.answer_id else None
    conversation = await access.get(Conversation, reply.conversation_id)
    return conversation, await read_record(access, reply, answer)


async def read_record(access: StoreAccess, reply: Reply, answer: Answer | None) -> Record:
    """The record of a reply of the store, and of the answer that it came of."""
    events = sa.select(DeliveryEvent).where(col(DeliveryEvent.reply_id) == reply.id)
    ids = [one for one in (reply.approved_by, reply.written_by) if one is not None]
    people = sa.select(col(User.id), col(User.name)).where(col(User.id).in_(ids))
    rows = (await access.session.execute(people)).all() if ids else []
    names = {user_id: name for user_id, name in rows}  # noqa: C416 - a Row is no pair to mypy
    return Record(
        reply=reply,
        answer=answer,
        wishes=[*_wishes(answer)] if answer else [],
        standing=_standing(answer) if answer else None,
        told=[*_made_from(answer, reply.situations)] if answer else [],
        released_by=names.get(reply.approved_by) if reply.approved_by else None,
        changes=[*find_changes(reply.drafted_markdown, reply.markdown)] if reply.drafted_markdown else [],
        changed_by=names.get(reply.written_by) if reply.written_by else None,
        events=(await access.session.execute(events.order_by(col(DeliveryEvent.occurred_at))))
        .scalars()
        .all(),
    )


def _wishes(answer: Answer) -> Iterator[Wish]:
    """Requests and situations stand in the same order; a request that was told with another has no situation of its own."""
    situations = list(answer.situations)
    for request in answer.triage.get("requests", []):
        own = next((one for one in situations if one.get("intent") == request.get("intent")), None)
        if own is not None:
            situations.remove(own)
        yield Wish(
            intent=str(request.get("intent", "")),
            order_number=request.get("order_number"),
            evidence=str(request.get("evidence") or ""),
            situation=own.get("name") if own else None,
        )


def _standing(answer: Answer) -> Ownership | None:
    """The weakest standing among the look-ups that had one."""
    told = {lookup.get("ownership") for lookup in answer.lookups}
    return next((standing for standing in _STANDINGS if standing.value in told), None)


def _made_from(answer: Answer, situations: Sequence[Any]) -> Iterator[Told]:
    for kept in (*answer.situations, *answer.composed.get("grounds", ())):
        if kept.get("name") in situations:
            for facts in (kept.get("facts") or {}).values():
                yield Told(kept["name"], facts)
