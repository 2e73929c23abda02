"""The conversation that a customer's mail goes into: one that its writer has here already, or one of its own.

Who writes decides, not what the mail refers to. Ids, tokens and subjects are known to whoever got a mail forwarded; so
a mail joins a conversation only where its From is an address of that conversation's contact, it was sent to the same
mailbox, and nothing proves From wrong. Any other gets a conversation of its own, with a link to the one that it refers to: staff see
both, and nothing of the one is shown or sent in the other.
"""

from collections.abc import Collection, Sequence

from sqlmodel import col

from app.access import StoreAccess
from app.crm.contacts import get_or_add_contact
from app.inbox.handling import hold, lock_scheduled
from app.mail.inbound.quoting import Cut
from app.mail.inbound.subjects import read_subject
from app.mail.inbound.threading import ThreadHints, thread_hints, without_detail
from app.models import Contact, Conversation, InboundMail, Message
from app.pipeline.reading import ReadMail
from app.pipeline.standing import TAKEN_BACK
from app.pipeline.threads import Clues, Known, clip_id, find_continued, find_known, take_turn
from app.vocabulary import Authenticity, ConversationState, Outcome


async def place(
    access: StoreAccess, inbound: InboundMail, read: ReadMail, cut: Cut, key: bytes, own: Sequence[str]
) -> tuple[Conversation, Contact]:
    """The conversation of a mail, open and locked, or new; and whom it is with.

    Args:
        access: The store's rows.
        inbound: The mail's row.
        read: The mail.
        cut: Its text without and with what it quotes.
        key: Signs our ids and tokens.
        own: The addresses of the store's mailboxes.
    """
    hints = thread_hints(read.mail, key, envelope_to=read.transport.envelope_to)
    known = await find_known(access, hints)
    is_forged = read.judgement.result is Authenticity.FAILED
    name = "" if is_forged else read.mail.customer.name
    contact, is_new = await get_or_add_contact(access, read.mail.customer.address, name)
    conversation_id = None
    if not is_forged and not is_new:
        clues = _clues(read, cut, hints, own)
        addressed = _addressed(read)
        there = [one for one in known if _is_sent_to(one, inbound, addressed)]
        conversation_id = next((one.id for one in there if one.contact_id == contact.id), None)
        if conversation_id is None:
            related = {one.id for one in known}
            conversation_id = await find_continued(
                access, contact.id, inbound.mailbox_id, clues, related=related
            )
    if conversation_id is not None:
        conversation = await access.get(Conversation, conversation_id, lock=True)
        await _continue(access, conversation, inbound)
        return conversation, contact
    conversation = Conversation(
        store_id=access.store_id,
        mailbox_id=inbound.mailbox_id,
        contact_id=contact.id,
        related_id=known[0].id if known else None,
        subject=read.mail.subject,
        last_message_at=inbound.received_at,
    )
    access.session.add(conversation)
    return conversation, contact


async def has_twin(
    access: StoreAccess, inbound: InboundMail, read: ReadMail, cut: Cut, own: Sequence[str]
) -> bool:
    """Whether the same mail came to another mailbox of the store, and is answered there: it was written to both."""
    mail, addressed = read.mail, _addressed(read)
    if not mail.message_id or sum(without_detail(one) in addressed for one in own) < 2:
        return False
    message_id = clip_id(mail.message_id)
    await take_turn(access, message_id)  # the two may be read at once
    query = access.select(Message).where(
        col(Message.rfc_message_id) == message_id,
        col(Message.from_address) == mail.customer.address,
        col(Message.new_text) == cut.reply,
        col(Message.inbound_id) != inbound.id,
    )
    return (await access.session.execute(query.limit(1))).scalar_one_or_none() is not None


def _addressed(read: ReadMail) -> frozenset[str]:
    return frozenset(without_detail(one.address) for one in (*read.mail.to, *read.mail.cc))


def _is_sent_to(known: Known, inbound: InboundMail, addressed: Collection[str]) -> bool:
    """Whether a mail came to a conversation's mailbox, or is to come there: of a mail to two, the other may be first."""
    return known.mailbox_id == inbound.mailbox_id or without_detail(known.address) in addressed


def _clues(read: ReadMail, cut: Cut, hints: ThreadHints, own: Sequence[str]) -> Clues:
    subject = read_subject(read.mail.subject)
    is_answer = subject.is_reply or _quotes(cut, own)
    return Clues(
        message_id=read.mail.message_id,
        referenced=hints.referenced,
        subject=read.mail.subject if is_answer else "",
        is_proven=read.judgement.result is Authenticity.AUTHENTICATED,
    )


def _quotes(cut: Cut, own: Sequence[str]) -> bool:
    """Whether a mail quotes one of ours: quoted mails are introduced by their sender's address.

    Who writes no word above a quote, or only a greeting, seems to forward it.
    """
    quoted = f"{cut.quoted}\n{cut.forwarded}".casefold()
    return any(without_detail(address) in quoted or address.casefold() in quoted for address in own)


async def _continue(access: StoreAccess, conversation: Conversation, inbound: InboundMail) -> None:
    """Open the conversation for a further mail of its contact."""
    if conversation.outcome is not Outcome.WAITING:
        conversation.waiting_since = None  # whatever it waited for, a person has ended that
    conversation.state, conversation.closed_at = ConversationState.OPEN, None
    conversation.outcome, conversation.reason = Outcome.WAITING, ""
    conversation.last_message_at = max(conversation.last_message_at, inbound.received_at)
    for reply in await lock_scheduled(access, conversation.id):
        # One answer to all the mails will replace it.
        hold(reply)
        reply.error = TAKEN_BACK
