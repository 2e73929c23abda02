"""A person who writes from another address than the order's proves by a code that it is theirs."""

import re

import sqlalchemy as sa
from sqlmodel import col

from app.models import OrderProof
from app.vocabulary import Outcome
from tests.service import Service

OWNER = "olivia.martinez@example.net"
CLAIMANT = "Liv Martinez <liv@office.example>"
QUESTION = "Where is my order #1035?"


async def code_for(service: Service, number: int = 1) -> str:
    """The code of the newest mail to the order's owner, once so many have been sent."""
    await service.outbox_holds(2 * number)
    codes: list[str] = [
        found
        for mail in service.sent()
        if OWNER in mail.recipients
        for found in re.findall(r"\b\d{6}\b", mail.text)
    ]
    return codes[-1]


def to_claimant(service: Service) -> list[str]:
    return [mail.text for mail in service.sent() if "liv@office.example" in mail.recipients]


async def follow_up(service: Service, text: str, sender: str = CLAIMANT):
    """An answer within the thread of what the claimant was last sent."""
    last = [mail for mail in service.sent() if "liv@office.example" in mail.recipients][-1]
    headers = {"In-Reply-To": last.message_id, "References": last.message_id}
    return await service.ask(sender, f"Re: {last.subject}", text, headers=headers, to=last.reply_to[0])


async def wrong_for(service: Service, right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


async def test_the_right_code_opens_that_order_to_who_wrote_and_to_nobody_else(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    assert "JD0000000000001035" not in to_claimant(service)[0]
    code = await code_for(service)
    mail = await follow_up(service, f"The code is {code}")
    assert mail.outcome is Outcome.ANSWERED
    assert "JD0000000000001035" in to_claimant(service)[-1]
    assert service.sandbox.calls("openai") == 1
    other = await follow_up(service, f"{code}. Where is order #1035?", "Mallory <mallory@evil.example>")
    assert other.outcome is not Outcome.WAITING
    assert all(
        "JD0000000000001035" not in one.text for one in service.sent() if "mallory" in one.recipients[0]
    )


async def test_the_reply_says_the_same_whether_or_not_there_is_such_an_order(service):
    for number in ("1035", "9935"):
        await service.ask(CLAIMANT, f"Parcel {number}", QUESTION.replace("1035", number))
    known, unknown = to_claimant(service)
    assert known.replace("1035", "9935") == unknown
    assert "six-digit code" in known
    await code_for(service)
    refused = [await follow_up(service, "123456") for _ in range(1)]
    assert refused[0].outcome is not Outcome.FAILED


async def test_a_wrong_code_is_refused_and_the_third_calls_a_person(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    wrong = await wrong_for(service, await code_for(service))
    assert (await follow_up(service, wrong)).outcome is Outcome.ANSWERED
    assert "not the right one" in to_claimant(service)[-1]
    assert (await follow_up(service, wrong)).outcome is Outcome.ANSWERED
    third = await follow_up(service, wrong)
    assert third.outcome is Outcome.HANDED_OVER
    assert "Three wrong codes" in third.outcome_reason
    proof = await service.only(OrderProof)
    assert (proof.tries, proof.proven_at) == (3, None)


async def test_several_codes_in_one_mail_cost_a_try_each(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    right = await code_for(service)
    guesses = [f"{(int(right) + n) % 10**6:06}" for n in (1, 2, 3, 0)]
    mail = await follow_up(service, " ".join(guesses))
    assert mail.outcome is Outcome.HANDED_OVER
    assert (await service.only(OrderProof)).proven_at is None


async def test_after_half_an_hour_a_code_is_no_good(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    code = await code_for(service)
    async with service.desk.db.transaction() as session:
        late = col(OrderProof.sent_at) - sa.text("interval '31 minutes'")
        await session.execute(sa.update(OrderProof).values(sent_at=late))
    await follow_up(service, code)
    assert "JD0000000000001035" not in "".join(to_claimant(service))


async def test_a_fourth_code_for_an_order_within_a_day_calls_a_person(service):
    for turn in range(3):
        await service.ask(f"One <one{turn}@other{turn}.example>", f"Parcel {turn}", QUESTION)
    await service.outbox_holds(6)
    mail = await service.ask(CLAIMANT, "Parcel", QUESTION)
    assert mail.outcome is Outcome.HANDED_OVER
    assert len([one for one in service.sent() if OWNER in one.recipients]) == 3


async def test_the_owner_learns_that_somebody_asks_and_not_who(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    await code_for(service)
    (mail,) = [one for one in service.sent() if OWNER in one.recipients]
    assert "#1035" in mail.subject
    assert "l…@o….example" in mail.text
    assert mail.headers["Auto-Submitted"] == "auto-generated"


async def test_no_code_is_kept_in_the_database(service):
    await service.ask(CLAIMANT, "Parcel", QUESTION)
    code = await code_for(service)
    async with service.desk.db.transaction() as session:
        row = (await session.execute(sa.text("SELECT order_proof::text FROM order_proof"))).scalar_one()
    assert code not in row
