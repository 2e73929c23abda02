"""Put a copy of a mail that left by SMTP into the mailbox's folder of sent mails, where people look for it (RFC 9051, 6.3.12).

The one thing that we ever write into a mailbox.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from app.mail.inbound.imap import Connection, Login, Server, Unusable, in_words

_SEEN = rb"\Seen"


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail as it left. `message_id` is with angle brackets."""

    content: bytes
    message_id: str
    sent_at: datetime


def put_copy(server: Server, login: Login, folder: str, copy: Copy) -> bool:
    """Put a copy into a folder, unless it is there already; blocks.

    Args:
        server: Where the mailbox is.
        login: Who signs in.
        folder: Its name; empty: the one that the server marks as that of sent mails.
        copy: The mail.

    Returns:
        Whether it was put there just now.

    Raises:
        ServerDown: the server is away, or does not take it now.
        SignInRefused: it does not let us in.
        Unusable: there is no such folder.
    """
    with _signed_in(server, login) as connection:
        name = folder or _sent_folder(connection)
        if connection.has(name, copy.message_id):
            return False
        connection.append(name, copy)
        return True


class _Writing(Connection):
    def has(self, folder: str, message_id: str) -> bool:
        self.open(folder)
        with in_words(self._server):
            return bool(self._client.search(["HEADER", "Message-ID", message_id]))

    def append(self, folder: str, copy: Copy) -> None:
        with in_words(self._server):
            try:
                self._client.append(folder, copy.content, flags=[_SEEN], msg_time=copy.sent_at)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                if b"TRYCREATE" in str(error).encode():
                    raise Unusable(f"There is no folder “{folder}” to put copies into.") from error
                raise


@contextlib.contextmanager
def _signed_in(server: Server, login: Login) -> Iterator[_Writing]:
    connection = _Writing(server)
    try:
        connection.sign_in(login)
        yield connection
    finally:
        connection.sign_out()


def _sent_folder(connection: Connection) -> str:
    found = next((one.name for one in connection.folders() if one.is_sent and one.is_selectable), None)
    if found is None:
        raise Unusable("The server marks no folder as that of sent mails.")
    return found
