"""A person who writes from another address than the order's: offer a code, and hear it.

The reply that tells of a code says the same whether or not there is such an order. Once it has left, `codes` sends what it
promised: where there is an order, its own address gets the code, which is kept as a digest alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import col

from app.access import StoreAccess
from app.errors import NeedsPerson
from app.identity import normalise_address
from app.inbox.wordings import load_wordings
from app.intents.resolution import Resolution
from app.intents.situation import CodeFacts, Situation, UnknownOrderFacts
from app.jobs import SEND_CODE, defer_alone
from app.models import Answer, Conversation, OrderProof, Reply, Store
from app.models.columns import now
from app.pipeline.desk import Desk
from app.pipeline.open_mails import Work
from app.pipeline.standing import attach, is_overtaken
from app.replies import proofs
from app.replies.filters import is_order_number
from app.replies.locales import choose_locale
from app.replies.rendering import render
from app.vocabulary import Authenticity, Intent, ReplyState

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
    if UNKNOWN not in reply.situations or reply.state is ReplyState.BOUNCED:
        return
    query = access.select(OrderProof).where(
        col(OrderProof.reply_id) == reply.id, col(OrderProof.sent_at).is_(None)
    )
    for proof in (await access.session.execute(query)).scalars():
        if not reply.edited or await _tells_of(access, proof, reply):
            proof.due_at = now()
            await defer_alone(access.session, SEND_CODE, proof.id)


async def _tells_of(access: StoreAccess, proof: OrderProof, reply: Reply) -> bool:
    """Whether a reply that a person changed still says that a code is coming."""
    locale = choose_locale(reply.locale, reply.locale)
    store = await access.session.get_one(Store, access.store_id)
    wordings = await load_wordings(access, store, locale, (UNKNOWN,), at=reply.created_at)
    with_code, without = (
        _paragraphs(
            render(locale, UNKNOWN, {"number": proof.order_number, "code_minutes": minutes}, wordings)
        )
        for minutes in (proofs.MINUTES, None)
    )
    return with_code - without <= _paragraphs(reply.markdown)


def _paragraphs(text: str) -> set[str]:
    return {" ".join(paragraph.split()) for paragraph in text.split("\n\n")}


@dataclass(frozen=True)
class Heard:
    """A mail that brings a code. `answer` asks again what was asked before; `attempt` says whether the code is right."""

    answer: Answer
    attempt: proofs.Attempt


async def hear_code(desk: Desk, work: Work) -> Heard | None:
    """What a code in the open mails comes to, the newest first; None where they bring none that is waited for here.

    The try is counted together with the answer that follows from it: no crash gives a try back, or loses a right one.
    """
    codes = _codes(work)
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


def _codes(work: Work) -> tuple[str, ...]:
    """Of the mails that nothing has answered yet, and only of those that are from where the reply goes."""
    asker, own = normalise_address(work.newest.from_address), {message.id for message in work.own}
    return proofs.find_codes(
        "\n\n".join(
            text
            for message, text in reversed([*zip(work.messages, work.texts, strict=True)])
            if message.id in own and normalise_address(message.from_address) == asker
        )
    )


def _asked_again(asked: Answer, proof: OrderProof, work: Work) -> Answer:
    """What was asked about this order, for an answer of its own; no model has to read the mail with the code."""
    about = [
        request
        for request in asked.triage.get("requests", [])
        if proofs.order_key(request.get("order_number") or "") == proof.order_key
    ]
    says_more = len(work.question_text.split()) > _WORDS_BESIDE_A_CODE
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


def said_to_person(heard: Heard) -> str:
    """What a code came to, for the person who answers in this conversation and cannot read it."""
    number = heard.attempt.proof.order_number
    if heard.attempt.is_right:
        return f"The code is right: who writes has proven that order {number} is theirs. A person is answering here."
    return f"The code for order {number} is wrong; tries left: {heard.attempt.tries_left}. A person is answering here."


async def require_no_owner(desk: Desk, work: Work) -> None:
    """Let a person read what somebody says whose order another one asks about.

    Raises:
        NeedsPerson: This answers a mail of ours with a code: it may say "that was not me".
    """
    asked_in = work.conversation.related_id
    if asked_in is None:
        return
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        proof = await proofs.find_asked(access, asked_in, work.newest.from_address)
    if proof is not None:
        raise NeedsPerson(
            f"This answers our mail with a code: somebody else asks about order {proof.order_number}, in the other "
            "conversation of this thread. Read both.",
            code="owner_answers",
        )


async def find_proven(desk: Desk, work: Work) -> frozenset[tuple[str, str]]:
    """The orders that the asker has proven to be their own; asked only where one was spoken of before."""
    if not work.known_orders:
        return frozenset()
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        return await proofs.proven_orders(access, work.conversation.id, work.newest.from_address)
