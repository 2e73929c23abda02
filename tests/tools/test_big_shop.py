"""A shop with 1,000 orders of other people: each mail finds its own order, and nobody's else."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

from app.classifier.model import OpenAIModel
from app.classifier.triage import Question, triage
from app.identity import Identity
from app.intents.order_search import find_orders, open_or_latest
from app.intents.request import Request
from app.shopify import ShopifyClient
from app.vocabulary import Authenticity
from tests.sandbox.shopify.served import TOKEN, served
from tests.tools.big_shop import Mail, Writer, secrets_of_others, share


@pytest.fixture(scope="module")
def files(corpora):
    from app.sandbox.shopify import read_shop

    path = corpora / "text" / "tau2-retail" / "db.json"
    if not path.is_file():
        pytest.skip(f"no data at {path}")
    return read_shop(f"tau2:{path}")


@pytest.fixture(scope="module")
def shop_url(files) -> Iterator[str]:
    from app.sandbox.shopify import CostBucket, Shop, create_router

    shop = Shop(files)
    with served(create_router(shop, access_token=TOKEN, bucket=CostBucket(maximum=10**9))) as url:
        yield url


async def look_up(mail: Mail, model, shop):
    """Every order that the mail's requests find, and all that staff would be shown of it."""
    asker = Identity(uuid4(), mail.sender, mail.sender, Authenticity.AUTHENTICATED)
    read = (await triage(model, Question(store="Tau Retail", subject="", text=mail.text))).triage
    orders: list[Any] = []
    shown: list[Any] = []
    for one in read.requests:
        request = Request(**one.model_dump(), text=mail.text)
        found = await find_orders(request, shop, asker, choose=open_or_latest, now=datetime.now(UTC))
        orders += found.orders
        shown += [asdict(lookup) | {"args": None} for lookup in found.lookups]  # the mail's own words
    return orders, json.dumps([[lookup["outcome"], lookup["facts"]] for lookup in shown], default=str)


async def measure(mails, files, sandbox, shop_url):
    """By kind, whether each mail found just the right order; and the mails that learnt of somebody else's."""
    right, leaks, wrong = defaultdict(list), [], []
    model = OpenAIModel(
        sandbox.config.openai_key,
        base_url=sandbox.openai_url,
        model="sandbox",
        timeout=30,
        input_usd=0,
        output_usd=0,
    )
    async with ShopifyClient(shop_url, TOKEN) as shop:
        for mail in mails:
            orders, shown = await look_up(mail, model, shop)
            names = {order.name for order in orders}
            right[mail.kind].append(names == ({mail.order} if mail.order else set()))
            if not right[mail.kind][-1]:
                wrong.append((mail, names))
            named = {mail.order} if mail.kind != "foreign" else set()
            others = set(secrets_of_others(files, mail.sender)) - named
            quoted = {secret for secret in others if secret in shown}
            owners = {address for order in orders for address in order.addresses}
            if owners - {mail.sender} or {s for s in quoted if not _was_asked_for(s, mail)}:
                leaks.append((mail, names, quoted))
    await model.close()
    return right, leaks, wrong


def _was_asked_for(secret: str, mail: Mail) -> bool:
    """Staff see the number that a stranger typed, in the reason why nothing is told."""
    return mail.kind == "foreign" and secret.lstrip("#W") in mail.text.translate(
        str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
    )


async def test_the_right_order_is_found_and_nobody_elses(files, sandbox, shop_url):
    mails = Writer(files).mails(36)
    right, leaks, wrong = await measure(mails, files, sandbox, shop_url)
    assert leaks == []
    assert set(right) == {"number", "goods", "nothing", "foreign", "unknown"}
    assert share([one for kind in right.values() for one in kind]) >= 0.95, wrong


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 4])
async def test_the_right_order_is_found_in_many_mails(files, sandbox, shop_url, seed):
    right, leaks, wrong = await measure(Writer(files, seed).mails(300), files, sandbox, shop_url)
    assert leaks == []
    assert share([one for kind in right.values() for one in kind]) >= 0.95, wrong
    # The sandbox's model reads some numbers not at all; then it is the writer's own orders that are found.
    assert min(share(found) for found in right.values()) >= 0.85, wrong


def test_the_shop_is_whole(files):
    assert (len(files.products), len(files.customers), len(files.orders)) == (50, 500, 1000)
    assert {order.customer for order in files.orders} <= {customer.key for customer in files.customers}


def test_mails_are_the_same_each_time_and_of_all_kinds(files):
    one, two = Writer(files, 7).mails(120), Writer(files, 7).mails(120)
    assert one == two
    assert len(set(one)) == 120
    assert {mail.kind for mail in one} == {"number", "goods", "nothing", "foreign", "unknown"}
