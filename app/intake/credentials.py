"""What a mailbox is signed in to with: a password, or an access token that an OAuth grant is changed for."""

import dataclasses
import json

import httpx
import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.mail.inbound.imap import Login
from app.mail.inbound.oauth import Grant, refresh
from app.models.account import ServerAccount
from app.sealing import Sealer


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What to sign in with now. `renewed`: the sealed secret to keep from now on, where the provider replaced it."""

    login: Login
    renewed: bytes | None = None


def seal_grant(sealer: Sealer, grant: Grant) -> bytes:
    return sealer.seal(json.dumps(dataclasses.asdict(grant)))


async def get_credentials(account: ServerAccount, sealer: Sealer, http: httpx.AsyncClient) -> Credentials:
    """An account's. A token is asked for each time: a connection lasts for hours, and a token as long.

    Raises:
        SignInRefused: the provider gives out no token any more.
        ServerDown: the provider's token endpoint does not answer.
        Misconfigured: the secret was sealed with another key.
    """
    secret = sealer.open(account.secret_sealed)
    if not account.is_oauth:
        return Credentials(Login(account.username, secret))
    grant = Grant(**json.loads(secret))
    token = await refresh(http, grant)
    login = Login(account.username, token.access_token, is_token=True)
    if token.refresh_token == grant.refresh_token:
        return Credentials(login)
    renewed = dataclasses.replace(grant, refresh_token=token.refresh_token)
    return Credentials(login, seal_grant(sealer, renewed))


async def keep_renewed(database: Database, account: ServerAccount, renewed: bytes) -> None:
    """Keep a secret that the provider put in place of an account's, unless somebody has set a new one meanwhile.

    Args:
        database: Where the account is kept.
        account: As it was signed in with, held by no session; it bears the new secret from now on.
        renewed: `Credentials.renewed`.
    """
    kind, before = type(account), account.secret_sealed
    account.secret_sealed = renewed
    statement = (
        sa.update(kind)
        .where(
            col(kind.mailbox_id) == account.mailbox_id,
            col(kind.store_id) == account.store_id,
            col(kind.secret_sealed) == before,
        )
        .values(secret_sealed=renewed)
    )
    async with database.transaction() as session:
        await session.execute(statement)
