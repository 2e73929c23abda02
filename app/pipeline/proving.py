"""A person who writes from another address than the order's: offer a code, send it, and hear it.

The reply that tells of a code says the same whether or not there is such an order. Once it has left, `send_code` looks the
order up; where there is one, its own address gets the code, which is kept as a digest alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess, open_store_of
from app.errors import InDoubt, NeedsPerson, TryLater
from app.identity import normalise_address
from app.intents.resolution import Resolution
from app.intents.situation import CodeFacts, Situation, UnknownOrderFacts
from app.jobs import SEND_CODE, defer_alone
from app.mail.inbound.threading import make_message_id
from app.mail.outbound.compose import OutgoingMail, loop_headers
from app.mail.outbound.markdown import render_markdown
from app.mail.redact import redact_address
from app.models import Answer, Conversation, Mailbox, OrderProof, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.pipeline.patience import next_wait
from app.pipeline.standing import attach, is_overtaken
from app.replies import proofs
from app.replies.locales import choose_locale
from app.replies.rendering import is_order_number, render
from app.shopify.schemas import OrderReference
from app.tools.order_number import order_names
from app.vocabulary import Authenticity, Intent

log = logging.getLogger(__name__)

UNKNOWN = "order_unknown"
REFUSED = "code_refused"
_WORDS_BESIDE_A_CODE = 8


async def offer_code(desk: Desk, work: Work, resolutions: Sequence[Resolution]) -> Sequence[Resolution]:
    """Tell of a code in the first answer of these that finds no order of a number, where one may be sent.

    Raises:
        NeedsPerson: So many codes were asked for today that a person has to look.
    """
    place = next((n for n, one in enumerate(resolutions) if _asks_for_proof(one.situation)), None)
    if place is None or work.authenticity is Authenticity.FAILED:
        return resolutions
    chosen = resolutions[place]
    assert isinstance(chosen.situation.facts, UnknownOrderFacts)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        is_allowed = await proofs.may_offer(
            access, chosen.situation.facts.number or "", work.newest.from_address
        )
    if not is_allowed:
        raise NeedsPerson(
            "Several codes for this order or from this address were asked for within a day: somebody may be guessing.",
            code="too_many_codes",
        )
    facts = replace(chosen.situation.facts, code_minutes=proofs.MINUTES)
    told = replace(chosen, situation=replace(chosen.situation, facts=facts))
    return [*resolutions[:place], told, *resolutions[place + 1 :]]


def _asks_for_proof(situation: Situation) -> bool:
    facts = situation.facts
    return (
        situation.name == UNKNOWN and isinstance(facts, UnknownOrderFacts) and is_order_number(facts.number)
    )


def keep_offer(
    access: StoreAccess, work: Work, answer: Answer, reply: Reply, told: Sequence[Situation]
) -> None:
    """Note with the reply which code it tells of."""
    for situation in told:
        facts = situation.facts
        if isinstance(facts, UnknownOrderFacts) and facts.code_minutes is not None and facts.number:
            access.session.add(
                OrderProof(
                    store_id=access.store_id,
                    conversation_id=work.conversation.id,
                    answer_id=answer.id,
                    reply_id=reply.id,
                    order_number=facts.number,
                    order_key=proofs.order_key(facts.number),
                    claimant=normalise_address(reply.to_address),
                    locale=reply.locale,
                )
            )


async def send_promised(access: StoreAccess, reply: Reply) -> None:
    """A reply has left: the code that it tells of follows."""
    if UNKNOWN not in reply.situations:
        return
    query = access.select(OrderProof).where(
        col(OrderProof.reply_id) == reply.id, col(OrderProof.sent_at).is_(None)
    )
    for proof in (await access.session.execute(query)).scalars():
        await defer_alone(access.session, SEND_CODE, proof.id)


@dataclass(frozen=True)
class Heard:
    """A mail that brings a code. `answer` asks again what was asked before; `attempt` says whether the code is right."""

    answer: Answer
    attempt: proofs.Attempt


async def hear_code(desk: Desk, work: Work) -> Heard | None:
    """What a code in the newest mail comes to; None where it brings none that is waited for here.

    The try is counted together with the answer that follows from it: no crash gives a try back, or loses a right one.
    """
    codes = proofs.find_codes(work.texts[-1])
    if not codes or work.answer is not None:
        return None
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        await access.get(Conversation, work.conversation.id, lock=True)
        if await is_overtaken(access, work):
            return None
        attempt = await proofs.try_codes(
            access, work.conversation.id, work.newest.from_address, codes, desk.proof_key
        )
        if attempt is None:
            return None
        answer = _asked_again(await access.get(Answer, attempt.proof.answer_id), attempt.proof, work)
        session.add(answer)
        await session.flush()
        await attach(access, work, answer)
    return Heard(answer, attempt)


def _asked_again(asked: Answer, proof: OrderProof, work: Work) -> Answer:
    """What was asked about this order, for an answer of its own; no model has to read the mail with the code."""
    about = [
        request
        for request in asked.triage.get("requests", [])
        if proofs.order_key(request.get("order_number") or "") == proof.order_key
    ]
    says_more = len(work.texts[-1].split()) > _WORDS_BESIDE_A_CODE or len(work.messages) > 1
    return Answer(
        store_id=asked.store_id,
        conversation_id=asked.conversation_id,
        triage={**asked.triage, "requests": about},
        prompt_version=asked.prompt_version,
        prompt_hash=asked.prompt_hash,
        problems=["The customer says more than the code: read it, and add what is missing."]
        if says_more
        else [],
    )


def refusal(heard: Heard) -> Resolution:
    """What a wrong code is answered with.

    Raises:
        NeedsPerson: It was the last try.
    """
    left = heard.attempt.tries_left
    if not left:
        raise NeedsPerson(
            f"Three wrong codes for order {heard.attempt.proof.order_number}: a person has to find out who writes.",
            code="wrong_codes",
        )
    return Resolution(Situation(Intent.ORDER_STATUS, REFUSED, CodeFacts(left)))


async def find_proven(desk: Desk, work: Work) -> frozenset[str]:
    """The orders that the asker has proven to be their own; asked only where one was spoken of before."""
    if not work.known_orders:
        return frozenset()
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        return await proofs.proven_orders(access, work.conversation.id, work.newest.from_address)


async def send_code(desk: Desk, proof_id: UUID) -> None:
    """Run the job: send the code to the order's own address, if there is such an order. At most once."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id)
        if found is None or found[1].sent_at is not None:
            return
        proof, store = found[1], await session.get_one(Store, found[0].store_id)
    order = await _find_order(desk, store, proof)
    code = proofs.new_code()
    mail = await _claim(desk, proof_id, order, code)
    if mail is None:
        return
    try:
        await desk.sender.send(mail)
    except (InDoubt, NeedsPerson) as error:
        log.warning("code_not_sent", extra={"proof": str(proof_id), "code": error.code})
    except TryLater:
        await _release(desk, proof_id)
        raise


async def code_failed(desk: Desk, proof_id: UUID, error: Exception) -> None:
    """Wait for Shopify or SendGrid as a reply does; a code that never comes is told to be missing by who waits for it."""
    log.warning("code_waits", extra={"proof": str(proof_id)}, exc_info=error)
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is None or found[1].sent_at is not None or not isinstance(error, TryLater):
            return
        proof = found[1]
        proof.waiting_since = proof.waiting_since or now()
        wait = next_wait(error, proof.waiting_since, now(), desk.settings)
        if wait is not None:
            await defer_alone(session, SEND_CODE, proof_id, at=wait.until)


async def _find_order(desk: Desk, store: Store, proof: OrderProof) -> OrderReference | None:
    """The order, unless it bears no address, or the claimant's own."""
    shop = desk.shop(store)
    names = order_names(proof.order_number, await shop.get_shop())
    found = await shop.find_orders_by_name(*names) if names else ()
    owned = [order for order in found if order.addresses]
    return owned[0] if owned else None


async def _claim(desk: Desk, proof_id: UUID, order: OrderReference | None, code: str) -> OutgoingMail | None:
    """Note durably that the code is out; the mail to send, or None where there is none."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is None or found[1].sent_at is not None:
            return None
        access, proof = found
        proof.sent_at = now()
        if order is None:
            return None
        proof.order_id, proof.code_hash = order.id, proofs.hash_code(proof.id, code, desk.proof_key)
        conversation = await access.get(Conversation, proof.conversation_id)
        mailbox = await access.get(Mailbox, conversation.mailbox_id)
        store = await session.get_one(Store, access.store_id)
        return _compose(desk, proof, store, mailbox, order, code)


async def _release(desk: Desk, proof_id: UUID) -> None:
    """Nothing has left: the next try makes a code of its own."""
    async with desk.db.transaction() as session:
        found = await open_store_of(session, OrderProof, proof_id, lock=True)
        if found is not None:
            found[1].sent_at, found[1].code_hash = None, None


def _compose(
    desk: Desk, proof: OrderProof, store: Store, mailbox: Mailbox, order: OrderReference, code: str
) -> OutgoingMail:
    locale = choose_locale(proof.locale, store.default_locale)
    context = {
        "code": code,
        "minutes": proofs.MINUTES,
        "number": order.name,
        "store_name": store.name,
        "asker": redact_address(proof.claimant),
    }
    text, html = render_markdown(render(locale, "code", context), rtl=locale.rtl, lang=locale.code)
    subject, _ = render_markdown(render(locale, "code_subject", context), rtl=locale.rtl, lang=locale.code)
    return OutgoingMail(
        from_name=mailbox.from_name,
        from_address=mailbox.address,
        to=order.addresses[0],
        subject=subject.strip(),
        text=text,
        html=html,
        message_id=make_message_id(proof.id, desk.thread_key, mailbox.address.rpartition("@")[2]),
        headers={"Auto-Submitted": "auto-generated", **loop_headers()},
        custom_args={"proof_id": str(proof.id)},
    )
