"""Every exchange with a contact, dated, with its direction, and how it ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess
from app.models import Contact, Message, Touchpoint
from app.vocabulary import Direction, LeadMethod, Outcome


async def log_inbound(
    access: StoreAccess,
    contact: Contact,
    message: Message,
    *,
    method: LeadMethod,
    received_at: datetime,
) -> Touchpoint:
    """A mail of a contact. What it asks for and how it ends is added by `conclude`."""
    touchpoint = _new(contact, message, Direction.INBOUND, method, received_at)
    access.session.add(touchpoint)
    return touchpoint


async def log_ignored(
    access: StoreAccess,
    contact: Contact,
    *,
    subject: str,
    why: str,
    method: LeadMethod,
    received_at: datetime,
) -> None:
    """A mail of a known contact that nobody answers, such as an out-of-office notice."""
    access.session.add(
        Touchpoint(
            store_id=access.store_id,
            contact_id=contact.id,
            direction=Direction.INBOUND,
            lead_source=contact.lead_source,
            lead_method=method,
            journey_stage=contact.journey_stage,
            subject=subject,
            decision=Outcome.IGNORED,
            why=why,
            occurred_at=received_at,
        )
    )


async def log_outbound(
    access: StoreAccess,
    contact: Contact,
    message: Message,
    *,
    by_person: bool,
    why: str,
    intents: Sequence[str],
    situations: Sequence[str],
    sent_at: datetime,
) -> None:
    """A reply that left, by us or from staff's own mail program. Response time counts from the oldest mail that it answers."""
    touchpoint = _new(contact, message, Direction.OUTBOUND, LeadMethod.EMAIL, sent_at)
    touchpoint.intents, touchpoint.situations = list(intents), list(situations)
    touchpoint.decision, touchpoint.why = ("person" if by_person else "automatic"), why
    asked_at = await _oldest_unanswered(access, message)
    if asked_at is not None:
        touchpoint.response_seconds = max(0, round((sent_at - asked_at).total_seconds()))
    access.session.add(touchpoint)


async def log_event(
    access: StoreAccess,
    contact: Contact,
    *,
    conversation_id: UUID,
    subject: str,
    direction: Direction,
    event: str,
    why: str,
    occurred_at: datetime,
) -> None:
    """What became of a mail that we sent, or what its recipient did with it."""
    access.session.add(
        Touchpoint(
            store_id=access.store_id,
            contact_id=contact.id,
            conversation_id=conversation_id,
            direction=direction,
            lead_source=contact.lead_source,
            lead_method=LeadMethod.EMAIL,
            journey_stage=contact.journey_stage,
            subject=subject,
            decision=event,
            why=why,
            event=event,
            occurred_at=occurred_at,
        )
    )


async def conclude(
    access: StoreAccess,
    message: Message,
    *,
    outcome: Outcome,
    why: str,
    contact: Contact | None = None,
    intents: Sequence[str] | None = None,
    situations: Sequence[str] | None = None,
) -> None:
    """Write down how an inbound exchange ended; with `contact`, also what answering it has taught about them."""
    changes: dict[str, object] = {"decision": outcome.value, "why": why}
    if contact is not None:
        changes |= {"lead_source": contact.lead_source, "journey_stage": contact.journey_stage}
    if intents is not None:
        changes["intents"] = list(intents)
    if situations is not None:
        changes["situations"] = list(situations)
    mine = (col(Touchpoint.store_id) == access.store_id, col(Touchpoint.message_id) == message.id)
    await access.session.execute(sa.update(Touchpoint).where(*mine).values(changes))


def _new(
    contact: Contact, message: Message, direction: Direction, method: LeadMethod, occurred_at: datetime
) -> Touchpoint:
    return Touchpoint(
        store_id=contact.store_id,
        contact_id=contact.id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        direction=direction,
        lead_source=contact.lead_source,
        lead_method=method,
        journey_stage=contact.journey_stage,
        subject=message.subject,
        occurred_at=occurred_at,
    )


_EXCHANGES = (
    sa.select(col(Touchpoint.direction), col(Touchpoint.occurred_at))
    .where(
        col(Touchpoint.store_id) == OF_STORE,
        col(Touchpoint.conversation_id) == sa.bindparam("conversation"),
        col(Touchpoint.occurred_at) <= sa.bindparam("until"),
        col(Touchpoint.event) == "",
    )
    .order_by(col(Touchpoint.occurred_at).desc())
    .limit(50)
)


async def _oldest_unanswered(access: StoreAccess, reply: Message) -> datetime | None:
    """When the first mail came in that no earlier reply of the conversation has answered."""
    rows = await access.run(_EXCHANGES, conversation=reply.conversation_id, until=reply.created_at)
    oldest: datetime | None = None
    for direction, occurred_at in rows.all():
        if direction is Direction.OUTBOUND:
            break
        oldest = occurred_at
    return oldest
