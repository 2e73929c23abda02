"""What a mail mentions, and what came of a code, stand beside the mail: as words, whatever they are."""

from datetime import timedelta
from typing import Any

import pytest

from app.inbox.proofs import ProofStatus, status_of
from app.models import Message, OrderProof
from app.models.columns import now
from app.vocabulary import Direction, ReplyState
from app.web.pages import words
from tests.inbox.seeds import Shop, Talk, add_talk
from tests.web.conftest import Desk, Visitor

TEXT = """\
UPS says 1Z999AA10123456784 was lost. <script>alert(1)</script>
Call me at +49 30 901820, or write to lena.other@example.net. This address is lena@example.com.
"""


async def add_proof(desk: Desk, talk: Talk, **values: Any) -> None:
    """A code that the conversation's reply told of; the reply has left."""
    async with desk.db.transaction() as session:
        session.add(
            Message(
                store_id=talk.conversation.store_id,
                conversation_id=talk.conversation.id,
                direction=Direction.OUTBOUND,
                reply_id=talk.draft.id,
                from_name="Teahouse",
                from_address="help@teahouse.example",
                to_addresses=["lena@example.com"],
                subject="Re: Where is my order?",
                text="We found no order.",
                new_text="We found no order.",
            )
        )
        session.add(
            OrderProof(
                store_id=talk.conversation.store_id,
                conversation_id=talk.conversation.id,
                answer_id=talk.answer.id,
                reply_id=talk.draft.id,
                order_number="1001",
                order_key="1001",
                claimant="lena@example.com",
                locale="en",
                **values,
            )
        )


async def page_of(agent: Visitor, talk: Talk) -> str:
    return (await agent.get(f"/conversations/{talk.conversation.id}")).text


async def test_a_mail_shows_the_parcels_addresses_and_phones_that_it_mentions(
    agent: Visitor, desk: Desk, shop: Shop
):
    text = await page_of(agent, await add_talk(desk.db, shop, text=TEXT))
    mentions = text.partition("Mentions:")[2].partition("</p>")[0]
    for shown in ("UPS 1Z999AA10123456784", "lena.other@example.net", "+4930901820"):
        assert f"<bdi>{shown}</bdi>" in mentions
    assert "lena@example.com" not in mentions
    assert "<script>alert" not in text


async def test_a_mail_that_mentions_nothing_has_no_such_line(agent: Visitor, desk: Desk, shop: Shop):
    assert "Mentions:" not in await page_of(agent, await add_talk(desk.db, shop))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sent_at": now(), "code_hash": b"x"}, "not answered yet"),
        ({"sent_at": now(), "code_hash": b"x", "tries": 3}, "three wrong tries"),
        ({"sent_at": now(), "code_hash": b"x", "proven_at": now()}, "proven"),
        ({"sent_at": now()}, "No code was sent"),
        ({"waiting_since": now()}, "waits for Shopify or SendGrid"),
    ],
)
async def test_what_came_of_a_code_stands_under_the_reply_that_told_of_it(
    agent: Visitor, desk: Desk, shop: Shop, values, said
):
    talk = await add_talk(desk.db, shop, reply_state=ReplyState.SENT)
    await add_proof(desk, talk, **values)
    assert said in await page_of(agent, talk)


def test_a_code_has_a_status_at_every_moment_and_each_has_its_words():
    sent = now()
    proof = OrderProof(order_number="1", order_key="1", claimant="a@b.example", locale="en", tries=0)
    assert status_of(proof, sent) is ProofStatus.NOT_SENT
    proof.sent_at, proof.code_hash = sent, b"x"
    assert status_of(proof, sent + timedelta(minutes=29)) is ProofStatus.OPEN
    assert status_of(proof, sent + timedelta(minutes=31)) is ProofStatus.EXPIRED
    assert set(words.PROOFS) == set(ProofStatus)
