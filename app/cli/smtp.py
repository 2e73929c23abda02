"""What `pasokh mailbox` does about sending: checks what was typed, signs in without sending, and keeps it."""

import dataclasses
import json
import sys
from typing import TYPE_CHECKING

import httpx

from app.cli.imap import read_secret
from app.cli.imap_options import Wanted as Reading
from app.cli.inputs import to_host
from app.cli.smtp_options import Wanted
from app.errors import BadRequest, PasokhError
from app.intake.credentials import seal_grant
from app.mail.domains import canonical_address
from app.mail.inbound.imap import Tls
from app.mail.inbound.oauth import Grant
from app.mail.inbound.providers import PROVIDERS, Provider, find_provider
from app.mail.outbound.smtp import SmtpServer
from app.models import ImapAccount, Mailbox, SmtpAccount
from app.models.columns import now
from app.pipeline.senders import OUTBOX, make_smtp_sender
from app.vocabulary import Outbound

if TYPE_CHECKING:
    from app.cli.runtime import Admin

_NOBODY = "none"
_PORTS = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}


async def set_way_out(admin: "Admin", mailbox: Mailbox, wanted: Wanted, reading: Reading) -> list[str]:
    """Keep by what way a mailbox's mails leave, once it has been tried.

    Args:
        admin: The unit of work; the mailbox is in it.
        mailbox: Whose mails.
        wanted: What was named of sending.
        reading: What was named of IMAP: a grant of OAuth counts for both.

    Returns:
        What was found, a line each.

    Raises:
        BadRequest: something that was typed cannot be, or does not work.
    """
    way = _way(wanted)
    account = await admin.session.get(SmtpAccount, mailbox.id)
    is_about_smtp = bool(dataclasses.replace(wanted, out=""))
    if not is_about_smtp and (way is not Outbound.SMTP or account is not None):
        mailbox.outbound = way
        return [describe_way(admin, mailbox, account)]
    account = await _make(admin, mailbox, wanted, reading, account)
    _require_own_address(account, mailbox, is_alias=wanted.is_alias)
    await _try(admin, mailbox, account)
    admin.session.add(account)
    mailbox.outbound = way
    return [describe_way(admin, mailbox, account)]


async def test_way_out(admin: "Admin", mailbox: Mailbox) -> list[str]:
    """Sign in to where the mails are handed in, if that is a mail server; nothing is sent.

    Raises:
        BadRequest: it does not work.
    """
    account = await admin.session.get(SmtpAccount, mailbox.id)
    if mailbox.outbound is not Outbound.SMTP or account is None:
        return [describe_way(admin, mailbox, account)]
    await _try(admin, mailbox, account)
    return [describe_way(admin, mailbox, account)]


def describe_way(admin: "Admin", mailbox: Mailbox, account: SmtpAccount | None) -> str:
    """By what way its mails leave, in a line."""
    if mailbox.outbound is Outbound.SMTP and account is not None:
        who = f" as {account.username}" if account.username else ""
        return f"Its mails leave by {account.host}{who}, which lets it send from {mailbox.address}."
    if mailbox.outbound is Outbound.FOLDER:
        return f"Its mails are written into {admin.settings.data_dir / OUTBOX}, and nothing is sent."
    return "Its mails leave by SendGrid."


def _way(wanted: Wanted) -> Outbound:
    if not wanted.out:
        return Outbound.SMTP
    try:
        way = Outbound(wanted.out.lower())
    except ValueError as error:
        raise BadRequest(f"--out: “{wanted.out}” is none of {', '.join(Outbound)}.") from error
    if way is not Outbound.SMTP and wanted.smtp:
        raise BadRequest(f"Say either --smtp or --out {way.value}.")
    return way


async def _make(
    admin: "Admin", mailbox: Mailbox, wanted: Wanted, reading: Reading, known: SmtpAccount | None
) -> SmtpAccount:
    imap = await admin.session.get(ImapAccount, mailbox.id)
    if known is None and not wanted.smtp:
        raise BadRequest("Say with --smtp by which server its mails leave: a provider's name, or a host.")
    account = known or SmtpAccount(
        mailbox_id=mailbox.id,
        store_id=mailbox.store_id,
        host="",
        port=0,
        tls=Tls.IMPLICIT,
        username=imap.username if imap and not wanted.user else mailbox.address,
        secret_sealed=b"",
    )
    name = _name(wanted.smtp, mailbox.address) if wanted.smtp else ""
    provider = PROVIDERS.get(name or account.preset)
    if name:
        account.preset = provider.name if provider else ""
        account.host = provider.smtp_host if provider else name
        account.keeps_copy = provider.keeps_copy if provider else False
    _set_server(account, wanted, provider)
    account.username = "" if wanted.user == _NOBODY else wanted.user or account.username
    _set_secret(admin, account, wanted, reading, imap, provider)
    account.changed_at = now()
    return account


def _name(smtp: str, address: str) -> str:
    if smtp.lower() in PROVIDERS:
        return smtp.lower()
    if smtp.lower() == "auto":
        found = find_provider(address)
        if found is None:
            raise BadRequest(f"--smtp auto: nobody can tell from {address} where it sends. Name the host.")
        return found.name
    if "." not in smtp and ":" not in smtp and smtp.lower() != "localhost":
        raise BadRequest(f"--smtp: “{smtp}” is neither a host nor one of {', '.join(PROVIDERS)}.")
    return to_host(smtp, option="--smtp")


def _set_server(account: SmtpAccount, wanted: Wanted, provider: Provider | None) -> None:
    usual = Tls.STARTTLS if provider and provider.smtp_starttls else Tls.IMPLICIT
    try:
        tls = Tls(wanted.tls or (usual if wanted.smtp else account.tls))
    except ValueError as error:
        raise BadRequest(f"--smtp-tls: “{wanted.tls}” is none of {', '.join(Tls)}.") from error
    account.tls = tls
    account.port = wanted.port or (_PORTS[tls] if wanted.smtp or wanted.tls else account.port)
    if not 0 < account.port < 65536:
        raise BadRequest(f"--smtp-port: there is no port {account.port}.")
    SmtpServer(account.host, account.port, tls)  # refuses what would send a password in the clear


def _set_secret(
    admin: "Admin",
    account: SmtpAccount,
    wanted: Wanted,
    reading: Reading,
    imap: ImapAccount | None,
    provider: Provider | None,
) -> None:
    """What was named; else what is there already; else what it is read with, by the same user; else what is asked for."""
    sealer = admin.sealer
    if not account.username:
        account.is_oauth, account.secret_sealed = False, b""
    elif wanted.password:
        account.is_oauth, account.secret_sealed = False, sealer.seal(wanted.password)
    elif reading.client_id and reading.refresh_token:
        url = reading.token_url or (provider.oauth_url if provider else "")
        if not url:
            raise BadRequest("OAuth needs --token-url where no provider is named.")
        scope = provider.smtp_scope if provider else ""
        grant = Grant(url, reading.client_id, reading.client_secret, reading.refresh_token, scope)
        account.is_oauth, account.secret_sealed = True, seal_grant(sealer, grant)
    elif account.secret_sealed:
        return
    elif imap is not None and imap.username == account.username:
        account.is_oauth, account.secret_sealed = imap.is_oauth, imap.secret_sealed
        if imap.is_oauth and provider is not None:
            known = Grant(**json.loads(sealer.open(imap.secret_sealed)))
            account.secret_sealed = seal_grant(sealer, dataclasses.replace(known, scope=provider.smtp_scope))
    elif provider is not None and not provider.takes_passwords:
        raise BadRequest(provider.sign_in)
    else:
        if provider is not None:
            print(f"{provider.title}: {provider.sign_in}", file=sys.stderr)
        account.is_oauth, account.secret_sealed = False, sealer.seal(read_secret("Password for sending"))


def _require_own_address(account: SmtpAccount, mailbox: Mailbox, *, is_alias: bool) -> None:
    """Most servers rewrite From to their user's own address, or refuse: answers would go astray, and DMARC would fail."""
    user = account.username
    if is_alias or "@" not in user or canonical_address(user) == canonical_address(mailbox.address):
        return
    raise BadRequest(
        f"{user} is to send for {mailbox.address}: most servers put their user's own address into From then, and receivers "
        f"see somebody else. Sign in as {mailbox.address} (--smtp-user); or, if the server knows {mailbox.address} as an "
        "alias of that user, add --smtp-alias."
    )


async def _try(admin: "Admin", mailbox: Mailbox, account: SmtpAccount) -> None:
    """Sign in, and ask whether the server takes mails from the address. Nothing is sent."""
    with admin.session.no_autoflush:
        async with httpx.AsyncClient(timeout=admin.settings.call_timeout_seconds) as http:
            sender = make_smtp_sender(
                account, mailbox.address, admin.sealer, http, timeout=admin.settings.call_timeout_seconds
            )
            try:
                await sender.check()
            except PasokhError as error:
                provider = PROVIDERS.get(account.preset)
                advice = provider.sign_in if provider and not account.is_oauth else _ADVICE
                raise BadRequest(f"{error.message} {advice}") from error


_ADVICE = (
    "Look at the host (--smtp), the port (--smtp-port), the user (--smtp-user) and the password. Servers speak TLS at once on "
    "port 465; those on port 587 want --smtp-tls starttls."
)
