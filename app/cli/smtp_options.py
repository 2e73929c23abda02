"""The options of `pasokh mailbox add` that say by what way a mailbox's mails leave. Imports nothing heavy."""

from dataclasses import dataclass
from typing import Annotated

import typer

_PANEL = "By what way its mails leave"


def _option(*names: str, help: str) -> object:  # noqa: A002 - typer's own word
    return typer.Option(*names, help=help, rich_help_panel=_PANEL)


Smtp = Annotated[
    str,
    _option(
        "--smtp",
        help="Send by the mailbox's own provider: gmail, outlook, yahoo, icloud, fastmail, auto (by the address), or another "
        "server's host name.",
    ),
]
Port = Annotated[int, _option("--smtp-port", help="Default: 465, or 587 without implicit TLS.")]
TlsMode = Annotated[
    str,
    _option("--smtp-tls", help="implicit (default), starttls, or none: for a server on this machine alone."),
]
User = Annotated[str, _option("--smtp-user", help="Who signs in; default: the address. none: nobody has to.")]
Password = Annotated[
    str, _option("--smtp-password", help="Default: that of IMAP; asked for where there is none.")
]
Alias = Annotated[
    bool,
    _option("--smtp-alias", help="The server lets that user send as this address, though it is another."),
]
Out = Annotated[
    str,
    _option(
        "--out",
        help="sendgrid (default), smtp, or folder: mails are written to files in the data folder, and nothing is sent.",
    ),
]


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What was named; what was not is empty."""

    smtp: str = ""
    port: int = 0
    tls: str = ""
    user: str = ""
    password: str = ""
    is_alias: bool = False
    out: str = ""

    def __bool__(self) -> bool:
        return self != Wanted()
