"""What an administrator types, checked before anything is made of it. Every refusal is one sentence."""

import contextlib
import ipaddress
import re
from urllib.parse import urlsplit

from app.errors import BadRequest, Misconfigured

# The shape that can get mail: no display name, no quoted local part, a domain with a dot. Not RFC 5322's whole grammar.
_LABEL = r"[^\W_](?:[^\W_]|-(?=[^.]*[^\W_]))*"
_DOMAIN = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[^\W\d_][^\W_]+")
_LOCAL = re.compile(r"(?!\.)(?:[\w!#$%&'*+/=?^`{|}~-]|\.(?!\.|\Z)){1,64}")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def to_address(text: str) -> str:
    """An email address, in lower case."""
    local, _, domain = text.strip().rpartition("@")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise BadRequest(
            f"“{text}” is no email address. Write it as name@shop.example, without a display name."
        )
    return f"{local}@{domain}".lower()


def to_domain(text: str) -> str:
    """A shop's domain, in lower case, from a domain or from the address of a page in the shop."""
    stripped = text.strip()
    try:
        domain = urlsplit(stripped if "://" in stripped else f"https://{stripped}").hostname or ""
    except ValueError:
        domain = ""
    if not _DOMAIN.fullmatch(domain) or "@" in stripped:
        raise BadRequest(f"--shop: “{text}” is no domain. Write it as your-shop.myshopify.com.")
    return domain


def to_host(text: str, *, option: str) -> str:
    """A mail server's host name or IP address, in lower case."""
    host = text.strip().lower()
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]")))
    if host != "localhost" and not _DOMAIN.fullmatch(host):
        raise BadRequest(
            f"{option}: “{text}” is no host. Write it as mail.shop.example, without https:// and without a port."
        )
    return host


def to_slug(text: str) -> str:
    """A store's short name."""
    if not _SLUG.fullmatch(text):
        raise BadRequest(
            f"“{text}” is no short name: use 1 to 40 small letters, digits and hyphens, as in saffron-and-clay."
        )
    return text


def to_secret(text: str, *, option: str) -> str:
    """A token as it can stand in an HTTP header; it is never repeated in the refusal."""
    stripped = text.strip()
    if not is_header_value(stripped):
        raise BadRequest(f"{option} is empty or has characters that no token has. Copy it once more.")
    return stripped


def to_public_key(text: str, *, option: str) -> str:
    """A verification key as SendGrid's settings page shows it."""
    from app.mail.inbound.sendgrid import load_public_key

    try:
        load_public_key(text.strip())
    except Misconfigured as error:
        raise BadRequest(f"{option}: {error.message} Copy it once more from SendGrid's settings.") from error
    return text.strip()


def is_header_value(text: str) -> bool:
    """Whether a key or token can be sent at all: visible ASCII without spaces."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
