"""What comes as mail and tells what became of a reply: bounces, complaints, and answers to it.

Mail that left by SMTP has no other messenger. A report is never answered. It is believed because it returns the
reply's own signed id: whoever has that id got the reply, and can harm nobody but themselves by saying that they did not.
Who answers to that id has got it, too.
"""

import re
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.access import StoreAccess
from app.mail.domains import canonical_address
from app.mail.inbound.delivery_reports import Bounce
from app.mail.inbound.message import InboundMail as Mail
from app.mail.inbound.threading import find_own_id
from app.mail.outbound.events import DeliveryEvent, DeliveryKind
from app.models import InboundMail, Reply
from app.pipeline.reading import ReadMail
from app.pipeline.sent import record_event, record_sent
from app.vocabulary import MailKind, ReplyState

_OUR_ID = re.compile(r"<?p\.[0-9a-f]{32}\.[a-z2-7]{16}@[^<>@\s]{1,255}>?")
_DOUBTED = frozenset({ReplyState.SENDING, ReplyState.IN_DOUBT})
_OPEN = frozenset({*_DOUBTED, ReplyState.FAILED, ReplyState.SCHEDULED})
"""Of which it is not certain whether they left, or how often."""
_MOST_BYTES = 200_000
_MOST_IDS = 5


async def take_report(access: StoreAccess, inbound: InboundMail, read: ReadMail, key: bytes) -> None:
    """Tell the replies that a bounce or an abuse report returns what became of them. The caller has locked the mail."""
    if read.screening.kind not in {MailKind.BOUNCE, MailKind.COMPLAINT}:
        return
    for reply in await _lock(access, _returned(read.mail, key)):
        if reply.claimed_at is not None:
            await record_event(access, reply, _event(inbound, read, reply))


async def take_answer(access: StoreAccess, read: ReadMail, key: bytes) -> None:
    """Settle the doubts about replies that a person's mail, or their robot's, answers, and send none of them again.

    The caller holds no conversation's lock.
    """
    named = (read.mail.in_reply_to or "", *read.mail.references[-_MOST_IDS:])
    answered = [*{found for one in named if (found := find_own_id(one, key)) is not None}]
    for reply in await _lock(access, answered, col(Reply.state).in_(_OPEN)) if answered else ():
        is_doubted = reply.claimed_at is not None and (reply.state in _DOUBTED or reply.is_assumed_unsent)
        if (
            is_doubted or reply.state is ReplyState.SCHEDULED
        ):  # again: nobody knows its id before it has left once
            await record_sent(access, reply, DeliveryKind.DELIVERED)


async def _lock(access: StoreAccess, ids: Sequence[UUID], *such: sa.ColumnElement[bool]) -> Sequence[Reply]:
    """All replies before the first conversation, which whoever sends one of them wants next; both in one order."""
    query = access.select(Reply).where(col(Reply.id).in_(ids), *such).order_by(col(Reply.id))
    replies = (await access.session.execute(query.with_for_update())).scalars().all()
    return sorted(replies, key=lambda reply: reply.conversation_id)


def _returned(mail: Mail, key: bytes) -> list[UUID]:
    """The replies whose Message-ID or loop mark stands in what is returned."""
    texts = [mail.text, *(one.content[:_MOST_BYTES].decode("latin-1") for one in mail.attachments)]
    found = (find_own_id(one, key) for text in texts for one in _OUR_ID.findall(text[:_MOST_BYTES]))
    return [*dict.fromkeys(one for one in found if one is not None)][:_MOST_IDS]


def _event(inbound: InboundMail, read: ReadMail, reply: Reply) -> DeliveryEvent:
    bounce = _about(reply, read.screening.bounces)
    if read.screening.kind is MailKind.COMPLAINT:
        kind, reason = DeliveryKind.SPAM_REPORT, "their provider passed it on"
    elif bounce is not None and not bounce.permanent:
        kind, reason = DeliveryKind.DEFERRED, "the receiving host has not taken it yet"
    else:
        kind, reason = DeliveryKind.BOUNCED, "a mail system reported that it could not be delivered"
    status = bounce.status if bounce else None
    return DeliveryEvent(
        kind=kind,
        event_id=f"mail:{inbound.id}:{reply.id}",
        recipient=reply.to_address,
        occurred_at=inbound.received_at,
        reason=f"{reason} ({status})" if status else reason,
        status=status,
        payload={"inbound_id": str(inbound.id)},
    )


def _about(reply: Reply, bounces: tuple[Bounce, ...]) -> Bounce | None:
    """What the report says of the reply's recipient; of whom their mail is passed on to, where it names nobody else."""
    key = canonical_address(reply.to_address)
    named = [one for one in bounces if one.recipient and canonical_address(one.recipient) == key]
    return next(iter([*named, *bounces]), None)
