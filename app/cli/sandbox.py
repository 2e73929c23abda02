"""`pasokh sandbox`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from app.sandbox.server import SandboxServer

_DEMO_DOMAIN = "pasokh-demo.myshopify.com"
_KEY_FILE = "sandbox-events.pem"


def sandbox(
    port: Annotated[
        int, typer.Option(help="Where to listen, on this machine only.", min=0, max=65535)
    ] = 8099,
    events: Annotated[
        str, typer.Option(help="Post delivery events to this address; default: to PASOKH_PUBLIC_URL.")
    ] = "",
    shop: Annotated[
        str,
        typer.Option(
            help="Another shop: a folder of its files, or tau2:FILE, the retail db.json of τ²-bench."
        ),
    ] = "",
) -> None:
    """Play Shopify, OpenAI and SendGrid on this machine, over real HTTP."""
    import contextlib
    import logging
    import threading

    from app.cli import runtime

    runtime.set_up_logging(logging.WARNING)
    try:
        from app.sandbox.app import SandboxConfig
        from app.sandbox.server import SandboxServer
    except ImportError as error:
        runtime.require(
            found=False,
            sentence=f"The sandbox is not installed ({error.name}). Run `uv sync --extra sandbox`.",
        )
        raise
    settings = runtime.load_own()
    domain = _read_domain(shop) if shop else _DEMO_DOMAIN
    config = SandboxConfig(
        shop=shop or None,
        event_webhook_url=events or f"{settings.public_url.rstrip('/')}/hooks/sendgrid/events",
        event_private_key=_load_or_make_key(settings.data_dir / _KEY_FILE),
        warm=True,
    )
    server = SandboxServer(port, config=config)
    try:
        server.start()
    except OSError as error:
        runtime.require(
            found=False,
            sentence=f"Port {port} is not free ({error.strerror}). Choose another one with --port.",
        )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            # Whoever reads the last line may end it at once: the line is printed where Ctrl-C is expected already.
            print(_where_to_look(server, domain), flush=True)
            threading.Event().wait()
    finally:
        server.stop()


def _load_or_make_key(path: Path) -> "EllipticCurvePrivateKey":
    """The key that signs its webhooks, kept in a file: what stands in `.env` must outlive a restart."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from app.errors import Misconfigured
    from app.sandbox.sendgrid.signing import generate_private_key, load_private_key

    try:
        if path.exists():
            return load_private_key(path.read_bytes())
        key = generate_private_key()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"The sandbox's key in {path} cannot be used. Delete that file.") from error
    return key


def _read_domain(source: str) -> str:
    """The domain of another shop. Its files are read here once, so that a mistake in them is told at the start."""
    from app.errors import Misconfigured
    from app.sandbox.shopify import read_shop

    try:
        return read_shop(source).shop.myshopify_domain
    except (OSError, ValueError) as error:
        raise Misconfigured(f"--shop: {error}") from error


def _where_to_look(server: "SandboxServer", domain: str) -> str:
    """Its address, what to put into `.env`, and how to tell a store of it."""
    config = server.config
    return f"""\
The sandbox is at {server.url} (mails: {server.url}/outbox). Ctrl-C ends it.

# For .env, so that `pasokh serve` speaks to it:
OPENAI_BASE_URL={server.openai_url}
OPENAI_API_KEY={config.openai_key}
SENDGRID_BASE_URL={server.sendgrid_url}
SENDGRID_API_KEY={config.sendgrid_key}
PASOKH_SENDGRID_EVENT_PUBLIC_KEY={server.event_public_key}
PASOKH_SHOPIFY_BASE_URL={server.shopify_url}

# Its shop and a mailbox of it:
pasokh store add sandbox --shop {domain} --token {config.shopify_token}
pasokh mailbox add support@saffron-and-clay.example --parse-key {server.event_public_key} --raw"""
