"""The jobs of the path, run by hand and one by one, over a test's own database: no server, no worker, no waiting."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from app.intake.accept import MESSAGE, accept
from app.models import Conversation, InboundMail, Mailbox, Membership, Message, Reply, Touchpoint, User
from app.pipeline.answer import answer_conversation
from app.pipeline.deliver import deliver_reply
from app.pipeline.desk import Desk, open_desk
from app.pipeline.receive import receive_message
from app.vocabulary import Role
from tests.service import SUPPORT, add_store, make_mail, make_settings

Row = TypeVar("Row", bound=SQLModel)

HOST = "mx.saffron-and-clay.example"
"""The receiving host, whose Authentication-Results the mailbox trusts."""


def results(sender: str, result: str) -> dict[str, str]:
    """What the receiving host found out about a sender; none where `result` is empty."""
    domain = sender.rpartition("@")[2].rstrip(">")
    return (
        {
            "Authentication-Results": f"{HOST}; dmarc={result} header.from={domain}; spf={result} smtp.mailfrom=x@{domain}"
        }
        if result
        else {}
    )


@dataclass
class Hands:
    """A store with one mailbox, and what a test does to it."""

    desk: Desk
    mailbox: Mailbox

    async def accept(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        source: str = "imap",
        result: str = "pass",
        mailbox: Mailbox | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> UUID | None:
        """Bring a mail in without reading it; the id of its row, or None where it is there already."""
        raw = make_mail(sender, subject, text, headers={**results(sender, result), **(headers or {})}, **more)
        return await self.keep(raw, source=source, mailbox=mailbox)

    async def keep(self, raw: bytes, *, source: str = "imap", mailbox: Mailbox | None = None) -> UUID | None:
        kept = await accept(self.desk.db, mailbox or self.mailbox, raw, content_type=MESSAGE, source=source)
        return kept.inbound_id

    async def receive(self, sender: str, subject: str, text: str, **more: Any) -> InboundMail:
        """Bring a mail in and read it."""
        return await self.read(await self.accept(sender, subject, text, **more))

    async def read(self, inbound_id: UUID | None) -> InboundMail:
        assert inbound_id is not None
        await receive_message(self.desk, inbound_id)
        return await self.get(InboundMail, inbound_id)

    async def answer(self, mail: InboundMail) -> Reply | None:
        """Answer the mail's conversation; its newest reply."""
        assert mail.conversation_id is not None
        await answer_conversation(self.desk, mail.conversation_id)
        return next(iter(reversed(await self.replies(mail.conversation_id))), None)

    async def deliver(self, reply: Reply | None) -> Reply:
        assert reply is not None
        await deliver_reply(self.desk, reply.id)
        return await self.get(Reply, reply.id)

    async def get(self, model: type[Row], row_id: UUID) -> Row:
        async with self.desk.db.transaction() as session:
            return await session.get_one(model, row_id)

    async def conversation(self, mail: InboundMail) -> Conversation:
        assert mail.conversation_id is not None
        return await self.get(Conversation, mail.conversation_id)

    async def conversations(self) -> list[Conversation]:
        return await self._rows(select(Conversation).order_by(sa.text("created_at")))

    async def messages(self, conversation_id: UUID) -> list[Message]:
        query = select(Message).where(Message.conversation_id == conversation_id)
        return await self._rows(query.order_by(sa.text("created_at")))

    async def replies(self, conversation_id: UUID) -> list[Reply]:
        query = select(Reply).where(Reply.conversation_id == conversation_id)
        return await self._rows(query.order_by(sa.text("created_at")))

    async def touchpoints(self) -> list[Touchpoint]:
        return await self._rows(select(Touchpoint).order_by(sa.text("occurred_at")))

    async def change(self, model: Any, **values: Any) -> None:
        """Set columns of every row."""
        async with self.desk.db.transaction() as session:
            await session.execute(sa.update(model).values(**values))

    async def hire(self, name: str, email: str) -> None:
        """Make somebody a member of the store's staff."""
        async with self.desk.db.transaction() as session:
            user = User(email=email, name=name, password_hash="-")
            session.add(user)
            await session.flush()
            session.add(Membership(user_id=user.id, store_id=self.mailbox.store_id, role=Role.AGENT))

    async def open_mailbox(self, address: str, **values: Any) -> Mailbox:
        """A further mailbox of the store."""
        async with self.desk.db.transaction() as session:
            mailbox = Mailbox(
                store_id=self.mailbox.store_id,
                address=address,
                from_name="Shop",
                key_hash=address,
                key_sealed=b"-",
                trusted_hosts=[HOST],
                **values,
            )
            session.add(mailbox)
        return mailbox

    async def _rows(self, query: Any) -> list[Any]:
        async with self.desk.db.transaction() as session:
            return [*(await session.exec(query)).all()]


@contextlib.asynccontextmanager
async def open_hands(
    database_url: str, sandbox: Any, *, store: dict[str, Any] | None = None
) -> AsyncIterator[Hands]:
    """A store, everything automatic unless `store` says otherwise, and its mailbox."""
    desk = open_desk(make_settings(sandbox), database_url)
    await add_store(desk, sandbox, **(store or {}))
    async with desk.db.transaction() as session:
        mailbox = (await session.exec(select(Mailbox).where(Mailbox.address == SUPPORT))).one()
        mailbox.trusted_hosts = [HOST]
    yield Hands(desk, mailbox)
    await desk.close()
