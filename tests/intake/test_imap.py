"""Mail that comes over IMAP: everything once, whatever happens to server, connection and worker."""

import asyncio
import dataclasses
import re

import pytest

from app.models import ReadingState
from app.models.columns import now
from app.vocabulary import Outcome
from tests.intake.conftest import FAST, SEALER, add_mailbox, days_ago, mail, until
from tests.intake.imap_server import PASSWORD
from tests.patience import PATIENCE


async def test_a_mail_is_kept_byte_for_byte_with_its_job_and_nothing_is_marked(desk, imap, wire):
    await imap.deliver(mail(1))
    desk.start()
    [kept] = await desk.until_kept(1)
    assert (kept.source, kept.outcome) == ("imap", Outcome.WAITING)
    assert await desk.raws() == [mail(1)]
    assert await desk.jobs() == 1
    assert await imap.flags() == set()
    assert wire.commands("SELECT") == wire.commands("STORE") == 0
    account = await desk.until_checked()
    assert account.state is ReadingState.READING
    assert account.last_mail_at is not None


async def test_news_come_by_idle_long_before_the_next_look(desk, imap, wire):
    desk.start(dataclasses.replace(FAST, poll=600))
    await imap.deliver(mail(1))
    await desk.until_kept(1)

    async def does_listen():
        return wire.commands("IDLE") > 0

    await until(does_listen)
    await imap.deliver(mail(2))
    await desk.until_kept(2)


async def test_a_server_without_idle_is_looked_at_again_and_again(desk, imap, wire):
    wire.change = lambda data: data.replace(b" IDLE", b"")
    desk.start()
    await imap.deliver(mail(1))
    await desk.until_kept(1)
    await imap.deliver(mail(2))
    await desk.until_kept(2)
    assert wire.commands("IDLE") == 0


async def test_mail_from_before_the_mailbox_was_added_is_left_alone(desk, imap):
    await imap.deliver(mail(1), when=days_ago(400))
    await imap.deliver(mail(2), when=days_ago(0.5))
    await imap.deliver(mail(3))
    desk.start()
    await desk.until_checked()
    assert list(await desk.raws()) == [mail(3)]
    await imap.deliver(mail(4), when=days_ago(30))  # somebody moves an old mail into the folder
    await desk.until_checked()
    assert len(await desk.mails()) == 1


@pytest.mark.parametrize(("since", "count"), [(days_ago(100), 2), (None, 3)])
async def test_older_mail_is_read_where_that_was_asked_for_and_sent_mail_never(desk, imap, since, count):
    for serial, days in enumerate((400, 50, 1)):
        await imap.deliver(mail(serial), when=days_ago(days))
        await imap.deliver(mail(f"sent{serial}"), "Sent", days_ago(days))
    await desk.change(read_since=since)
    desk.start()
    await desk.until_checked()
    assert [kept.source for kept in await desk.mails()] == ["imap"] * count


async def test_what_staff_send_from_their_own_program_is_seen(desk, imap):
    await imap.deliver(mail("answer"), "Sent")
    desk.start()
    [kept] = await desk.until_kept(1)
    assert kept.source == "sent"
    assert (await desk.until_checked()).last_mail_at is None  # no customer wrote


async def test_several_folders_are_read_and_a_missing_one_is_told_and_stops_none(desk, imap):
    await imap.add_folder("Support")
    await imap.deliver(mail(1), "Support")
    await imap.deliver(mail(2))
    await desk.change(folders=["INBOX", "Gone", "Support"], sent_folder=None)
    desk.start()
    await desk.until_kept(2)
    account = await desk.until_state("wrong")
    assert "“Gone”" in account.state_reason


async def test_a_changed_password_is_told_of_and_a_new_one_works_at_once(desk, imap, wire):
    desk.start(dataclasses.replace(FAST, refused=600, refused_longest=600))
    await desk.until_state("reading")
    await imap.change_password("another one")
    wire.cut()
    wire.mend()
    account = await desk.until_state("refused")
    assert "nvalid" in account.state_reason
    assert PASSWORD not in account.state_reason
    since = account.state_since
    await imap.deliver(mail(1))
    await desk.change(secret_sealed=SEALER.seal("another one"))
    await desk.until_kept(1)
    account = await desk.until_state("reading")
    assert account.state_since > since


async def test_a_restart_goes_on_where_the_last_one_ended(desk, imap, wire):
    for serial in range(3):
        await imap.deliver(mail(serial))
    worker = desk.start()
    await desk.until_kept(3)
    await desk.until_checked()
    await desk.stop(worker)
    await imap.deliver(mail(3))
    fetched = wire.commands("FETCH")
    wire.heard.clear()
    desk.start()
    await desk.until_kept(4)
    await desk.until_checked()
    assert b"UID FETCH 104 (BODY.PEEK[])" in wire.heard
    assert len(await desk.mails()) == 4
    assert fetched


async def test_five_hundred_waiting_mails_are_read_in_groups_and_the_rest_is_told(desk, imap, wire):
    await read_many(desk, imap, wire, 500)


@pytest.mark.slow
async def test_ten_thousand_waiting_mails_are_read(desk, imap, wire):
    await read_many(desk, imap, wire, 10_000, seconds=400)


async def read_many(desk, imap, wire, count, seconds=PATIENCE):
    for serial in range(count):
        await imap.deliver(mail(serial))
    seen = []

    async def are_all_there():
        seen.append((await desk.account()).backlog)
        return await desk.count() >= count

    desk.start()
    await until(are_all_there, seconds)
    await desk.until_checked()
    assert max(seen) > 0
    assert (await desk.account()).backlog == 0
    assert await desk.count() == count
    assert wire.commands("FETCH") < count / 10


async def test_a_mail_that_is_too_big_is_shown_by_its_header_and_not_fetched(desk, imap, wire):
    await imap.deliver(mail(1, size=50_000))
    await imap.deliver(mail(2))
    desk.start(max_bytes=20_000)
    kept = {one.subject or "": one for one in await desk.until_kept(2)}
    big = kept["Order 1"]
    assert (big.outcome, big.from_address) == (Outcome.FAILED, "ann1@customer.example")
    assert "0.1 MB" in big.outcome_reason
    assert max(map(len, await desk.raws())) < 1000
    assert await desk.jobs() == 1
    assert b"UID FETCH 101 (BODY.PEEK[])" not in wire.heard


async def test_a_mail_that_is_bigger_than_the_server_said_is_kept_by_its_header(desk, imap, wire):
    wire.change = lambda data: re.sub(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 100", data)
    await imap.deliver(mail(1, size=50_000))
    await imap.deliver(mail(2))
    desk.start(max_bytes=20_000)
    kept = {one.subject or "": one for one in await desk.until_kept(2)}
    assert kept["Order 1"].outcome is Outcome.FAILED
    assert "0.1 MB" in kept["Order 1"].outcome_reason
    assert max(map(len, await desk.raws())) < 1000
    assert await desk.jobs() == 1


async def test_a_folder_of_sent_mails_is_found_when_it_is_made_and_when_it_is_renamed(desk, imap):
    await imap.folders.delete_mailbox("Sent")
    desk.start()
    await desk.until_checked()
    await imap.add_folder("Sent Items")
    await imap.deliver(mail("first"), "Sent Items")
    await desk.until_kept(1)
    await imap.folders.rename_mailbox("Sent Items", "Sent Messages")
    await imap.deliver(mail("second"), "Sent Messages")
    assert [one.source for one in await desk.until_kept(2)] == ["sent", "sent"]
    await desk.until_state("reading")


async def test_one_of_two_workers_reads_and_the_other_takes_over(desk, imap, wire):
    first, second = desk.start(), desk.start()
    await imap.deliver(mail(1))
    await desk.until_kept(1)
    await desk.until_checked()
    assert wire.connections == 1
    holder = (await desk.account()).lease_holder
    for worker in (first, second):
        await desk.stop(worker)
        break
    await imap.deliver(mail(2))
    await desk.until_kept(2)
    assert holder is not None
    assert await desk.jobs() == 2


async def test_a_dead_workers_mailbox_is_taken_over_when_its_lease_ends(desk, imap):
    """Nobody let go of it: the worker was killed."""
    from uuid import uuid4

    from app.intake.leases import claim

    assert await claim(desk.database, uuid4(), seconds=1, most=5)
    ends = (await desk.account()).lease_until
    await imap.deliver(mail(1))
    desk.start()
    [kept] = await desk.until_kept(1)
    assert ends is not None
    assert kept.received_at > ends


async def test_who_lost_the_lease_writes_nothing(desk):
    from uuid import uuid4

    from app.intake.leases import LeaseLost, claim, held

    old, new = uuid4(), uuid4()
    await claim(desk.database, old, seconds=0, most=5)
    assert await claim(desk.database, new, seconds=60, most=5)
    with pytest.raises(LeaseLost):
        async with held(desk.database, old, desk.mailbox.id) as (_, account):
            account.note = "mine"
    async with held(desk.database, new, desk.mailbox.id) as (_, account):
        assert account.note == ""


async def test_a_paused_mailbox_is_left_alone_and_a_resumed_one_is_read_on(desk, imap):
    await imap.deliver(mail(1))
    desk.start()
    await desk.until_kept(1)
    await desk.change(paused_at=now(), paused_by="Ann")

    async def is_free():
        return (await desk.account()).lease_holder is None

    await until(is_free)
    await imap.deliver(mail(2))
    await asyncio.sleep(0.3)
    assert len(await desk.mails()) == 1
    await desk.change(paused_at=None)
    await desk.until_kept(2)


async def test_a_mailbox_whose_webhook_was_changed_meanwhile_is_read_all_the_same(desk, imap):
    import sqlalchemy as sa

    from app.models import Mailbox

    desk.start()
    await desk.until_state("reading")
    async with desk.database.transaction() as session:
        await session.execute(sa.update(Mailbox).values(raw_token_hash="new"))
    await imap.deliver(mail(1))
    await desk.until_kept(1)


@pytest.mark.slow
async def test_many_mailboxes_are_read_by_one_process_and_listen_without_a_thread(database, desk, imap, wire):
    import threading

    for number in range(49):
        await add_mailbox(database, wire.port, slug=f"s{number}", sent_folder=None)
    desk.start(dataclasses.replace(FAST, poll=600))

    async def do_all_listen():
        return wire.commands("IDLE") >= 50

    await until(do_all_listen)
    await imap.deliver(mail(1))
    await desk.until_kept(50)
    assert sum(thread.name.startswith("imap") for thread in threading.enumerate()) <= 64


async def test_a_sent_mail_that_is_too_big_is_read_by_its_header_and_shown_to_nobody(desk, imap, wire):
    await imap.deliver(mail("answer", size=50_000), "Sent")
    desk.start(max_bytes=20_000)
    [kept] = await desk.until_kept(1)
    assert (kept.source, kept.outcome, kept.subject or "") == ("sent", Outcome.WAITING, "")
    [raw] = await desk.raws()
    assert b"Message-ID: <answer@customer.example>" in raw
    assert b"could not be read here" in raw
    assert await desk.jobs() == 1


async def test_a_mail_that_is_too_big_is_shown_once_also_when_the_server_numbers_anew(desk, imap):
    await imap.deliver(mail(1, size=50_000))
    worker = desk.start(max_bytes=20_000)
    await desk.until_kept(1)
    await desk.until_checked()
    await desk.stop(worker)
    await imap.renumber()
    await imap.deliver(mail(2))
    desk.start(max_bytes=20_000)
    kept = await desk.until_kept(2)
    assert sorted(one.outcome for one in kept) == sorted([Outcome.FAILED, Outcome.WAITING])


async def test_a_folder_of_sent_mails_is_known_by_its_usual_name_in_other_languages(desk, imap):
    await imap.folders.delete_mailbox("Sent")
    await imap.add_folder("Gesendete Objekte")
    await imap.deliver(mail("answer"), "Gesendete Objekte")
    desk.start()
    assert [one.source for one in await desk.until_kept(1)] == ["sent"]
