"""Whether the settings can work, as far as that shows without asking anybody."""

import functools
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.cli.findings import Finding, Verdict
from app.cli.inputs import is_header_value
from app.errors import Misconfigured
from app.mail.inbound.sendgrid import load_public_key
from app.settings import Settings

SECRET_KEY = "PASOKH_SECRET_KEY"  # noqa: S105 - the name of a setting
OPENAI_KEY = "OPENAI_API_KEY"
SENDGRID_KEY = "SENDGRID_API_KEY"
EVENT_KEY = "PASOKH_SENDGRID_EVENT_PUBLIC_KEY"

STAND_IN = SecretStr("0" * 64)
"""Takes the place of a secret that is missing where the others are still to be checked."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_settings(settings: Settings) -> None:
    """Misconfigured, with one sentence that names the setting, where the service cannot work."""
    for finding in examine_settings(settings):
        if finding.verdict is Verdict.NO:
            raise Misconfigured(finding.sentence)


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """What is wrong or unusual with each setting; one finding that all is well where nothing is."""
    found = [finding for examine in _EXAMINERS for finding in examine(settings)]
    if all(finding.verdict is not Verdict.NO for finding in found):
        yield Finding("settings", Verdict.OK, "are complete.")
    yield from found


def _secrets(settings: Settings) -> Iterator[Finding]:
    only_openai = settings.model_copy(update={"sendgrid_api_key": STAND_IN})
    only_sendgrid = settings.model_copy(update={"openai_api_key": STAND_IN})
    checks: dict[str, Callable[[], object]] = {
        SECRET_KEY: settings.require_secret_key,
        OPENAI_KEY: functools.partial(_require_key, OPENAI_KEY, only_openai, settings.openai_api_key),
        SENDGRID_KEY: functools.partial(_require_key, SENDGRID_KEY, only_sendgrid, settings.sendgrid_api_key),
    }
    if not settings.sendgrid_api_key.get_secret_value():
        del checks[SENDGRID_KEY]
        yield Finding(
            SENDGRID_KEY, Verdict.LOOK, "is not set: only mailboxes with --smtp or --out folder send."
        )
    for name, check in checks.items():
        try:
            check()
        except Misconfigured as error:
            yield Finding(name, Verdict.NO, error.message)


def _require_key(name: str, settings: Settings, value: SecretStr) -> None:
    settings.require_keys()
    if not is_header_value(value.get_secret_value()):
        raise Misconfigured(f"{name} has characters that no key has. Copy it into .env once more.")


def _addresses(settings: Settings) -> Iterator[Finding]:
    addresses = {
        "PASOKH_PUBLIC_URL": settings.public_url,
        "OPENAI_BASE_URL": settings.openai_base_url,
        "SENDGRID_BASE_URL": settings.sendgrid_base_url,
    }
    if settings.shopify_base_url:
        addresses["PASOKH_SHOPIFY_BASE_URL"] = settings.shopify_base_url
    for name, address in addresses.items():
        if not _is_url(address):
            yield Finding(
                name, Verdict.NO, f"{name} is no address: it has to start with https:// and name a host."
            )


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _public_url(settings: Settings) -> Iterator[Finding]:
    if _is_url(settings.public_url) and urlsplit(settings.public_url).hostname in _LOOPBACK:
        yield Finding(
            "PASOKH_PUBLIC_URL",
            Verdict.LOOK,
            f"is {settings.public_url}, which webhooks from elsewhere cannot reach. Set it to your own address.",
        )


def _event_key(settings: Settings) -> Iterator[Finding]:
    if not settings.sendgrid_event_public_key:
        yield Finding(
            EVENT_KEY,
            Verdict.LOOK,
            "is not set: nobody will know whether a reply arrived. It is in SendGrid's settings, at the event webhook.",
        )
        return
    try:
        load_public_key(settings.sendgrid_event_public_key)
    except Misconfigured as error:
        sentence = f"{EVENT_KEY}: {error.message} Copy it from SendGrid's settings, at the event webhook."
        yield Finding(EVENT_KEY, Verdict.NO, sentence)


_EXAMINERS = (_secrets, _addresses, _event_key, _public_url)
