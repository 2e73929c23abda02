"""The only reader of the environment. Every setting of an installation, with its default and its check.

What differs from store to store (shop token, modes, signature …) is in the database, not here.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import Misconfigured

_PLACEHOLDERS = ("changeme", "change-me", "secret", "example", "placeholder", "your-", "xxx", "replace")


class Settings(BaseSettings):
    """What the environment and `.env` say, in that order. Names are `PASOKH_…` unless a vendor's own is usual."""

    model_config = SettingsConfigDict(
        env_prefix="PASOKH_", env_file=".env", extra="ignore", validate_by_name=True, validate_by_alias=True
    )

    database_url: str | None = None
    """A PostgreSQL address (`postgresql://…`). Empty: the embedded PostgreSQL under `data_dir`."""
    data_dir: Path = Path("data")
    secret_key: SecretStr = SecretStr("")
    """Encrypts tokens at rest and signs cookies and reply addresses. 32 characters or more."""
    public_url: str = "http://127.0.0.1:8000"
    """Where browsers and webhooks reach this service."""

    openai_api_key: Annotated[SecretStr, Field(alias="OPENAI_API_KEY")] = SecretStr("")
    openai_base_url: Annotated[str, Field(alias="OPENAI_BASE_URL")] = "https://api.openai.com/v1"
    openai_model: str = "gpt-6-luna"
    openai_input_usd: float = 0.10
    """Price of a million input tokens in USD, for the cost that is kept with each decision."""
    openai_output_usd: float = 0.50

    sendgrid_api_key: Annotated[SecretStr, Field(alias="SENDGRID_API_KEY")] = SecretStr("")
    sendgrid_base_url: Annotated[str, Field(alias="SENDGRID_BASE_URL")] = "https://api.sendgrid.com"
    sendgrid_event_public_key: str = ""
    """Verifies SendGrid's event webhook (Mail Settings, Event Webhook, Signature Verification). Empty: it is off."""
    sendgrid_event_window_seconds: int = 600

    shopify_base_url: str = ""
    """Replaces `https://{shop domain}`: for the sandbox and for tests."""

    quiet_seconds: float = 20
    """How long a conversation is left alone before it is answered, so that three mails get one answer."""
    undo_seconds: float = 60
    """How long an automatic reply can be taken back."""
    undo_by_hand_seconds: float = 10
    retry_first_seconds: float = 5
    """First wait when a dependency is down. Waits grow with the outage, up to `retry_longest_seconds`."""
    retry_longest_seconds: float = 1200
    retry_give_up_seconds: float = 8 * 3600
    """After this long a mail that waits for a dependency is handed to a person."""
    call_timeout_seconds: float = 30
    """Total time of one call to OpenAI, Shopify or SendGrid."""

    max_message_bytes: int = Field(default=30_000_000, ge=1, le=90_000_000)
    """Not more than an answer of an IMAP server may have: see app/mail/inbound/imap_wire.py."""
    max_body_bytes: int = 45_000_000
    automatic_mails_per_address: int = 10
    """Automatic mails to one address within 24 hours, however it is spelt, and twice as many within 30 days; more are held."""
    automatic_mails_per_unproven_address: int = 4
    """The same for an address that SPF, DKIM and DMARC do not back."""
    automatic_mails_per_domain: int = 60
    """To all addresses of one domain within an hour, twice as many within 24; not counted where everybody has a mailbox."""
    automatic_mails_per_unproven_domain: int = 20
    automatic_mails_per_conversation: int = 4
    """In one conversation within an hour: two robots answer each other at once, people do not."""
    automatic_mails_per_repetition: int = 2
    """To nearly the same text from one sender within 24 hours, and twice as many within 30 days."""
    automatic_mails_to_unproven: int = 300
    """Of a store within an hour to addresses that nothing backs."""
    automatic_mails_per_store: int = 1000
    """Of a store within an hour. One more, and the store's automatic mail switches itself off."""

    dns_servers: str = "system"
    """Where keys of DKIM signatures are looked up: `system`, `off`, or addresses (`192.0.2.53, 192.0.2.54:5353`)."""
    dns_timeout_seconds: float = 3

    worker_in_serve: bool = True
    worker_concurrency: int = Field(default=20, ge=1, le=20)
    worker_poll_seconds: float = 1
    worker_stalled_seconds: float = 30
    """A worker that was silent for this long is dead: its jobs go to another."""
    database_pool: int = 20

    @field_validator("dns_servers")
    @classmethod
    def _check_dns_servers(cls, value: str) -> str:
        for server in parse_name_servers(value) or ():
            ip_address(server[0])
        return value

    @property
    def name_servers(self) -> tuple[tuple[str, int], ...] | None:
        """Address and port of each; empty: those of the system; None: DNS is not asked."""
        return parse_name_servers(self.dns_servers)

    def require_secret_key(self) -> bytes:
        """The secret key, or Misconfigured where it is missing, short or a placeholder."""
        value = self.secret_key.get_secret_value()
        if not value:
            raise Misconfigured(
                "PASOKH_SECRET_KEY is not set. Put the output of `openssl rand -hex 32` in .env and keep it safe: "
                "without it stored tokens cannot be read."
            )
        if len(value) < 32 or any(word in value.lower() for word in _PLACEHOLDERS):
            raise Misconfigured(
                "PASOKH_SECRET_KEY looks like a placeholder. Replace it by the output of `openssl rand -hex 32`."
            )
        return value.encode()

    def require_keys(self) -> None:
        """Misconfigured where a key that every email needs is missing, or one is a placeholder.

        SendGrid's is needed by the mailboxes alone that send by it.
        """
        for name, secret in (
            ("OPENAI_API_KEY", self.openai_api_key),
            ("SENDGRID_API_KEY", self.sendgrid_api_key),
        ):
            value = secret.get_secret_value()
            if not value and name != "SENDGRID_API_KEY":
                raise Misconfigured(
                    f"{name} is not set. Put it in .env, or try everything without keys: `make demo`."
                )
            if any(word in value.lower() for word in _PLACEHOLDERS):
                raise Misconfigured(f"{name} looks like a placeholder. Put the real key in .env.")


def parse_name_servers(text: str) -> tuple[tuple[str, int], ...] | None:
    """`system`, `off`, or `192.0.2.1, 192.0.2.2:5353, 2001:db8::1, [2001:db8::1]:5353`.

    Raises:
        ValueError: A port is no number.
    """
    words = text.lower().replace(",", " ").split()
    if words in (["off"], []):
        return None
    return () if words == ["system"] else tuple(map(_name_server, words))


def _name_server(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    if not address or (":" in address and not address.startswith("[")):
        address, port = text, "53"
    return address.strip("[]"), int(port)


def load_settings(env_file: str | None = ".env") -> Settings:
    """Settings from the environment. A value of the wrong type is Misconfigured and names its setting."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        shown = name if name.isupper() else f"PASOKH_{name.upper()}"
        raise Misconfigured(f"{shown}: {first['msg']}. Correct it in .env or in the environment.") from error
