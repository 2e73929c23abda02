"""What the model may cost a store in a day, and how its owner learns that the limit is reached."""

import sqlalchemy as sa
from sqlmodel import col, select

from app.models import Answer, Membership, Notice, Store, User
from app.vocabulary import Outcome, Role

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Hello, where is my order #1035?"


async def limit(service, usd: float) -> None:
    async with service.desk.db.transaction() as session:
        await session.execute(sa.update(Store).values(model_usd_per_day=usd))


async def test_over_the_limit_a_mail_waits_for_a_person_and_costs_nothing(service):
    await limit(service, 0)
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.HANDED_OVER
    assert "limit for the model" in mail.outcome_reason
    assert service.sandbox.calls("openai") == 0


async def test_the_limit_is_known_before_the_call_that_would_pass_it(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    (first,) = await service.rows(Answer)
    await limit(service, first.cost_usd + 0.0001)  # less than the dearest call might cost
    mail = await service.ask(OLIVIA, "Returns", "What is your return policy?")
    assert mail.outcome is Outcome.HANDED_OVER
    assert service.sandbox.calls("openai") == 1


async def test_what_was_spent_on_another_day_does_not_count(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    async with service.desk.db.transaction() as session:
        yesterday = col(Answer.created_at) - sa.text("interval '1 day'")
        await session.execute(sa.update(Answer).values(created_at=yesterday, cost_usd=100))
    mail = await service.ask(OLIVIA, "Returns", "What is your return policy?")
    assert mail.outcome is Outcome.ANSWERED


async def test_the_owner_is_told_once_a_day_by_mail_too(service):
    await limit(service, 0)
    async with service.desk.db.transaction() as session:
        owner = User(email="mina@shop.example", name="Mina", password_hash="")
        store = (await session.exec(select(Store))).one()
        session.add(owner)
        await session.flush()
        session.add(Membership(user_id=owner.id, store_id=store.id, role=Role.OWNER))
    for subject in ("One", "Two"):
        await service.ask(OLIVIA, subject, QUESTION)
    (notice,) = await service.rows(Notice)
    assert "limit" in notice.title
    await service.outbox_holds(1)
    (sent,) = service.sent()
    assert sent.recipients == ["mina@shop.example"]
    assert sent.headers["Auto-Submitted"] == "auto-generated"
    assert "/inbox" in sent.text
