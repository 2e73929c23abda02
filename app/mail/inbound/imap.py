"""One connection to an IMAP server (RFC 9051, RFC 3501), which is only ever read from; see outbound/sent_folder.py for the one exception.

Folders are opened with EXAMINE and mails fetched with BODY.PEEK[]: nothing is marked as read, moved or deleted. Every
method blocks, and belongs into a thread; the waiting does not, see `Connection.fileno`.
"""

import base64
import contextlib
import ipaddress
import re
import socket
import ssl
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from app.errors import BadRequest, NeedsPerson, TryLater
from app.mail.inbound.folder_names import SENT_NAMES
from app.mail.inbound.imap_wire import Client, list_folders, tls_context

T = TypeVar("T")

_STATE = (b"UIDVALIDITY", b"UIDNEXT", b"EXISTS")
_UIDS_AT_ONCE = 20_000
"""A server answers a search in one line, and the library takes a million characters of it at most."""
_WORDS, _BIGGEST = 200, 2**31 - 1
_CONNECT, _GOODBYE = 10.0, 2.0
"""Seconds. While a connection is being made, nobody can cut it: a process that ends waits for it so long."""
_NO_SENSE = (
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError),
    *(OverflowError, RecursionError),
)
"""What the library falls over where an answer is not one: no number where one has to stand, or nothing at all."""
_WRAPPING = re.compile(r"^(?:[\w ]+ (?:failed|error): )?(?:\[?b')?")
"""What the library puts around a server's words."""
_TEMPORARY = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|OVERQUOTA)\]|too many|try again|temporar", re.IGNORECASE
)
"""Response codes (RFC 5530), and what servers without them say."""


class ServerDown(TryLater):
    """The server is out of reach, busy or hung up. Nothing took effect, as nothing ever does."""

    code = "imap_down"

    def __init__(self, message: str) -> None:
        super().__init__(message, service="The mail server")


class SignInRefused(NeedsPerson):
    """The server does not take this name with this password or token."""

    code = "imap_sign_in_refused"


class Unusable(NeedsPerson):
    """Something is set up in a way that cannot work: a folder, a certificate, a way of signing in."""

    code = "imap_unusable"


class MailUnreadable(NeedsPerson):
    """The server does not hand this one mail out. The connection goes on."""

    code = "imap_mail_unreadable"


class Tls(StrEnum):
    """How a connection is encrypted."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"
    """For a server on this very machine alone."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox is. `timeout`: seconds of silence after which the server counts as down."""

    host: str
    port: int = 993
    tls: Tls = Tls.IMPLICIT
    timeout: float = 30

    def __post_init__(self) -> None:
        if self.tls is Tls.NONE and not is_loopback(self.host):
            raise BadRequest(
                f"{self.host} is another machine: the password would go there in the clear. Use TLS: implicit "
                "(port 993) or starttls (port 143)."
            )


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """Who signs in, with a password or, where `is_token`, an OAuth access token (SASL XOAUTH2)."""

    user: str
    secret: str
    is_token: bool = False


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    is_sent: bool
    """By SPECIAL-USE (RFC 6154), or by its name where the server marks no folder."""
    is_selectable: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder's state. `uidnext` is 0 where the server does not tell."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a folder, without its text: size in bytes, and when the server got it."""

    uid: int
    size: int
    received_at: datetime


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name; nothing is looked up."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return host.rstrip(".").lower() == "localhost"


class Connection:
    """Open on return. Every method raises ServerDown where the connection is lost; it is of no use afterwards.

    Raises:
        ServerDown: nobody answers there.
        Unusable: the certificate is not the host's, or TLS is not to be had.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        with in_words(server):
            self._client: Any = Client(
                server.host,
                port=server.port,
                ssl=server.tls is Tls.IMPLICIT,
                ssl_context=tls_context() if server.tls is Tls.IMPLICIT else None,
                timeout=min(_CONNECT, server.timeout),
            )
            self._client.normalise_times = False
            if server.tls is Tls.STARTTLS:
                self._start_tls(tls_context())
            self._client.socket().settimeout(server.timeout)

    def _start_tls(self, context: ssl.SSLContext) -> None:
        try:
            self._client.starttls(context)
        except BaseException:
            with contextlib.suppress(OSError):  # where the handshake failed, it is closed already
                self._client.shutdown()
            raise

    def sign_in(self, login: Login) -> None:
        """Once, first of all.

        Raises:
            SignInRefused: with what the server said.
        """
        with in_words(self._server):
            try:
                self._sign_in(login)
            except IMAPClientAbortError:
                raise
            except (LoginError, CapabilityError) as error:
                said = _said(error, login.secret)
                if _TEMPORARY.search(said):
                    raise ServerDown(f"{self._server.host} lets nobody in just now: “{said}”.") from None
                raise SignInRefused(f"{self._server.host} answered: “{said}”.") from None

    def _sign_in(self, login: Login) -> None:
        if login.is_token:
            self._client.sasl_login("XOAUTH2", _xoauth2(login))
        elif login.user.isascii() and login.secret.isascii():
            self._client.login(login.user, login.secret)
        else:  # LOGIN knows ASCII alone; PLAIN is UTF-8 (RFC 4616)
            self._client.plain_login(login.user, login.secret)

    @property
    def has_idle(self) -> bool:
        """Whether the server announces news by itself (RFC 2177)."""
        with in_words(self._server):
            return bool(self._client.has_capability("IDLE"))

    def folders(self) -> list[Folder]:
        """All folders, INBOX first."""
        with in_words(self._server):
            rows = [*list_folders(self._client)]
        is_marked = any(rb"\sent" in flags for _, flags in rows)
        found = [
            Folder(
                name,
                is_sent=rb"\sent" in flags if is_marked else _leaf(name) in SENT_NAMES,
                is_selectable=not flags & {rb"\noselect", rb"\nonexistent"},
            )
            for name, flags in rows
        ]
        return sorted(found, key=lambda one: (one.name.upper() != "INBOX", one.name))

    def open(self, folder: str) -> Opened:
        """Look into a folder from now on, read-only.

        Raises:
            Unusable: there is no such folder.
        """
        with in_words(self._server):
            try:
                answer = self._client.select_folder(folder, readonly=True)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                if _TEMPORARY.search(_said(error)):
                    raise
                raise Unusable(f"The folder “{folder}” cannot be opened: “{_said(error)}”.") from error
            # 32 bits each (RFC 9051, 9: nz-number): an array of them takes no more.
            return Opened(*array("I", (int(answer.get(name, 0)) for name in _STATE)))

    def uids_after(self, uid: int, opened: Opened, *, since: date | None = None) -> Sequence[int]:
        """UIDs above `uid`, ascending, that the server got on `since` (in its own time zone) or later."""
        found = array("I")
        dated = ["SINCE", since] if since else []
        for window in _windows(uid, opened):
            with in_words(self._server):
                # `n:*` always names the last mail, whatever its UID (RFC 9051, 9: seq-range).
                found.extend(one for one in self._client.search(["UID", window, *dated]) if one > uid)
        return sorted(found) if opened.uidnext == 0 else found

    def list_mails(self, uids: Sequence[int]) -> list[Listed]:
        """Size and date of mails that are still there, ascending by UID."""
        rows = self._fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [
            Listed(uid, min(int(row.get(b"RFC822.SIZE") or 0), _BIGGEST), _aware(row.get(b"INTERNALDATE")))
            for uid, row in sorted(rows.items())
        ]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails, byte for byte; one that has gone meanwhile is left out.

        Raises:
            MailUnreadable: the server would not hand one of them out, or in no form that is to be understood.
        """
        return self._fetch_part(uids, "BODY.PEEK[]", b"BODY[]")

    def fetch_header(self, uid: int) -> bytes:
        """The header of a mail; empty where it is gone. Raises MailUnreadable as `fetch` does."""
        return self._fetch_part([uid], "BODY.PEEK[HEADER]", b"BODY[HEADER]").get(uid, b"")

    def _fetch_part(self, uids: Sequence[int], wanted: str, answered: bytes) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for uid, row in sorted(self._fetch(uids, [wanted]).items()):
            content = row.get(answered)
            if not isinstance(content, bytes):
                raise MailUnreadable("The server knows of the mail, and has no text for it.")
            found[uid] = content
        return found

    def _fetch(self, uids: Sequence[int], items: list[str]) -> Mapping[int, Mapping[bytes, Any]]:
        with in_words(self._server):
            try:
                found: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(uids, items)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise MailUnreadable(f"The server said: “{_said(error)}”.") from error
        # Servers tell in between of other mails, too, whose flags somebody has just changed (RFC 9051, 7.5.2).
        return {uid: found[uid] for uid in uids if uid in found}

    def fileno(self) -> int:
        """For `loop.add_reader`: between `start_idle` and `end_idle` it is readable when there is news, or nobody."""
        with in_words(self._server):
            return int(self._client.socket().fileno())

    def start_idle(self) -> bool:
        """Ask the server to announce news of the folder that is open (RFC 2177). Only `end_idle` may follow.

        Returns:
            False where there is news already: do not wait.
        """
        with in_words(self._server):
            try:
                self._client.idle()
            except IMAPClientAbortError:
                raise
            except IMAPClientError:  # something was announced before the server said that it listens
                return False
        return True

    def end_idle(self) -> None:
        with in_words(self._server):
            self._client.idle_done()

    def sign_out(self) -> None:
        """In good order if that is to be had at once; never raises."""
        with contextlib.suppress(IMAPClientError, OSError, ValueError):
            self._client.socket().settimeout(_GOODBYE)
            self._client.logout()
        with contextlib.suppress(IMAPClientError, OSError, ValueError):
            self._client.shutdown()

    def cut(self) -> None:
        """Hang up, from any thread: whoever waits for the server gets ServerDown at once."""
        with contextlib.suppress(OSError):
            # A TLS socket's own shutdown() would pull TLS away from under the thread that reads.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)


@contextlib.contextmanager
def in_words(server: Server) -> Iterator[None]:
    """Whatever a connection can end by, as one of ours."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Unusable(
            f"The certificate of {server.host} is not to be trusted ({error.verify_message.rstrip('.')})."
        ) from error
    except ssl.SSLError as error:
        reason = (error.reason or "it hung up").replace("_", " ").lower()
        raise ServerDown(
            f"{server.host} does not speak TLS as it should on port {server.port} ({reason})."
        ) from error
    except CapabilityError as error:
        raise Unusable(f"{server.host} cannot do what is asked: {_said(error)}.") from error
    except socket.gaierror as error:
        raise ServerDown(f"There is no host {server.host} to be found.") from error
    except (IMAPClientError, EOFError, *_NO_SENSE) as error:
        raise ServerDown(f"{server.host} hung up or does not make sense: “{_said(error)}”.") from error
    except TimeoutError as error:
        raise ServerDown(f"{server.host} did not answer within {server.timeout:g} seconds.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ServerDown(
            f"The connection to {server.host}, port {server.port}, failed ({reason})."
        ) from error


def _said(error: Exception, secret: str = "") -> str:
    """What a server said, fit to be shown: one short line, without the secret should it have repeated it."""
    words = _WRAPPING.sub("", " ".join(str(error).split())).removesuffix("'")
    for form in (secret, base64.b64encode(secret.encode()).decode()):
        words = words.replace(form, "…") if form else words
    return "".join(one for one in words if one.isprintable())[:_WORDS]


def _xoauth2(login: Login) -> Callable[[bytes], bytes]:
    """https://developers.google.com/gmail/imap/xoauth2-protocol: a second challenge is an error, to be acknowledged."""

    def answer(challenge: bytes) -> bytes:
        if challenge.strip():
            return b""
        return f"user={login.user}\1auth=Bearer {login.secret}\1\1".encode()

    return answer


def _windows(uid: int, opened: Opened) -> Iterator[str]:
    if opened.uidnext == 0:
        yield f"{uid + 1}:*"
        return
    # UIDs may have gaps of millions: as many windows as the mails of the folder would fill, however far apart they lie.
    # No answer is longer than the folder has mails.
    windows = max(1, -(-opened.exists // _UIDS_AT_ONCE))
    width = max(_UIDS_AT_ONCE, -(-(opened.uidnext - uid - 1) // windows))
    for first in range(uid + 1, opened.uidnext, width):
        yield f"{first}:{min(first + width, opened.uidnext) - 1}"


def _aware(moment: object) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _leaf(name: str) -> str:
    return re.split(r"[./]", name)[-1].lower()
