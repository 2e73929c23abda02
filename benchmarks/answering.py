"""What a templated answer costs: our own processor time, calls of the model and the shop, tokens, SQL statements."""

import asyncio
import email
import email.policy
import time
from collections.abc import Sequence

import sqlalchemy as sa

from app.models import Answer
from benchmarks import orders
from benchmarks.orders import Question
from benchmarks.processes import Counters
from benchmarks.rows import Row, Target
from benchmarks.stage import Service, Stage

_MAILS = 240
_COUNTED = 40
"""Mails whose statements are counted, after those whose processor time is: counting costs some itself."""
_QUIET = 3.0
"""Seconds until the last delivery events have come in and been written down."""

_TOKENS = ("input_tokens", "cached_tokens", "output_tokens")


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:
    """Order-status mails through the webhook, until the last reply was sent and its delivery was recorded."""
    with stage.database() as url:
        async with stage.service(url, events=True, profile=profile) as service:
            shoppers = await orders.warm_up(stage, service)
            everybody = orders.questions(shoppers, _MAILS + _COUNTED)
            questions, counted = everybody[:_MAILS], everybody[_MAILS:]
            await asyncio.sleep(_QUIET)
            openai, shopify = stage.sandbox.calls("openai"), stage.sandbox.calls("shopify")
            before, answers = service.process.counters(), await _sums(service)
            await orders.ask(stage, service, questions)
            await asyncio.sleep(_QUIET)
            used = service.process.counters() - before
            paid = {name: total - answers[name] for name, total in (await _sums(service)).items()}
            openai, shopify = stage.sandbox.calls("openai") - openai, stage.sandbox.calls("shopify") - shopify
            service.process.count()
            await orders.ask(stage, service, counted)
            await asyncio.sleep(_QUIET)
            counts = service.process.counters()
    if profile:
        print(service.process.profile)
    return [_cpu(used, questions), *_model(paid, openai), *_traffic(counts, shopify)]


async def _sums(service: Service) -> dict[str, int]:
    query = sa.select(
        *(
            sa.func.coalesce(sa.func.sum(getattr(Answer, name)), 0).label(name)
            for name in ("model_calls", *_TOKENS)
        )
    ).select_from(Answer)
    async with service.desk.db.transaction() as session:
        return {name: int(total) for name, total in (await session.execute(query)).mappings().one().items()}


def _cpu(used: Counters, questions: Sequence[Question]) -> Row:
    ours, floor = used.cpu / _MAILS * 1000, _parse_once(questions) / _MAILS * 1000
    return Row(
        "our own CPU per answered email",
        ours,
        "ms",
        floor,
        against="standard library parses the mail once",
        ratio=ours / floor,
        target=Target(40, of="value"),
        note=f"{_MAILS} mails, webhook to delivery event; waiting for others is not counted, idling is",
    )


def _parse_once(questions: Sequence[Question]) -> float:
    """Processor seconds of the standard library's modern policy for the same mails, headers and bodies decoded."""
    started = time.process_time()
    for one in questions:
        mail = email.message_from_bytes(one.raw, policy=email.policy.default)
        for value in mail.values():
            str(value)
        mail.get_body(("plain", "html")).get_content()  # type: ignore[union-attr]  # our own mails have one
    return time.process_time() - started


def _model(paid: dict[str, int], calls: int) -> list[Row]:
    made = Row(
        "model calls per answered email",
        calls / _MAILS,
        "calls",
        1,
        against="one call",
        ratio=calls / _MAILS,
        target=Target(1, of="value"),
        note=f"counted on the wire; {paid['model_calls'] / _MAILS:g} on the books",
    )
    tokens = [
        Row(f"{name.replace('_', ' ')} per answered email", paid[name] / _MAILS, "tokens") for name in _TOKENS
    ]
    return [made, *tokens]


def _traffic(counts: Counters, shopify: int) -> list[Row]:
    return [
        Row("Shopify calls per answered email", shopify / _MAILS, "calls"),
        Row(
            "SQL statements per answered email",
            counts.statements / _COUNTED,
            "statements",
            note="the queue's own come on top",
        ),
        Row(
            "transactions per answered email",
            counts.commits / _COUNTED,
            "commits",
            note="the queue's own come on top",
        ),
    ]
