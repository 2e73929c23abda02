"""A mail as its conversation keeps it."""

from datetime import datetime

from app.mail.inbound.message import InboundMail as Mail
from app.mail.inbound.quoting import Cut
from app.models import Conversation, InboundMail, Message
from app.pipeline.reading import ReadMail
from app.pipeline.threads import clip_id
from app.vocabulary import Direction


def new_message(
    inbound: InboundMail,
    read: ReadMail,
    cut: Cut,
    conversation: Conversation,
    *,
    direction: Direction,
    created_at: datetime,
) -> Message:
    """A customer's mail, or one that staff sent from their own mail program; not yet in the database."""
    mail = read.mail
    other = [one.address for one in mail.reply_to if one.key != mail.customer.key]
    return Message(
        store_id=inbound.store_id,
        conversation_id=conversation.id,
        direction=direction,
        inbound_id=inbound.id,
        rfc_message_id=clip_id(mail.message_id) if mail.message_id else None,
        references=_references(mail),
        from_name=mail.customer.name,
        from_address=mail.customer.address,
        to_addresses=[one.address for one in (*mail.to, *mail.cc)],
        reply_to_address=other[0] if other else None,
        subject=mail.subject,
        text=mail.text,
        new_text=cut.reply,
        html=mail.html,
        attachments=[
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "size": one.size,
                "sha256": one.sha256,
                "inline": one.inline,
            }
            for one in mail.attachments
        ],
        created_at=created_at,
    )


def _references(mail: Mail) -> list[str]:
    """Oldest first; where there are none, In-Reply-To stands for them (RFC 5322, 3.6.4)."""
    ids = [clip_id(one) for one in (*mail.references, mail.in_reply_to or "") if one]
    return [*dict.fromkeys(ids)]
