"""What shoppers received, held against the data of the shop that the sandbox plays: shared by the tests of disclosure."""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import col, select

from app.access import StoreAccess
from app.classifier.model import Function, FunctionCall, Usage
from app.inbox.drafts import Release, approve
from app.inbox.people import Person
from app.models import Reply, Store, User
from app.vocabulary import Intent, ReplyState
from tests.conftest import ROOT
from tests.service import Service

SHOP = ROOT / "app/sandbox/shopify/shops/saffron-and-clay"
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
PLUS = (20_000, 1_000)
"""Query points of Shopify Plus: with a standard plan's, a test of many mails would mostly wait for the shop."""

_TELLING = 6
"""Characters from which on a value is nobody else's."""


class Told:
    """A mail as a model is shown it."""

    def __init__(self, prompt: str) -> None:
        self.subject = prompt.partition("\nSubject: ")[2].partition("\n")[0]
        self.body = prompt.partition("\n\n")[2].rpartition("\n</email-")[0]

    @property
    def lines(self) -> list[str]:
        return [line for line in self.body.splitlines() if line.strip()] or ["-"]

    @property
    def order_numbers(self) -> list[str]:
        return re.findall(r"(?<!\d)\d{4}(?!\d)", self.body)


class Given:
    """What a model is given to write a draft from, by ids."""

    def __init__(self, prompt: str) -> None:
        self.told = re.split(r"^<(?:notes|email)-", prompt, flags=re.MULTILINE)[0]
        self.facts = dict(re.findall(r"^(F\d+): [^=\n]+ = ([^\n]+)$", self.told, re.MULTILINE))
        self.passages = dict(re.findall(r"^(P\d+) \([^\n]*?\): ([^\n]+)$", self.told, re.MULTILINE))
        self.language = re.findall(r"^Write in: (\w+)$", self.told, re.MULTILINE)[0]

    def draft(self, texts: Iterable[str]) -> str:
        """The function's arguments: each text rests on all that was given."""
        sources = {"facts": [*self.facts], "passages": [*self.passages]}
        paragraphs = [{"text": text, **sources} for text in texts]
        return json.dumps({"language": self.language, "paragraphs": paragraphs, "unanswered": []})


class LiteralModel:
    """Understands a mail whose subject names intents, as a perfect model would: their order number is the text's first.

    What no template answers it answers with all the facts that it is given.
    """

    def __init__(self, language: str = "en", *, product: str = "Darjeeling First Flush") -> None:
        self.language, self.product = language, product

    async def call(
        self, function: Function, *, instructions: str, messages: list[str], cache_key: str
    ) -> FunctionCall:
        if function.name == "write_draft":
            given = Given(messages[0])
            arguments = given.draft([*given.facts.values()] or ["Thank you."])
            return FunctionCall(arguments, Usage("literal", 1, 9, 0, 9, 0.0, 1))
        told = Told(messages[0])
        asked = [intent for intent in Intent if re.search(rf"\b{intent}\b", told.subject)]
        requests = [
            {
                "intent": intent,
                "order_number": next(iter(told.order_numbers), None),
                "product_query": self.product if intent is Intent.PRODUCT_QUESTION else None,
                "tracking_number": None,
                "evidence": told.lines[0][:300],
            }
            for intent in asked
        ]
        answer = {"language": self.language, "sentiment": "neutral", "urgency": "normal", "summary": "Asks."}
        return FunctionCall(
            json.dumps({**answer, "requests": requests}), Usage("literal", 1, 9, 0, 9, 0.0, 1)
        )

    def price(self, input_tokens: int, output_tokens: int) -> float:
        return 0.0


@lru_cache
def read_shop(folder: Path = SHOP) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Orders and customers of a shop's data files."""
    orders = tomllib.loads((folder / "orders.toml").read_text("utf-8"))["orders"]
    customers = tomllib.loads((folder / "customers.toml").read_text("utf-8"))["customers"]
    return orders, customers


def secrets_of_others(than: Iterable[str], folder: Path = SHOP) -> set[str]:
    """What whoever writes from these addresses may not read.

    Tracking numbers and links of orders on which none of them stands; mail addresses, phones and streets of customers
    who have none of them.
    """
    own, (orders, customers) = {one.lower() for one in than}, read_shop(folder)
    addresses = {one["key"]: one.get("email", "") for one in customers}
    found: set[str] = set()
    for order in orders:
        on_it = {order.get("email", ""), addresses.get(order.get("customer", ""), "")} - {""}
        if not own & on_it:
            found |= {
                str(f[name])
                for f in order.get("fulfillments", [])
                for name in ("number", "url")
                if f.get(name)
            }
            found |= {order["email"]} if order.get("email") else set()
            found |= {place["address1"] for place in [order.get("ship_to", {})] if place.get("address1")}
    for customer in customers:
        if customer.get("email") not in own:
            found |= {customer[name] for name in ("email", "phone") if customer.get(name)}
            found |= {address["address1"] for address in customer.get("addresses", [])}
    return {one for one in found if len(one) > _TELLING} - own


def own_links(folder: Path = SHOP) -> set[str]:
    """Hosts that replies may link to: the shop's, and its carriers'."""
    orders, _ = read_shop(folder)
    host = tomllib.loads((folder / "shop.toml").read_text("utf-8"))["shop"]["host"]
    parcels = [one for order in orders for one in order.get("fulfillments", [])]
    return {host} | {one["url"].split("/")[2] for one in parcels if one.get("url")}


def whole(sent: Any) -> str:
    """All that somebody can see of a mail."""
    return f"{sent.subject}\n{sent.text}\n{sent.html}"


def is_code_mail(sent: Any) -> bool:
    return "proof_id" in sent.custom_args


async def approve_drafts(service: Service) -> int:
    """Let every held draft leave as it is, as an agent in a hurry would. How many there were."""
    async with service.desk.db.transaction() as session:
        store = (await session.exec(select(Store))).one()
        user = User(email=f"{uuid4().hex}@shop.example", name="Agent", password_hash="-")
        session.add(user)
        held: Sequence[Any] = (
            await session.exec(select(Reply.id).where(col(Reply.state) == ReplyState.HELD))
        ).all()
    for reply_id in held:
        async with service.desk.db.transaction() as session:
            await approve(StoreAccess(session, store.id), reply_id, Release(Person(user.id, user.name), 0))
    return len(held)
