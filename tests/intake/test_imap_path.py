"""From a mailbox to an answer, and from the folder of sent mails to a silent robot: the service as it runs, over IMAP."""

import contextlib

from sqlmodel import select

from app.models import Conversation, ImapAccount, InboundMail, Mailbox, Message, Reply
from app.models.columns import now
from app.models.inbound import SENT
from app.vocabulary import Direction, Outcome, ReplyState
from tests.intake.conftest import until
from tests.intake.imap_server import PASSWORD, USER, run_server
from tests.service import SUPPORT, make_mail, open_service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
SUBJECT, FIRST = "Where is my parcel?", "<first@customer.example>"
QUESTION = make_mail(OLIVIA, SUBJECT, "Hello, where is my order #1035?", message_id=FIRST)


@contextlib.asynccontextmanager
async def open_both(database_url, sandbox, **settings):
    """The service, and the server that its mailbox is read from."""
    async with open_service(database_url, sandbox, **settings) as service, run_server() as imap:
        async with service.desk.db.transaction() as session:
            mailbox = (await session.exec(select(Mailbox))).one()
            account = ImapAccount(
                mailbox_id=mailbox.id,
                store_id=mailbox.store_id,
                host="127.0.0.1",
                port=imap.port,
                tls="none",
                username=USER,
                secret_sealed=service.desk.sealer.seal(PASSWORD),
                folders=["INBOX"],
                read_since=now(),
            )
            session.add(account)
        yield service, imap


async def until_ended(service, source, *outcomes):
    async def has_ended():
        mails = await service.rows(InboundMail)
        return [one.outcome for one in mails if one.source == source] == [*outcomes]

    await until(has_ended)


async def send_elsewhere(imap, raw):
    """Put a mail into the folder of sent mails; news of INBOX have it looked at before the half minute is over."""
    await imap.deliver(raw, "Sent")
    robot = make_mail("a@robot.example", "Away", "Back soon", headers={"Auto-Submitted": "auto-replied"})
    await imap.deliver(robot)


async def test_a_mail_in_a_mailbox_is_answered_and_left_as_it_was(database_url, sandbox):
    async with open_both(database_url, sandbox) as (service, imap):
        await imap.deliver(QUESTION)
        await until_ended(service, "imap", Outcome.ANSWERED)
        assert await imap.flags() == set()

        # A host that keeps what it sends has our reply among the sent mails: that is nobody's answer.
        reply = await service.only(Reply)
        refers = {"In-Reply-To": FIRST, "References": FIRST}
        ours = make_mail(
            f"Shop <{SUPPORT}>",
            reply.subject,
            reply.markdown,
            to=OLIVIA,
            headers=refers,
            message_id=reply.rfc_message_id,
        )
        await send_elsewhere(imap, ours)
        await until_ended(service, SENT, Outcome.IGNORED)
        assert (await service.only(Conversation)).person_answering is False
        assert len(await service.rows(Message)) == 2


async def test_an_answer_from_another_mail_program_stops_the_robot(database_url, sandbox):
    async with open_both(database_url, sandbox, undo_seconds=3600) as (service, imap):
        await imap.deliver(QUESTION)

        async def is_scheduled():
            return [one.state for one in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await until(is_scheduled)
        refers = {"In-Reply-To": FIRST, "References": FIRST}
        theirs = make_mail(f"Sara <{SUPPORT}>", f"Re: {SUBJECT}", "It left today.", to=OLIVIA, headers=refers)
        await send_elsewhere(imap, theirs)
        await until_ended(service, SENT, Outcome.IGNORED)
        await until_ended(service, "imap", Outcome.ANSWERED, Outcome.IGNORED)
        conversation, reply = await service.only(Conversation), await service.only(Reply)
        assert (conversation.outcome, conversation.person_answering) == (Outcome.ANSWERED, True)
        assert (reply.state, "answered from their own" in reply.error) == (ReplyState.DISCARDED, True)
        said = [one.new_text for one in await service.rows(Message) if one.direction is Direction.OUTBOUND]
        assert said == ["It left today."]
        assert service.sent() == []
