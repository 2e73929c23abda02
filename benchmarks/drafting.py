"""What a hand-over with a draft of the model's costs: calls, tokens, USD by the list price."""

import sqlalchemy as sa
from sqlmodel import col, select

from app.access import StoreAccess
from app.knowledge.articles import Writing, add_article
from app.models import Answer, Reply, Store
from app.vocabulary import ReplyOrigin
from benchmarks import orders
from benchmarks.orders import Question
from benchmarks.rows import Row, Target
from benchmarks.stage import Service, Stage
from tests.service import make_mail

_MAILS = 40
_ARTICLE = Writing(
    "Gift wrapping",
    "We wrap any order as a gift for €3.50. Add a note at the checkout with the words for the card.\n\n"
    "Wrapped parcels hold no prices and no invoice.",
    "en",
)
_ASKED = "Hello,\n\ndo you wrap orders as a gift? It is for my sister's birthday.\n\nKind regards\nNora\n"


async def measure(stage: Stage, *, profile: bool = False) -> list[Row]:  # noqa: ARG001  every row has one signature
    """Mails that no template answers and an article does, until each has its draft."""
    with stage.database() as url:
        async with stage.service(url, events=False) as service:
            async with service.desk.db.transaction() as session:
                store = (await session.exec(select(Store))).one()
                await add_article(StoreAccess(session, store.id), _ARTICLE, by=None)
            questions = [_question(serial) for serial in range(_MAILS)]
            await orders.post(stage, service, questions)
            await orders.until_ended(service, _MAILS)
            return await _rows(service)


def _question(serial: int) -> Question:
    sender = f"nora{serial}@example.com"
    return Question(sender, make_mail(f"Nora <{sender}>", f"A present {serial}", _ASKED))


async def _rows(service: Service) -> list[Row]:
    sums = [
        sa.func.sum(getattr(Answer, name))
        for name in ("model_calls", "input_tokens", "cached_tokens", "output_tokens", "cost_usd")
    ]
    query = (
        sa.select(sa.func.count(), *sums)
        .join(Reply, col(Reply.answer_id) == col(Answer.id))
        .where(col(Reply.origin) == ReplyOrigin.MODEL)
    )
    async with service.desk.db.transaction() as session:
        drafted, calls, read, cached, written, cost = (await session.execute(query)).one()
    return [
        Row(
            "model calls per drafted hand-over",
            calls / drafted,
            "calls",
            target=Target(2, of="value"),
            note=f"{drafted} of {_MAILS} mails were drafted by the model",
        ),
        Row(
            "input tokens per drafted hand-over",
            read / drafted,
            "tokens",
            note=f"{cached / drafted:.0f} cached",
        ),
        Row("output tokens per drafted hand-over", written / drafted, "tokens"),
        Row(
            "cost per drafted hand-over",
            cost / drafted * 100,
            "US cents",
            note="no discount for cached tokens",
        ),
    ]
