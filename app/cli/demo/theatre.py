"""Plays the demo: the mails come in through the webhook, and we watch what becomes of them."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy

import httpx
import uvicorn
from sqlmodel import col, select

from app.cli.demo.cast import SUPPORT
from app.cli.demo.results import endings, totals
from app.cli.demo.samples import Sample, load_samples, new_message_id
from app.cli.demo.show import Show
from app.models import InboundMail, Reply
from app.pipeline.desk import Desk
from app.sandbox.sendgrid.inbound import build_parsed_post, build_raw_post
from app.sandbox.server import SandboxServer
from app.vocabulary import Outcome, ReplyState

_SETTLE_SECONDS = 120


class Theatre:
    """A built stage. `set_up` puts the store into the database and returns the mailbox's key."""

    def __init__(
        self,
        desk: Desk,
        server: uvicorn.Server,
        sandbox: SandboxServer,
        show: Show,
        *,
        set_up: Callable[[Desk, SandboxServer], Awaitable[str]],
    ) -> None:
        self._desk, self._server, self._sandbox, self._show = desk, server, sandbox, show
        self._set_up = set_up
        self._ids: dict[str, str] = {}

    async def play(self, *, stay: bool) -> bool:
        """Send the samples, wait until each has ended, show it. Returns whether all ended as they should."""
        key = await self._set_up(self._desk, self._sandbox)
        serving = asyncio.create_task(self._server.serve())
        try:
            samples = load_samples()
            await self._wait_until_up(serving)
            started = time.monotonic()
            self._show.step(f"Sending {len(samples)} sample mails through the webhook")
            first = [sample for sample in samples if not sample.follows]
            await self._send(key, first)
            await self._settle(len(first))
            await self._send(key, [sample for sample in samples if sample.follows])
            await self._settle(len(samples))
            found = await endings(self._desk, samples, self._ids)
            sums = await totals(self._desk, found, seconds=time.monotonic() - started)
            self._show.result(found, sums)
            if stay and not serving.done():
                self._show.where_to_look(self._desk.settings.public_url, self._sandbox.url)
                await serving
            return all(ending.is_as_expected for ending in found)
        finally:
            self._server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await serving
            await self._desk.close()

    async def _wait_until_up(self, serving: "asyncio.Task[None]") -> None:
        while not self._server.started:
            if serving.done():
                raise RuntimeError("The service did not start.")
            await asyncio.sleep(0.02)

    async def _send(self, key: str, samples: Sequence[Sample]) -> None:
        """Post the mails as SendGrid's Inbound Parse would, signed."""
        url = f"{self._desk.settings.public_url}/hooks/sendgrid/inbound/{key}"
        async with httpx.AsyncClient(timeout=30) as client:
            for sample in samples:
                body, content_type = self._post(sample, await self._address(sample))
                headers = {"Content-Type": content_type, **self._sandbox.sendgrid.sign(body)}
                response = await client.post(url, content=body, headers=headers)
                response.raise_for_status()
                self._show.sent(sample)

    def _post(self, sample: Sample, thread: tuple[str, str]) -> tuple[bytes, str]:
        to, in_reply_to = thread
        self._ids[sample.name] = new_message_id(sample)
        raw = sample.build(
            to=to, at=datetime.now(UTC), message_id=self._ids[sample.name], in_reply_to=in_reply_to
        )
        sender = str(message_from_bytes(raw, policy=policy.default)["From"]).rpartition("<")[2].rstrip(">")
        build = build_parsed_post if sample.is_parsed else build_raw_post
        dkim = {sender.rpartition("@")[2]: sample.dkim} if sample.dkim else None
        return build(raw, to=[to], from_="" if sample.report else sender, spf=sample.spf, dkim=dkim)

    async def _address(self, sample: Sample) -> tuple[str, str]:
        """Where a sample goes, and what it answers: our reply's own addresses, if it follows one."""
        if not sample.follows:
            return SUPPORT, self._ids.get(sample.refers_to, "")
        query = select(Reply).where(
            col(Reply.in_reply_to) == self._ids[sample.follows],
            col(Reply.state).in_([ReplyState.SENT, ReplyState.DELIVERED]),
        )
        async with self._desk.db.transaction() as session:
            reply = (await session.exec(query)).first()
        if reply is None:
            return SUPPORT, self._ids[sample.follows]
        received = next(
            mail
            for mail in self._sandbox.outbox.messages
            if mail.custom_args.get("reply_id") == str(reply.id)
        )
        return received.headers.get("Reply-To", SUPPORT), received.headers.get("Message-ID", "")

    async def _settle(self, count: int) -> None:
        """Wait until that many mails have come to an end."""
        self._show.step("Reading, understanding, looking up, answering")
        query = select(InboundMail.outcome)
        deadline = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < deadline:
            async with self._desk.db.transaction() as session:
                outcomes = (await session.exec(query)).all()
            ended = sum(outcome is not Outcome.WAITING for outcome in outcomes)
            self._show.progress(ended, count)
            if ended >= count:
                return
            await asyncio.sleep(0.2)
