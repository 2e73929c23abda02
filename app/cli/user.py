"""`pasokh user add|list`."""

from typing import Annotated

import typer

from app.vocabulary import Role

app = typer.Typer(help="The people who work with it.", no_args_is_help=True)


@app.command("add")
def add(
    email: str,
    name: Annotated[str, typer.Option(help="How colleagues know them.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    store: Annotated[str, typer.Option(help="Which store; default: the only one.")] = "",
    role: Annotated[Role, typer.Option(help="Owners change settings, agents work.")] = Role.AGENT,
) -> None:
    """Add a person to a store; somebody who is known already gets the role in this store too."""
    from sqlmodel import select

    from app.cli import runtime
    from app.cli.lookup import get_store
    from app.models import Membership, User
    from app.web.passwords import hash_password

    runtime.require(found=len(password) >= 12, sentence="The password has to have 12 characters or more.")
    runtime.require(found="@" in email, sentence="That is no email address.")

    async def run(admin: runtime.Admin) -> str:
        shop = await get_store(admin.session, store)
        user = (await admin.session.exec(select(User).where(User.email == email.lower()))).one_or_none()
        if user is None:
            user = User(email=email.lower(), name=name, password_hash=hash_password(password))
            admin.session.add(user)
            await admin.session.flush()
        membership = await admin.session.get(Membership, (user.id, shop.id))
        if membership is None:
            admin.session.add(Membership(user_id=user.id, store_id=shop.id, role=role))
        else:
            membership.role = role
        return shop.slug

    print(f"{email.lower()} is {role} of {runtime.in_transaction(run)}.")


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
