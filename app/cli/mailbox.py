"""`pasokh mailbox add|test|list|pause|resume`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import imap_options as imap
from app.cli import smtp_options as smtp

if TYPE_CHECKING:
    from datetime import datetime

    from app.cli.runtime import Admin
    from app.models import ImapAccount, Mailbox, Store

app = typer.Typer(help="The addresses that customers write to.", no_args_is_help=True)

_Plus = Annotated[
    bool | None,
    typer.Option(
        "--plus/--no-plus",
        help="Whether its host delivers plus addresses (support+anything@…), which replies ask answers at; default: yes.",
    ),
]


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 - an argument is an option, and few people need more than --imap
    address: Annotated[str, typer.Argument(help="support@your-shop.example")],
    from_name: Annotated[str, typer.Option(help="Sender's name of replies; default: the store's name.")] = "",
    store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "",
    parse_key: Annotated[
        str, typer.Option(help="Public key of SendGrid's Inbound Parse security policy.")
    ] = "",
    raw: Annotated[
        bool, typer.Option("--raw", help="Make a bearer token for /hooks/raw. It is shown once.")
    ] = False,
    trusted_host: Annotated[
        list[str] | None,
        typer.Option(help="Host whose Authentication-Results are believed; repeat it. none: nobody's."),
    ] = None,
    plus: _Plus = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Change a mailbox that is there; what is not named stays as it is."),
    ] = False,
    imap_server: imap.Imap = "",
    port: imap.Port = 0,
    tls: imap.TlsMode = "",
    user: imap.User = "",
    password: imap.Password = "",
    client_id: imap.ClientId = "",
    client_secret: imap.ClientSecret = "",
    refresh_token: imap.RefreshToken = "",
    token_url: imap.TokenUrl = "",
    folder: imap.Folders = None,
    sent: imap.Sent = "",
    since: imap.Since = "",
    all_mail: imap.All = False,
    smtp_server: smtp.Smtp = "",
    smtp_port: smtp.Port = 0,
    smtp_tls: smtp.TlsMode = "",
    smtp_user: smtp.User = "",
    smtp_password: smtp.Password = "",
    smtp_alias: smtp.Alias = False,
    out: smtp.Out = "",
) -> None:
    """Add a mailbox, and print where its mail has to be posted; or have it read over IMAP and send by SMTP, both tried first."""
    from app.cli import inputs
    from app.sealing import new_token

    folders = tuple(folder or ())
    grant = (client_id, client_secret, refresh_token, token_url)
    wanted = imap.Wanted(imap_server, port, tls, user, password, *grant, folders, sent, since, all_mail)
    key = inputs.to_public_key(parse_key, option="--parse-key") if parse_key else None
    token = new_token("raw_") if raw else ""
    sending = smtp.Wanted(smtp_server, smtp_port, smtp_tls, smtp_user, smtp_password, smtp_alias, out)
    doors = _Doors(from_name, key, token, trusted_host or [], plus)
    _add(inputs.to_address(address), store, doors, _Ways(wanted, sending), replace=replace)
    if token:
        print(f"Bearer token: {token}")


@dataclass(frozen=True, repr=False)
class _Doors:
    """What was named of a mailbox itself."""

    from_name: str
    parse_key: str | None
    raw_token: str
    trusted_hosts: list[str]
    plus_addressing: bool | None


@dataclass(frozen=True, repr=False)
class _Ways:
    """What was named of how its mail comes in, and how its own leaves."""

    reading: imap.Wanted
    sending: smtp.Wanted


def _add(address: str, store: str, doors: _Doors, ways: _Ways, *, replace: bool) -> None:
    from app.cli import runtime
    from app.cli.imap import set_account
    from app.cli.lookup import get_store
    from app.cli.smtp import set_way_out
    from app.models import ImapAccount
    from app.sealing import digest

    wanted, sending = _reading(ways, address), ways.sending

    async def run(admin: runtime.Admin) -> list[str]:
        shop = await get_store(admin.session, store)
        mailbox = await _get_or_make(admin, shop, address, replace=replace)
        mailbox.from_name = doors.from_name or mailbox.from_name
        mailbox.parse_public_key = doors.parse_key or mailbox.parse_public_key
        mailbox.raw_token_hash = digest(doors.raw_token) if doors.raw_token else mailbox.raw_token_hash
        opens = bool(doors.parse_key or doors.raw_token)
        mailbox.trusted_hosts = _trusted_hosts(mailbox, doors.trusted_hosts, wanted, opens=opens)
        if doors.plus_addressing is not None:
            mailbox.plus_addressing = doors.plus_addressing
        admin.session.add(mailbox)
        await admin.session.flush()
        found = await set_account(admin, mailbox, wanted) if wanted else []
        found += await set_way_out(admin, mailbox, sending, wanted or ways.reading) if sending else []
        if not found and await admin.session.get(ImapAccount, mailbox.id) is not None:
            return [
                f"{address} is changed. It is read over IMAP as before.",
                *(_webhooks(admin, mailbox) if _has_webhook(mailbox) else ()),
            ]
        if not found:
            return _webhooks(admin, mailbox)
        return [*found, *(_webhooks(admin, mailbox) if _has_webhook(mailbox) else ())]

    print("\n".join(runtime.in_transaction(run)))


def _reading(ways: _Ways, address: str) -> imap.Wanted:
    """What was named of reading; a grant that was named for sending alone sets up no reading."""
    from app.cli.imap import ask_for_secret

    reading = ways.reading
    grant = imap.Wanted(
        client_id=reading.client_id,
        client_secret=reading.client_secret,
        refresh_token=reading.refresh_token,
        token_url=reading.token_url,
    )
    return imap.Wanted() if ways.sending.smtp and reading == grant else ask_for_secret(reading, address)


def _trusted_hosts(
    mailbox: "Mailbox", named: list[str], wanted: imap.Wanted, *, opens: bool = False
) -> list[str]:
    """Those that were named; else, where all mail comes from a provider's own server, that provider's.

    A webhook's mail may have come any way, and anybody can write a header in the provider's name: where the webhook `opens`,
    what was trusted by itself no longer is.
    """
    from app.cli import inputs
    from app.mail.inbound.providers import PROVIDERS

    if named:
        return [inputs.to_host(host, option="--trusted-host") for host in named if host != "none"]
    by_itself = {host for one in PROVIDERS.values() for host in one.trusted_hosts}
    if opens and {*mailbox.trusted_hosts} <= by_itself:
        return []
    provider = PROVIDERS.get(wanted.imap)
    if provider is None or _has_webhook(mailbox) or mailbox.trusted_hosts:
        return [str(host) for host in mailbox.trusted_hosts]
    return [*provider.trusted_hosts]


def _has_webhook(mailbox: "Mailbox") -> bool:
    return bool(mailbox.parse_public_key or mailbox.raw_token_hash)


@app.command("test")
def try_(
    address: Annotated[str, typer.Argument(help="Which mailbox; default: the only one.")] = "",
) -> None:
    """Sign in where it is read over IMAP and where it sends by SMTP, and tell what is there. Nothing is sent or changed."""
    from app.cli import runtime
    from app.cli.imap import test_account
    from app.cli.lookup import get_mailbox
    from app.cli.smtp import test_way_out
    from app.models import ImapAccount
    from app.vocabulary import Outbound

    async def run(admin: runtime.Admin) -> list[str]:
        mailbox = await get_mailbox(admin.session, address)
        is_read = await admin.session.get(ImapAccount, mailbox.id) is not None
        if not is_read and mailbox.outbound is not Outbound.SENDGRID:
            return await test_way_out(admin, mailbox)
        return [*await test_account(admin, mailbox), *await test_way_out(admin, mailbox)]

    print("\n".join(runtime.in_transaction(run)))


@app.command("pause")
def pause(
    address: Annotated[str, typer.Argument(help="Which mailbox; default: the only one.")] = "",
) -> None:
    """Stop reading a mailbox over IMAP. Its mail stays where it is."""
    _switch(address, is_paused=True)


@app.command("resume")
def resume(
    address: Annotated[str, typer.Argument(help="Which mailbox; default: the only one.")] = "",
) -> None:
    """Read a paused mailbox on; of one that is in trouble, try again now."""
    _switch(address, is_paused=False)


def _switch(address: str, *, is_paused: bool) -> None:
    from app.access import StoreAccess
    from app.cli import runtime
    from app.cli.lookup import get_mailbox
    from app.intake import accounts

    async def run(admin: runtime.Admin) -> str:
        mailbox = await get_mailbox(admin.session, address)
        access = StoreAccess(admin.session, mailbox.store_id)
        if is_paused:
            await accounts.pause(access, mailbox.id, by="the command line")
            return (
                f"{mailbox.address} is paused: its mail stays in the mailbox until `pasokh mailbox resume`."
            )
        await accounts.resume(access, mailbox.id)
        return f"{mailbox.address} is read again within seconds, if a worker runs."

    print(runtime.in_transaction(run))


async def _get_or_make(admin: "Admin", shop: "Store", address: str, *, replace: bool) -> "Mailbox":
    """The mailbox of this address: one store's alone, or nobody could say whose mail it is."""
    import sqlalchemy as sa
    from sqlmodel import col, select

    from app.errors import BadRequest
    from app.models import Mailbox
    from app.sealing import digest, new_token

    # Two who add the same address at the same moment: the second waits, and finds the first's.
    await admin.session.execute(sa.text("LOCK TABLE mailbox IN SHARE ROW EXCLUSIVE MODE"))
    known = (await admin.session.exec(select(Mailbox).where(col(Mailbox.address) == address))).first()
    if known is None:
        key = new_token()
        return Mailbox(
            store_id=shop.id,
            address=address,
            from_name=shop.name,
            key_hash=digest(key),
            key_sealed=admin.sealer.seal(key),
        )
    if known.store_id != shop.id:
        raise BadRequest(f"The mailbox {address} belongs to another store.")
    if not replace:
        raise BadRequest(f"There is a mailbox {address} already. To change its keys, add --replace.")
    return known


def _webhooks(admin: "Admin", mailbox: "Mailbox") -> list[str]:
    """Where to post mail, a line each; the addresses are as good as passwords."""
    base, key = admin.settings.public_url.rstrip("/"), admin.sealer.open(mailbox.key_sealed)
    found = []
    if mailbox.parse_public_key:
        found.append(f"Inbound Parse: {base}/hooks/sendgrid/inbound/{key}")
    if mailbox.raw_token_hash:
        found.append(f"Raw mail: {base}/hooks/raw/{key}")
    return found or [
        "Both webhooks are off; --replace with --parse-key or --raw opens one, with --imap it is read over IMAP. `pasokh mail ingest` works as it is."
    ]


@app.command("list")
def list_(
    urls: Annotated[
        bool,
        typer.Option(
            "--urls", help="Show where to post mail, too. Keep these addresses as you keep passwords."
        ),
    ] = False,
) -> None:
    """List the mailboxes of all stores: which of their webhooks are on, by what way they send, how reading them fares."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.models import ImapAccount, Mailbox, Store

    async def run(admin: runtime.Admin) -> list[str]:
        query = (
            select(Store, Mailbox, ImapAccount)
            .join(Mailbox, col(Mailbox.store_id) == col(Store.id))
            .outerjoin(ImapAccount, col(ImapAccount.mailbox_id) == col(Mailbox.id))
        )
        rows = await admin.session.exec(query.order_by(col(Store.slug), col(Mailbox.address)))
        return [
            line
            for shop, mailbox, account in rows
            for line in (_line(shop, mailbox, account), *(_webhooks(admin, mailbox) if urls else ()))
        ]

    for line in runtime.in_transaction(run):
        print(line)


def _line(shop: "Store", mailbox: "Mailbox", account: "ImapAccount | None") -> str:
    from app.intake.health import describe

    parse = "Inbound Parse on" if mailbox.parse_public_key else "Inbound Parse off"
    raw = "raw on" if mailbox.raw_token_hash else "raw off"
    line = (
        f"{shop.slug}\t{mailbox.address}\t{mailbox.from_name}\t{parse}\t{raw}\tout: {mailbox.outbound.value}"
    )
    if account is None:
        return line
    health = describe(account, clock=_clock, ago=_ago)
    return f"{line}\tIMAP {account.host}: {health.sentence} {health.advice}".rstrip()


def _clock(moment: "datetime") -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _ago(moment: "datetime") -> str:
    from app.models.columns import now

    minutes = int((now() - moment).total_seconds() // 60)
    if minutes < 1:
        return "now"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} hours"
