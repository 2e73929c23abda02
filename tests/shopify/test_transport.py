"""What each way of failing becomes, over real HTTP on loopback."""

import asyncio
import time

import pytest

from app.errors import Misconfigured, TryLater
from app.shopify import ShopifyClient
from app.shopify.errors import AccessDenied, UnexpectedAnswer
from app.shopify.transport import Limits
from tests.shopify.scripted import answer, data, drip, price, problem, reset, scripted, silence

QUICK = Limits(attempts=3, attempt_seconds=1.0, total_seconds=30.0)
SCOPES = {"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}}


def client(url, limits=QUICK):
    return ShopifyClient(url, "the-token", limits=limits)


async def test_a_call_sends_the_document_to_the_dated_version_with_the_token():
    async with scripted(data(SCOPES)) as script, client(script.url) as shop:
        assert await shop.granted_scopes() == {"read_orders"}
    assert script.paths == ["/admin/api/2026-10/graphql.json"]
    assert script.headers[0]["x-shopify-access-token"] == "the-token"
    assert "accessScopes" in script.bodies[0]["query"]


TEMPORARY = {
    "500": answer({}, status=500),
    "503": answer(b"<html>", status=503),
    "408": answer({}, status=408),
    "429": answer({"errors": "Exceeded"}, status=429),
    "430": answer({}, status=430),
    "cut off": answer({"data": SCOPES}, cut=5),
    "reset": reset(),
    "no answer": silence(),
    "html": answer(b"<html>Bad gateway</html>"),
    "not json": answer(b'{"data":'),
    "a list": answer([1]),
    "nothing in it": answer({}),
    "data is null": answer({"data": None}),
    "internal error": problem("INTERNAL_SERVER_ERROR"),
    "a slow drip": drip({"data": SCOPES}, 0.1),
}


@pytest.mark.parametrize("step", TEMPORARY.values(), ids=TEMPORARY)
async def test_a_passing_failure_is_tried_again(step):
    async with scripted(step, data(SCOPES)) as script, client(script.url) as shop:
        assert await shop.granted_scopes() == {"read_orders"}
    assert len(script.bodies) == 2


@pytest.mark.parametrize("kind", ["500", "429", "cut off", "html", "no answer"])
async def test_a_failure_that_stays_is_try_later_after_three_attempts(kind):
    step = TEMPORARY[kind]
    async with scripted(step, step, step) as script, client(script.url) as shop:
        with pytest.raises(TryLater) as caught:
            await shop.granted_scopes()
    assert caught.value.service == "Shopify"
    assert len(script.bodies) == 3


async def test_a_server_that_is_not_there_is_try_later():
    async with scripted() as script:
        url = script.url
    async with client(url) as shop:
        with pytest.raises(TryLater):
            await shop.granted_scopes()


async def test_a_call_ends_in_its_total_time_however_many_attempts_are_left():
    limits = Limits(attempts=50, attempt_seconds=0.2, total_seconds=0.6)
    async with scripted(*[silence()] * 50) as script, client(script.url, limits) as shop:
        started = time.monotonic()
        with pytest.raises(TryLater):
            await shop.granted_scopes()
        assert time.monotonic() - started < 10 * limits.total_seconds
    assert len(script.bodies) <= 4


async def test_a_long_retry_after_is_left_to_the_job():
    step = answer({}, status=429, headers={"Retry-After": "120.0"})
    async with scripted(step) as script, client(script.url) as shop:
        with pytest.raises(TryLater) as caught:
            await shop.granted_scopes()
    assert caught.value.retry_after == 120.0
    assert len(script.bodies) == 1


async def test_a_short_retry_after_is_waited_for():
    step = answer({}, status=429, headers={"Retry-After": "0.4"})
    async with scripted(step, data(SCOPES)) as script, client(script.url) as shop:
        started = time.monotonic()
        await shop.granted_scopes()
        assert time.monotonic() - started >= 0.4


@pytest.mark.parametrize("status", [301, 401, 402, 403, 404, 423])
async def test_a_shop_that_refuses_us_waits_for_its_owner_and_is_not_asked_again(status):
    step = answer({}, status=status, headers={"Location": "http://127.0.0.1:1/"})
    async with scripted(step) as script, client(script.url) as shop:
        with pytest.raises(TryLater) as caught:
            await shop.granted_scopes()
    assert caught.value.code == "shopify_access"
    assert "access token" in caught.value.message
    assert "the-token" not in caught.value.message


async def test_an_inactive_shop_waits_for_its_owner():
    async with scripted(problem("SHOP_INACTIVE")) as script, client(script.url) as shop:
        with pytest.raises(TryLater) as caught:
            await shop.granted_scopes()
    assert caught.value.code == "shopify_access"


async def test_a_refused_field_is_access_denied_even_beside_data():
    step = problem("ACCESS_DENIED", payload=SCOPES, path=["currentAppInstallation", "accessScopes"])
    async with scripted(step) as script, client(script.url) as shop:
        with pytest.raises(AccessDenied) as caught:
            await shop.granted_scopes()
    assert caught.value.fields == ("currentAppInstallation.accessScopes",)


@pytest.mark.parametrize(
    "step",
    [
        problem("MAX_COST_EXCEEDED"),
        problem("undefinedField"),
        answer({"errors": "Not like that"}),
        data({"currentAppInstallation": {"accessScopes": [{"name": "x"}]}}),
        data({"currentAppInstallation": None}),
        answer({}, status=418),
    ],
)
async def test_an_answer_that_we_do_not_understand_is_a_persons_and_not_a_crash(step):
    async with scripted(step) as script, client(script.url) as shop:
        with pytest.raises(UnexpectedAnswer):
            await shop.granted_scopes()


async def test_a_throttled_call_waits_until_it_can_be_paid():
    throttled = problem("THROTTLED", cost=price(120, available=80, rate=100))
    async with scripted(throttled, data(SCOPES)) as script, client(script.url) as shop:
        started = time.monotonic()
        await shop.granted_scopes()
        assert time.monotonic() - started >= 0.4


async def test_a_bucket_that_fills_too_slowly_is_left_to_the_job():
    throttled = problem("THROTTLED", cost=price(1000, available=0, rate=10))
    async with scripted(throttled) as script, client(script.url) as shop:
        with pytest.raises(TryLater) as caught:
            await shop.granted_scopes()
    assert caught.value.code == "shopify_throttled"
    assert caught.value.retry_after == 100


async def test_calls_wait_before_they_are_sent_when_the_bucket_is_known_to_be_low():
    low = data(SCOPES, cost=price(50, available=0, rate=100))
    full = data(SCOPES, cost=price(50, available=2000))
    async with scripted(low, full, full) as script, client(script.url) as shop:
        await shop.granted_scopes()
        started = time.monotonic()
        await asyncio.gather(shop.granted_scopes(), shop.granted_scopes())
        # Two calls of 50 points at 100 points a second: the second one waits for both.
        assert time.monotonic() - started >= 0.9
    assert len(script.bodies) == 3


async def test_an_answer_without_its_price_is_still_an_answer():
    async with scripted(data(SCOPES, cost={"requestedQueryCost": "?"})) as script, client(script.url) as shop:
        assert await shop.granted_scopes() == {"read_orders"}


@pytest.mark.parametrize(
    "address",
    ["", "http://shop.example", "ftp://shop.example", "https://", "https://u:p@shop.example", "https://a/?b"],
)
async def test_a_token_is_never_sent_to_an_address_that_is_not_safe(address):
    with pytest.raises(Misconfigured):
        ShopifyClient(address, "the-token")


@pytest.mark.parametrize(
    "address", ["shop.myshopify.com", "https://shop.myshopify.com/", "http://127.0.0.1:8099"]
)
async def test_a_domain_and_a_loopback_url_are_both_fine(address):
    async with ShopifyClient(address, "the-token"):
        pass
