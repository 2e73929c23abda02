"""`pasokh key add|list`."""

from typing import Annotated

import typer

app = typer.Typer(help="Keys for programs that read a store's data.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "",
) -> None:
    """Make an API key. It is shown once."""
    from app.cli import runtime
    from app.cli.lookup import get_store
    from app.models import ApiKey
    from app.sealing import digest, new_token

    token = new_token("pk_")

    async def run(admin: runtime.Admin) -> None:
        shop = await get_store(admin.session, store)
        admin.session.add(ApiKey(store_id=shop.id, name=name, prefix=token[:8], key_hash=digest(token)))

    runtime.in_transaction(run)
    print(token)


@app.command("list")
def list_(store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "") -> None:
    """List a store's API keys by their first characters."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.cli.lookup import get_store
    from app.models import ApiKey

    async def run(admin: runtime.Admin) -> list[ApiKey]:
        shop = await get_store(admin.session, store)
        query = select(ApiKey).where(col(ApiKey.store_id) == shop.id).order_by(col(ApiKey.created_at))
        return [*(await admin.session.exec(query)).all()]

    for key in runtime.in_transaction(run):
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
        print(f"{key.prefix}…\t{key.name}\t{used}")
