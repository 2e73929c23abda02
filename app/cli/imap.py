"""What `pasokh mailbox` does about IMAP: checks what was typed, tries it, keeps it, and tells what is there."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import httpx
import sqlalchemy as sa
import typer
from sqlmodel import col, select

from app.cli.imap_options import Wanted
from app.cli.inputs import to_host
from app.errors import BadRequest, PasokhError
from app.intake.credentials import seal_grant
from app.intake.health import record
from app.intake.probe import Probe, probe
from app.mail.inbound.imap import Server, Tls
from app.mail.inbound.oauth import Grant
from app.mail.inbound.providers import PROVIDERS, Provider, find_provider
from app.models import ImapAccount, ImapFolder, Mailbox, ReadingState
from app.models.columns import now

if TYPE_CHECKING:
    from app.cli.runtime import Admin
    from app.sealing import Sealer

NONE = "none"
_PORTS = {Tls.IMPLICIT: 993, Tls.STARTTLS: 143, Tls.NONE: 143}


def ask_for_secret(wanted: Wanted, address: str) -> Wanted:
    """The same with the provider's name for `auto`, and with the password or refresh token, which is asked for.

    Raises:
        BadRequest: the provider takes no passwords, or is not known; or what was typed contradicts itself.
    """
    _check(wanted)
    if not wanted.imap:
        return wanted
    wanted = replace(wanted, imap=_name(wanted.imap, address))
    provider = PROVIDERS.get(wanted.imap)
    if wanted.client_id:
        return wanted if wanted.refresh_token else replace(wanted, refresh_token=read_secret("Refresh token"))
    if provider is not None and not provider.takes_passwords:
        raise BadRequest(provider.sign_in)
    if wanted.password:
        return wanted
    if provider is not None:
        print(f"{provider.title}: {provider.sign_in}", file=sys.stderr)
    return replace(wanted, password=read_secret("Password"))


def _check(wanted: Wanted) -> None:
    """Options that do not go together: silently, one of them would have no effect."""
    is_oauth = bool(wanted.client_id or wanted.refresh_token or wanted.client_secret or wanted.token_url)
    refusals = {
        "Say either --all or --since.": wanted.all and wanted.since,
        "Say either --password or --client-id: a mailbox is signed in to with one or the other.": (
            wanted.password and is_oauth
        ),
        "--client-secret, --refresh-token and --token-url go with --client-id.": (
            is_oauth and not wanted.client_id
        ),
        "--folder: a folder has a name.": not all(name.strip() for name in wanted.folders),
    }
    for sentence, is_true in refusals.items():
        if is_true:
            raise BadRequest(sentence)


def _name(imap: str, address: str) -> str:
    if imap.lower() in PROVIDERS:
        return imap.lower()
    if imap.lower() == "auto":
        found = find_provider(address)
        if found is None:
            raise BadRequest(f"--imap auto: nobody can tell from {address} where its mail is. Name the host.")
        return found.name
    if "." not in imap and ":" not in imap and imap.lower() != "localhost":
        raise BadRequest(f"--imap: “{imap}” is neither a host nor one of {', '.join(PROVIDERS)}.")
    return to_host(imap, option="--imap")


def read_secret(name: str) -> str:
    """From the terminal without showing it, or a line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True))
    line = sys.stdin.readline().strip()
    if not line:
        raise BadRequest(f"{name}: none was given, and there is no terminal to ask at.")
    return line


async def set_account(admin: "Admin", mailbox: Mailbox, wanted: Wanted) -> list[str]:
    """Keep how a mailbox is read, once it has been tried.

    Returns:
        What there is, a line each.

    Raises:
        BadRequest: something that was typed cannot be, or does not work.
    """
    known = await admin.session.get(ImapAccount, mailbox.id)
    before = (known.host, known.username) if known else None
    account = _make(admin.sealer, mailbox, wanted, known)
    if before != (account.host, account.username) or wanted.all or wanted.since:
        # UIDs are another server's there, or lie behind us. What is kept already is not taken twice.
        await admin.session.execute(sa.delete(ImapFolder).where(col(ImapFolder.mailbox_id) == mailbox.id))
    found = await _try(admin, account)
    account.secret_sealed = found.renewed or account.secret_sealed
    if known is None:
        admin.session.add(account)
    return [*describe_probe(account, found)]


def _make(sealer: "Sealer", mailbox: Mailbox, wanted: Wanted, known: ImapAccount | None) -> ImapAccount:
    if known is None and not wanted.imap:
        raise BadRequest("Say with --imap where this mailbox is: a provider's name, or a host.")
    account = known or ImapAccount(
        mailbox_id=mailbox.id,
        store_id=mailbox.store_id,
        host="",
        port=0,
        tls=Tls.IMPLICIT,
        username=mailbox.address,
        secret_sealed=b"",
        folders=["INBOX"],
        read_since=now(),
    )
    provider = PROVIDERS.get(wanted.imap or account.preset)
    if wanted.imap:
        account.preset = provider.name if provider else ""
        account.host = provider.host if provider else wanted.imap
    _set_server(account, wanted)
    _set_secret(sealer, account, wanted, provider)
    account.username = wanted.user or account.username
    account.folders = [*wanted.folders] or account.folders
    account.sent_folder = (
        (None if wanted.sent == NONE else wanted.sent) if wanted.sent else account.sent_folder
    )
    if wanted.all or wanted.since:
        account.read_since = None if wanted.all else _to_moment(wanted.since)
    if account.sent_folder in account.folders:
        raise BadRequest(
            f"--sent: “{account.sent_folder}” is a folder whose mail is read as customers'. Name that of sent mails, or none."
        )
    account.changed_at = now()
    record(account, ReadingState.NEW)
    return account


def _set_server(account: ImapAccount, wanted: Wanted) -> None:
    try:
        tls = Tls(wanted.tls or account.tls)
    except ValueError as error:
        raise BadRequest(f"--tls: “{wanted.tls}” is none of {', '.join(Tls)}.") from error
    account.tls = tls
    account.port = wanted.port or (_PORTS[tls] if wanted.imap or wanted.tls else account.port)
    if not 0 < account.port < 65536:
        raise BadRequest(f"--port: there is no port {account.port}.")
    Server(account.host, account.port, tls)  # refuses what would send a password in the clear


def _set_secret(sealer: "Sealer", account: ImapAccount, wanted: Wanted, provider: Provider | None) -> None:
    if wanted.password:
        account.is_oauth, account.secret_sealed = False, sealer.seal(wanted.password)
    elif wanted.client_id or wanted.refresh_token:
        url = wanted.token_url or (provider.oauth_url if provider else "")
        if not (url and wanted.client_id and wanted.refresh_token):
            raise BadRequest(
                "OAuth needs --client-id, --refresh-token, and --token-url where no provider is named."
            )
        grant = Grant(
            url,
            wanted.client_id,
            wanted.client_secret,
            wanted.refresh_token,
            provider.scope if provider else "",
        )
        account.is_oauth, account.secret_sealed = True, seal_grant(sealer, grant)


def _to_moment(text: str) -> datetime:
    try:
        moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError as error:
        raise BadRequest(f"--since: “{text}” is no day. Write it as 2026-11-22.") from error
    if moment > now():
        raise BadRequest(f"--since: {text} has not come yet. Mail that comes from now on is read anyway.")
    return moment


async def _try(admin: "Admin", account: ImapAccount) -> Probe:
    query = select(ImapFolder).where(col(ImapFolder.mailbox_id) == account.mailbox_id)
    with admin.session.no_autoflush:
        positions = [ImapFolder(**one.model_dump()) for one in await admin.session.exec(query)]
        async with httpx.AsyncClient(timeout=admin.settings.call_timeout_seconds) as http:
            try:
                return await probe(account, positions, admin.sealer, http)
            except PasokhError as error:
                raise BadRequest(f"{error.message} {_help(account, error)}".strip()) from error


def _help(account: ImapAccount, error: PasokhError) -> str:
    provider = PROVIDERS.get(account.preset)
    if error.code == "imap_sign_in_refused" and not account.is_oauth:
        return provider.sign_in if provider else "Look at the name (--user) and the password."
    if error.code == "imap_down":
        return (
            f"Look at the host ({account.host}), the port ({account.port}) and the network. Most servers speak TLS at once on "
            "port 993; those on port 143 want --tls starttls."
        )
    return ""


async def test_account(admin: "Admin", mailbox: Mailbox) -> list[str]:
    """Sign in and look around; nothing is read, nothing is changed but a refresh token that the provider renewed."""
    account = await admin.session.get(ImapAccount, mailbox.id)
    if account is None:
        raise BadRequest(
            f"{mailbox.address} is not read over IMAP. To have it read: `pasokh mailbox add {mailbox.address} "
            "--replace --imap …`."
        )
    found = await _try(admin, account)
    account.secret_sealed = found.renewed or account.secret_sealed
    return [*describe_probe(account, found)]


def describe_probe(account: ImapAccount, found: Probe) -> Iterator[str]:
    """What was found, in lines."""
    idle = "announces new mail at once" if found.has_idle else "is asked for new mail every half minute"
    yield f"Signed in to {account.host} as {account.username}. The server {idle}."
    for folder in found.folders:
        use = "" if folder.new is None else f"\tread: {folder.new:,} now, and all that comes"
        use = f"\twatched for the staff's own answers: {folder.new:,} now" if folder.is_sent else use
        yield f"{folder.name}\t{folder.mails:,} mails{use}"
    yield from found.problems
    if account.sent_folder is not None and not any(folder.is_sent for folder in found.folders):
        yield "No folder of sent mails was found: name it with --sent, or answers from a mail program go unseen."
