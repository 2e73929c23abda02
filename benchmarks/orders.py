"""Crowds of shoppers who ask where their orders are, and get their answers."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from app.models import InboundMail
from app.sandbox.sendgrid.inbound import build_raw_post
from app.vocabulary import Outcome
from benchmarks import crowd, load, mails
from benchmarks.mails import Shopper
from benchmarks.stage import Service, Stage
from tests.service import SUPPORT

_WARM_UP = 100_000
"""Serial numbers from here on belong to mails that are not measured."""
_PATIENCE = 180.0


@dataclass(frozen=True)
class Question:
    """An order-status mail, and the address that it comes from."""

    sender: str
    raw: bytes


async def warm_up(stage: Stage, service: Service) -> list[Shopper]:
    """Ask once for every order of the shop. Returns whose question gets an automatic answer; the others go to a person."""
    asked = dict(enumerate(crowd.shoppers(), _WARM_UP))
    await post(stage, service, [_question(shopper, serial) for serial, shopper in asked.items()])
    await until_ended(service, len(asked))
    answered = {message.header("In-Reply-To") for message in stage.sandbox.outbox.messages}
    return [shopper for serial, shopper in asked.items() if mails.message_id(serial) in answered]


def questions(shoppers: Sequence[Shopper], number: int) -> list[Question]:
    """That many order-status mails, each of somebody else about another order.

    Raises:
        ValueError: nobody is there to ask, or the shop has fewer shoppers.
    """
    if not shoppers:
        raise ValueError("No question of the warm-up got an automatic answer.")
    asking = (divmod(serial, len(shoppers)) for serial in range(number))
    return [
        _question(crowd.copy_of(shoppers[place], copy + 1), serial)
        for serial, (copy, place) in enumerate(asking)
    ]


def _question(shopper: Shopper, serial: int) -> Question:
    return Question(shopper.address, mails.order_mail(shopper, serial))


async def ask(stage: Stage, service: Service, questions: Sequence[Question]) -> float:
    """Send all at once. Returns the seconds from the first post to the last reply.

    Raises:
        TimeoutError: a reply did not come.
    """
    awaited = stage.sandbox.outbox.total + len(questions)
    started = time.perf_counter()
    await post(stage, service, questions)
    await asyncio.to_thread(stage.sandbox.outbox.wait_for, awaited, _PATIENCE)
    return time.perf_counter() - started


async def post(stage: Stage, service: Service, questions: Sequence[Question]) -> None:
    """Send all at once, through the webhook."""
    await load.send_all(service.process.url, [_request(stage, service, one) for one in questions])


def _request(stage: Stage, service: Service, question: Question) -> bytes:
    """Inbound Parse in raw mode, signed; SPF and DKIM have passed."""
    domain = question.sender.rpartition("@")[2]
    body, content_type = build_raw_post(
        question.raw, to=[SUPPORT], from_=question.sender, dkim={domain: "pass"}
    )
    headers = {"Content-Type": content_type, **stage.sandbox.sendgrid.sign(body)}
    return load.post(service.inbound_url, body, headers)


async def until_ended(service: Service, number: int) -> None:
    """Until no mail is on its way; every one of them has come in already."""
    waiting = sa.select(sa.func.count()).where(col(InboundMail.outcome) == Outcome.WAITING)
    deadline = time.monotonic() + _PATIENCE
    while True:
        async with service.desk.db.transaction() as session:
            left = (await session.execute(waiting)).scalar_one()
        if not left:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{left} of {number} mails did not come to an end.")
        await asyncio.sleep(0.1)
