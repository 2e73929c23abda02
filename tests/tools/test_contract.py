"""What every tool promises, found by looking at the folder: nobody can add one that does not."""

import importlib
import inspect
import pkgutil
import typing
from uuid import uuid4

import pytest
from pydantic import ValidationError

import app.tools
from app.identity import Identity
from app.shopify import ShopifyClient
from app.tools import TOOLS
from app.tools.lookup import Lookup, ToolArgs
from app.vocabulary import Authenticity, Ownership
from tests.intents.orders import order
from tests.shopify.shelf import Shelf, customer, served
from tests.tools.details import QUERIES, details

MODULES = {
    module.name: importlib.import_module(f"app.tools.{module.name}")
    for module in pkgutil.iter_modules(app.tools.__path__)
}
FOUND = {module.NAME: module for module in MODULES.values() if hasattr(module, "NAME")}
ABOUT_AN_ORDER = sorted(name for name in TOOLS if "order_number" in TOOLS[name].args.model_fields)
PROPOSING = sorted(name for name in TOOLS if name.startswith("propose_"))
ANN, EVE = "ann@example.com", "eve@example.net"
WHO = (
    "email",
    "customer",
    "store",
    "address",
    "sender",
    "identity",
    "asker",
    "user",
    "account",
    "shop",
    "id",
    "phone",
)


def test_every_tool_is_in_the_registry_and_nothing_else_is():
    assert set(TOOLS) == set(FOUND)
    assert len(TOOLS) >= 12
    assert all(name == tool.name for name, tool in TOOLS.items())


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_called_like_its_file(name):
    assert FOUND[name] is MODULES[name]
    assert TOOLS[name].run is FOUND[name].run
    assert TOOLS[name].args is FOUND[name].Args


@pytest.mark.parametrize("name", TOOLS)
def test_no_argument_of_a_tool_says_who_is_asking(name):
    for field in TOOLS[name].args.model_fields:
        assert not set(field.split("_")) & set(WHO), f"{name} takes {field}: identity comes from the server"


@pytest.mark.parametrize("name", TOOLS)
def test_arguments_are_strict_frozen_and_closed(name):
    args = TOOLS[name].args
    assert issubclass(args, ToolArgs)
    assert {k: args.model_config.get(k) for k in ("extra", "strict", "frozen")} == {
        "extra": "forbid",
        "strict": True,
        "frozen": True,
    }
    with pytest.raises(ValidationError):
        args.model_validate({"email": "someone@example.com"})


@pytest.mark.parametrize("name", TOOLS)
def test_arguments_have_a_schema_that_a_model_could_be_given(name):
    schema = TOOLS[name].args.model_json_schema()
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_runs_for_an_asker_in_a_shop(name):
    run = FOUND[name].run
    assert inspect.iscoroutinefunction(run)
    assert list(inspect.signature(run).parameters) == ["shop", "asker", "args"]
    hints = typing.get_type_hints(run)
    assert (hints["shop"], hints["asker"], hints["args"]) == (ShopifyClient, Identity, FOUND[name].Args)
    assert hints["return"] is FOUND[name].Result


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_says_what_it_is_for(name):
    module = FOUND[name]
    assert module.__doc__
    assert module.run.__doc__
    assert module.Result.__doc__


@pytest.mark.parametrize("name", TOOLS)
def test_a_result_can_be_shown_to_staff(name):
    hints = typing.get_type_hints(FOUND[name].Result)
    assert hints["outcome"] is str
    assert hints["ownership"] in {Ownership, Ownership | None}
    assert callable(FOUND[name].Result.staff_facts)
    assert callable(Lookup.of)


@pytest.mark.parametrize("name", ABOUT_AN_ORDER)
async def test_not_existing_not_yours_and_out_of_reach_look_the_same_on_the_wire(name):
    """Compared is what goes over the wire, byte by byte of the bodies, and what a shopper could be told."""
    absent, foreign, denied = [
        await called(name, shelf, EVE)
        for shelf in (Shelf(), Shelf([order()]), Shelf([order()], denied={"FindOrders"}))
    ]
    results = [result for result, _ in (absent, foreign, denied)]
    assert [one.ownership for one in results] == [
        Ownership.NOT_FOUND,
        Ownership.NOT_OWNER,
        Ownership.OUT_OF_REACH,
    ]
    assert absent[1] == foreign[1] == denied[1]
    assert len({one.outcome for one in results}) == 3
    assert all(one.staff_facts() == {} for one in results)
    assert all("@" not in one.outcome for one in results)


@pytest.mark.parametrize("name", ABOUT_AN_ORDER)
async def test_an_order_that_changes_hands_between_two_calls_is_not_told(name):
    mine, theirs = order(), order(email=EVE, customer=EVE)
    shelf = Shelf([mine], details=details())
    shelf.after_search = lambda: shelf.orders.__setitem__(0, theirs)
    result, _ = await called(name, shelf, ANN)
    assert (result.ownership, result.staff_facts()) == (Ownership.NOT_OWNER, {})


@pytest.mark.parametrize("name", ABOUT_AN_ORDER)
async def test_what_the_app_may_not_read_of_an_own_order_is_out_of_reach(name):
    searching = {"FindOrders", "GetShop", "OldestOrder"}
    reading = {query for query in QUERIES if query not in searching}
    result, _ = await called(name, Shelf([order()], denied=reading), ANN)
    assert result.ownership is Ownership.OUT_OF_REACH
    assert result.staff_facts() == {}


@pytest.mark.parametrize("name", TOOLS)
async def test_no_tool_ever_changes_anything(name):
    """Whoever asks: what is sent are queries alone, and every one of them is a file that a test has read."""
    for who in (ANN, EVE):
        shelf = Shelf([order()], customers=[customer(ANN)], details=details())
        _, bodies = await called(name, shelf, who)
        for body in bodies:
            assert body["query"].startswith("query ")
            assert "mutation" not in body["query"]


@pytest.mark.parametrize("name", PROPOSING)
async def test_a_proposal_says_what_it_would_do_and_whether_it_may(name):
    result, bodies = await called(name, Shelf([order()], details=details()), ANN)
    assert result.ownership is Ownership.ON_ORDER
    proposal = result.proposal
    assert proposal.order_name == "#1001"
    assert proposal.checks
    assert proposal.is_allowed == (not proposal.obstacles)
    assert all(sentence.endswith((".", "!")) for sentence in (*proposal.checks, *proposal.obstacles))
    assert {"action", "is_allowed", "obstacles", "amount", "targets"} <= set(result.staff_facts())
    assert "amount" not in TOOLS[name].args.model_fields
    assert "@" not in result.outcome
    assert len(bodies) <= 4


async def called(name, shelf, who):
    """A tool's result, and the bodies that it sent."""
    asker = Identity(uuid4(), who, who, Authenticity.AUTHENTICATED)
    async with served(shelf) as shop:
        result = await TOOLS[name].run(shop.shop, asker, sample_args(name))
        return result, shop.script.bodies


def sample_args(name):
    """Arguments that fit a tool's schema: known words where they mean something, else whatever its type allows."""
    known = {
        "order_number": "1001",
        "policy": "refund",
        "product_query": "mug",
        "goods": "mug",
        "city": "Köln",
    }
    schema = TOOLS[name].args.model_json_schema()
    required = {field: sample(schema["properties"][field]) for field in schema.get("required", [])}
    return TOOLS[name].args(**required | {f: v for f, v in known.items() if f in schema["properties"]})


def sample(field):
    if "enum" in field:
        return field["enum"][0]
    return {"string": "mug", "integer": 1, "number": 1.0, "boolean": True}.get(field.get("type"))
