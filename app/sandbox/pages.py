"""Rendering of the sandbox's few pages: escaped by default, no scripts, nothing from elsewhere."""

from functools import cache
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LABELS = {"text": "Text", "html": "HTML", "headers": "Headers", "events": "Events"}
_NAMES = {"openai": "OpenAI", "shopify": "Shopify", "sendgrid": "SendGrid"}
_PATHS = {
    "openai": "/v1/responses",
    "shopify": "/admin/api/2026-10/graphql.json",
    "sendgrid": "/v3/mail/send",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(tone=_tone, labels=_LABELS, names=_NAMES, paths=_PATHS)
    return environment


def _tone(state: str) -> str:
    """The colour of an event's name."""
    if state in {"delivered", "open", "click"}:
        return "good"
    return "bad" if state in {"bounce", "dropped", "spamreport"} else "wait"


@cache
def stylesheet() -> str:
    return files("app.sandbox").joinpath("static", "sandbox.css").read_text("utf-8")


def render(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page from a template of this package."""
    html = _environment().get_template(template).render(**context)
    return HTMLResponse(html, status, headers=SECURITY_HEADERS)
