"""`pasokh user add|list`."""

from typing import Annotated

import typer

from app.vocabulary import Role

app = typer.Typer(help="The people who work with it.", no_args_is_help=True)


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="With which they sign in.")],
    name: Annotated[str, typer.Option(help="How colleagues know them.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "",
    role: Annotated[Role, typer.Option(help="Owners change settings, agents work.")] = Role.AGENT,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give a person who is known already this name and password.")
    ] = False,
) -> None:
    """Add a person to a store; somebody who is known already gets the role in this store too."""
    import sqlalchemy as sa
    from sqlmodel import col, select

    from app.cli import inputs, runtime
    from app.cli.lookup import get_store
    from app.models import Membership, User, WebSession
    from app.web.passwords import hash_password

    address, password_hash = inputs.to_address(email), hash_password(password)

    async def run(admin: runtime.Admin) -> str:
        shop = await get_store(admin.session, store)
        user = (await admin.session.exec(select(User).where(User.email == address))).one_or_none()
        note = (
            "Their name and password stay as they were; --replace changes them."
            if user and not replace
            else ""
        )
        if user is None:
            user = User(email=address, name=name, password_hash=password_hash)
            admin.session.add(user)
            await admin.session.flush()
        elif replace:
            user.name, user.password_hash = name, password_hash
            await admin.session.exec(sa.delete(WebSession).where(col(WebSession.user_id) == user.id))
        await admin.session.merge(Membership(user_id=user.id, store_id=shop.id, role=role))
        return f"{address} is {role} of {shop.slug}. {note}".rstrip()

    print(runtime.in_transaction(run))


@app.command("list")
def list_(store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "") -> None:
    """List the people of a store."""
    from sqlmodel import col, select

    from app.cli import runtime
    from app.cli.lookup import get_store
    from app.models import Membership, User

    async def run(admin: runtime.Admin) -> list[tuple[str, str, Role]]:
        shop = await get_store(admin.session, store)
        query = select(User, Membership).join(Membership, col(Membership.user_id) == col(User.id))
        rows = await admin.session.exec(
            query.where(col(Membership.store_id) == shop.id).order_by(col(User.email))
        )
        return [(user.email, user.name, membership.role) for user, membership in rows]

    for email, name, role in runtime.in_transaction(run):
        print(f"{email}\t{name}\t{role}")
