"""What every tool promises, found by looking at the folder: nobody can add one that does not."""

import importlib
import inspect
import pkgutil
import typing

import pytest
from pydantic import ValidationError

import app.tools
from app.identity import Identity
from app.shopify import ShopifyClient
from app.tools import TOOLS
from app.tools.lookup import Lookup, ToolArgs
from app.vocabulary import Ownership

MODULES = {
    module.name: importlib.import_module(f"app.tools.{module.name}")
    for module in pkgutil.iter_modules(app.tools.__path__)
}
FOUND = {module.NAME: module for module in MODULES.values() if hasattr(module, "NAME")}
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
