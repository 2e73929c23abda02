"""Requests as the product sends them."""

import json
from typing import Any

INTENTS = [
    "order_status",
    "delivery_problem",
    "change_address",
    "change_order",
    "cancel_order",
    "return_request",
    "refund_request",
    "refund_status",
    "return_policy",
    "shipping_question",
    "product_question",
    "ordering_help",
    "payment_problem",
    "payment_question",
    "invoice_request",
    "account_help",
    "newsletter",
    "complaint",
    "feedback",
    "human_request",
    "business_inquiry",
    "other",
]


def strict_object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TRIAGE = strict_object(
    language={"type": "string"},
    sentiment={"type": "string", "enum": ["positive", "neutral", "negative", "angry"]},
    urgency={"type": "string", "enum": ["low", "normal", "high"]},
    summary={"type": "string"},
    requests={
        "type": "array",
        "items": strict_object(
            intent={"type": "string", "enum": INTENTS},
            order_number={"type": ["string", "null"]},
            product_query={"type": ["string", "null"]},
            tracking_number={"type": ["string", "null"]},
            evidence={"type": "string"},
        ),
    },
)


def fenced(body: str, subject: str = "", nonce: str = "5f0c9a31") -> str:
    return f"<email-{nonce}>\nSubject: {subject}\n\n{body}\n</email-{nonce}>"


def triage_body(text: str, **changes: Any) -> dict[str, Any]:
    """A whole body of POST /v1/responses; a change to None leaves the field out."""
    body = {
        "model": "gpt-6-luna",
        "instructions": "Say what the customer wants.",
        "input": [{"role": "user", "content": text}],
        "tools": [
            {
                "type": "function",
                "name": "triage_email",
                "description": "What the mail asks for.",
                "parameters": TRIAGE,
                "strict": True,
            }
        ],
        "tool_choice": {"type": "function", "name": "triage_email"},
        "parallel_tool_calls": False,
        "reasoning": {"effort": "none"},
        "store": False,
        "prompt_cache_key": "triage-v1",
        "max_output_tokens": 800,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def arguments(answer: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(answer["output"][0]["arguments"])
    return loaded
