"""A reply as the mail that leaves, or that its copy is."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from app.access import OF_STORE, StoreAccess
from app.mail.inbound.threading import LOOP_HEADER, is_anchor, make_anchor, make_token, reply_address
from app.mail.outbound.compose import OutgoingMail, automatic_headers, cut_references, loop_headers
from app.models import Contact, Conversation, Mailbox, Reply, Store
from app.pipeline.rendering import render_reply


@dataclass(frozen=True)
class Parties:
    """What a reply belongs to. Hold it for as long as its rows are used: a session forgets what nobody holds."""

    conversation: Conversation
    contact: Contact
    mailbox: Mailbox
    store: Store


_PARTIES = (
    sa.select(Conversation, Contact, Mailbox, Store)
    .join(Contact, col(Contact.id) == col(Conversation.contact_id))
    .join(Mailbox, col(Mailbox.id) == col(Conversation.mailbox_id))
    .join(Store, col(Store.id) == col(Conversation.store_id))
    .where(col(Conversation.id) == sa.bindparam("conversation"), col(Store.id) == OF_STORE)
)
_LOCKED_PARTIES = _PARTIES.with_for_update(of=Conversation).execution_options(populate_existing=True)


async def read_parties(access: StoreAccess, reply: Reply, *, lock: bool = False) -> Parties:
    """All of them at once; with `lock` as they are now, and the conversation locked."""
    query = _LOCKED_PARTIES if lock else _PARTIES
    return Parties(*(await access.run(query, conversation=reply.conversation_id)).one())


async def mailbox_of(access: StoreAccess, reply: Reply) -> Mailbox:
    """The mailbox whose address a reply bears."""
    conversation = await access.get(Conversation, reply.conversation_id)
    return await access.get(Mailbox, conversation.mailbox_id)


async def compose_reply(
    access: StoreAccess, reply: Reply, mailbox: Mailbox, *, thread_key: bytes
) -> OutgoingMail:
    """The mail, as it leaves or left.

    From is the mailbox's own address, so that DMARC aligns with what its domain signs; answers are asked for at an address
    that tells their conversation.
    """
    store = await access.session.get_one(Store, access.store_id)
    text, html = await render_reply(access, reply)
    token = make_token(reply.conversation_id, thread_key)
    anchor = make_anchor(reply.conversation_id, thread_key, mailbox.address.rpartition("@")[2])
    # Whoever writes in another's thread has its anchor too, and gets this conversation's alone.
    references = (anchor, *(one for one in reply.references if not is_anchor(one)))
    return OutgoingMail(
        from_name=mailbox.from_name,
        from_address=mailbox.address,
        to=reply.to_address,
        subject=reply.subject,
        text=text,
        html=html,
        reply_to=reply_address(mailbox.address, token) if mailbox.plus_addressing else mailbox.address,
        message_id=reply.rfc_message_id,
        in_reply_to=reply.in_reply_to,
        references=cut_references(references, reply.in_reply_to),
        headers={
            **(automatic_headers() if reply.automatic else loop_headers()),
            LOOP_HEADER: reply.rfc_message_id,
        },
        custom_args={"reply_id": str(reply.id)},
        date=reply.sent_at,
        track_opens=store.track_opens,
        track_clicks=store.track_clicks,
    )
