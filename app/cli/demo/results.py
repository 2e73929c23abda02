"""How the demo's mails ended, held against what was expected beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.cli.demo.samples import Sample
from app.models import Answer, InboundMail, Message, Reply, Touchpoint
from app.pipeline.desk import Desk
from app.vocabulary import Outcome, ReplyState


@dataclass(frozen=True)
class Ending:
    """One sample's end. `milliseconds` runs from the webhook to the decision; a reply's undo window is not in it."""

    sample: Sample
    outcome: Outcome
    why: str
    language: str
    intents: tuple[str, ...]
    situations: tuple[str, ...]
    milliseconds: int
    tokens: int
    is_as_expected: bool


async def endings(desk: Desk, samples: Sequence[Sample], ids: Mapping[str, str]) -> list[Ending]:
    """Each sample's end, in the order of the samples."""
    async with desk.db.transaction() as session:
        inbounds = {row.rfc_message_id: row for row in (await session.exec(select(InboundMail))).all()}
        pairs = select(Message, Answer).join(Answer, col(Answer.id) == col(Message.answer_id))
        answers = {message.inbound_id: answer for message, answer in (await session.exec(pairs)).all()}
        replies = {reply.answer_id: reply for reply in (await session.exec(select(Reply))).all()}
    return [_ending(sample, inbounds[ids[sample.name]], answers, replies) for sample in samples]


def _ending(
    sample: Sample, inbound: InboundMail, answers: Mapping[Any, Answer], replies: Mapping[Any, Reply]
) -> Ending:
    answer = answers.get(inbound.id)
    situations = tuple(one["name"] for one in answer.situations if one["name"]) if answer else ()
    language = (answer.triage.get("language") or "") if answer else ""
    took = (
        answer.created_at - inbound.received_at
        if answer
        else (inbound.ended_at or inbound.received_at) - inbound.received_at
    )
    is_newest = inbound.outcome is not Outcome.MERGED
    return Ending(
        sample=sample,
        outcome=inbound.outcome,
        why=_main_reason(inbound, answer),
        language=language,
        intents=tuple(request["intent"] for request in answer.triage.get("requests", []))
        if answer and is_newest
        else (),
        situations=situations if is_newest else (),
        milliseconds=round(took.total_seconds() * 1000),
        tokens=answer.input_tokens + answer.output_tokens if answer and is_newest else 0,
        is_as_expected=_is_as_expected(sample, inbound.outcome, situations, language)
        and set(sample.drafted_from) == _titles(replies.get(answer.id) if answer else None),
    )


def _main_reason(inbound: InboundMail, answer: Answer | None) -> str:
    """The first of the rules that held it; all of them stand on the page."""
    if answer is not None and inbound.outcome in {Outcome.DRAFTED, Outcome.HANDED_OVER} and answer.reasons:
        return str(answer.reasons[0]["sentence"])
    return inbound.outcome_reason


def _titles(reply: Reply | None) -> set[str]:
    """Of the texts that the model's part of a reply rests on."""
    sources = reply.sources if reply else []
    return {passage["title"].partition(":")[0] for source in sources for passage in source["passages"]}


def _is_as_expected(sample: Sample, outcome: Outcome, situations: tuple[str, ...], language: str) -> bool:
    return (
        outcome is sample.outcome
        and (not sample.situations or set(sample.situations) == set(situations))
        and (not sample.language or sample.language == language)
    )


async def totals(desk: Desk, found: Sequence[Ending], *, seconds: float) -> dict[str, Any]:
    """The counts of the demo's JSON line."""
    by_outcome = {outcome.value: sum(ending.outcome is outcome for ending in found) for outcome in Outcome}
    async with desk.db.transaction() as session:
        touchpoints = await _count(session, sa.select(sa.func.count()).select_from(Touchpoint))
        left = [ReplyState.SENT, ReplyState.DELIVERED, ReplyState.BOUNCED]
        sent = await _count(
            session, sa.select(sa.func.count()).select_from(Reply).where(col(Reply.state).in_(left))
        )
        sums = (
            await session.execute(
                sa.select(
                    sa.func.coalesce(sa.func.sum(col(Answer.model_calls)), 0),
                    sa.func.coalesce(sa.func.sum(col(Answer.input_tokens)), 0),
                    sa.func.coalesce(sa.func.sum(col(Answer.output_tokens)), 0),
                )
            )
        ).one()
    return {
        "received": len(found),
        **by_outcome,
        "touchpoints": touchpoints,
        "sent": sent,
        "model_calls": int(sums[0]),
        "input_tokens": int(sums[1]),
        "output_tokens": int(sums[2]),
        "seconds": round(seconds, 1),
    }


async def _count(session: Any, query: Any) -> int:
    return int((await session.execute(query)).scalar_one())
