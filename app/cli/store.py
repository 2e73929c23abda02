"""`pasokh store add|list`."""

from typing import Annotated

import typer

app = typer.Typer(help="The stores whose mail is answered.", no_args_is_help=True)


@app.command("add")
def add(
    slug: Annotated[str, typer.Argument(help="A short name of your choice: saffron.")],
    shop: Annotated[str, typer.Option(help="The shop's own name: saffron.myshopify.com.")],
    token: Annotated[str, typer.Option(help="Admin API token of your app.", prompt=True, hide_input=True)],
    name: Annotated[str, typer.Option(help="What customers call it; default: as in Shopify.")] = "",
    locale: Annotated[
        str, typer.Option(help="Language for mails in a language that we do not speak.")
    ] = "en",
    signature: Annotated[str, typer.Option(help="Under each reply; default: the store's name.")] = "",
) -> None:
    """Add a store. Its token is tried first, and kept encrypted."""
    import asyncio

    from sqlmodel import select

    from app.cli import runtime
    from app.errors import BadRequest
    from app.models import Store
    from app.replies.locales import LOCALES
    from app.shopify.client import ShopifyClient
    from app.shopify.schemas import Shop

    settings = runtime.load()
    runtime.require(found=locale in LOCALES, sentence=f"--locale: choose one of {', '.join(LOCALES)}.")

    async def read_shop() -> Shop:
        async with ShopifyClient(settings.shopify_base_url or shop, token) as client:
            return await client.get_shop()

    known = asyncio.run(read_shop())

    async def run(admin: runtime.Admin) -> None:
        if (await admin.session.exec(select(Store).where(Store.slug == slug))).one_or_none():
            raise BadRequest(f"There is a store “{slug}” already.")
        admin.session.add(
            Store(
                slug=slug,
                name=name or known.name,
                shop_domain=shop,
                shop_token_sealed=admin.sealer.seal(token),
                default_locale=locale,
                timezone=known.iana_timezone,
                signature=signature,
            )
        )

    runtime.in_transaction(run)
    print(f"Added {name or known.name} ({shop}). Every intent is on draft: nothing leaves without a person.")
    print(f"Next: pasokh mailbox add support@… --store {slug}")


@app.command("list")
def list_() -> None:
    """List the stores."""
    from sqlmodel import select

    from app.cli import runtime
    from app.models import Store

    async def run(admin: runtime.Admin) -> list[Store]:
        return [*(await admin.session.exec(select(Store).order_by(Store.slug))).all()]

    for store in runtime.in_transaction(run):
        print(f"{store.slug}\t{store.name}\t{store.shop_domain}\t{store.default_locale}\t{store.timezone}")
