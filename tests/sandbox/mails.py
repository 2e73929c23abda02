"""Mail Send bodies and a client for them, used by the tests of the pretend SendGrid."""

from typing import Any

import httpx

KEY = "sandbox-sendgrid-key"


def a_mail(**changes: Any) -> dict[str, Any]:
    """A complete reply as Pasokh sends it; `changes` replace top-level fields, None removes one."""
    mail: dict[str, Any] = {
        "personalizations": [
            {
                "to": [{"email": "mina@example.com", "name": "Mina"}],
                "headers": {
                    "In-Reply-To": "<question@example.com>",
                    "References": "<first@example.com> <question@example.com>",
                    "Auto-Submitted": "auto-replied",
                },
                "custom_args": {"reply_id": "42"},
            }
        ],
        "from": {"email": "help@shop.example", "name": "Shop, Help"},
        "reply_to": {"email": "help+token@shop.example"},
        "subject": "Re: Where is my order?",
        "content": [
            {"type": "text/plain", "value": "It is on its way.\n"},
            {"type": "text/html", "value": "<p>It is on its way.</p>"},
        ],
    }
    mail.update(changes)
    return {name: value for name, value in mail.items() if value is not None}


def to_one(**changes: Any) -> list[dict[str, Any]]:
    """One personalization to one recipient, with `changes`."""
    return [{"to": [{"email": "mina@example.com"}], **changes}]


def people(count: int) -> list[dict[str, str]]:
    """`count` recipients of different addresses."""
    return [{"email": f"person{number}@example.com"} for number in range(count)]


def send(http: httpx.Client, mail: Any, key: str = KEY) -> httpx.Response:
    return http.post("/v3/mail/send", json=mail, headers={"Authorization": f"Bearer {key}"})
