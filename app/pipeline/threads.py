"""Which conversation a mail belongs to, as far as its headers tell. Who may join it is decided by the caller."""

from sqlmodel import col

from app.access import StoreAccess
from app.mail.inbound.message import InboundMail, Transport
from app.mail.inbound.threading import thread_hints
from app.models import Conversation, Message, Reply

_ID_BYTES = 900


async def find_conversation(
    access: StoreAccess, mail: InboundMail, transport: Transport, key: bytes
) -> Conversation | None:
    """By our signed token, then by our own signed Message-IDs, then by the ids of mails that we have seen."""
    hints = thread_hints(mail, key, envelope_to=transport.envelope_to)
    by_token = await access.find(Conversation, hints.conversation_id)
    if by_token is not None:
        return by_token
    for reply_id in hints.reply_ids:
        reply = await access.find(Reply, reply_id)
        if reply is not None:
            return await access.find(Conversation, reply.conversation_id)
    return await _by_reference(access, tuple(clip_id(one) for one in hints.referenced[:50]))


def clip_id(message_id: str) -> str:
    """A Message-ID short enough for an index: PostgreSQL's entries end at 2,704 bytes, RFC 5322 lines at 998."""
    return message_id.encode("utf-8", "replace")[:_ID_BYTES].decode("utf-8", "ignore")


async def _by_reference(access: StoreAccess, ids: tuple[str, ...]) -> Conversation | None:
    """By the id of a customer's mail, or by the id that the provider gave to a reply of ours."""
    if not ids:
        return None
    seen = access.select(Message).where(col(Message.rfc_message_id).in_(ids))
    sent = access.select(Reply).where(col(Reply.smtp_id).in_(ids))
    found: list[Message | Reply] = [
        *(await access.session.execute(seen)).scalars(),
        *(await access.session.execute(sent)).scalars(),
    ]
    if not found:
        return None
    newest = min(
        found,
        key=lambda row: ids.index((row.smtp_id if isinstance(row, Reply) else row.rfc_message_id) or ""),
    )
    return await access.find(Conversation, newest.conversation_id)
