"""A store's own wording is what the shopper receives; one that invents something leaves only through a person."""

import sqlalchemy as sa

from app.access import StoreAccess
from app.inbox.wordings import save_wording
from app.models import Answer, Reply, Store
from app.replies.locales import LOCALES
from app.vocabulary import Outcome, ReplyState
from app.web.previews import show_preview
from tests.service import Service

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
QUESTION = "Hello, where is my order #1035?"
NAME = "order_in_transit"
OWN = 'Off it went: order **{{ number | code }}** is on its way!\n\n{% include "_parcels.md" %}'


async def word(service: Service, name: str, source: str, seen: int = 0) -> None:
    async with service.desk.db.transaction() as session:
        store = (await session.execute(sa.select(Store))).scalar_one()
        await save_wording(
            StoreAccess(session, store.id), LOCALES["en"], name, source, seen=seen, author="Olga Owner"
        )


async def test_the_shopper_receives_the_stores_own_words(service):
    await word(service, NAME, OWN)
    await word(
        service, "automatic", "A robot wrote this. Reply “{{ person_word }}” and {{ store_name }} answers."
    )
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.ANSWERED
    (sent,) = service.sent()
    assert "Off it went: order #1035 is on its way!" in sent.text
    assert "Off it went: order" in sent.html
    assert "A robot wrote this." in sent.text
    first = await service.only(Reply)
    await word(service, NAME, OWN.replace("Off it went", "It left"), seen=1)
    await service.ask(OLIVIA, "And now?", QUESTION)
    assert "It left: order #1035" in service.sent()[-1].text
    assert (await service.rows(Reply))[-1].template_version != first.template_version


async def test_an_own_wording_that_promises_what_no_fact_backs_never_leaves_by_itself(service):
    await word(service, NAME, OWN + "\n\nIf it is late, we refund you 20 EUR.")
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.DRAFTED
    assert service.sent() == []
    reply = await service.only(Reply)
    assert (reply.state, reply.automatic) == (ReplyState.HELD, False)
    assert reply.findings
    assert "we refund you" in reply.markdown


async def test_an_own_wording_that_does_not_fit_the_facts_goes_to_a_person_with_the_reason(service):
    await word(service, NAME, "Order {{ number | code }}, paid back: {{ refunded | money }}.")
    mail = await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    assert mail.outcome is Outcome.HANDED_OVER
    assert "store's own wording of “order_in_transit”" in mail.outcome_reason
    assert service.sent() == []


async def test_a_wording_costs_one_query_a_reply_and_none_where_a_store_has_none(service):
    async def queries() -> list[str]:
        seen: list[str] = []
        engine = service.desk.db.engine.sync_engine

        def note(*call: object) -> None:
            seen.append(str(call[2]))

        sa.event.listen(engine, "before_cursor_execute", note)
        await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
        sa.event.remove(engine, "before_cursor_execute", note)
        return [one for one in seen if "FROM wording" in one]

    assert await queries() == []
    await word(service, "order_delivered", "Order {{ number | code }} has arrived.")
    assert 1 <= len(await queries()) <= 3  # the answer, and its note as it leaves and as it is written down


async def test_a_preview_shows_a_real_order_and_sends_nothing(service):
    await service.ask(OLIVIA, "Where is my parcel?", QUESTION)
    answer, before = await service.only(Answer), len(service.sent())
    async with service.desk.db.transaction() as session:
        store = (await session.execute(sa.select(Store))).scalar_one()

    async def shown(name: str, source: str, **options: str):
        return await show_preview(service.desk, store, LOCALES["en"], name, source, **options)

    again = await shown(NAME, OWN, facts=f"answer:{answer.id}")
    assert again.note == ""
    assert "Off it went: order #1035" in again.preview.text
    assert "Olivia Martinez" in again.preview.text
    named = await shown(NAME, OWN, facts="named", named="1035")
    assert "#1035" in named.preview.text
    assert "JD0000000000001035" in named.preview.text
    other = await shown(
        "order_delivered", "Order {{ number | code }} is there.", facts="named", named="#1035"
    )
    assert "answered by another template" in other.note
    missing = await shown(NAME, OWN, facts="named", named="#999999")
    assert "no order" in missing.note
    assert "#1042" in missing.preview.text  # the sample's
    policy = await shown("return_policy", "{{ title }}: {{ paragraphs[0] }}", facts="named")
    assert policy.facts.startswith("Looked up")
    assert len(service.sent()) == before
    assert len(await service.rows(Reply)) == 1
