"""Read one of the shop's policies, as paragraphs of plain text."""

from dataclasses import dataclass
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from app.identity import Identity
from app.shopify.client import ShopifyClient
from app.shopify.errors import AccessDenied
from app.shopify.schemas import ShopPolicy
from app.shopify.statuses import PolicyType
from app.tools.lookup import Json, ToolArgs
from app.vocabulary import Ownership

NAME = "get_policy"

_BLOCKS = "p, div, section, article, h1, h2, h3, h4, h5, h6, li, tr, blockquote, pre, table, ul, ol, dl, dt, dd, br, hr"
_BREAK = "\x1e"  # ASCII's record separator: no HTML text holds it
_UNREAD = ("script", "style", "template", "noscript")
_TYPES = {
    "refund": PolicyType.REFUND_POLICY,
    "shipping": PolicyType.SHIPPING_POLICY,
    "terms": PolicyType.TERMS_OF_SERVICE,
}
_CALLED = {"refund": "refund policy", "shipping": "shipping policy", "terms": "terms of service"}

Kind = Literal["refund", "shipping", "terms"]


class Args(ToolArgs):
    policy: Kind


@dataclass(frozen=True)
class Result:
    """`paragraphs` is empty exactly where the shop has no such policy; `ownership` is OUT_OF_REACH or None."""

    outcome: str
    policy: ShopPolicy | None = None
    paragraphs: tuple[str, ...] = ()
    ownership: Ownership | None = None

    def staff_facts(self) -> dict[str, Json]:
        if self.policy is None:
            return {}
        return {"title": self.policy.title, "url": self.policy.url, "paragraphs": list(self.paragraphs)}


async def run(shop: ShopifyClient, asker: Identity, args: Args) -> Result:  # noqa: ARG001  every tool has one signature
    """The policy of that kind.

    Raises:
        TryLater: Shopify is down or busy.
        UnexpectedAnswer: Shopify's answer is not understood.
    """
    try:
        policies = await shop.get_policies()
    except AccessDenied as error:
        return Result(error.message, ownership=Ownership.OUT_OF_REACH)
    policy = next((p for p in policies if p.type is _TYPES[args.policy]), None)
    paragraphs = paragraphs_of(policy.body) if policy else ()
    if policy is None or not paragraphs:
        return Result(
            f"The shop has no {_CALLED[args.policy]}. It is written in Shopify under Settings, Policies."
        )
    return Result(f"The shop's policy: {policy.title}.", policy, paragraphs)


def paragraphs_of(html: str) -> tuple[str, ...]:
    """The text of some HTML, one string for each block that a browser would set on lines of its own."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(list(_UNREAD), recursive=True)
    for block in tree.css(_BLOCKS):
        block.insert_before(_BREAK)
        block.insert_after(_BREAK)
    text = tree.body.text() if tree.body else ""
    folded = (" ".join(line.split()) for line in text.split(_BREAK))
    return tuple(line for line in folded if line)
