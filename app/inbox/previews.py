"""Real facts for the preview of a template: looked up as for a customer's mail, for the owner's eyes, and never mailed.

Either a mail that ended in the template's situation is looked up again, for the address that it came from, or an order that
the owner names, as if its own customer had asked. Both go the way of every answer: the same tools, the same rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col

from app.access import StoreAccess
from app.classifier.triage import Triage
from app.errors import NotFound
from app.identity import Identity
from app.intents import resolve
from app.intents.request import Request, requests_of
from app.intents.situation import (
    OrderChoiceFacts,
    OrderFacts,
    OrdersFacts,
    PaymentFacts,
    ProductFacts,
    ProductsFacts,
    ProductTextFacts,
    Situation,
)
from app.models import Answer, Message, Store
from app.models.columns import now
from app.replies.samples import INTENTS
from app.replies.trust import choose_recipient
from app.replies.wording.facts import LAYOUT, NOTE, STANDS_FOR, facts_class
from app.shopify.client import ShopifyClient
from app.tools.order_number import order_names
from app.vocabulary import Authenticity, Direction

MOST_EXAMPLES = 8
_NEWEST_ANSWERS = 2_000
_ONE_ORDER: tuple[type, ...] = (OrderFacts, PaymentFacts)
_SEVERAL: tuple[type, ...] = (OrdersFacts, OrderChoiceFacts)
_PRODUCTS: tuple[type, ...] = (ProductFacts, ProductsFacts, ProductTextFacts)


@dataclass(frozen=True)
class Example:
    """A mail that ended in a situation: what tells it from others, and when it was answered."""

    answer_id: UUID
    label: str
    at: datetime


@dataclass(frozen=True)
class Question:
    """What is looked up for a preview: the requests that may lead to the situation, and for whom."""

    requests: tuple[Request, ...]
    address: str
    customer_name: str | None


@dataclass(frozen=True)
class Found:
    """What a question came to, now."""

    situation: Situation
    customer_name: str | None


def situation_of(name: str) -> str:
    """The situation in which a template is shown."""
    return STANDS_FOR if name in {LAYOUT, NOTE} else name


def takes_what(name: str) -> str:
    """What an owner may name to see a template on it: `order`, `product`, or nothing."""
    facts = facts_class(situation_of(name))
    if facts in (*_ONE_ORDER, *_SEVERAL):
        return "order"
    return "product" if facts in _PRODUCTS else ""


async def list_examples(access: StoreAccess, name: str) -> Sequence[Example]:
    """The newest mails that ended in a template's situation, of the newest answers."""
    newest = (
        access.select(Answer)
        .with_only_columns(col(Answer.id))
        .order_by(col(Answer.created_at).desc())
        .limit(_NEWEST_ANSWERS)
    )
    query = (
        access.select(Answer)
        .where(
            col(Answer.id).in_(newest),
            col(Answer.situations).contains([{"name": situation_of(name)}]),
        )
        .order_by(col(Answer.created_at).desc())
        .limit(MOST_EXAMPLES)
    )
    answers = (await access.session.execute(query)).scalars().all()
    mails = {mail.answer_id: mail for mail in await _mails(access, [answer.id for answer in answers])}
    return [
        Example(answer.id, _label(answer, mails[answer.id]), answer.created_at)
        for answer in answers
        if answer.id in mails
    ]


async def question_of_example(access: StoreAccess, name: str, answer_id: UUID) -> Question:
    """What a mail asked that ended in a situation.

    Raises:
        NotFound: There is no such answer in this store, or its mail is gone.
    """
    answer = await access.get(Answer, answer_id)
    mails = await _mails(access, [answer.id])
    if not mails or not answer.triage:
        raise NotFound("The mail of this example is not there any more. Choose another.")
    mail = mails[-1]
    triage = Triage.model_validate(answer.triage)
    intents = {one["intent"] for one in answer.situations if one["name"] == situation_of(name)}
    asked = requests_of(triage, mail.new_text or mail.text)
    requests = tuple(request for request in asked if request.intent.value in intents)
    return Question(requests, choose_recipient(mail.from_address).address, mail.from_name or None)


async def question_about(shop: ShopifyClient, name: str, written: str) -> Question:
    """What the customer of an order, or somebody about a product, would ask in a situation.

    Raises:
        NotFound: Shopify shows no such order, or it bears no address.
        TryLater: Shopify is down or busy.
    """
    situation = situation_of(name)
    facts, asked = facts_class(situation), written.strip()[:200]
    request = Request(intent=INTENTS[situation])
    if takes_what(name) != "order":
        product = asked if facts in _PRODUCTS else None
        return Question((replace(request, product_query=product, text=asked),), "", None)
    names = order_names(asked, await shop.get_shop())
    orders = await shop.find_orders_by_name(*names) if names else ()
    addresses = orders[0].addresses if orders else ()
    if not addresses:
        raise NotFound(f"The shop shows no order “{asked}” with an email address.")
    number = asked if facts in _ONE_ORDER else None
    return Question((replace(request, order_number=number),), addresses[0], None)


async def look_up(shop: ShopifyClient, store: Store, name: str, question: Question) -> Found:
    """What a question comes to now: in the template's own situation, if one of its requests does; else what the last does.

    Raises:
        NotFound: Nothing is looked up for it.
        TryLater: Shopify is down or busy.
        NeedsPerson: Shopify's answer is not understood.
    """
    asker = Identity(
        store_id=store.id,
        sender=question.address,
        reply_to_recipient=question.address,
        authenticity=Authenticity.AUTHENTICATED,
    )
    found: Situation | None = None
    for request in question.requests:
        resolution = await resolve(request, shop, asker, now=now(), timezone=ZoneInfo(store.timezone))
        found = resolution.situation
        if found.name == situation_of(name):
            break
    if found is None or found.name is None or found.facts is None:
        raise NotFound("No template answers this as it stands now: a person does.")
    return Found(found, question.customer_name)


async def _mails(access: StoreAccess, answers: Sequence[UUID]) -> Sequence[Message]:
    """The mails of these answers, oldest first: of several that one answers, the last is the one that is replied to."""
    query = (
        access.select(Message)
        .where(col(Message.answer_id).in_(answers), col(Message.direction) == Direction.INBOUND)
        .order_by(col(Message.created_at))
    )
    return (await access.session.execute(query)).scalars().all()


def _label(answer: Answer, mail: Message) -> str:
    numbers = dict.fromkeys(
        number for lookup in answer.lookups for number in _numbers(lookup.get("facts", {}))
    )
    who = mail.from_name or mail.from_address
    return f"{', '.join(numbers)} · {who}" if numbers else who


def _numbers(facts: Any) -> list[str]:
    """The orders that a look-up tells of."""
    if not isinstance(facts, dict):
        return []
    inner = [number for one in facts.get("orders", []) for number in _numbers(one)]
    return [*(str(facts[key]) for key in ("order", "number") if isinstance(facts.get(key), str)), *inner]
