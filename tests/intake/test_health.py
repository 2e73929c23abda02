"""An owner reads what is going on with a mailbox, and what to do."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.access import StoreAccess
from app.errors import NotFound
from app.intake.accounts import list_mailboxes, pause, resume
from app.intake.health import describe
from app.models import ImapAccount, Notice, ReadingState
from app.models.columns import now
from tests.intake.conftest import SEALER


def account(**values):
    described = {
        "host": "imap.gmail.com",
        "preset": "gmail",
        "lease_until": now() + timedelta(minutes=1),
        "changed_at": now() - timedelta(hours=1),
        "state": ReadingState.READING,
    }
    return ImapAccount(
        mailbox_id=uuid4(),
        store_id=uuid4(),
        port=993,
        tls="implicit",
        username="u",
        secret_sealed=b"",
        **{**described, **values},
    )


def tell(**values):
    return describe(account(**values), clock=lambda moment: f"{moment:%H:%M}", ago=lambda _: "3 min")


EARLIER = now() - timedelta(minutes=50)
JUST_NOW = "just now"  # minutes lie between the collection of tests and their run
AT = f"{EARLIER:%H:%M}"


@pytest.mark.parametrize(
    ("values", "tone", "sentence"),
    [
        ({"last_mail_at": EARLIER}, "good", "Reading; last mail 3 min ago."),
        ({}, "good", "Reading; no mail has come yet."),
        ({"backlog": 12_000}, "busy", "Reading; 12,000 mails still wait."),
        ({"paused_at": EARLIER, "paused_by": "Ann"}, "quiet", f"Paused by Ann since {AT}."),
        ({"lease_until": None, "checked_at": EARLIER}, "bad", f"Nobody has read it since {AT}."),
        ({"lease_until": None, "changed_at": JUST_NOW}, "busy", "About to be read for the first time."),
        ({"state": ReadingState.UNREACHABLE, "state_since": JUST_NOW}, "busy", "Connecting again. "),
        (
            {"state": ReadingState.UNREACHABLE, "state_since": EARLIER, "state_reason": "No answer."},
            "bad",
            f"Out of reach since {AT}: No answer.",
        ),
        (
            {"state": ReadingState.REFUSED, "state_since": EARLIER, "state_reason": "“Invalid.”"},
            "bad",
            f"Cannot sign in since {AT}: the provider refused the password. “Invalid.”",
        ),
        (
            {"state": ReadingState.WRONG, "state_since": EARLIER, "state_reason": "No folder."},
            "bad",
            f"Not everything is read since {AT}: No folder.",
        ),
    ],
    ids=range(10),  # the sentences hold the time of day, which is not alike in all workers
)
def test_each_state_has_its_sentence(values, tone, sentence):
    moment = now()
    health = tell(**{name: moment if value == JUST_NOW else value for name, value in values.items()})
    assert (health.tone, health.sentence) == (tone, sentence)


def test_a_refused_password_comes_with_what_to_do_at_this_provider():
    advice = tell(state=ReadingState.REFUSED, state_since=EARLIER).advice
    assert "myaccount.google.com/apppasswords" in advice
    assert "--imap gmail" in advice
    assert "consent" in tell(state=ReadingState.REFUSED, state_since=EARLIER, is_oauth=True).advice


async def test_owners_are_told_once_of_a_refused_sign_in(desk, imap):
    await desk.change(secret_sealed=SEALER.seal("wrong"))
    desk.start()
    since = (await desk.until_state("refused")).state_since
    await desk.stop()
    desk.start()
    await desk.until_state("refused")
    async with desk.database.transaction() as session:
        [notice] = await session.exec(select(Notice))
    assert "does not come in" in notice.title
    assert "Cannot sign in" in notice.text
    assert (await desk.account()).state_since == since


async def test_only_a_stores_own_mailbox_is_paused_or_resumed(desk):
    async with desk.database.transaction() as session:
        access = StoreAccess(session, desk.mailbox.store_id)
        assert (await pause(access, desk.mailbox.id, by="Ann")).paused_by == "Ann"
        assert (await pause(access, desk.mailbox.id, by="Bob")).paused_by == "Ann"
        assert [one.address for one, _ in await list_mailboxes(access)] == [desk.mailbox.address]
        for change in (
            pause(StoreAccess(session, uuid4()), desk.mailbox.id, by="Eve"),
            resume(access, uuid4()),
        ):
            with pytest.raises(NotFound):
                await change
        assert (await resume(access, desk.mailbox.id)).paused_at is None
        assert (await session.execute(sa.select(col(ImapAccount.paused_by)))).scalar_one() == ""
