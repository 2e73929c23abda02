"""`pasokh mailbox add|list`."""

from typing import Annotated

import typer

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
) -> None:
    """Add a mailbox, and print where its mail has to be posted."""
    from app.cli import runtime
    from app.cli.lookup import get_store
    from app.mail.inbound.sendgrid import load_public_key
    from app.models import Mailbox
    from app.sealing import digest, new_token

    settings = runtime.load()
    runtime.require(found="@" in address, sentence="That is no email address.")
    if parse_key:
        load_public_key(parse_key)
    key, token = new_token(), new_token("raw_") if raw else ""

    async def run(admin: runtime.Admin) -> None:
        shop = await get_store(admin.session, store)
        admin.session.add(
            Mailbox(
                store_id=shop.id,
                address=address.lower(),
                from_name=from_name or shop.name,
                key_hash=digest(key),
                key_sealed=admin.sealer.seal(key),
                parse_public_key=parse_key or None,
                raw_token_hash=digest(token) if token else None,
            )
        )

    runtime.in_transaction(run)
    if parse_key:
        print(f"Inbound Parse: {settings.public_url}/hooks/sendgrid/inbound/{key}")
    if token:
        print(f"Raw mail: {settings.public_url}/hooks/raw/{key}")
        print(f"Bearer token: {token}")
    if not parse_key and not token:
        print(
            "Added, with both webhooks off: give --parse-key or --raw to open one. `pasokh mail ingest` works as it is."
        )


@app.command("list")
def list_() -> None:
    """List the mailboxes and their webhooks."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.models import Mailbox, Store

    settings = runtime.load()

    async def run(admin: runtime.Admin) -> list[tuple[str, Mailbox, str]]:
        query = select(Store, Mailbox).join(Mailbox, col(Mailbox.store_id) == col(Store.id))
        rows = await admin.session.exec(query.order_by(col(Store.slug), col(Mailbox.address)))
        return [(shop.slug, mailbox, admin.sealer.open(mailbox.key_sealed)) for shop, mailbox in rows]

    for slug, mailbox, key in runtime.in_transaction(run):
        parse = (
            f"{settings.public_url}/hooks/sendgrid/inbound/{key}"
            if mailbox.parse_public_key
            else "Inbound Parse off"
        )
        raw = f"{settings.public_url}/hooks/raw/{key}" if mailbox.raw_token_hash else "raw off"
        print(f"{slug}\t{mailbox.address}\t{parse}\t{raw}")
