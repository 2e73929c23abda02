"""The options of `pasokh mailbox add` that say how a mailbox is read over IMAP. Imports nothing heavy."""

from dataclasses import dataclass
from typing import Annotated

import typer

_PANEL = "Reading it over IMAP"


def _option(*names: str, help: str) -> object:  # noqa: A002 - typer's own word
    return typer.Option(*names, help=help, rich_help_panel=_PANEL)


Imap = Annotated[
    str,
    _option(
        "--imap",
        help="gmail, outlook, yahoo, icloud, fastmail, auto (by the address), or another server's host name.",
    ),
]
Port = Annotated[int, _option(help="Default: 993, or 143 without implicit TLS.")]
TlsMode = Annotated[
    str, _option("--tls", help="implicit (default), starttls, or none: for a server on this machine alone.")
]
User = Annotated[str, _option(help="Who signs in; default: the address.")]
Password = Annotated[str, _option(help="Asked for if it is not given. Most providers want an app password.")]
ClientId = Annotated[str, _option(help="Sign in with OAuth: the client's id at Google or Microsoft.")]
ClientSecret = Annotated[str, _option(help="The client's secret, if it has one.")]
RefreshToken = Annotated[str, _option(help="What consent gave you. Asked for if it is not given.")]
TokenUrl = Annotated[str, _option(help="The provider's token endpoint; known of gmail and outlook.")]
Folders = Annotated[
    list[str] | None, _option("--folder", help="Read this folder; repeat it. Default: INBOX.")
]
Sent = Annotated[
    str, _option(help="Folder of sent mails; default: the one that the server marks so. none: not watched.")
]
Since = Annotated[str, _option(help="Read mail since this day (2026-11-22) too; default: from now on.")]
All = Annotated[bool, _option("--all", help="Read all mail that is there, however old. It is answered, too.")]


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What was named; what was not is empty."""

    imap: str = ""
    port: int = 0
    tls: str = ""
    user: str = ""
    password: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    token_url: str = ""
    folders: tuple[str, ...] = ()
    sent: str = ""
    since: str = ""
    all: bool = False

    def __bool__(self) -> bool:
        return self != Wanted()
