"""A request, a shop and an asker: which situation it comes to, and what staff see of the way there."""

import pytest

from app.errors import TryLater
from app.intents import INTENTS, resolve
from app.intents.request import Request
from app.intents.situation import (
    OrderFacts,
    OrdersFacts,
    PolicyFacts,
    ProductFacts,
    ShopFacts,
    UnknownOrderFacts,
)
from app.shopify import ShopifyClient
from app.shopify.transport import Limits
from app.vocabulary import Intent, Ownership
from tests.intents.asking import BERLIN, ask
from tests.intents.orders import NOW, event, order, parcel, refunds, returned
from tests.shopify.shelf import Shelf, customer, policy, product, served
from tests.tools.test_ownership import ANN, BOB, EVE, asker

ARRIVED = parcel("DELIVERED", made=5, events=(event("DELIVERED", 2),))
MOVING = parcel("IN_TRANSIT", moved=1, events=(event("IN_TRANSIT", 1),))


def status(number=None, **more):
    return Request(Intent.ORDER_STATUS, order_number=number, **more)


async def test_a_named_order_of_the_askers_is_told():
    found = await ask(Shelf([order(sent="FULFILLED", parcels=(MOVING,))]), status("1001"))
    assert found.situation.name == "order_in_transit"
    assert isinstance(found.situation.facts, OrderFacts)
    assert found.ownership is Ownership.ON_ORDER
    assert found.orders[0].name == "#1001"
    (lookup,) = found.lookups
    assert lookup.tool == "get_order"
    assert lookup.facts["order"] == "#1001"


async def test_somebody_elses_and_no_order_have_one_wording_and_two_reasons():
    foreign = await ask(Shelf([order()]), status("#1001"), asker(EVE))
    absent = await ask(Shelf(), status("#1001"), asker(EVE))
    assert foreign.situation == absent.situation
    assert foreign.situation.facts == UnknownOrderFacts("#1001")
    assert foreign.situation.person is None
    assert foreign.lookups[0].outcome != absent.lookups[0].outcome
    assert (foreign.ownership, absent.ownership) == (Ownership.NOT_OWNER, Ownership.NOT_FOUND)
    assert foreign.orders == ()
    assert foreign.lookups[0].facts == {}


async def test_out_of_reach_has_the_same_wording_and_waits_for_a_person():
    found = await ask(Shelf([order()], denied={"FindOrders"}), status("#1001"))
    assert (found.situation.name, found.situation.facts) == ("order_unknown", UnknownOrderFacts("#1001"))
    assert found.situation.person


async def test_without_a_number_the_one_open_order_is_meant():
    shelf = Shelf([order(name="#1", sent="FULFILLED", parcels=(ARRIVED,), days=3), order(name="#2", days=5)])
    found = await ask(shelf, status())
    assert found.situation.facts.number == "#2"


async def test_without_a_number_and_nothing_open_the_latest_order_is_meant():
    old = order(name="#1", sent="FULFILLED", parcels=(ARRIVED,), days=30)
    new = order(name="#2", sent="FULFILLED", parcels=(ARRIVED,), days=9)
    found = await ask(Shelf([old, new]), status())
    assert (found.situation.name, found.situation.facts.number) == ("order_delivered", "#2")


async def test_an_order_sent_long_ago_without_tracking_is_not_open():
    dusty = order(name="#1", sent="FULFILLED", parcels=(parcel("FULFILLED", made=99),), days=100)
    found = await ask(Shelf([dusty, order(name="#2", days=1)]), status())
    assert found.situation.facts.number == "#2"


async def test_several_open_orders_are_told_newest_first():
    shelf = Shelf([order(name="#1", days=5), order(name="#2", sent="FULFILLED", parcels=(MOVING,), days=2)])
    found = await ask(shelf, status())
    assert found.situation.name == "orders_several"
    assert isinstance(found.situation.facts, OrdersFacts)
    assert [o.number for o in found.situation.facts.orders] == ["#2", "#1"]
    assert found.situation.facts.states == ("order_in_transit", "order_not_shipped")
    assert found.situation.person is None


async def test_one_of_several_that_needs_a_person_holds_them_all():
    shelf = Shelf([order(name="#1", days=20), order(name="#2")])
    assert (await ask(shelf, status())).situation.person


async def test_more_open_orders_than_an_answer_holds_are_a_persons():
    found = await ask(Shelf([order(name=f"#{n}") for n in range(1, 8)]), status())
    assert len(found.situation.facts.orders) == 5
    assert "2 more" in found.situation.person


async def test_a_tracking_number_says_which_order_is_meant():
    other = {**MOVING, "trackingInfo": [{"company": "UPS", "number": "1Z 999", "url": None}]}
    shelf = Shelf(
        [
            order(name="#1", sent="FULFILLED", parcels=(MOVING,)),
            order(name="#2", sent="FULFILLED", parcels=(other,)),
        ]
    )
    found = await ask(shelf, status(tracking_number="1z999"))
    assert found.situation.facts.number == "#2"


async def test_an_address_without_orders_is_not_told_more_than_a_stranger():
    found = await ask(Shelf([order()]), status(), asker(EVE))
    assert (found.situation.name, found.situation.facts) == ("order_unknown", UnknownOrderFacts(None))


async def test_an_endless_order_number_is_just_not_found():
    assert (await ask(Shelf([order()]), status("9" * 500))).situation.name == "order_unknown"


def refund(number=None):
    return Request(Intent.REFUND_STATUS, order_number=number)


def paid_back(*statuses):
    return {"GetRefunds": refunds(*(statuses or ("SUCCESS",)))}


async def test_a_refund_that_was_made_is_told():
    shelf = Shelf([order(paid="REFUNDED", refunded=40)], details=paid_back())
    found = await ask(shelf, refund("1001"))
    assert found.situation.name == "refund_made"
    assert found.situation.facts.refunded.amount == 40
    assert found.situation.person is None


async def test_a_refund_that_should_have_arrived_is_a_persons():
    shelf = Shelf([order(paid="REFUNDED", refunded=40, refund_days=20)], details=paid_back())
    found = await ask(shelf, refund("1001"))
    assert found.situation.name == "refund_made"
    assert "20 days" in found.situation.person


@pytest.mark.parametrize(
    ("statuses", "name", "needs_person"),
    [
        (("PENDING",), "refund_pending", False),
        (("SUCCESS", "AWAITING_RESPONSE"), "refund_pending", False),
        (("FAILURE",), "refund_failed", True),
        (("PENDING", "ERROR"), "refund_failed", True),
    ],
)
async def test_a_refund_is_as_far_as_the_payment_provider_says(statuses, name, needs_person):
    shelf = Shelf([order(paid="REFUNDED", refunded=40)], details=paid_back(*statuses))
    found = await ask(shelf, refund("1001"))
    assert (found.situation.name, found.situation.person is not None) == (name, needs_person)


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ({}, "refund_not_made"),
        ({"cancelled": 1}, "refund_not_made"),
        ({"paid": "PENDING"}, "refund_nothing_paid"),
        ({"paid": "VOIDED", "cancelled": 1}, "refund_nothing_paid"),
        ({"sent": "FULFILLED", "parcels": (ARRIVED,), "returnStatus": "IN_PROGRESS"}, "refund_awaits_return"),
        ({"sent": "FULFILLED", "parcels": (ARRIVED,), "returnStatus": "RETURNED"}, "refund_awaits_return"),
    ],
)
async def test_a_refund_that_was_not_made_is_held_for_a_person_who_is_told_why(what, name):
    shelf = Shelf([order(**what)], details={"GetReturns": returned("OPEN")})
    found = await ask(shelf, refund("1001"))
    assert found.situation.name == name
    assert found.situation.person
    assert found.lookups[0].facts["order"] == "#1001"


async def test_without_a_number_the_refunded_order_is_meant():
    shelf = Shelf(
        [order(name="#1", days=1), order(name="#2", days=9, paid="PARTIALLY_REFUNDED", refunded=10)],
        details=paid_back(),
    )
    assert (await ask(shelf, refund())).situation.facts.number == "#2"


async def test_of_several_refunded_orders_the_customer_is_asked_which():
    shelf = Shelf([order(name=f"#{n}", paid="REFUNDED", refunded=5) for n in (1, 2)])
    found = await ask(shelf, refund())
    assert found.situation.name == "which_order"
    assert [one.number for one in found.situation.facts.orders] == ["#1", "#2"]


@pytest.mark.parametrize(
    ("intent", "kind", "name"),
    [
        (Intent.RETURN_POLICY, "REFUND_POLICY", "return_policy"),
        (Intent.SHIPPING_QUESTION, "SHIPPING_POLICY", "shipping_policy"),
    ],
)
async def test_a_policy_answers_in_the_shops_own_words(intent, kind, name):
    found = await ask(Shelf(policies=[policy(kind, "<p>Thirty days.</p>")]), Request(intent))
    assert found.situation.name == name
    assert isinstance(found.situation.facts, PolicyFacts)
    assert found.situation.facts.paragraphs == ("Thirty days.",)
    assert found.situation.person is None
    assert found.ownership is None


async def test_a_policy_that_is_a_book_is_cut_by_a_person():
    found = await ask(
        Shelf(policies=[policy("REFUND_POLICY", "<p>Long words.</p>" * 500)]), Request(Intent.RETURN_POLICY)
    )
    assert found.situation.person


async def test_a_shop_without_the_policy_hands_over():
    found = await ask(Shelf(), Request(Intent.SHIPPING_QUESTION))
    assert found.situation.name is None
    assert "shipping policy" in found.situation.person


MUG = product("Blue Mug", ("Small", "12.00", True), ("Large", "15.00", False))


def question(query, evidence="Is it available?"):
    return Request(Intent.PRODUCT_QUESTION, product_query=query, evidence=evidence)


async def test_a_product_on_sale_is_available_at_its_price():
    found = await ask(Shelf(products=[MUG, product("Wool Blanket")]), question("blue mug"))
    facts = found.situation.facts
    assert found.situation.name == "product_available"
    assert isinstance(facts, ProductFacts)
    assert [(v.title, str(v.price.amount), v.price.currency, v.available) for v in facts.variants] == [
        ("Small", "12.00", "EUR", True),
        ("Large", "15.00", "EUR", False),
    ]
    assert found.situation.person is None


async def test_the_variant_that_was_asked_for_decides():
    found = await ask(Shelf(products=[MUG]), question("large blue mug"))
    assert found.situation.name == "product_unavailable"
    assert [v.title for v in found.situation.facts.variants] == ["Large"]


async def test_among_products_that_fit_equally_the_customer_chooses():
    shelf = Shelf(products=[product("Blue Mug with Lid"), product("Blue Mug Set"), product("Wool Blanket")])
    found = await ask(shelf, question("blue mug"))
    assert found.situation.name == "products_several"
    assert {one.title for one in found.situation.facts.products} == {"Blue Mug with Lid", "Blue Mug Set"}
    assert found.situation.person is None


async def test_a_product_that_is_named_exactly_is_meant():
    found = await ask(
        Shelf(products=[product("Blue Mug Set"), product("Blue Mug")]), question("the blue mugs")
    )
    assert found.situation.facts.title == "Blue Mug"


async def test_the_one_product_that_has_the_variant_is_meant():
    threads = product("Persian Saffron", ("1 g", "9.00", True), ("2 g", "16.00", False))
    found = await ask(Shelf(products=[product("Saffron Honey"), threads]), question("saffron 2g"))
    assert (found.situation.name, found.situation.facts.title) == ("product_unavailable", "Persian Saffron")
    assert [v.title for v in found.situation.facts.variants] == ["2 g"]


@pytest.mark.parametrize("products", [[], [product("Wool Blanket")]])
async def test_a_product_that_does_not_fit_is_a_persons(products):
    found = await ask(Shelf(products=products), question("blue mug"))
    assert (found.situation.name, found.situation.facts) == (
        "product_not_found",
        ShopFacts("https://saffron.example"),
    )
    assert found.situation.person


async def test_products_out_of_reach_are_not_said_to_be_missing():
    found = await ask(Shelf(products=[MUG], denied={"SearchProducts"}), question("blue mug"))
    assert found.situation.name is None


async def test_a_question_without_a_product_asks_back_once_a_person_has_looked():
    found = await ask(Shelf(products=[MUG]), question(None))
    assert found.situation.name == "product_unnamed"
    assert found.situation.person


async def test_a_product_that_is_not_published_waits_for_a_person():
    hidden = product("Blue Mug", onlineStoreUrl=None)
    assert (await ask(Shelf(products=[hidden]), question("blue mug"))).situation.person


@pytest.mark.parametrize(
    ("evidence", "is_answered"),
    [
        ("Do you still have the blue mug?", True),
        ("How much is the blue mug?", True),
        ("when will it be back in stock?", True),
        ("Ist die blaue Tasse lieferbar?", True),
        ("Was kostet die Tasse?", True),
        ("آیا ماگ آبی موجود است؟", True),
        ("قیمت ماگ آبی چند است؟", True),
        ("Avez-vous la tasse bleue ?", True),
        ("¿Tienen la taza azul?", True),
        ("Is the blue mug dishwasher-safe?", False),
        ("Ist die Tasse spülmaschinenfest?", False),
        ("جنس این ماگ چیست؟", False),
        ("", False),
    ],
)
async def test_what_is_no_question_of_availability_or_price_waits_for_a_person(evidence, is_answered):
    found = await ask(Shelf(products=[MUG]), question("blue mug", evidence))
    assert (found.situation.person is None) == is_answered


OTHERS = sorted(intent for intent, spec in INTENTS.items() if not spec.situations)


@pytest.mark.parametrize("intent", OTHERS)
async def test_everything_else_is_handed_over_with_a_reason_and_the_facts(intent):
    shelf = Shelf([order()], customers=[customer(ANN)])
    found = await ask(shelf, Request(intent, order_number="1001"))
    assert found.situation.name is None
    assert {lookup.tool for lookup in found.lookups} == {"get_customer", "get_order"}
    assert found.orders
    assert found.ownership is Ownership.ON_ORDER


async def test_a_hand_over_tells_staff_nothing_of_somebody_elses_order():
    shelf = Shelf([order(email=BOB, customer=BOB)], customers=[customer(ANN)])
    found = await ask(shelf, Request(Intent.OTHER, order_number="1001"))
    assert found.orders == ()
    assert found.lookups[-1].facts == {}
    assert "does not stand on it" in found.lookups[-1].outcome


async def test_a_shop_that_is_down_makes_the_mail_wait():
    async with served(Shelf()) as shop:
        url = shop.script.url
    async with ShopifyClient(url, "token", limits=Limits(attempts=1)) as gone:
        with pytest.raises(TryLater):
            await resolve(status("1001"), gone, asker(), now=NOW, timezone=BERLIN)
