"""Our queries and our enums against Shopify's own schema."""

import gzip
import json
import re
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

import pytest

from app.shopify import statuses
from app.shopify.documents import document

graphql = pytest.importorskip("graphql", reason="the extra `sandbox` is not installed")

VERSIONS = ("2026-07", "2026-10")
OPERATIONS = sorted(
    path.name.removesuffix(".graphql")
    for path in files("app.shopify").joinpath("queries").iterdir()
    if "_fields." not in path.name
)
MOST_ASKED = 10
"""The longest list that the client ever asks for by a variable."""
ENUMS = {
    "OrderDisplayFinancialStatus": statuses.FinancialStatus,
    "OrderDisplayFulfillmentStatus": statuses.OrderFulfillmentStatus,
    "FulfillmentStatus": statuses.FulfillmentStatus,
    "FulfillmentDisplayStatus": statuses.FulfillmentDisplayStatus,
    "FulfillmentEventStatus": statuses.FulfillmentEventStatus,
    "FulfillmentOrderStatus": statuses.FulfillmentOrderStatus,
    "FulfillmentHoldReason": statuses.FulfillmentHoldReason,
    "ShopPolicyType": statuses.PolicyType,
    "ProductStatus": statuses.ProductStatus,
    "CustomerEmailAddressMarketingState": statuses.MarketingState,
    "CustomerState": statuses.CustomerState,
    "CustomerAccountsVersion": statuses.AccountsVersion,
    "DigitalWallet": statuses.DigitalWallet,
    "ProductVariantInventoryPolicy": statuses.InventoryPolicy,
    "OrderCancelReason": statuses.CancelReason,
    "OrderReturnStatus": statuses.OrderReturnStatus,
    "ReturnStatus": statuses.ReturnStatus,
    "ReturnDeclineReason": statuses.DeclineReason,
    "OrderRiskRecommendationResult": statuses.RiskRecommendation,
    "DeliveryMethodType": statuses.DeliveryMethodType,
    "OrderTransactionKind": statuses.TransactionKind,
    "OrderTransactionStatus": statuses.TransactionStatus,
    "FulfillmentOrderRequestStatus": statuses.FulfillmentRequestStatus,
    "FulfillmentOrderAction": statuses.FulfillmentOrderAction,
}


@pytest.fixture(scope="module", params=VERSIONS)
def schema(request, corpora: Path):
    path = corpora / "shopify" / "admin-graphql" / f"admin_{request.param}.json.gz"
    if not path.is_file():
        pytest.skip(f"no schema at {path}")
    raw = json.loads(gzip.decompress(path.read_bytes()))
    # Shopify's own schema breaks a rule about deprecated arguments: it is not ours to judge.
    return graphql.build_client_schema(raw["data"], assume_valid=True)


def test_every_document_is_valid_as_it_is_sent(schema):
    for name in OPERATIONS:
        assert [e.message for e in graphql.validate(schema, graphql.parse(document(name)))] == [], name


def test_no_document_uses_what_shopify_will_take_away(schema):
    for name in OPERATIONS:
        rule = graphql.NoDeprecatedCustomRule
        assert graphql.validate(schema, graphql.parse(document(name)), [rule]) == [], name


@pytest.mark.parametrize("name", ENUMS)
def test_our_enums_have_shopifys_members_and_unknown(schema, name):
    theirs = {*schema.type_map[name].values, "UNKNOWN"}
    ours = {member.value for member in ENUMS[name]}
    assert theirs <= ours
    later = {"FULFILLMENT_NOT_REQUIRED"}  # since 2026-10
    assert ours - theirs <= later


def test_a_status_that_shopify_adds_later_is_unknown():
    assert statuses.FulfillmentDisplayStatus("TELEPORTED") is statuses.FulfillmentDisplayStatus.UNKNOWN


def test_every_enum_is_checked_here():
    ours = {t for t in vars(statuses).values() if isinstance(t, type) and issubclass(t, StrEnum)}
    checked = {*ENUMS.values(), StrEnum, statuses._ShopifyEnum}
    assert ours == checked


def test_no_document_costs_more_than_shopify_allows():
    """A connection or list costs its size, an object one point, at most 1000 a query: Shopify's published formula."""
    for name in OPERATIONS:
        cost = _cost(document(name))
        assert cost < 800, f"{name} asks for {cost} points"


def _cost(text: str) -> int:
    tree = graphql.parse(text)
    fragments = {d.name.value: d for d in tree.definitions if isinstance(d, graphql.FragmentDefinitionNode)}
    operation = next(d for d in tree.definitions if isinstance(d, graphql.OperationDefinitionNode))

    def selection(node, size: int) -> int:
        total = 0
        for child in node.selection_set.selections if node.selection_set else ():
            if isinstance(child, graphql.FragmentSpreadNode):
                total += selection(fragments[child.name.value], size)
            elif isinstance(child, graphql.InlineFragmentNode):
                total += selection(child, size)
            elif child.selection_set:
                first = next((a.value for a in child.arguments or () if a.name.value == "first"), None)
                times = (
                    MOST_ASKED
                    if isinstance(first, graphql.VariableNode)
                    else int(first.value)
                    if first
                    else 1
                )
                own = (
                    0 if child.name.value in {"nodes", "pageInfo"} else size * times
                )  # the connection has paid
                total += own + selection(child, size * times)
        return total

    return selection(operation, 1)


def test_a_document_is_sent_without_comments_and_with_its_fragments_only():
    text = document("find_orders")
    assert "#" not in re.sub(r'"[^"]*"', "", text)
    assert text.count("fragment ") == 1
