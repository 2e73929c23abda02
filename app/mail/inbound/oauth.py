"""Access tokens for a mailbox, from the provider's token endpoint (RFC 6749, 6: refreshing an access token)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from app.errors import BadRequest
from app.mail.inbound.imap import ServerDown, SignInRefused, is_loopback


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """What an owner's consent gave us. `client_secret` and `scope` may be empty."""

    token_url: str
    client_id: str
    client_secret: str
    refresh_token: str
    scope: str = ""

    def __post_init__(self) -> None:
        address = urlsplit(self.token_url)
        if address.scheme != "https" and not is_loopback(address.hostname or ""):
            raise BadRequest(
                "The token endpoint has to be an https:// address: it is sent the client's secret."
            )


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """`refresh_token`: a new one that replaces the grant's, or the grant's own."""

    access_token: str
    refresh_token: str


async def refresh(http: httpx.AsyncClient, grant: Grant) -> Token:
    """A fresh access token.

    Raises:
        SignInRefused: the consent was taken back or has ended, or the client is not known any more.
        ServerDown: the endpoint is down, busy, or answers in no form that is documented.
    """
    form = {
        "grant_type": "refresh_token",
        "client_id": grant.client_id,
        "client_secret": grant.client_secret,
        "refresh_token": grant.refresh_token,
        "scope": grant.scope,
    }
    try:
        answer = await http.post(grant.token_url, data={name: value for name, value in form.items() if value})
    except httpx.HTTPError as error:
        raise ServerDown(
            f"The provider's token endpoint does not answer ({type(error).__name__})."
        ) from error
    return _read(answer, grant)


def _read(answer: httpx.Response, grant: Grant) -> Token:
    try:
        found = answer.json()
    except ValueError:
        found = None
    found = found if isinstance(found, dict) else {}
    if answer.status_code in {400, 401, 403} and found.get("error"):
        # RFC 6749, 5.2. The description may name the client, and is the provider's to show, not ours.
        raise SignInRefused(f"The provider gives out no token any more: “{str(found['error'])[:60]}”.")
    token = found.get("access_token")
    if answer.status_code != httpx.codes.OK or not isinstance(token, str) or not token:
        raise ServerDown(f"The provider's token endpoint answered {answer.status_code}, without a token.")
    renewed = found.get("refresh_token")
    return Token(token, renewed if isinstance(renewed, str) and renewed else grant.refresh_token)
