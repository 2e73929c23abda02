"""What an IMAP connection stands on: TLS that checks, and the library where it believes too much of a server."""

import contextlib
import imaplib
import ssl
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import imapclient
from imapclient import imap_utf7
from imapclient.exceptions import IMAPClientAbortError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

LONGEST_ANSWER, LONGEST_WAIT = 100_000_000, 900.0
"""Bytes, seconds. Mails are fetched in groups of a few megabytes, and of what is bigger than any that is read the header alone."""


def tls_context() -> ssl.SSLContext:
    """One for all connections of a process: to read the authorities' certificates takes longer than to connect."""
    return _context_of(ssl.get_default_verify_paths())


@cache
def _context_of(_: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    return ssl.create_default_context()


class Client(imapclient.IMAPClient):  # type: ignore[misc]  # the library is not typed
    """The library's client on connections that give up on an answer without end."""

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        """What the library would make."""
        kind: Any = _Tls if self.ssl else _Plain
        context = (self.ssl_context,) if self.ssl else ()
        made: imaplib.IMAP4 = kind(self.host, self.port, *context, self._timeout.connect)
        return made


class _Bounded(imaplib.IMAP4):
    """imaplib takes whatever size a server announces, asks for so much memory at once, and reads on until the last line has come."""

    longest, seconds = LONGEST_ANSWER, LONGEST_WAIT
    _left, _ends = 0, 0.0

    def open(self, *args: Any, **options: Any) -> None:
        self._begin()
        super().open(*args, **options)

    def _new_tag(self) -> Any:
        """Each command begins with it."""
        self._begin()
        return super()._new_tag()  # type: ignore[misc]  # it is not in the stubs

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._spend(len(line))
        return line

    def _begin(self) -> None:
        self._left, self._ends = self.longest, time.monotonic() + self.seconds

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0 or time.monotonic() > self._ends:
            raise IMAPClientAbortError("its answer is longer than any that makes sense")


class _Plain(_Bounded, IMAP4WithTimeout):  # type: ignore[misc]  # the library is not typed
    pass


class _Tls(_Bounded, IMAP4_TLS):  # type: ignore[misc]  # the library is not typed
    pass


def list_folders(client: Any) -> Iterator[tuple[str, set[bytes]]]:
    """Each folder's name and its marks in lower case; what bears a name in no encoding at all hides no other folder."""
    client.folder_encode = False
    try:
        rows = client.list_folders()
    finally:
        client.folder_encode = True
    for flags, _, name in rows:
        with contextlib.suppress(ValueError):
            yield str(imap_utf7.decode(name)), {flag.lower() for flag in flags}
