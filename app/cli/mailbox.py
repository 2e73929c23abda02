"""`pasokh mailbox add|list`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.cli.runtime import Admin
    from app.models import Mailbox, Store

app = typer.Typer(help="The addresses that customers write to.", no_args_is_help=True)


@app.command("add")
def add(
    address: Annotated[str, typer.Argument(help="support@your-shop.example")],
    from_name: Annotated[str, typer.Option(help="Sender's name of replies; default: the store's name.")] = "",
    store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "",
    parse_key: Annotated[
        str, typer.Option(help="Public key of SendGrid's Inbound Parse security policy.")
    ] = "",
    raw: Annotated[
        bool, typer.Option("--raw", help="Make a bearer token for /hooks/raw. It is shown once.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Change a mailbox that is there; what is not named stays as it is."),
    ] = False,
) -> None:
    """Add a mailbox, and print where its mail has to be posted."""
    from app.cli import inputs, runtime
    from app.cli.lookup import get_store
    from app.sealing import digest, new_token

    wanted, token = inputs.to_address(address), new_token("raw_") if raw else ""
    key = inputs.to_public_key(parse_key, option="--parse-key") if parse_key else None

    async def run(admin: runtime.Admin) -> str:
        shop = await get_store(admin.session, store)
        mailbox = await _get_or_make(admin, shop, wanted, replace=replace)
        mailbox.from_name = from_name or mailbox.from_name
        mailbox.parse_public_key = key or mailbox.parse_public_key
        mailbox.raw_token_hash = digest(token) if token else mailbox.raw_token_hash
        admin.session.add(mailbox)
        return "\n".join(_webhooks(admin, mailbox))

    print(runtime.in_transaction(run))
    if token:
        print(f"Bearer token: {token}")


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
        "Both webhooks are off; --replace with --parse-key or --raw opens one. `pasokh mail ingest` works as it is."
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
    """List the mailboxes of all stores, and which of their webhooks are on."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.models import Mailbox, Store

    async def run(admin: runtime.Admin) -> list[str]:
        query = select(Store, Mailbox).join(Mailbox, col(Mailbox.store_id) == col(Store.id))
        rows = await admin.session.exec(query.order_by(col(Store.slug), col(Mailbox.address)))
        return [
            line
            for shop, mailbox in rows
            for line in (_line(shop, mailbox), *(_webhooks(admin, mailbox) if urls else ()))
        ]

    for line in runtime.in_transaction(run):
        print(line)


def _line(shop: "Store", mailbox: "Mailbox") -> str:
    parse = "Inbound Parse on" if mailbox.parse_public_key else "Inbound Parse off"
    raw = "raw on" if mailbox.raw_token_hash else "raw off"
    return f"{shop.slug}\t{mailbox.address}\t{mailbox.from_name}\t{parse}\t{raw}"
