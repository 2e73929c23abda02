"""Killed at any moment, with services that fail: no mail is lost, no reply is sent twice, every end is explained."""

import collections
import random
import socket

import httpx
import pytest

from app.models import InboundMail, Reply
from app.pipeline.desk import open_desk
from app.replies.outbox import PROOFS, STEPS, settle
from app.vocabulary import Outcome, ReplyState
from tests.pipeline.bad_day import told
from tests.pipeline.chaos import Chaos, make_mails
from tests.pipeline.processes import open_processes
from tests.service import Service, add_store, make_settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def service(database_url, sandbox):
    """The service's data and addresses; its processes are the tests' business."""
    settings = make_settings(
        sandbox,
        database_url=database_url,
        worker_stalled_seconds=8,  # a busy machine starves workers that live
        call_timeout_seconds=3,
        public_url=f"http://127.0.0.1:{free_port()}",
    )
    desk = open_desk(settings, database_url)
    key = await add_store(desk, sandbox)
    sandbox.sendgrid.events.url = f"{settings.public_url}/hooks/sendgrid/events"
    async with httpx.AsyncClient(timeout=5) as http:
        yield Service(desk, settings.public_url, key, sandbox, http)
    await desk.close()


@pytest.mark.parametrize(
    ("workers", "count", "kills"),
    [
        pytest.param(2, 16, 6, id="short"),
        pytest.param(1, 500, 50, id="one-worker", marks=(pytest.mark.slow, pytest.mark.chaos)),
        pytest.param(2, 500, 50, id="two-workers", marks=(pytest.mark.slow, pytest.mark.chaos)),
    ],
)
async def test_on_a_bad_day_nothing_is_lost_or_sent_twice_and_each_end_is_explained(
    service, tmp_path, workers, count, kills
):
    port = service.url.rpartition(":")[2]
    commands = [f"serve {port}", *["worker"] * workers] if workers > 1 else [f"serve {port}"]
    settings = service.desk.settings.model_copy(update={"worker_in_serve": workers == 1})
    chance = random.Random(20261122 + workers)
    async with open_processes(settings, str(tmp_path / "log")) as processes:
        chaos = Chaos(service, processes, chance)
        day = await chaos.run(make_mails(count, chance), kills=kills, commands=commands)

    mails = await service.rows(InboundMail)
    assert len(mails) == day.posted, "a mail was lost, or taken in twice"
    assert [mail for mail in mails if mail.outcome is Outcome.WAITING or not mail.outcome_reason] == []

    sent = collections.Counter(tuple(message.custom_args.items()) for message in service.sent())
    assert [ours for ours, times in sent.items() if times > 1] == [], "a mail was sent twice"
    left = [dict(ours)["reply_id"] for ours in sent if "reply_id" in dict(ours)]
    answered = {ReplyState.SENT, ReplyState.DELIVERED, ReplyState.BOUNCED}
    assert {str(r.id) for r in await service.rows(Reply) if r.state in answered} == set(left)

    journal, doubts = await chaos.journal(), await chaos.doubts()
    print(f"\n{workers} worker(s):", *told(day, mails, len(left), doubts), sep="\n  ")  # noqa: T201 - what it is run for
    assert [change for change in journal if not is_step(change.was, change.became)] == []
    assert {doubt.reply_id for doubt in doubts} <= day.caught | day.faulted, (
        "a doubt without a kill or a fault"
    )
    assert [one for one in journal if one.became is ReplyState.IN_DOUBT and not one.is_claimed] == []
    by_kills = [doubt for doubt in doubts if doubt.cause == "kill"]
    assert len(by_kills) <= len(day.caught), "more doubts than sends that a kill fell into"
    taken = [doubt for doubt in doubts if doubt.reached == "taken"]
    assert [doubt for doubt in taken if doubt.settled_by != "an event"] == [], "it left, and no event told"
    assert [doubt for doubt in doubts if doubt.settled_by == "a person"] == [], (
        "neither an event nor silence told"
    )
    untaken = [doubt for doubt in doubts if doubt.reached == "arrived, not taken"]
    assert [one for one in untaken if one.reply_id not in day.faulted] == [], (
        "SendGrid had it, and did not take it"
    )


def is_step(was: ReplyState, became: ReplyState) -> bool:
    """Whether a commit may take a reply from one state to another: one step, a release by a person, or an event."""
    released = STEPS[ReplyState.APPROVED] if ReplyState.APPROVED in STEPS[was] else frozenset()
    return became in STEPS[was] | released or any(settle(was, kind) is became for kind in PROOFS)
