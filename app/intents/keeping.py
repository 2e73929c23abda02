"""Situations as JSON and back: what a reply was made from is kept with its answer, to hold a person's changes against."""

import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.intents.situation import Facts, Situation
from app.vocabulary import Intent

_CLASSES: Mapping[str, type] = {kind.__name__: kind for kind in typing.get_args(Facts)}


def keep(situation: Situation) -> dict[str, Any]:
    """A situation as JSON: `intent`, `name`, `person`, and `facts` under the name of their class, or None.

    Dates are ISO 8601, amounts strings: nothing is rounded.
    """
    facts = situation.facts
    name = type(facts).__name__
    return {
        "intent": situation.intent.value,
        "name": situation.name,
        "person": situation.person,
        "facts": {name: _adapter(name).dump_python(facts, mode="json")} if facts is not None else None,
    }


def read_back(document: Mapping[str, Any]) -> Situation | None:
    """A situation that `keep` made; None where it has no facts or is of an older make, which has none."""
    for name, fields in (document.get("facts") or {}).items():
        try:
            facts = _adapter(name).validate_python(fields)
        except (KeyError, ValidationError):
            return None  # kept before these facts had their present fields
        return Situation(Intent(document["intent"]), document["name"], facts, document.get("person"))
    return None


@lru_cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_CLASSES[name])
