"""Rows as the pipeline leaves them, for tests of what staff see and do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from app.access import StoreAccess
from app.db import Database
from app.inbox.due import NEEDS_PERSON
from app.inbox.people import Person
from app.models import (
    Answer,
    Contact,
    ContactAddress,
    Conversation,
    InboundMail,
    Mailbox,
    Membership,
    Message,
    RawMail,
    Reply,
    Store,
    Touchpoint,
    User,
)
from app.models.columns import now
from app.vocabulary import (
    ConversationState,
    Direction,
    JourneyStage,
    MailKind,
    Outcome,
    ReplyState,
    Role,
)

THREAD_KEY = b"k" * 32

FACTS = {
    "number": "#1001",
    "placed_at": "2026-11-02T09:30:00+00:00",
    "paid": True,
    "total": {"amount": "84.00", "currency": "EUR"},
    "parcels": [
        {"carrier": "DHL", "tracking_number": "JD0146", "tracking_url": "https://dhl.example/JD0146"}
    ],
    "cancelled_at": None,
}


@dataclass
class Shop:
    """A store with a mailbox, an owner and an agent."""

    store: Store
    mailbox: Mailbox
    owner: User
    agent: User

    @property
    def person(self) -> Person:
        return Person(self.agent.id, self.agent.name)

    def access(self, session: AsyncSession) -> StoreAccess:
        return StoreAccess(session, self.store.id)


@dataclass
class Talk:
    """A conversation with one mail, and what the robot made of it."""

    conversation: Conversation
    contact: Contact
    inbound: InboundMail
    message: Message
    answer: Answer
    reply: Reply | None

    @property
    def draft(self) -> Reply:
        assert self.reply is not None
        return self.reply


async def add_shop(database: Database, name: str = "Teahouse", password_hash: str = "!") -> Shop:
    slug = f"shop-{uuid4().hex[:6]}"
    store = Store(slug=slug, name=name, shop_domain=f"{slug}.myshopify.com", shop_token_sealed=b"sealed")
    owner = User(email=f"owner@{slug}.example", name="Olga Owner", password_hash=password_hash)
    agent = User(email=f"agent@{slug}.example", name="Amir Agent", password_hash=password_hash)
    mailbox = Mailbox(
        store_id=store.id,
        address=f"help@{slug}.example",
        from_name=name,
        key_hash=uuid4().hex,
        key_sealed=b"sealed",
    )
    async with database.transaction() as session:
        session.add_all([store, owner, agent])
        await session.flush()
        session.add_all(
            [
                mailbox,
                Membership(user_id=owner.id, store_id=store.id, role=Role.OWNER),
                Membership(user_id=agent.id, store_id=store.id, role=Role.AGENT),
            ]
        )
    return Shop(store, mailbox, owner, agent)


@dataclass(frozen=True)
class Seed:
    """What a conversation with one answered mail is made of."""

    name: str = "Lena Weiss"
    address: str = "lena@example.com"
    subject: str = "Where is my order?"
    text: str = "Hello,\n\nwhere is my order 1001?\n\nLena"
    html: str | None = None
    raw: bytes = b"From: lena@example.com\r\n\r\nHello"
    attachments: list[dict[str, Any]] | None = None
    intents: tuple[str, ...] = ("order_status",)
    outcome: Outcome = Outcome.DRAFTED
    reason: str = "This store has order status on draft."
    state: ConversationState = ConversationState.OPEN
    reply_state: ReplyState | None = ReplyState.HELD
    markdown: str = "Hello Lena,\n\nyour order **#1001** is on its way."
    age: timedelta = timedelta(minutes=5)
    due_in: timedelta = timedelta(hours=8)
    """From when the mail came in, for what needs a person."""
    related_id: UUID | None = None


async def add_talk(database: Database, shop: Shop, **values: Any) -> Talk:
    """A conversation with one mail, its answer and its reply; `values` are fields of `Seed`."""
    seed = Seed(**values)
    at, store_id = now() - seed.age, shop.store.id
    contact = Contact(store_id=store_id, name=seed.name)
    conversation = _conversation(seed, shop, contact, at)
    inbound = _inbound(seed, shop, conversation, at)
    answer = _answer(seed, conversation, at)
    message = _message(seed, shop, conversation, inbound, answer, at)
    reply = _reply(seed, answer, at) if seed.reply_state else None
    async with database.transaction() as session:
        session.add(contact)
        await session.flush()
        await session.merge(ContactAddress(store_id=store_id, address=seed.address, contact_id=contact.id))
        session.add(conversation)
        await session.flush()
        session.add_all([inbound, answer])
        await session.flush()
        session.add(RawMail(inbound_id=inbound.id, content_type="message/rfc822", content=seed.raw))
        session.add_all([message, *([reply] if reply else [])])
        await session.flush()
        session.add(
            Touchpoint(
                store_id=store_id,
                contact_id=contact.id,
                conversation_id=conversation.id,
                message_id=message.id,
                direction=Direction.INBOUND,
                journey_stage=JourneyStage.USE,
                decision=seed.outcome,
                occurred_at=at,
            )
        )
    return Talk(conversation, contact, inbound, message, answer, reply)


def _conversation(seed: Seed, shop: Shop, contact: Contact, at: datetime) -> Conversation:
    return Conversation(
        store_id=shop.store.id,
        mailbox_id=shop.mailbox.id,
        contact_id=contact.id,
        subject=seed.subject,
        state=seed.state,
        outcome=seed.outcome,
        reason=seed.reason,
        intents=list(seed.intents),
        language="en",
        created_at=at,
        last_message_at=at,
        due_at=at + seed.due_in if seed.outcome in NEEDS_PERSON else None,
        related_id=seed.related_id,
    )


def _inbound(seed: Seed, shop: Shop, conversation: Conversation, at: datetime) -> InboundMail:
    return InboundMail(
        store_id=shop.store.id,
        mailbox_id=shop.mailbox.id,
        dedup_key=uuid4().hex,
        source="raw",
        size=len(seed.raw),
        received_at=at,
        from_name=seed.name,
        from_address=seed.address,
        subject=seed.subject,
        kind=MailKind.CUSTOMER,
        outcome=seed.outcome,
        outcome_reason=seed.reason,
        conversation_id=conversation.id,
    )


def _answer(seed: Seed, conversation: Conversation, at: datetime) -> Answer:
    request = {"order_number": "1001", "product_query": None, "tracking_number": None}
    evidence = {"evidence": "where is my order 1001?"}
    lookup = {
        "tool": "get_order",
        "arguments": {"order_number": "1001"},
        "outcome": "Order #1001 was placed with the address that a reply would reach.",
        "ownership": "on_order",
        "facts": FACTS,
    }
    return Answer(
        store_id=conversation.store_id,
        conversation_id=conversation.id,
        created_at=at,
        triage={
            "language": "en",
            "sentiment": "neutral",
            "urgency": "normal",
            "summary": "Asks where order 1001 is.",
            "requests": [{"intent": intent, **request, **evidence} for intent in seed.intents],
        },
        model="sandbox",
        prompt_version="triage-v1",
        model_calls=1,
        input_tokens=812,
        output_tokens=60,
        cost_usd=0.000111,
        model_ms=143,
        lookups=[lookup],
        situations=[
            {"intent": intent, "name": "order_in_transit", "person": None} for intent in seed.intents
        ],
        action="hold" if seed.reply_state else "hand_over",
        reasons=[{"code": "mode_draft", "sentence": seed.reason}],
    )


def _message(
    seed: Seed, shop: Shop, conversation: Conversation, inbound: InboundMail, answer: Answer, at: datetime
) -> Message:
    return Message(
        store_id=shop.store.id,
        conversation_id=conversation.id,
        direction=Direction.INBOUND,
        inbound_id=inbound.id,
        rfc_message_id=f"<{uuid4().hex}@example.com>",
        from_name=seed.name,
        from_address=seed.address,
        to_addresses=[shop.mailbox.address],
        subject=seed.subject,
        text=seed.text,
        new_text=seed.text,
        html=seed.html,
        attachments=seed.attachments or [],
        answer_id=answer.id,
        created_at=at,
    )


def _reply(seed: Seed, answer: Answer, at: datetime) -> Reply:
    assert seed.reply_state
    return Reply(
        store_id=answer.store_id,
        conversation_id=answer.conversation_id,
        answer_id=answer.id,
        state=seed.reply_state,
        automatic=False,
        to_address=seed.address,
        subject=f"Re: {seed.subject}",
        locale="en",
        markdown=seed.markdown,
        rfc_message_id=f"<{uuid4().hex}@ours.example>",
        created_at=at,
    )


async def add_mail(database: Database, shop: Shop, talk: Talk, text: str = "And another thing.") -> Message:
    """A further mail of the same customer, not answered yet."""
    inbound = InboundMail(
        store_id=shop.store.id,
        mailbox_id=shop.mailbox.id,
        dedup_key=uuid4().hex,
        source="raw",
        size=len(text),
        from_address=talk.message.from_address,
        kind=MailKind.CUSTOMER,
        conversation_id=talk.conversation.id,
    )
    message = Message(
        store_id=shop.store.id,
        conversation_id=talk.conversation.id,
        direction=Direction.INBOUND,
        inbound_id=inbound.id,
        from_name=talk.contact.name,
        from_address=talk.message.from_address,
        subject=talk.conversation.subject,
        text=text,
        new_text=text,
    )
    async with database.transaction() as session:
        session.add(inbound)
        await session.flush()
        session.add(message)
    return message


async def add_unanswered(
    database: Database,
    shop: Shop,
    *,
    outcome: Outcome = Outcome.IGNORED,
    kind: MailKind | None = MailKind.OUT_OF_OFFICE,
    reason: str = "Its header Auto-Submitted says that a program wrote it.",
    raw: bytes = b"Subject: Away\r\nFrom: max@example.com\r\n\r\nI am away.",
    age: timedelta = timedelta(minutes=3),
    address: str = "max@example.com",
    forwarding_check: dict[str, str | None] | None = None,
) -> InboundMail:
    inbound = InboundMail(
        store_id=shop.store.id,
        mailbox_id=shop.mailbox.id,
        dedup_key=uuid4().hex,
        source="raw",
        size=len(raw),
        received_at=now() - age,
        from_name="Max Muster",
        from_address=address,
        subject="Away",
        kind=kind,
        outcome=outcome,
        outcome_reason=reason,
        ended_at=now(),
        forwarding_check=forwarding_check,
    )
    async with database.transaction() as session:
        session.add(inbound)
        await session.flush()
        session.add(RawMail(inbound_id=inbound.id, content_type="message/rfc822", content=raw))
    return inbound
