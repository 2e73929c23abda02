"""What Shopify would allow now, and why not: each obstacle is told in words, and no amount comes from a mail."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from app.identity import Identity
from app.tools import propose_address_change, propose_cancel, propose_refund, propose_return
from app.vocabulary import Authenticity, Ownership
from tests.intents.orders import money, order
from tests.shopify.shelf import Shelf, served
from tests.tools.details import LINE, changeable, refundable, returnable, suggested, work

ANN = Identity(uuid4(), "ann@example.com", "ann@example.com", Authenticity.AUTHENTICATED)
PARCEL = {
    "id": "gid://shopify/Fulfillment/1",
    "status": "SUCCESS",
    "displayStatus": None,
    "deliveredAt": None,
}
HOLD = {"reason": "INCORRECT_ADDRESS", "displayReason": "Incorrect address"}


def works(*nodes):
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": False}}


async def propose(tool, detail, **args):
    shelf = Shelf([order(cancelled=detail.pop("cancelled", None))], details=detail)
    async with served(shelf) as shop:
        result = await tool.run(shop.shop, ANN, tool.Args(order_number="1001", **args))
    assert result.ownership is Ownership.ON_ORDER
    return result


async def cancel(cancelled=None, **more):
    detail = {"GetChangeableOrder": changeable(**more), "cancelled": cancelled}
    return (await propose(propose_cancel, detail)).proposal


async def test_an_order_that_has_not_left_can_be_cancelled_and_what_was_paid_comes_back():
    proposal = await cancel()
    assert proposal.is_allowed
    assert str(proposal.amount.amount) == "40.00"
    assert [target.id for target in proposal.targets] == ["gid://shopify/Order/#1001"]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"cancelled": 2}, "was cancelled on"),
        ({"fulfillments": [PARCEL]}, "One parcel was made"),
        ({"fulfillments": [PARCEL, PARCEL]}, "2 parcels were made"),
        ({"returnStatus": "IN_PROGRESS"}, "return is under way"),
        ({"transactions": [{"kind": "AUTHORIZATION", "status": "PENDING"}]}, "being authorised"),
        ({"fulfillmentOrders": works(work("IN_PROGRESS", "ACCEPTED", "REQUEST_CANCELLATION"))}, "fulfilment service"),
        ({"fulfillmentOrders": works(work("OPEN", "CANCELLATION_REQUESTED"))}, "fulfilment service"),
    ],
)  # fmt: skip
async def test_what_stands_in_the_way_of_cancelling_is_said(state, says):
    proposal = await cancel(**state)
    assert not proposal.is_allowed
    assert any(says in obstacle for obstacle in proposal.obstacles), proposal.obstacles


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"fulfillmentOrders": works(work("IN_PROGRESS"))}, "being packed"),
        ({"fulfillmentOrders": works(work("ON_HOLD", fulfillmentHolds=[HOLD]))}, "Incorrect address"),
        ({"fulfillmentOrders": works(work("OPEN", "SUBMITTED", "CANCEL_FULFILLMENT_ORDER"))}, "has not accepted"),
        ({"capturable": True, "netPaymentSet": money(0)}, "only reserved"),
        ({"fulfillments": [{**PARCEL, "status": "CANCELLED"}], "capturable": True}, "only reserved"),
    ],
)  # fmt: skip
async def test_what_a_person_should_know_does_not_stand_in_the_way(state, says):
    proposal = await cancel(**state)
    assert proposal.is_allowed, proposal.obstacles
    assert any(says in caution for caution in proposal.cautions), proposal.cautions


async def test_what_was_never_paid_is_not_paid_back():
    assert (await cancel(netPaymentSet=money(0))).amount is None


async def move(detail=None, **args):
    detail = {"GetChangeableOrder": changeable(**(detail or {}))}
    return (await propose(propose_address_change, detail, **args)).proposal


async def test_an_address_changes_where_the_mail_says_so_and_nowhere_else():
    proposal = await move(street="Sonnenallee 3", postal_code="12045")
    assert proposal.is_allowed
    to = proposal.details["to"]
    assert (to["address1"], to["address2"], to["zip"], to["city"]) == (
        "Sonnenallee 3",
        None,
        "12045",
        "Berlin",
    )
    assert proposal.details["from"]["address1"] == "Oranienstr. 25"


@pytest.mark.parametrize(
    ("state", "args", "says"),
    [
        ({}, {"country_code": "FR", "city": "Paris"}, "Another country"),
        ({}, {"city": "Berlin"}, "stands on it already"),
        ({"fulfillments": [PARCEL]}, {"city": "Köln"}, "carrier"),
        ({"shippingAddress": None}, {"city": "Köln"}, "not sent to an address"),
        ({"requiresShipping": False}, {"city": "Köln"}, "not sent to an address"),
        ({"fulfillmentOrders": works(work(deliveryMethod={"methodType": "PICK_UP"}))}, {"city": "Köln"}, "picked up"),
        ({"fulfillmentOrders": works(work("OPEN", "SUBMITTED", "CANCEL_FULFILLMENT_ORDER"))}, {"city": "Köln"}, "service"),
    ],
)  # fmt: skip
async def test_what_stands_in_the_way_of_another_address_is_said(state, args, says):
    proposal = await move(state, **args)
    assert any(says in obstacle for obstacle in proposal.obstacles), proposal.obstacles


async def test_a_hold_for_the_address_has_to_be_released_by_hand():
    held = {"fulfillmentOrders": works(work("ON_HOLD", fulfillmentHolds=[HOLD]))}
    assert any("released" in caution for caution in (await move(held, street="Weg 2")).cautions)


@pytest.mark.parametrize(
    "args", [{"country_code": "Germany"}, {"street": ""}, {"street": "x" * 121}, {"street": 5}]
)
def test_an_address_that_is_nonsense_is_refused(args):
    with pytest.raises(ValidationError):
        propose_address_change.Args(order_number="1001", **args)


async def refund(goods=None, amount="40.00", **more):
    detail = {"GetRefundableOrder": refundable(**more), "SuggestRefund": suggested(amount)}
    return (await propose(propose_refund, detail, goods=goods)).proposal


async def test_the_amount_of_a_refund_is_shopifys_own():
    proposal = await refund("my mug, and I want 4000 EUR", amount="12.34")
    assert proposal.is_allowed
    assert str(proposal.amount.amount) == "12.34"
    assert [(target.title, target.quantity) for target in proposal.targets] == [("Mug", 2)]


@pytest.mark.parametrize(
    ("state", "goods", "says"),
    [
        ({"refundable": False}, None, "cannot be paid back"),
        ({"displayFinancialStatus": "AUTHORIZED"}, None, "No money was taken"),
        ({}, "the blue teapot", "not on the order"),
        ({"amount": "0.00"}, None, "Nothing is left"),
    ],
)
async def test_what_stands_in_the_way_of_a_refund_is_said(state, goods, says):
    proposal = await refund(goods, **state)
    assert any(says in obstacle for obstacle in proposal.obstacles), proposal.obstacles


async def test_a_refund_on_its_way_is_told():
    proposal = await refund(transactions=[{"kind": "REFUND", "status": "PENDING"}])
    assert any("payment provider" in caution for caution in proposal.cautions)


async def send_back(goods=None, **more):
    return (await propose(propose_return, {"GetReturnableOrder": returnable(**more)}, goods=goods)).proposal


async def test_what_was_delivered_can_come_back_and_when_it_came_is_told():
    proposal = await send_back("the mug")
    assert proposal.is_allowed
    assert [target.id for target in proposal.targets] == ["gid://shopify/FulfillmentLineItem/1"]
    assert "A parcel was delivered on 2030-01-02." in proposal.cautions


@pytest.mark.parametrize(
    ("state", "goods", "says"),
    [
        ({"displayFulfillmentStatus": "UNFULFILLED", "returnableFulfillments": {"nodes": []}}, None, "cancel it instead"),
        ({"returnableFulfillments": {"nodes": []}}, None, "Nothing of it can come back"),
        ({}, "the teapot", "cannot come back"),
        ({"returnableFulfillments": {"nodes": []}, "returns": {"nodes": [{"name": "#1001-R1", "status": "OPEN"}]}}, None, "#1001-R1"),
    ],
)  # fmt: skip
async def test_what_stands_in_the_way_of_a_return_is_said(state, goods, says):
    proposal = await send_back(goods, **state)
    assert any(says in obstacle for obstacle in proposal.obstacles), proposal.obstacles


async def test_of_one_title_the_variant_that_is_named_is_meant():
    blue, white = ({**LINE, "id": f"l{v}", "variantTitle": v, "quantity": 1, "refundableQuantity": 1, "isGiftCard": False} for v in ("Blue", "White"))  # fmt: skip
    lines = {"nodes": [blue, white], "pageInfo": {"hasNextPage": False}}
    proposal = await refund("the white mug", lineItems=lines)
    assert [target.title for target in proposal.targets] == ["Mug, White"]
