"""Robots, forgers and busy days against the real service: what should stop stops by itself, and nothing else does."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email.utils import make_msgid
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import InboundMail, Notice, Reply, Store
from app.settings import Settings
from app.vocabulary import Outcome, ReplyState
from tests.pipeline.test_interleaving import GatedModel
from tests.scripted_model import ScriptedModel, answer, request
from tests.service import SUPPORT, Service, add_store, eventually, make_mail, open_service

OTHER = "hello@other-shop.example"
QUESTION = "May I return it?"
ANN = "ann.beck@customer.example"
AS_SHIPPED: dict[str, Any] = {
    name: field.default
    for name, field in Settings.model_fields.items()
    if name.startswith("automatic_mails_")
}

AS_SHIPPED["automatic_mails_per_unproven_domain"] = 6  # instead of 20: as sound, and sooner told
ONE_EACH: dict[str, Any] = {"automatic_mails_per_address": 1, "automatic_mails_per_unproven_address": 1}


class PolicyModel(ScriptedModel):
    """Takes every mail for a question about returns."""

    async def call(self, *args: Any, **options: Any) -> Any:
        self._steps.append(answer(request("return_policy", "return")))
        return await super().call(*args, **options)


@pytest.fixture
async def service(database_url, sandbox) -> AsyncIterator[Service]:
    """The service with the limits that it ships with."""
    async with open_service(database_url, sandbox, model=PolicyModel(), **AS_SHIPPED) as service:
        yield service


async def relay(service: Service, answer_to: Callable[[Any], tuple[bytes, str] | None], *, most: int) -> int:
    """Give every mail that leaves to somebody who answers at once, until nothing more leaves; how many left."""
    done = 0
    while done < most:
        await service.settled(0)
        fresh = service.sent()[done:]
        if not fresh:
            return done
        done += len(fresh)
        for mail in fresh:
            written = answer_to(mail)
            if written is not None:
                raw, key = written
                assert (await service.post_raw(raw, key=key)).json()["new"]
        await all_decided(service)
    return done


async def all_decided(service: Service) -> None:
    async def is_decided() -> bool:
        waiting = {Outcome.WAITING}
        mails = await service.rows(InboundMail)
        replies = await service.rows(Reply)
        unfinished = {ReplyState.SCHEDULED, ReplyState.SENDING}
        return not any(mail.outcome in waiting for mail in mails) and not any(
            reply.state in unfinished for reply in replies
        )

    await eventually(is_decided)


async def held_for(service: Service, words: str) -> bool:
    return any(words in mail.outcome_reason for mail in await service.rows(InboundMail))


@pytest.mark.parametrize("are_headers_stripped", [False, True])
async def test_two_stores_that_write_to_each_other_fall_silent(service, are_headers_stripped):
    other_key = await add_store(service.desk, service.sandbox, slug="other", address=OTHER)
    keys = {SUPPORT: (service.key, OTHER), OTHER: (other_key, SUPPORT)}

    def to_the_other(mail: Any) -> tuple[bytes, str]:
        recipient = mail.recipients[0]
        key, sender = keys[recipient]
        headers = {} if are_headers_stripped else {"Auto-Submitted": "auto-replied", "X-Pasokh-Loop": "1"}
        return make_mail(sender, mail.subject, mail.text, to=recipient, headers=headers), key

    await service.post_raw(make_mail(OTHER, "Returns", QUESTION))
    await all_decided(service)
    sent = await relay(service, to_the_other, most=50)
    assert sent == (1 if not are_headers_stripped else sent)
    assert 1 <= sent <= 8
    if are_headers_stripped:
        assert await held_for(service, "may be a robot") or await held_for(service, "the limit is")


WORDS = (
    "Your",
    "ticket",
    "about",
    "a",
    "return",
    "was",
    "received",
    "by",
    "a",
    "colleague",
    "with",
    "number",
)


def robot(
    vary: Callable[[int], str], text: Callable[[int], str], key: str
) -> Callable[[Any], tuple[bytes, str]]:
    """Answers each mail as if it were new: no header tells what it is, and no two of its mails are alike."""
    counter = itertools.count(1)

    def answer_at_once(mail: Any) -> tuple[bytes, str]:
        number = next(counter)
        subject = f"[Ticket {number}] {mail.subject}"[:200]
        return make_mail(
            vary(number), subject, text(number), message_id=make_msgid(domain="robot.example")
        ), key

    return answer_at_once


def same(number: int) -> str:
    return f"We received your return request. Your ticket has the number {number}."


def always_new(number: int) -> str:
    return " ".join(f"{word}{chr(97 + number)}x" for word in WORDS) + " return"


@pytest.mark.parametrize(
    ("sender", "text", "most", "told"),
    [
        (lambda number: "desk@robot.example", same, 3, "may be a robot"),
        (lambda number: f"Desk+{number}@robot.example", same, 3, "may be a robot"),
        (lambda number: f"desk+{number}@robot.example", always_new, 4, "to this address within a day"),
        (
            lambda number: f"r.o{'.' * (number % 2)}desk@gmail.com",
            always_new,
            4,
            "to this address within a day",
        ),
        (
            lambda number: f"desk{number}@r{number}.robot.example",
            always_new,
            20,
            "at robot.example within an hour",
        ),
    ],
    ids=["says-the-same", "changes-its-tag", "never-repeats", "dots-at-gmail", "changes-its-address"],
)
async def test_a_robot_that_no_header_tells_is_answered_a_few_times_and_no_more(
    service, sender, text, most, told
):
    answering = robot(sender, text, service.key)
    await service.post_raw(make_mail(sender(0), "Returns", text(0)))
    await all_decided(service)
    assert 1 <= await relay(service, answering, most=100) <= most
    assert await held_for(service, told)
    (newest,) = [mail for mail in await service.rows(InboundMail) if mail.outcome is not Outcome.ANSWERED]
    assert newest.outcome is Outcome.DRAFTED


async def test_a_robot_between_two_stores_that_tells_each_of_the_other_falls_silent(database_url, sandbox):
    numbers, keys = itertools.count(1), dict[str, str]()

    def tell_the_other(mail: Any) -> tuple[bytes, str]:
        """As a list or a forwarder with an address for each mail, and words that never repeat."""
        number, to = next(numbers), OTHER if mail.from_ == SUPPORT else SUPPORT
        sender = f"desk{number}@robot.example"
        return make_mail(sender, f"{number} {mail.subject}"[:100], always_new(number % 26), to=to), keys[to]

    limits = {**AS_SHIPPED, "automatic_mails_per_unproven_domain": 2}
    async with open_service(database_url, sandbox, model=PolicyModel(), **limits) as service:
        keys[SUPPORT] = service.key
        keys[OTHER] = await add_store(service.desk, sandbox, slug="other", address=OTHER)
        await service.post_raw(make_mail("desk@robot.example", "Returns", always_new(0)))
        await all_decided(service)
        assert await relay(service, tell_the_other, most=100) == 2 * 2
        assert await held_for(service, "at robot.example within an hour")


async def turn_back(service: Service, hours: int) -> None:
    """As if all that has left had done so earlier."""
    async with service.desk.db.transaction() as session:
        await session.execute(sa.update(Reply).values(created_at=Reply.created_at - timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("limit", "hours", "sender", "text", "told"),
    [
        (
            "per_address",
            25,
            lambda number: f"desk+{number}@robot.example",
            always_new,
            "to this address within 30 days",
        ),
        ("per_repetition", 25, lambda _: "desk@robot.example", same, "may be a robot"),
        (
            "per_domain",
            2,
            lambda number: f"desk{number}@robot.example",
            always_new,
            "at robot.example within a day",
        ),
    ],
)
async def test_a_robot_that_takes_its_time_is_stopped_too(
    database_url, sandbox, limit, hours, sender, text, told
):
    limits: dict[str, Any] = {f"automatic_mails_{limit}": 1}
    async with open_service(database_url, sandbox, model=PolicyModel(), **limits) as service:
        outcomes = []
        for number in range(3):
            outcomes.append((await service.ask(sender(number), f"{number}", text(number))).outcome)
            await turn_back(service, hours)
        assert outcomes == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.DRAFTED]
        assert await held_for(service, told)
        await turn_back(service, 31 * 24)
        assert (await service.ask(sender(3), "4", text(3))).outcome is Outcome.ANSWERED


async def bomb(service: Service, count: int) -> int:
    """Mails in the name of one victim, each another text from another program; how many reach the victim."""
    for start in range(0, count, 50):
        mails = [
            make_mail(f"Victim <Vic.tim+{n}@victim.example>", f"Hello {n}", f"{always_new(n % 26)} {'w' * n}")
            for n in range(start, min(count, start + 50))
        ]
        answers = await asyncio.gather(*(service.post_raw(mail) for mail in mails))
        assert {one.status_code for one in answers} == {202}
    await service.settled(count, seconds=120)
    return len(service.sent())


async def test_a_mail_bomb_in_a_victims_name_hardly_reaches_the_victim(service):
    assert await bomb(service, 30) == AS_SHIPPED["automatic_mails_per_unproven_address"]


@pytest.mark.slow
async def test_a_mail_bomb_of_five_hundred_hardly_reaches_the_victim(service):
    assert await bomb(service, 500) == AS_SHIPPED["automatic_mails_per_unproven_address"]


async def busy_hour(service: Service, count: int) -> None:
    """As many customers, whom nothing proves, at providers and at domains of their own; most ask in the same words."""
    senders = [
        f"customer{n}@{('gmail.com', 'web.de', 'yahoo.co.uk', f'family{n}.example')[n % 4]}"
        for n in range(count)
    ]
    for start in range(0, count, 50):
        await asyncio.gather(
            *(service.post_raw(make_mail(one, "Returns", QUESTION)) for one in senders[start : start + 50])
        )
    mails = await service.settled(count, seconds=120)
    assert {mail.outcome for mail in mails} == {Outcome.ANSWERED}
    assert len({mail.recipients[0] for mail in service.sent()}) == count


async def test_customers_of_a_busy_hour_are_all_answered(service):
    await busy_hour(service, 24)


@pytest.mark.slow
async def test_two_hundred_customers_of_a_busy_hour_are_all_answered(service):
    await busy_hour(service, 200)


async def test_two_decisions_at_the_same_moment_spend_a_budget_once(database_url, sandbox):
    texts = ["return alpha one", "return beta two", "return gamma three", "return delta four"]
    model = GatedModel(*[answer(request("return_policy", "return")) for _ in texts])
    model.gate.clear()
    async with open_service(database_url, sandbox, model=model, **ONE_EACH) as service:
        for text in texts:
            await service.post_raw(make_mail(ANN, text, text))

        async def all_wait() -> bool:
            return model.waiting == len(texts)

        await eventually(all_wait)
        model.gate.set()
        mails = await service.settled(len(texts))
        assert sorted(mail.outcome for mail in mails) == [Outcome.ANSWERED] + [Outcome.DRAFTED] * 3
        assert len(service.sent()) == 1


async def test_a_store_that_sends_more_than_ever_stops_itself_and_says_so(database_url, sandbox):
    async with open_service(
        database_url, sandbox, model=PolicyModel(), automatic_mails_per_store=2
    ) as service:
        outcomes = [
            (await service.ask(f"ann@family{n}.example", "Returns", QUESTION)).outcome for n in range(3)
        ]
        assert outcomes == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.DRAFTED]
        assert await held_for(service, "of this store within an hour: the limit is 2")
        store, notice = await service.only(Store), await service.only(Notice)
        assert not store.automatic
        assert "PASOKH_AUTOMATIC_MAILS_PER_STORE" in store.stop_reason
        assert "stopped" in notice.title
        last = await service.ask("ann@family9.example", "Returns", QUESTION)
        assert "switched off" in last.outcome_reason
        assert len(await service.rows(Notice)) == 1


async def test_a_reply_that_was_decided_on_before_the_switch_does_not_leave_after_it(database_url, sandbox):
    async with open_service(database_url, sandbox, model=PolicyModel(), undo_seconds=1) as service:
        await service.post_raw(make_mail(ANN, "Returns", QUESTION))

        async def is_scheduled() -> bool:
            return [one.state for one in await service.rows(Reply)] == [ReplyState.SCHEDULED]

        await eventually(is_scheduled)
        async with service.desk.db.transaction() as session:
            # Past the page, which would take it back at once: a decision may be committed just after that.
            (await session.get_one(Store, (await service.only(Store)).id)).automatic = False
        (mail,) = await service.settled(1)
        assert mail.outcome is Outcome.DRAFTED
        assert "switched off" in mail.outcome_reason
        assert service.sent() == []


async def test_what_a_person_released_counts_in_no_budget(database_url, sandbox):
    async with open_service(database_url, sandbox, model=PolicyModel(), **ONE_EACH) as service:
        await service.ask(ANN, "Returns", QUESTION)
        async with service.desk.db.transaction() as session:
            reply = await session.get_one(Reply, (await service.only(Reply)).id)
            reply.automatic, reply.edited = False, True
        second = await service.ask(ANN, "Again", "Another return, please?")
        assert second.outcome is Outcome.ANSWERED


async def test_budgets_are_counted_by_index_however_much_was_sent(service):
    await service.ask(ANN, "Returns", QUESTION)
    engine = service.desk.db.engine.sync_engine
    counted: list[tuple[str, Any]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *call: counted.append((call[2], call[3])))
    await service.ask(ANN, "Another", "Another return of mine")
    statement, values = next(one for one in counted if one[0].count("count(*)") > 1)
    async with service.desk.db.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(_MANY_MORE)
        await connection.exec_driver_sql("ANALYZE reply")
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {statement}", values)).scalars())
    assert plan.count("using ix_reply_automatic") >= 5, plan


_MANY_MORE = """
INSERT INTO reply SELECT (one).* FROM (
    SELECT jsonb_populate_record(reply, jsonb_build_object('id', gen_random_uuid(), 'rfc_message_id', n,
        'recipient_key', n, 'recipient_domain', n, 'created_at', created_at - make_interval(hours => n))) AS one
    FROM reply, generate_series(1, 1000) AS n OFFSET 0
) AS more
"""
