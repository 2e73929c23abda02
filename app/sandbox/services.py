"""The three services that the sandbox plays, and how a path tells which one is meant."""

from typing import Literal, get_args

Service = Literal["openai", "shopify", "sendgrid"]
SERVICES: tuple[Service, ...] = get_args(Service)

_PREFIXES: dict[str, Service] = {"/v1/": "openai", "/admin/": "shopify", "/v3/": "sendgrid"}


def find_service(path: str) -> Service | None:
    """The service whose API a path belongs to; None for the sandbox's own pages."""
    return next((service for prefix, service in _PREFIXES.items() if path.startswith(prefix)), None)
