"""From a mailbox to an answer: the service as it runs, and a mail that comes over IMAP."""

import pytest
from sqlmodel import select

from app.models import ImapAccount, InboundMail, Mailbox
from app.models.columns import now
from app.vocabulary import Outcome
from tests.intake.conftest import until
from tests.intake.imap_server import PASSWORD, USER, run_server
from tests.service import make_mail, open_service


@pytest.fixture
async def service(database_url, sandbox):
    async with open_service(database_url, sandbox) as service:
        yield service


async def test_a_mail_in_a_mailbox_is_answered_and_left_as_it_was(service):
    async with run_server() as imap:
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
        sender = "Olivia Martinez <olivia.martinez@example.net>"
        await imap.deliver(make_mail(sender, "Where is my parcel?", "Hello, where is my order #1035?"))

        async def is_answered():
            async with service.desk.db.transaction() as session:
                mails = (await session.exec(select(InboundMail))).all()
            return [(one.source, one.outcome) for one in mails] == [("imap", Outcome.ANSWERED)]

        await until(is_answered, 60)
        assert await imap.flags() == set()
