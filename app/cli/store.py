"""`pasokh store add|list|stop|resume`."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.shopify.schemas import Shop

app = typer.Typer(help="The stores whose mail is answered.", no_args_is_help=True)


@app.command("add")
def add(
    slug: Annotated[str, typer.Argument(help="A short name of your choice: saffron.")],
    shop: Annotated[str, typer.Option(help="The shop's own name: saffron.myshopify.com.")],
    token: Annotated[str, typer.Option(help="Admin API token of your app.", prompt=True, hide_input=True)],
    name: Annotated[str, typer.Option(help="What customers call it; default: as in Shopify.")] = "",
    locale: Annotated[
        str, typer.Option(help="Language for mails in a language that we do not speak; default: en.")
    ] = "",
    signature: Annotated[str, typer.Option(help="Under each reply; default: the store's name.")] = "",
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Give a store that is there this shop and token, and what else is named."
        ),
    ] = False,
) -> None:
    """Add a store. Its token is tried first, and kept encrypted."""
    from sqlmodel import select

    from app.cli import inputs, runtime
    from app.errors import BadRequest
    from app.models import Store
    from app.replies.locales import LOCALES

    settings = runtime.load()
    settings.require_secret_key()
    inputs.to_slug(slug)
    domain, secret = inputs.to_domain(shop), inputs.to_secret(token, option="--token")
    if locale and locale not in LOCALES:
        raise BadRequest(f"--locale: choose one of {', '.join(LOCALES)}.")
    known = _try_token(settings.shopify_base_url or domain, secret)

    async def run(admin: runtime.Admin) -> Store:
        store = (await admin.session.exec(select(Store).where(Store.slug == slug))).one_or_none()
        if store is not None and not replace:
            raise BadRequest(f"There is a store “{slug}” already. To give it another token, add --replace.")
        sealed = admin.sealer.seal(secret)
        if store is None:
            store = Store(slug=slug, name=known.name, shop_domain=domain, shop_token_sealed=sealed)
        store.shop_domain, store.shop_token_sealed, store.timezone = domain, sealed, known.iana_timezone
        store.name = name or store.name
        store.default_locale = locale or store.default_locale
        store.signature = signature or store.signature
        admin.session.add(store)
        return store

    store = runtime.in_transaction(run)
    print(f"{store.name} ({domain}) is store “{slug}”.")
    if not store.modes:
        print("Every intent is on draft: nothing leaves without a person.")
    print(f"Next: pasokh mailbox add support@… --store {slug}")


def _try_token(base_url: str, token: str) -> "Shop":
    """The shop's own settings, which only a good token can read."""
    import asyncio

    from app.shopify.client import ShopifyClient

    async def read() -> "Shop":
        async with ShopifyClient(base_url, token) as client:
            return await client.get_shop()

    return asyncio.run(read())


@app.command("list")
def list_() -> None:
    """List the stores."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.models import Store

    async def run(admin: runtime.Admin) -> list[Store]:
        return [*(await admin.session.exec(select(Store).order_by(col(Store.slug)))).all()]

    for store in runtime.in_transaction(run):
        print(f"{store.slug}\t{store.name}\t{store.shop_domain}\t{store.default_locale}\t{store.timezone}")


_Slug = Annotated[str, typer.Argument(help="Which store; default: the only one.")]


@app.command("stop")
def stop(slug: _Slug = "") -> None:
    """Stop all automatic replies of a store, those in their undo time included. Drafts are still made."""
    from app.access import StoreAccess
    from app.cli import lookup, runtime
    from app.inbox.stopping import hold_scheduled

    name, changed = _switch(slug, automatic=False)

    async def hold(admin: runtime.Admin) -> int:
        store = await lookup.get_store(admin.session, slug)
        return await hold_scheduled(StoreAccess(admin.session, store.id))

    held = runtime.in_transaction(hold)
    print(
        f"{name}: automatic replies are off{'' if changed else ' already'}. {held} scheduled ones are held."
    )


@app.command("resume")
def resume(slug: _Slug = "") -> None:
    """Let automatic replies of a store leave again. What was held meanwhile waits for a person."""
    name, changed = _switch(slug, automatic=True)
    print(f"{name}: automatic replies are on{'' if changed else ' already'}.")


def _switch(slug: str, *, automatic: bool) -> tuple[str, bool]:
    from app.access import StoreAccess
    from app.cli import lookup, runtime
    from app.inbox.stopping import set_switch

    async def run(admin: runtime.Admin) -> tuple[str, bool]:
        store = await lookup.get_store(admin.session, slug)
        access = StoreAccess(admin.session, store.id)
        return store.name, await set_switch(access, automatic=automatic, by="An administrator")

    return runtime.in_transaction(run)
