"""What Shopify knows of an order's payments, and what a support person would say to it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.intents.payment_problem import SITUATIONS, situation_of
from app.intents.request import Request
from app.intents.situation import Money, PaymentFacts, UnknownOrderFacts
from app.shopify.schemas import PaidOrder
from app.shopify.statuses import FinancialStatus
from app.vocabulary import Intent, Ownership
from tests.intents.asking import BERLIN, ask
from tests.intents.orders import NOW, ago, money, order
from tests.shopify.shelf import Shelf
from tests.tools.details import paid, transaction
from tests.tools.test_ownership import EVE, asker


def paid_order(
    status: str | None, *transactions: dict[str, Any], refunded: str = "0", due: str = "0"
) -> PaidOrder:
    return PaidOrder.model_validate(
        {
            "id": "gid://shopify/Order/1",
            "name": "#1001",
            "email": "ann@example.com",
            "customer": None,
            "processedAt": ago(2),
            "displayFinancialStatus": status,
            "totalPriceSet": money("40.00"),
            "totalReceivedSet": money("40.00"),
            "totalOutstandingSet": money(due),
            "totalRefundedSet": money(refunded),
            "transactions": transactions,
        }
    )


refused = transaction(status="FAILURE", days=2)
pending = transaction(status="PENDING")
charge = transaction()
held = transaction("AUTHORIZATION")

# what Shopify shows, the situation, and whether a person has to look
PAYMENTS: dict[str, tuple[tuple[Any, ...], dict[str, str], str | None, bool]] = {
    "nothing has arrived": (("PENDING",), {"due": "40"}, "payment_awaited", False),
    "on its way": (("PENDING", pending), {"due": "40"}, "payment_awaited", False),
    "refused": (("PENDING", refused), {"due": "40"}, "payment_failed", True),
    "broken off": (("PENDING", transaction(status="ERROR")), {"due": "40"}, "payment_failed", True),
    "refused, then tried again": (("PENDING", refused, pending), {"due": "40"}, "payment_awaited", True),
    "tried, then refused": (("PENDING", pending, refused), {"due": "40"}, "payment_failed", True),
    "a reservation refused": (
        ("PENDING", transaction("AUTHORIZATION", "FAILURE")),
        {},
        "payment_failed",
        True,
    ),
    "paid": (("PAID", charge), {}, "payment_received", True),
    "refused, then paid": (("PAID", refused, charge), {}, "payment_received", True),
    "reserved, then charged": (("PAID", held, transaction("CAPTURE")), {}, "payment_received", True),
    "charged twice": (("PAID", charge, charge), {}, "payment_too_much", True),
    "charged twice, one paid back": (
        ("PARTIALLY_REFUNDED", charge, charge),
        {"refunded": "40"},
        "payment_received",
        True,
    ),
    "charged twice, a part paid back": (
        ("PARTIALLY_REFUNDED", charge, charge),
        {"refunded": "10"},
        "payment_too_much",
        True,
    ),
    "paid back": (("REFUNDED", charge), {"refunded": "40"}, "payment_received", True),
    "reserved": (("AUTHORIZED", held), {"due": "40"}, "payment_reserved", False),
    "reserved twice": (("AUTHORIZED", held, held), {"due": "40"}, "payment_reserved", True),
    "a part": (("PARTIALLY_PAID", transaction(amount="10.00")), {"due": "30"}, "payment_partial", True),
    "given up": (("VOIDED", held, transaction("VOID", amount="0")), {}, "payment_released", True),
    "run out": (("EXPIRED", held), {}, "payment_released", True),
    "run out, and charged": (("EXPIRED", held, charge), {}, None, True),
    "a status from the future": (("IN_ORBIT", charge), {}, None, True),
    "no status": ((None, charge), {}, None, True),
}


@pytest.mark.parametrize("case", PAYMENTS)
def test_a_payment_is_in_its_situation(case):
    what, sums, name, needs_person = PAYMENTS[case]
    found = situation_of(paid_order(*what, **sums), BERLIN)
    assert (found.name, found.person is not None) == (name, needs_person), found.person


def test_every_situation_of_a_payment_is_reached_by_a_case():
    assert {name for _, _, name, _ in PAYMENTS.values() if name} == {*SITUATIONS} - {"order_unknown"}


@pytest.mark.parametrize("status", FinancialStatus)
@pytest.mark.parametrize("transactions", [(), (charge,), (refused,), (held, held), (pending, charge, charge)])
def test_every_payment_that_shopify_can_show_has_a_situation_or_a_person(status, transactions):
    found = situation_of(paid_order(status.value, *transactions), BERLIN)
    assert found.name in SITUATIONS or (found.name is None and found.person)
    assert (found.name is None) == (found.facts is None)


def test_the_facts_are_what_shopify_shows():
    facts = situation_of(paid_order("PAID", refused, charge, charge, refunded="5"), BERLIN).facts
    day = (NOW - timedelta(days=1)).astimezone(BERLIN).date()
    assert facts == PaymentFacts(
        "#1001",
        (NOW - timedelta(days=2)).astimezone(BERLIN).date(),
        Money(Decimal("40.00"), "EUR"),
        received=Money(Decimal("80.00"), "EUR"),
        refunded=Money(Decimal(5), "EUR"),
        paid_on=day,
        tried_on=(NOW - timedelta(days=2)).astimezone(BERLIN).date(),
        method="Visa",
    )


def problem(number=None):
    return Request(Intent.PAYMENT_PROBLEM, order_number=number, evidence="I was charged twice")


async def test_the_order_that_is_named_is_looked_at():
    found = await ask(Shelf([order()], details={"GetPayments": paid(charge, charge)}), problem("1001"))
    assert (found.situation.name, found.ownership) == ("payment_too_much", Ownership.ON_ORDER)
    assert len(found.lookups[-1].facts["transactions"]) == 2


async def test_without_a_number_the_latest_order_is_meant():
    shelf = Shelf([order(name="#1", days=9), order(name="#2", days=1)], details={"GetPayments": paid()})
    assert (await ask(shelf, problem())).situation.facts.number == "#2"


async def test_payments_of_somebody_elses_order_have_the_one_wording():
    shelf = Shelf([order()], details={"GetPayments": paid()})
    foreign, absent = (
        await ask(shelf, problem("#1001"), asker(EVE)),
        await ask(Shelf(), problem("#1001"), asker(EVE)),
    )
    assert foreign.situation == absent.situation
    assert (foreign.situation.name, foreign.situation.facts) == ("order_unknown", UnknownOrderFacts("#1001"))
    assert foreign.lookups[-1].facts == {}


async def test_who_has_no_order_may_have_failed_at_the_checkout():
    found = await ask(Shelf(), problem())
    assert (found.situation.name, found.situation.facts) == ("order_unknown", UnknownOrderFacts(None))
    assert "checkout" in found.situation.person


async def test_payments_out_of_reach_wait_for_a_person():
    found = await ask(Shelf([order()], denied={"GetPayments"}), problem("1001"))
    assert found.situation.name == "order_unknown"
    assert found.situation.person
