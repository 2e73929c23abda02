"""Replies by the store's own mail server and into a folder, what comes back of them, and who is not written to again."""

import contextlib
import email
import email.policy
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from app.access import StoreAccess
from app.crm.suppression import Evidence, suppress
from app.mail.outbound.events import DeliveryEvent as Event
from app.mail.outbound.events import DeliveryKind
from app.models import ImapAccount, InboundMail, Mailbox, Reply, SmtpAccount, Store, Suppression, Touchpoint
from app.models.columns import now
from app.models.inbound import SENT
from app.pipeline import copies
from app.pipeline.sent import record_event
from app.vocabulary import MailKind, Outbound, Outcome, ReplyState, SuppressionCause
from tests.intake.imap_server import PASSWORD, USER, run_server
from tests.mail.smtp_server import HANG_UP, run_smtp
from tests.service import SUPPORT, Service, eventually, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Hello, where is my order #1035?"


async def use(service: Service, way: Outbound, *, smtp: Any = None, imap: Any = None) -> None:
    """Have the mailbox send by another way; with `imap`, its sent mails are watched there."""
    sealed = service.desk.sealer.seal(PASSWORD)
    async with service.desk.db.transaction() as session:
        box = (await session.exec(select(Mailbox))).one()
        box.outbound = way
        account: dict[str, Any] = {
            "mailbox_id": box.id,
            "store_id": box.store_id,
            "host": "127.0.0.1",
            "tls": "none",
        }
        who: dict[str, Any] = {"username": USER, "secret_sealed": sealed}
        if smtp is not None:
            session.add(SmtpAccount(**account, **who, port=smtp.port))
        if imap is not None:
            session.add(ImapAccount(**account, **who, port=imap.port, folders=["INBOX"], read_since=now()))


async def reply_that_is(service: Service, state: ReplyState) -> Reply:
    async def is_there() -> bool:
        return [reply.state for reply in await service.rows(Reply)] == [state]

    await eventually(is_there)
    (reply,) = await service.rows(Reply)
    assert isinstance(reply, Reply)
    return reply


@contextlib.asynccontextmanager
async def by_smtp(database_url: str, sandbox: Any, **more: Any) -> AsyncIterator[tuple[Service, Any]]:
    async with run_smtp() as smtp, open_service(database_url, sandbox, **more) as service:
        await use(service, Outbound.SMTP, smtp=smtp)
        yield service, smtp


def returned(sent: bytes, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """What a mail system writes about a mail that it could not deliver (RFC 3464)."""
    return (
        (
            f"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: {SUPPORT}\r\nSubject: Undelivered Mail\r\n"
            f"Message-ID: <{status}.{action}@mx.example.net>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
            'Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
            "\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
            f"Final-Recipient: rfc822; olivia.martinez@example.net\r\nAction: {action}\r\nStatus: {status}\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        ).encode()
        + sent.partition(b"\r\n\r\n")[0]
        + b"\r\n\r\n--b--\r\n"
    )


async def test_a_reply_leaves_by_the_stores_own_server_under_its_own_id(database_url, sandbox):
    async with by_smtp(database_url, sandbox) as (service, smtp):
        asked = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        reply = await service.only(Reply)
        (raw,) = smtp.mails
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert asked.outcome is Outcome.ANSWERED
        assert (reply.state, reply.smtp_id) == (ReplyState.SENT, reply.rfc_message_id)
        assert mail["Message-ID"] == reply.rfc_message_id
        assert mail["In-Reply-To"] == asked.rfc_message_id
        assert mail["From"].addresses[0].addr_spec == SUPPORT
        assert "+" in mail["Reply-To"]
        assert smtp.envelopes == [(SUPPORT, ("olivia.martinez@example.net",))]
        assert service.sent() == []
        again = await service.ask(OLIVIA, "Re: Where is my parcel?", QUESTION, to=str(mail["Reply-To"]))
        assert again.conversation_id == asked.conversation_id


async def test_a_reply_whose_server_falls_away_behind_the_dot_is_in_doubt_and_not_sent_again(
    database_url, sandbox
):
    async with by_smtp(database_url, sandbox) as (service, smtp):
        smtp.faults = {"DOT": HANG_UP}
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        reply = await service.only(Reply)
        assert reply.state is ReplyState.IN_DOUBT
        assert "folder of sent mails" in reply.error
        assert len(smtp.mails) == 1


async def test_a_busy_server_is_waited_for(database_url, sandbox):
    async with by_smtp(database_url, sandbox) as (service, smtp):
        smtp.faults = {"RCPT": "450 4.2.0 greylisted"}
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)

        async def waits() -> bool:
            return any("takes no mail just now" in reply.error for reply in await service.rows(Reply))

        await eventually(waits)
        smtp.faults = {}
        await service.settled(1)
        assert len(smtp.mails) == 1


async def test_a_bounce_that_comes_as_mail_settles_the_reply_and_is_never_answered(database_url, sandbox):
    async with by_smtp(database_url, sandbox) as (service, smtp):
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        await service.post_raw(returned(smtp.mails[0], status="4.4.1", action="delayed"))
        await service.settled(2)
        assert (await service.only(Reply)).state is ReplyState.SENT  # it is only late
        await service.post_raw(returned(smtp.mails[0]))
        bounce = (await service.settled(3))[-1]
        reply = await service.only(Reply)
        assert (bounce.kind, bounce.outcome) == (MailKind.BOUNCE, Outcome.IGNORED)
        assert reply.state is ReplyState.BOUNCED
        assert "5.1.1" in reply.error
        assert len(smtp.mails) == 1
        (asked, *_) = await service.rows(InboundMail)
        assert asked.outcome is Outcome.FAILED
        told = [one.event for one in await service.rows(Touchpoint) if one.event]
        assert told == ["deferred", "bounced"]
        mail = await service.ask(OLIVIA, "Another question", QUESTION)
        assert mail.outcome is Outcome.DRAFTED
        assert "came back" in mail.outcome_reason


async def test_a_forged_bounce_settles_nothing(database_url, sandbox):
    async with by_smtp(database_url, sandbox) as (service, smtp):
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        reply = await service.only(Reply)
        forged = smtp.mails[0].replace(reply.rfc_message_id[36:52].encode(), b"a" * 16)
        await service.post_raw(returned(forged))
        await service.settled(2)
        assert (await service.only(Reply)).state is ReplyState.SENT


async def test_a_copy_is_filed_once_where_people_look_for_it_and_known_as_ours(
    database_url, sandbox, monkeypatch
):
    monkeypatch.setattr(copies, "_SOON", timedelta())
    async with run_server() as imap, by_smtp(database_url, sandbox) as (service, smtp):
        await use(service, Outbound.SMTP, imap=imap)
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        folder = await imap.folders.get_mailbox("Sent")

        async def is_filed() -> bool:
            return bool(folder._messages)

        await eventually(is_filed)
        reply = await service.only(Reply)
        await copies.file_copy(
            service.desk, reply.id
        )  # the job ran, and its worker died before it could say so
        assert len(folder._messages) == 1
        assert reply.state is ReplyState.SENT

        async def is_known() -> bool:
            seen = [mail for mail in await service.rows(InboundMail) if mail.source == SENT]
            return ["copy of a reply that Pasokh sent" in mail.outcome_reason for mail in seen] == [True]

        await eventually(is_known)
        assert len(smtp.mails) == 1


async def test_a_folder_takes_the_replies_and_nobody_is_written_to(database_url, sandbox, tmp_path):
    async with open_service(database_url, sandbox, data_dir=tmp_path) as service:
        await use(service, Outbound.FOLDER)
        mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        (path,) = (tmp_path / "outbox").glob("*.eml")
        reply = await service.only(Reply)
        assert mail.outcome is Outcome.ANSWERED
        assert reply.provider_id == path.name
        assert reply.rfc_message_id.encode() in path.read_bytes()
        assert service.sent() == []


async def test_an_address_that_came_back_while_a_reply_waited_is_not_written_to(database_url, sandbox):
    async with open_service(database_url, sandbox, undo_seconds=2) as service:
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)
        await reply_that_is(service, ReplyState.SCHEDULED)
        async with service.desk.db.transaction() as session:
            store = (await session.exec(select(Store))).one()
            evidence = Evidence(SuppressionCause.SPAM_REPORT, "", now())
            await suppress(StoreAccess(session, store.id), "olivia.martinez@example.net", evidence)
        held = await reply_that_is(service, ReplyState.HELD)
        assert not held.automatic
        assert "reported" in (await service.only(InboundMail)).outcome_reason
        assert service.sent() == []


async def test_without_an_account_mail_waits_and_says_so(service):
    await use(service, Outbound.SMTP)
    await service.write(OLIVIA, "Where is my parcel?", QUESTION)

    async def waits() -> bool:
        return any("no account" in reply.error for reply in await service.rows(Reply))

    await eventually(waits)


TOLD = (
    (DeliveryKind.PROCESSED, None),
    (DeliveryKind.DEFERRED, "451 later"),
    (DeliveryKind.DELIVERED, "250 OK"),
    (DeliveryKind.BOUNCED, "550 gone"),
    (DeliveryKind.SPAM_REPORT, None),
)


async def test_any_order_and_any_repetition_of_events_end_alike(database_url, sandbox):
    """Orders of five kinds, each told twice, of a reply whose own send is in doubt; of the states alone, test_outbox has all."""
    ends = set()
    async with open_service(database_url, sandbox, undo_seconds=3600) as service:
        await service.write(OLIVIA, "Where is my parcel?", QUESTION)
        reply = await reply_that_is(service, ReplyState.SCHEDULED)
        at = now()
        events = [
            Event(kind, f"e{number}", reply.to_address, at + timedelta(seconds=number), reason=reason)
            for number, (kind, reason) in enumerate(TOLD)
        ]
        for order in random.Random(20261122).sample([*permutations(events)], 14):
            async with service.desk.db.transaction() as session:
                access = StoreAccess(session, reply.store_id)
                own = await access.get(Reply, reply.id, lock=True)
                own.state, own.claimed_at = ReplyState.IN_DOUBT, at
                for event in (*order, *reversed(order)):
                    await record_event(access, own, event)
                await session.flush()
                touchpoints = (await session.exec(select(Touchpoint))).all()
                barred = (await session.exec(select(Suppression))).one()
                ends.add(
                    (
                        own.state,
                        own.error,
                        tuple(sorted((one.event, one.direction, one.why) for one in touchpoints)),
                        (barred.cause, barred.happened_at, barred.lifted_at),
                    )
                )
                await session.rollback()
    assert len(ends) == 1
    ((state, _, logged, (cause, *_)),) = ends
    assert state is ReplyState.BOUNCED
    assert [event for event, _, _ in logged if event] == sorted(kind.value for kind, _ in TOLD)
    assert cause is SuppressionCause.SPAM_REPORT


async def test_what_the_owner_does_not_want_to_know_is_not_kept(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    reply = await reply_that_is(service, ReplyState.DELIVERED)

    async def tell(kind: DeliveryKind, number: str) -> None:
        async with service.desk.db.transaction() as session:
            access = StoreAccess(session, reply.store_id)
            own = await access.get(Reply, reply.id, lock=True)
            await record_event(access, own, Event(kind, number, own.to_address, now()))

    for kind in (DeliveryKind.OPEN, DeliveryKind.CLICK, DeliveryKind.UNSUBSCRIBE, DeliveryKind.UNKNOWN):
        await tell(kind, f"1{kind.value}")
    told = {one.event for one in await service.rows(Touchpoint)} - {""}
    assert told == {"processed", "delivered"}
    async with service.desk.db.transaction() as session:
        kept = (await session.execute(sa.text("SELECT kind FROM delivery_event"))).scalars().all()
        (await session.exec(select(Store))).one().track_opens = True
    assert sorted(kept) == ["delivered", "processed", "unknown"]
    for kind in (DeliveryKind.OPEN, DeliveryKind.CLICK):
        await tell(kind, f"2{kind.value}")
    told = {one.event for one in await service.rows(Touchpoint)} - {""}
    assert told == {"processed", "delivered", "open"}
