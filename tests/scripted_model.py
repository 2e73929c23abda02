"""A model that says what a test tells it to; it fails on an unexpected call and on an unused step."""

import json
from typing import Any

from app.classifier.model import Function, FunctionCall, Usage
from app.errors import PasokhError


def request(intent: str, evidence: str, **fields: str | None) -> dict[str, Any]:
    return {
        "intent": intent,
        "order_number": None,
        "product_query": None,
        "tracking_number": None,
        "evidence": evidence,
        **fields,
    }


def answer(*requests: dict[str, Any], language: str = "en", sentiment: str = "neutral") -> str:
    return json.dumps(
        {
            "language": language,
            "sentiment": sentiment,
            "urgency": "normal",
            "summary": "Asks something.",
            "requests": list(requests),
        }
    )


def draft(*paragraphs: dict[str, Any], language: str = "en", unanswered: tuple[str, ...] = ()) -> str:
    return json.dumps({"language": language, "paragraphs": [*paragraphs], "unanswered": [*unanswered]})


def paragraph(text: str, *sources: str) -> dict[str, Any]:
    """A paragraph that rests on sources: `F1`, `P2`."""
    return {
        "text": text,
        "facts": [one for one in sources if one.startswith("F")],
        "passages": [one for one in sources if one.startswith("P")],
    }


class ScriptedModel:
    """Gives its steps in order: a string is the arguments of the call, an error is raised."""

    def __init__(self, *steps: str | PasokhError) -> None:
        self._steps = list(steps)
        self.prompts: list[list[str]] = []
        self.functions: list[str] = []

    async def call(
        self, function: Function, *, instructions: str, messages: list[str], cache_key: str
    ) -> FunctionCall:
        assert function.name in {"triage_email", "write_draft"}
        self.functions.append(function.name)
        assert instructions
        assert cache_key
        self.prompts.append(messages)
        assert self._steps, "the model was called once more than the test expects"
        step = self._steps.pop(0)
        if isinstance(step, PasokhError):
            raise step
        return FunctionCall(step, Usage("scripted", 1, 100, 0, 20, 0.0, 5))

    def price(self, input_tokens: int, output_tokens: int) -> float:
        return (input_tokens + output_tokens) / 1_000_000

    def assert_done(self) -> None:
        assert not self._steps, f"{len(self._steps)} steps were not used"
