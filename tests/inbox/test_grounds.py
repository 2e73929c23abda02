"""What a person writes is held against the facts of its answer, as a warning that they see once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.inbox import drafts
from app.inbox.drafts import Release
from app.inbox.grounds import ANY, Unbacked, fingerprint
from app.inbox.wordings import save_wording
from app.intents.keeping import keep, read_back
from app.intents.situation import Item, Money, OrderFacts, Parcel, Situation
from app.models import Answer, Reply
from app.models.columns import now
from app.replies.locales import LOCALES
from app.replies.samples import SITUATIONS, samples
from app.vocabulary import Intent, ReplyState
from tests.inbox.seeds import THREAD_KEY, Shop, Talk, add_shop, add_talk

SENT = now().date() - timedelta(days=3)
TRANSIT = Situation(
    Intent.ORDER_STATUS,
    "order_in_transit",
    OrderFacts(
        "#1001",
        SENT - timedelta(days=2),
        Money(Decimal("84.00"), "EUR"),
        (Item("Tea", None, 1),),
        parcels=(Parcel((Item("Tea", None, 1),), "DHL", "JD0146", shipped_on=SENT),),
    ),
)
TRUE = f"Hello Lena,\n\nyour order #1001 was sent on {SENT.isoformat()} with DHL."
UNTRUE = "Hello Lena,\n\nyour order #1001 has been delivered, and we give you 20 % off."


@pytest.fixture
async def shop(database) -> Shop:
    return await add_shop(database)


@pytest.fixture
async def talk(database, shop) -> Talk:
    made = await add_talk(database, shop)
    async with database.transaction() as session:
        answer = await session.get_one(Answer, made.answer.id)
        answer.situations = [keep(TRANSIT)]
    return made


def release(shop: Shop, acknowledged: str | None = None) -> Release:
    return Release(shop.person, 10, acknowledged=acknowledged)


async def edit(database, shop: Shop, talk: Talk, text: str, acknowledged: str | None = None) -> Reply:
    async with database.transaction() as session:
        return await drafts.edit_and_send(
            shop.access(session), talk.draft.id, text, release(shop, acknowledged)
        )


async def write(database, shop: Shop, talk: Talk, text: str, acknowledged: str | None = None) -> Reply:
    async with database.transaction() as session:
        return await drafts.write(
            shop.access(session),
            talk.conversation.id,
            text,
            release(shop, acknowledged),
            thread_key=THREAD_KEY,
        )


def test_facts_are_read_back_as_they_were_kept():
    for name in SITUATIONS:
        for sample in samples(name, date(2026, 10, 5)):
            assert read_back(keep(sample)) == sample


def test_facts_of_an_older_make_are_none():
    bare = {"intent": "order_status", "name": "order_in_transit", "person": None}
    assert read_back(bare) is None
    assert read_back({**bare, "facts": {"OrderFacts": {"number": "#1"}}}) is None
    assert read_back({**bare, "facts": {"GoneFacts": {}}}) is None


async def test_an_edit_that_the_facts_back_leaves_at_once(database, shop, talk):
    reply = await edit(database, shop, talk, TRUE)
    assert (reply.state, reply.findings) == (ReplyState.SCHEDULED, [])


@pytest.mark.parametrize("act", [edit, write])
async def test_what_no_fact_backs_is_told_once_and_then_left_to_the_person(database, shop, talk, act):
    with pytest.raises(Unbacked) as told:
        await act(database, shop, talk, UNTRUE)
    async with database.transaction() as session:
        draft = await session.get_one(Reply, talk.draft.id)
        assert (draft.state, draft.edited) == (ReplyState.HELD, False)
    assert [finding.text for finding in told.value.findings] == ["delivered", "20 %"]
    reply = await act(database, shop, talk, UNTRUE, fingerprint(told.value.findings))
    assert reply.state is ReplyState.SCHEDULED
    assert [UNTRUE[one["start"] : one["end"]] for one in reply.findings] == ["delivered", "20 %"]
    assert all(one["sentence"] for one in reply.findings)


async def test_a_stores_own_wording_backs_no_claim_of_a_person(database, shop, talk):
    own = "Order {{ number | code }} is on its way. We give you 20 % off."
    async with database.transaction() as session:
        await save_wording(
            shop.access(session), LOCALES["en"], "order_in_transit", own, seen=0, author="Olga Owner"
        )
    with pytest.raises(Unbacked) as told:
        await edit(database, shop, talk, "Order #1001 is on its way. We give you 20 % off.")
    assert [finding.text for finding in told.value.findings] == ["20 %"]


async def test_another_claim_is_not_acknowledged_with_the_first(database, shop, talk):
    with pytest.raises(Unbacked) as told:
        await edit(database, shop, talk, UNTRUE)
    with pytest.raises(Unbacked):
        await edit(database, shop, talk, UNTRUE + " We will call you.", fingerprint(told.value.findings))


async def test_what_the_page_marks_already_is_not_told_again(database, shop, talk):
    async with database.transaction() as session:
        await drafts.reword(shop.access(session), talk.draft.id, UNTRUE, acknowledged=ANY)
    reply = await edit(database, shop, talk, UNTRUE + " Kind regards")
    assert (reply.state, len(reply.findings)) == (ReplyState.SCHEDULED, 2)


async def test_without_facts_nothing_is_said_against_a_person(database, shop):
    bare = await add_talk(database, shop)
    reply = await write(database, shop, bare, UNTRUE)
    assert (reply.state, reply.findings) == (ReplyState.SCHEDULED, [])


async def test_a_persons_own_language_is_read_whatever_the_customers_is(database, shop, talk):
    with pytest.raises(Unbacked) as told:
        await write(database, shop, talk, "Ihre Bestellung wurde zugestellt. Wir erstatten Ihnen den Betrag.")
    assert [finding.value for finding in told.value.findings] == ["delivered", "refund"]
