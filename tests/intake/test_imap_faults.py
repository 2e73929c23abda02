"""What can go wrong with a server, a connection, a database or our own code while a mailbox is read: nothing is lost or doubled."""

import asyncio
import contextlib
import dataclasses

import pytest

from app.vocabulary import Outcome
from tests.intake.conftest import FAST, days_ago, mail, until
from tests.patience import PATIENCE


async def test_a_connection_that_is_cut_in_the_middle_of_a_mail_is_made_again(desk, imap, wire):
    cuts: list[int] = []

    def cut_twice(data):
        if b"BODY[]" in data and len(cuts) < 2:
            cuts.append(1)
            return None
        return data

    wire.change = cut_twice
    for serial in range(5):
        await imap.deliver(mail(serial, size=20_000))
    desk.start()
    await desk.until_kept(5)
    await desk.until_state("reading")
    assert len(cuts) == 2
    assert sorted(await desk.raws()) == [mail(serial, size=20_000) for serial in range(5)]


async def test_a_server_that_is_down_is_told_of_and_read_again_once_it_is_back(desk, imap, wire):
    desk.start()
    await desk.until_state("reading")
    wire.cut()
    account = await desk.until_state("unreachable")
    assert "127.0.0.1" in account.state_reason
    await imap.deliver(mail(1))
    wire.mend()
    await desk.until_kept(1)
    await desk.until_state("reading")


async def test_a_database_that_hangs_up_stops_no_reader(desk, imap, postgres):
    import psycopg

    desk.start()
    await desk.until_state("reading")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        for _ in range(5):
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (desk.database.engine.url.database,),
            )
            await asyncio.sleep(0.1)
    await imap.deliver(mail(1))
    await desk.until_kept(1)


async def test_a_changed_uidvalidity_loses_nothing_and_takes_nothing_twice(desk, imap):
    for serial in range(3):
        await imap.deliver(mail(serial))
    worker = desk.start()
    await desk.until_kept(3)
    await desk.until_checked()
    await desk.stop(worker)
    await imap.renumber()
    await imap.deliver(mail(3))
    await imap.deliver(mail("old"), when=days_ago(9))
    desk.start()
    await desk.until_kept(4)
    account = await desk.until_checked()
    assert sorted(await desk.raws()) == [mail(serial) for serial in range(4)]
    assert "anew" in account.note
    assert await desk.jobs() == 4


async def test_a_worker_that_dies_between_keeping_and_moving_on_doubles_nothing(desk, imap, monkeypatch):
    from app.intake import folders

    class Killed(BaseException):
        pass

    move_on = folders._Pass._move_on

    async def die(self, uid, kept=(), **more):
        if kept:
            raise Killed
        await move_on(self, uid, kept, **more)

    for serial in range(3):
        await imap.deliver(mail(serial))
    with monkeypatch.context() as patched:
        patched.setattr(folders._Pass, "_move_on", die)
        worker = desk.start()
        await desk.until_kept(3)
        await desk.stop(worker)
    await imap.deliver(mail(3))
    desk.start()
    await desk.until_kept(4)
    await desk.until_checked()
    assert sorted(await desk.raws()) == [mail(serial) for serial in range(4)]
    assert await desk.jobs() == 4


@pytest.mark.parametrize("answer", ["no", "cut"])
async def test_a_mail_that_the_server_will_not_hand_out_stands_in_nobodys_way(desk, imap, wire, answer):
    def refuse(data):
        if b"Where is order 1?" not in data:
            return data
        return None if answer == "cut" else garble(data)

    wire.change = refuse
    for serial in range(4):
        await imap.deliver(mail(serial))
    desk.start()
    kept = await desk.until_kept(4)
    failed = [one for one in kept if one.outcome is Outcome.FAILED]
    assert [one.subject for one in failed] == ["Order 1"]
    assert "3 times" in failed[0].outcome_reason
    await desk.until_state("reading")
    assert await desk.jobs() == 3


def garble(data):
    """The end of a FETCH that failed: its data never came."""
    tag = data.rpartition(b"\r\n")[0].rpartition(b"\r\n")[2].split(b" ")[0]
    return tag + b" NO [SERVERBUG] That mail is damaged.\r\n"


async def test_a_mail_that_our_own_code_cannot_take_stands_in_nobodys_way(desk, imap, monkeypatch):
    from app.intake import folders
    from app.intake.accept import accept

    async def fail(*args, **more):
        if b"order 1?" in more["content"]:
            raise KeyError("surprise")
        return await accept(*args, **more)

    monkeypatch.setattr(folders, "accept", fail)
    for serial in range(4):
        await imap.deliver(mail(serial))
    desk.start()
    kept = await desk.until_kept(4)
    [failed] = [one for one in kept if one.outcome is Outcome.FAILED]
    assert (failed.subject, "KeyError" in failed.outcome_reason) == ("Order 1", True)
    await desk.until_state("reading")
    assert await desk.jobs() == 3


async def test_a_fault_of_our_own_is_told_of(desk, imap, monkeypatch):
    from app.intake import reader

    def fail(*_):
        raise KeyError("surprise")

    with monkeypatch.context() as patched:
        patched.setattr(reader, "choose_folders", fail)
        desk.start()
        account = await desk.until_state("unreachable")
    assert "KeyError" in account.state_reason
    await desk.until_state("reading")


async def test_uids_that_go_back_under_their_old_uidvalidity_lose_nothing(desk, imap):
    for serial in range(3):
        await imap.deliver(mail(serial))
    desk.start()
    await desk.until_kept(3)
    await desk.until_checked()
    await imap.renumber(by=0)
    await imap.deliver(mail(3))
    await desk.until_kept(4)
    assert "anew" in (await desk.until_checked()).note
    assert await desk.jobs() == 4


async def test_a_connection_that_falls_silent_is_given_up_and_made_again(desk, imap, wire):
    """Half of it is gone, as behind a router that forgot it: nobody says so."""
    desk.start(dataclasses.replace(FAST, silence=0.5))
    await desk.until_state("reading")
    wire.change = lambda _: b""
    account = await desk.until_state("unreachable")
    assert "did not answer within" in account.state_reason
    await imap.deliver(mail(1))
    wire.change = None
    await desk.until_kept(1)
    await desk.until_state("reading")


@pytest.mark.parametrize(("said", "silence"), [(b"* OK", 1), (b"BODY[]", 600), (b"+ Idling", 600)])
async def test_a_worker_stops_at_once_whatever_a_server_is_asked(desk, imap, wire, said, silence):
    """Connecting, in the middle of a mail, or listening: no thread keeps the process."""
    import threading

    silenced = asyncio.Event()

    def fall_silent(data):
        if said in data or silenced.is_set():
            silenced.set()
            return b""
        return data

    wire.change = fall_silent
    await imap.deliver(mail(1))
    worker = desk.start(dataclasses.replace(FAST, silence=silence, poll=600))
    async with asyncio.timeout(PATIENCE):
        await silenced.wait()
    await desk.stop(worker)

    async def are_gone():
        return not any(thread.name.startswith("imap") for thread in threading.enumerate())

    await until(are_gone)


async def test_a_worker_that_is_told_to_stop_while_it_waits_for_the_database_stops(desk, monkeypatch):
    """Before Python 3.12, the wait for a connection could lose a cancellation that came with it."""
    from app.intake import readers

    waits = asyncio.Event()

    async def lose_a_cancellation(*_, **__):
        waits.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        return {}

    monkeypatch.setattr(readers, "renew", lose_a_cancellation)
    worker = desk.start()
    await waits.wait()
    await desk.stop(worker)
    assert worker.cancelled()
