"""send_code: send the code that a reply has told of, to the order's own address, if there is such an order.

At most once, and as late as a reply may be. Nobody outside learns from it whether the order exists: without one, what is
kept, and what is said to whoever tries a code, is the same.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

from app.access import open_store_of
from app.crm.suppression import find_suppression
from app.errors import InDoubt, NeedsPerson, TryLater
from app.identity import normalise_address
from app.jobs import SEND_CODE, patiently
from app.mail.inbound.threading import make_anchor, make_message_id, make_token, reply_address
from app.mail.outbound.compose import OutgoingMail, automatic_headers
from app.mail.outbound.markdown import render_markdown
from app.mail.outbound.port import Sender
from app.models import Conversation, Mailbox, OrderProof, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.patience import wait_longer
from app.replies import proofs
from app.replies.locales import choose_locale
from app.replies.rendering import render
from app.shopify.schemas import OrderReference
from app.tools.order_number import order_names

log = logging.getLogger(__name__)

_LONGEST_ENDING = 7
"""Of a domain, as it is shown to the owner of an order."""


@dataclass(frozen=True)
class _Leaving:
    """A code on its way, which nobody but its mail knows yet."""

    order_id: str
    owner: str
    code_hash: bytes
    mail: OutgoingMail
    sender: Sender


class _Overtaken(Exception):
    """Another run was faster."""


async def send_code(desk: Desk, proof_id: UUID) -> None:
    """Run the job: send the code to the order's own address, if there is such an order. At most once."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id)
        if found is None or found[1].sent_at is not None:
            return
        proof, store = found[1], await session.get_one(Store, found[0].store_id)
    try:
        order = await _find_order(desk, store, proof)
    except NeedsPerson as error:  # out of reach has to look as if there were no such order
        log.warning("code_order_out_of_reach", extra={"proof": str(proof_id), "code": error.code})
        order = None
    leaving = await _prepare(desk, proof_id, order)
    if leaving is None:
        return
    try:
        await leaving.sender.send(leaving.mail, lambda: _claim(desk, proof_id, leaving))
    except _Overtaken:
        log.warning("code_overtaken", extra={"proof": str(proof_id)})
    except (InDoubt, NeedsPerson) as error:
        log.warning("code_not_sent", extra={"proof": str(proof_id), "code": error.code})
        await _give_up(desk, proof_id)
    except TryLater:
        # Nobody but this run knows it: see app/pipeline/deliver.py.
        await patiently(lambda: _release(desk, proof_id, leaving), SEND_CODE, proof_id)
        raise


async def code_failed(desk: Desk, proof_id: UUID, error: Exception) -> None:
    """Wait for Shopify or the way out as a reply does; a code that never comes is told to be missing by who waits for it."""
    log.warning("code_waits", extra={"proof": str(proof_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is None or found[1].sent_at is not None:
            return
        if not await wait_longer(session, found[1], SEND_CODE, error, desk.settings):
            found[1].sent_at = now()  # as where there is no such order: whatever comes as a code is wrong


async def _find_order(desk: Desk, store: Store, proof: OrderProof) -> OrderReference | None:
    """The order, unless it bears no address, or the claimant's own."""
    shop = desk.shop(store)
    names = order_names(proof.order_number, await shop.get_shop())
    found = await shop.find_orders_by_name(*names) if names else ()
    others = [
        order
        for order in found
        if order.addresses and proof.claimant not in map(normalise_address, order.addresses)
    ]
    return others[0] if others else None


async def _prepare(desk: Desk, proof_id: UUID, order: OrderReference | None) -> _Leaving | None:
    """The mail to send and its way out, or None where there is none: that is noted as if one were out."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is None or found[1].sent_at is not None:
            return None
        access, proof = found
        owner = normalise_address(order.addresses[0]) if order else ""
        is_allowed = (
            order is not None
            and await proofs.may_send(access, order.id, owner)
            and await find_suppression(access, owner) is None
        )
        if order is None or not is_allowed:
            proof.sent_at = now()
            return None
        code = proofs.new_code()
        conversation = await access.get(Conversation, proof.conversation_id)
        mailbox = await access.get(Mailbox, conversation.mailbox_id)
        store = await session.get_one(Store, access.store_id)
        return _Leaving(
            order_id=order.id,
            owner=owner,
            code_hash=proofs.hash_code(proof.id, code, desk.proof_key),
            mail=_compose(desk, proof, store, mailbox, order, code),
            sender=await desk.senders.get(session, mailbox),
        )


async def _claim(desk: Desk, proof_id: UUID, leaving: _Leaving) -> None:
    """Note durably that the code is out; nothing comes between this and the mail's first byte."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is None or found[1].sent_at is not None:
            raise _Overtaken
        proof = found[1]
        proof.sent_at, proof.code_hash = now(), leaving.code_hash
        proof.order_id, proof.owner = leaving.order_id, leaving.owner


async def _give_up(desk: Desk, proof_id: UUID) -> None:
    """No code will come of it: as where there is no such order."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is not None and found[1].sent_at is None:
            found[1].sent_at = now()


async def _release(desk: Desk, proof_id: UUID, leaving: _Leaving) -> None:
    """Nothing has left: the next try makes a code of its own."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is not None and found[1].code_hash == leaving.code_hash:
            found[1].sent_at = found[1].code_hash = found[1].order_id = found[1].owner = None


def _compose(
    desk: Desk, proof: OrderProof, store: Store, mailbox: Mailbox, order: OrderReference, code: str
) -> OutgoingMail:
    locale = choose_locale(proof.locale, store.default_locale)
    context = {
        "code": code,
        "minutes": proofs.MINUTES,
        "number": order.name,
        "store_name": store.name,
        "asker": _hint(proof.claimant),
    }
    text, html = render_markdown(render(locale, "code", context), rtl=locale.rtl, lang=locale.code)
    subject, _ = render_markdown(render(locale, "code_subject", context), rtl=locale.rtl, lang=locale.code)
    domain = mailbox.address.rpartition("@")[2]
    # Who answers this is another contact: it becomes a conversation of its own, with a link to the one that it is about.
    token = make_token(proof.conversation_id, desk.thread_key)
    return OutgoingMail(
        from_name=mailbox.from_name,
        from_address=mailbox.address,
        to=order.addresses[0],
        subject=subject.strip(),
        text=text,
        html=html,
        reply_to=reply_address(mailbox.address, token) if mailbox.plus_addressing else mailbox.address,
        message_id=make_message_id(proof.id, desk.thread_key, domain),
        references=(make_anchor(proof.conversation_id, desk.thread_key, domain),),
        headers={**automatic_headers(), "Auto-Submitted": "auto-generated"},
        custom_args={"proof_id": str(proof.id)},
    )


def _hint(address: str) -> str:
    """Enough of an address for whose it is to know it, and too little to carry a message or a link: `a…@s….example`."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    shown = [part[:1] if part[:1].isascii() and part[:1].isalnum() else "" for part in (local, name)]
    tail = f".{ending}" if ending.isascii() and ending.isalpha() and len(ending) <= _LONGEST_ENDING else ""
    return f"{shown[0]}…@{shown[1]}…{tail}"
