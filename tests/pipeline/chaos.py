"""A bad day: mails of every kind, some twice, services that fail, and processes that are killed in the middle of it."""

import asyncio
import contextlib
import itertools
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from sqlmodel import col, select

from app.access import StoreAccess
from app.errors import BadRequest
from app.inbox.drafts import Release, approve, send_again
from app.inbox.people import Person
from app.inbox.silence import ENOUGH, count_told_since
from app.models import InboundMail, Reply, User
from app.pipeline.sweep import sweep
from app.sandbox.sendgrid.inbound import build_raw_post
from app.sandbox.services import SERVICES
from app.vocabulary import Outcome, ReplyState
from tests.mail.samples import a_mail
from tests.pipeline.bad_day import Change, Day, Doubt
from tests.pipeline.processes import Processes
from tests.service import SUPPORT, Service, make_mail

ROOT = Path(__file__).parent.parent.parent
ROBOTS = ROOT / "tests" / "mail" / "screening" / "robots.jsonl"
EVALS = ("shop", "dev", "test", "hostile", "off-topic")
FAULTS = ("429", "500", "timeout", "drop", "garbage", "slow")
CUSTOMERS = (
    "olivia.martinez@example.net",
    "emily.clarke@example.com",
    "jonas.weber@example.org",
    "mina.karimi@example.com",
    "priya.nair@example.net",
    "james.oconnor@example.com",
)
_TAKING = frozenset({"", "drop", "slow"})
"""Faults of the provider's that do not keep it from taking a mail."""
_SETTLED = {ReplyState.SCHEDULED: "a person", ReplyState.FAILED: "silence"}
"""By what a doubt became; whatever else it becomes, an event told."""
_DUPLICATES = 0.1
_ROBOTS = 0.15
_FOLLOWING = 0.05
_FAULTY = 0.05
_BETWEEN = 0.15
"""Seconds from one mail to the next: about what two cores can answer."""
_JOURNAL = """
    CREATE TABLE chaos_journal (id bigserial, reply_id uuid, was text, became text, is_claimed bool, at double precision, why text);
    CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos_journal (reply_id, was, became, is_claimed, at, why) VALUES
        (NEW.id, OLD.state, NEW.state, NEW.claimed_at IS NOT NULL, extract(epoch FROM clock_timestamp()), NEW.error); RETURN NEW; END $$;
    CREATE TRIGGER chaos_note AFTER UPDATE ON reply FOR EACH ROW
        WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION chaos_note();
"""


@dataclass(frozen=True)
class Posted:
    """One mail on its way to us. `sender` is the envelope's; empty where a robot asks for no answer."""

    raw: bytes
    sender: str


def make_mails(count: int, chance: random.Random) -> list[Posted]:
    """Customers in ten languages, hostile and off-topic ones, answers to their own mails, and robots of all kinds."""
    lines = [
        json.loads(line)
        for name in EVALS
        for line in (ROOT / "evals" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    robots = [json.loads(line) for line in ROBOTS.read_text("utf-8").splitlines()]
    chance.shuffle(lines)
    chance.shuffle(robots)
    people = itertools.cycle(lines)
    machines = itertools.cycle(robots)
    mails: list[Posted] = []
    earlier: list[tuple[str, str]] = []
    for number in range(count):
        if chance.random() < _ROBOTS:
            mails.append(_of_robot(next(machines), number))
        elif earlier and chance.random() < _FOLLOWING:
            sender, message_id = chance.choice(earlier)
            mails.append(_of_person(next(people), number, sender, {"In-Reply-To": message_id})[0])
        else:
            line = next(people)
            mail, message_id = _of_person(line, number, line.get("from") or chance.choice(CUSTOMERS), {})
            mails.append(mail)
            earlier.append((mail.sender, message_id))
    return mails


def _of_person(line: dict[str, Any], number: int, sender: str, headers: dict[str, str]) -> tuple[Posted, str]:
    message_id = make_msgid(f"chaos{number}", domain="customer.example")
    raw = make_mail(
        sender, line.get("subject") or "A question", line["text"], headers=headers, message_id=message_id
    )
    return Posted(raw, sender), message_id


def _of_robot(row: dict[str, Any], number: int) -> Posted:
    headers = {name.replace("-", "_").lower(): value for name, value in row.get("headers", {}).items()}
    headers |= {name: row[name] for name in ("subject", "content_type") if name in row}
    headers |= {"from_": row["from"]} if "from" in row else {}
    headers |= {"message_id": f"<robot{number}@machine.example>"}
    return Posted(a_mail(row.get("text", "I am a robot."), **headers), "")


class Chaos:
    """Drives one bad day against processes of the service."""

    def __init__(self, service: Service, processes: Processes, chance: random.Random) -> None:
        self.service, self.processes, self.chance, self.day = service, processes, chance, Day()

    async def run(self, mails: list[Posted], *, kills: int, commands: list[str]) -> Day:
        """Post everything while processes die, lift all faults, and let the service come to rest."""
        await self._note_states()
        self.service.sandbox.faults.set_latency("sendgrid", 0.0, 0.2)  # so that kills fall into sends
        async with self._background(self._approve_drafts()):
            async with self._background(self._break_services()):
                posting = asyncio.create_task(self._post(mails))
                await self._kill_now_and_then(commands, kills)
                await posting
            self._note_sends()
            self.service.sandbox.faults.clear()
            await self._rest()
        return self.day

    async def journal(self) -> list[Change]:
        """Each change of a reply's state that was committed, in order."""
        query = "SELECT reply_id, was, became, is_claimed, at, why FROM chaos_journal ORDER BY id"
        async with self.service.desk.db.transaction() as session:
            rows = (await session.execute(sa.text(query))).all()
        return [Change(row[0], ReplyState(row[1]), ReplyState(row[2]), *row[3:]) for row in rows]

    async def doubts(self) -> list[Doubt]:
        """What was in doubt, and how that ended."""
        self._note_sends()
        journal = await self.journal()
        return [
            self._describe(
                change,
                next(
                    one
                    for one in journal[number:]
                    if one.was is change.became and one.reply_id == change.reply_id
                ),
            )
            for number, change in enumerate(journal)
            if change.became is ReplyState.IN_DOUBT
        ]

    def _describe(self, doubt: Change, end: Change) -> Doubt:
        sends = [
            fault for reply_id, at, fault in self.day.sends if reply_id == doubt.reply_id and at < end.at
        ]
        is_taken = any(fault in _TAKING for fault in sends)
        killed = ["kill"] if doubt.reply_id in self.day.caught else []
        return Doubt(
            reply_id=doubt.reply_id,
            cause=", ".join([*sorted(filter(None, sends)), *killed]),
            reached="taken" if is_taken else "arrived, not taken" if sends else "never arrived",
            settled_by=_SETTLED.get(end.became, "an event"),
            why=doubt.why,
        )

    def _note_sends(self) -> None:
        """What was asked of the provider; now and then, since the sandbox remembers the last requests only."""
        for request in self.service.sandbox.requests("sendgrid"):
            if request.path.endswith("/mail/send"):
                arguments = request.json()["personalizations"][0].get("custom_args", {})
                if "reply_id" in arguments:
                    send = (UUID(arguments["reply_id"]), request.at.timestamp(), request.fault or "")
                    self.day.sends.add(send)

    async def _note_states(self) -> None:
        async with self.service.desk.db.transaction() as session:
            await session.execute(sa.text(_JOURNAL))

    async def _post(self, mails: list[Posted]) -> None:
        again: list[Posted] = []
        for mail in mails:
            await self._post_until_accepted(mail)
            self.day.posted += 1
            if self.chance.random() < _DUPLICATES:
                again.append(mail)
            while again and self.chance.random() < 0.5:
                await self._post_until_accepted(again.pop())
                self.day.repeated += 1
            await asyncio.sleep(_BETWEEN)

    async def _post_until_accepted(self, mail: Posted) -> None:
        """As mail providers do: by one way or the other, again until somebody says 202."""
        for _ in range(2000):
            with contextlib.suppress(httpx.HTTPError):
                if (await self._post_once(mail)).status_code == 202:
                    return
            await asyncio.sleep(0.05)
        raise AssertionError("never accepted")

    async def _post_once(self, mail: Posted) -> httpx.Response:
        if self.chance.random() < 0.3 or not mail.sender:
            return await self.service.post_raw(mail.raw)
        domain = mail.sender.rpartition("@")[2]
        return await self.service.post_form(
            *build_raw_post(mail.raw, to=[SUPPORT], from_=mail.sender, spf="pass", dkim={domain: "pass"})
        )

    async def _kill_now_and_then(self, commands: list[str], kills: int) -> None:
        """Kill one process or another and start it again: mostly at work, now and then while it starts."""
        running = [await self.processes.start(command) for command in commands]
        for _ in range(kills):
            if self.chance.random() < 0.8:
                await self._wait_until_up()
            await asyncio.sleep(self.chance.uniform(0.1, 1.2))
            if self.chance.random() < 0.3:
                await self._wait_for_a_send()
            which = self.chance.randrange(len(commands))
            await self._kill(running[which])
            running[which] = await self.processes.start(commands[which])

    async def _wait_until_up(self) -> None:
        for _ in range(200):
            with contextlib.suppress(httpx.HTTPError):
                await self.service.http.get(f"{self.service.url}/healthz")
                return
            await asyncio.sleep(0.05)

    async def _wait_for_a_send(self) -> None:
        """Until a reply is being sent, for some seconds at most: the moment that matters most."""
        for _ in range(150):
            if await self._replies(ReplyState.SENDING):
                return
            await asyncio.sleep(0.02)

    async def _kill(self, pid: int) -> None:
        self.processes.kill(pid)
        self.day.kills += 1
        caught: set[UUID] = set()
        for _ in range(4):  # a commit that was under way at that moment comes about or not
            sending = await self._replies(ReplyState.SENDING)
            caught |= {reply.id for reply in sending if reply.claimed_at is not None}
            self.day.spared |= {reply.id for reply in sending if reply.claimed_at is None}
            await asyncio.sleep(0.05)
        self.day.kills_in_send += bool(
            caught - self.day.caught
        )  # what is caught stays so until somebody finds it
        self.day.caught |= caught

    async def _break_services(self) -> None:
        """One call in twenty fails, in each of the six ways in turn."""
        for fault in itertools.cycle(FAULTS):
            for name in SERVICES:
                self.service.sandbox.faults.set(
                    name, fault, share=_FAULTY, seconds=0.3 if fault == "slow" else 2
                )
            await asyncio.sleep(0.7)
            self._note_sends()

    async def _approve_drafts(self) -> None:
        """An agent who lets every draft leave."""
        person = await self._agent()
        while True:
            await asyncio.sleep(0.3)
            for reply in await self._replies(ReplyState.HELD):
                with contextlib.suppress(BadRequest):  # a newer mail has replaced it
                    async with self.service.desk.db.transaction() as session:
                        access = StoreAccess(session, reply.store_id)
                        await approve(access, reply.id, Release(by=person, undo_seconds=0))

    async def _agent(self) -> Person:
        async with self.service.desk.db.transaction() as session:
            user = (await session.exec(select(User))).first()
            if user is None:
                user = User(email="agent@shop.example", name="Agent", password_hash="-")
                session.add(user)
                await session.flush()
            return Person(user.id, user.name)

    async def _replies(self, *states: ReplyState) -> list[Reply]:
        async with self.service.desk.db.transaction() as session:
            return [*(await session.exec(select(Reply).where(col(Reply.state).in_(states)))).all()]

    async def _rest(self) -> None:
        """Wait until nothing moves; then a day goes by, and a person sends again what counts as not sent."""
        await self._wait_until_quiet()
        if not await self._replies(ReplyState.IN_DOUBT):
            return
        await self._ask_later()
        await self._let_a_day_go_by()
        await self._until(self._no_doubt_is_left)
        person = await self._agent()
        for reply in [one for one in await self._replies(ReplyState.FAILED) if one.is_assumed_unsent]:
            async with self.service.desk.db.transaction() as session:
                access = StoreAccess(session, reply.store_id)
                await send_again(access, reply.id, Release(by=person, undo_seconds=0))
        await self._wait_until_quiet()

    async def _ask_later(self) -> None:
        """Further customers, so that SendGrid tells of replies that were handed over after the last doubt."""
        for number in range(ENOUGH):
            sender = f"later{number}@example.net"
            raw = make_mail(sender, f"A further question {number}", "Where is my order?")
            await self._post_until_accepted(Posted(raw, sender))
            self.day.posted += 1
        await self._until(self._are_later_ones_told_of)
        await self._wait_until_quiet()

    async def _are_later_ones_told_of(self) -> bool:
        doubts = await self._replies(ReplyState.IN_DOUBT)
        async with self.service.desk.db.transaction() as session:
            told = [await count_told_since(StoreAccess(session, one.store_id), one) for one in doubts]
        return all(count >= ENOUGH for count in told)

    async def _let_a_day_go_by(self) -> None:
        """All that happened is a day ago now."""
        async with self.service.desk.db.transaction() as session:
            for table, moment in (("reply", "claimed_at"), ("delivery_event", "created_at")):
                ago = f"UPDATE {table} SET {moment} = {moment} - interval '26 hours'"
                await session.execute(sa.text(ago))

    async def _no_doubt_is_left(self) -> bool:
        await sweep(self.service.desk)
        return not await self._replies(ReplyState.IN_DOUBT)

    async def _until(self, check: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(1200):
            if await check():
                return
            await asyncio.sleep(0.5)
        raise AssertionError(f"{check.__name__} did not come true")

    async def _wait_until_quiet(self) -> None:
        for _ in range(2400):
            moving = await self._moving()
            if not moving:
                return
            await asyncio.sleep(0.25)
        raise AssertionError(f"the service never came to rest: {moving}")

    async def _moving(self) -> list[str]:
        """What has not ended: mails that wait, replies that are leaving, and doubts about what has left."""
        left = {message.custom_args.get("reply_id") for message in self.service.sent()}
        leaving = await self._replies(ReplyState.SCHEDULED, ReplyState.SENDING)
        doubts = [one for one in await self._replies(ReplyState.IN_DOUBT) if str(one.id) in left]
        async with self.service.desk.db.transaction() as session:
            waiting = select(InboundMail).where(col(InboundMail.outcome) == Outcome.WAITING)
            mails = (await session.exec(waiting)).all()
        return [
            *(f"mail {one.id} waits: {one.outcome_reason}" for one in mails),
            *(f"reply {one.id} is {one.state}: {one.error}" for one in [*leaving, *doubts]),
        ]

    @contextlib.asynccontextmanager
    async def _background(self, *coroutines: Any) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one) for one in coroutines]
        try:
            yield
            for task in tasks:
                assert not task.done(), task.exception()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
