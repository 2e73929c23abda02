"""A new reply to a mail: to whom it goes, and what ties it to the mail's thread. The text is the caller's."""

from typing import Any
from uuid import uuid4

from app.mail.domains import canonical_address, encoded, is_mailbox_provider, organisational_domain
from app.mail.inbound.threading import make_message_id
from app.mail.outbound.compose import reply_subject
from app.models import Mailbox, Message, Reply
from app.models.columns import now
from app.replies.trust import choose_recipient
from app.vocabulary import ReplyState


def reply_to(
    asked: Message,
    mailbox: Mailbox,
    *,
    thread_key: bytes,
    state: ReplyState,
    automatic: bool,
    locale: str,
    markdown: str,
) -> Reply:
    """A reply to `asked` from `mailbox`, not yet in the database.

    Args:
        asked: The mail that it answers.
        mailbox: Whose address and domain it bears.
        thread_key: Signs our Message-IDs.
        state: One of `outbox.INITIAL`.
        automatic: It leaves without a person's approval.
        locale: Code of the language that it is written in.
        markdown: The whole text.

    Raises:
        NeedsPerson: The mail has no address to answer.
    """
    reply_id = uuid4()
    address = choose_recipient(asked.from_address).address
    return Reply(
        id=reply_id,
        store_id=asked.store_id,
        conversation_id=asked.conversation_id,
        state=state,
        automatic=automatic,
        to_address=address,
        recipient_key=canonical_address(address),
        recipient_domain=budgeted_domain(address),
        subject=reply_subject(asked.subject),
        locale=locale,
        markdown=markdown,
        in_reply_to=asked.rfc_message_id,
        references=[one for one in (*asked.references, asked.rfc_message_id) if one],
        rfc_message_id=make_message_id(reply_id, thread_key, mailbox.address.rpartition("@")[2]),
    )


def copy_of(reply: Reply, mailbox: Mailbox, *, thread_key: bytes, state: ReplyState) -> Reply:
    """The same reply once more under an id of its own, released by nobody, without anything that the first met on its way.

    Args:
        reply: What is copied.
        mailbox: Its conversation's.
        thread_key: Signs our Message-IDs.
        state: One of `outbox.INITIAL`.
    """
    reply_id = uuid4()
    changes: dict[str, Any] = {
        **dict.fromkeys(_MET_ON_ITS_WAY),
        "id": reply_id,
        "state": state,
        "rfc_message_id": make_message_id(reply_id, thread_key, mailbox.address.rpartition("@")[2]),
        "error": "",
        "automatic": False,
        "copy_due": False,
        "created_at": now(),
    }
    return Reply(**{**reply.model_dump(), **changes})


_MET_ON_ITS_WAY = (
    "approved_by", "approved_at", "send_after", "waiting_since", "way", "claimed_at", "sent_at", "provider_id", "smtp_id",
    "acknowledged_at", "acknowledged_by",
)  # fmt: skip


def budgeted_domain(address: str) -> str:
    """The organisation that an address belongs to; empty where it is one that gives mailboxes to everybody."""
    domain = address.rpartition("@")[2]
    return "" if is_mailbox_provider(domain) else encoded(organisational_domain(domain))
