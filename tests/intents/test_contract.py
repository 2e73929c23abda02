"""What every intent promises, found by looking at the folder and the vocabulary."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import app.intents
from app.intents import INTENTS
from app.intents.spec import IntentSpec
from app.replies.samples import SITUATIONS
from app.tools import TOOLS
from app.vocabulary import Intent, Mode

ROOT = Path(__file__).parents[2]
ORDER_INTENTS = (
    Intent.ORDER_STATUS,
    Intent.DELIVERY_PROBLEM,
    Intent.CANCEL_ORDER,
    Intent.CHANGE_ADDRESS,
    Intent.CHANGE_ORDER,
    Intent.RETURN_REQUEST,
    Intent.REFUND_REQUEST,
    Intent.REFUND_STATUS,
    Intent.INVOICE_REQUEST,
)
MODULES = [
    importlib.import_module(f"app.intents.{module.name}")
    for module in pkgutil.iter_modules(app.intents.__path__)
]
FOUND = {spec.intent: spec for m in MODULES if isinstance(spec := getattr(m, "SPEC", None), IntentSpec)}


def test_every_intent_of_the_vocabulary_has_one_spec():
    assert set(INTENTS) == set(Intent)
    assert all(intent is spec.intent for intent, spec in INTENTS.items())


def test_every_file_with_a_spec_is_in_the_registry():
    assert dict(INTENTS) == FOUND


@pytest.mark.parametrize("intent", Intent)
def test_an_intent_names_tools_that_exist_and_starts_on_draft(intent):
    assert INTENTS[intent].tools
    assert set(INTENTS[intent].tools) <= set(TOOLS)
    assert INTENTS[intent].default_mode is Mode.DRAFT


@pytest.mark.parametrize("intent", FOUND)
def test_an_intent_is_called_like_its_file_and_says_what_it_is_for(intent):
    module = importlib.import_module(f"app.intents.{intent}")
    assert module.SPEC.intent is intent
    assert module.__doc__
    assert bool(module.SPEC.situations) == (intent is not Intent.OTHER)
    assert set(module.SPEC.situations) <= set(SITUATIONS)


def test_every_situation_of_an_order_stands_in_the_documents():
    told = (ROOT / "docs" / "situations.md").read_text(encoding="utf-8")
    orders = {name for intent in ORDER_INTENTS for name in INTENTS[intent].situations}
    assert [name for name in sorted(orders) if f"`{name}`" not in told] == []
