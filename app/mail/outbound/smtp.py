"""Send a mail by the store's own mail server (RFC 5321, RFC 6409), exactly one attempt a call.

The server answers for a mail once it has said 250 to the dot that ends it. Before that dot is on its way nothing can
have left; a 4xx or 5xx after it says that nothing has. If no answer comes, nobody knows (RFC 1047): that alone is a doubt.
"""

import base64
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from app.errors import BadRequest, InDoubt, Misconfigured, NeedsPerson, PasokhError, TryLater
from app.mail.inbound.imap import Login, Tls, is_loopback
from app.mail.outbound.compose import OutgoingMail
from app.mail.outbound.mime import ascii_address, build_message
from app.mail.outbound.port import (
    OWNER_HAS_TO_MEND,
    Claim,
    Receipt,
    provider_words,
    reason_given,
    unclaimed,
)

SERVICE = "The mail server"

GetLogin = Callable[[], Awaitable[Login | None]]
"""Asked at each connection: an access token is good for an hour. None: the server wants no sign-in."""

_AFTER_DOT = 4
"""Times the time-out. Servers look for viruses before they answer: RFC 5321, 4.5.3.2.6 wants ten minutes."""
_DOT_AT_START = re.compile(rb"(?m)^\.")
# A mailbox's quota for the day, which is called permanent: https://support.google.com/a/answer/3221692
_QUOTA = re.compile(r"(?<![\d.])[45]\.4\.5(?![\d.])")
_TOO_BIG = 552


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in. `timeout`: seconds that one step may take."""

    host: str
    port: int = 465
    tls: Tls = Tls.IMPLICIT
    timeout: float = 30

    def __post_init__(self) -> None:
        if self.tls is Tls.NONE and not is_loopback(self.host):
            raise BadRequest(
                f"{self.host} is another machine: mails and the password would go there in the clear. Use TLS: implicit "
                "(port 465) or starttls (port 587)."
            )


class SmtpSender:
    """Sends the mails of one address by one account, a connection each.

    Args:
        server: Where.
        address: What stands in From, and is the envelope's sender: bounces come back to it.
        get_login: Who signs in.
    """

    def __init__(self, server: SmtpServer, address: str, get_login: GetLogin) -> None:
        try:
            self._address = ascii_address(address)
        except ValueError as error:
            raise Misconfigured(
                "The mailbox's address is written in a way that mail servers do not take."
            ) from error
        self._server, self._get_login = server, get_login

    def close(self) -> None:
        """Nothing is held between two mails."""

    async def send(self, mail: OutgoingMail, claim: Claim = unclaimed) -> Receipt:
        """Try to send a mail, once; see `Sender.send`.

        Raises:
            TryLater: The server is away or said "later" (4xx); or it refuses our password, our TLS or our sender, which
                the owner must mend while the mail waits.
            NeedsPerson: The server refused the recipient or the mail for good (5xx), with its words.
            InDoubt: The connection broke, or nothing came for too long, after the mail had gone out.
        """
        content = build_message(mail)
        async with self._connected() as client:
            await client.mail(self._address)
            await client.rcpt(ascii_address(mail.to))
            return Receipt(await self._hand_over(client, content, claim), mail.message_id)

    async def check(self) -> None:
        """Make sure, without sending, that the server lets us in and takes mails of our address.

        Raises:
            Misconfigured: It refuses the password, the TLS or the address.
            TryLater: It is away, or busy.
        """
        try:
            async with self._connected() as client:
                await client.mail(self._address)
                # Many servers say what they think of a sender only here (Postfix: smtpd_delay_reject).
                await client.rcpt(self._address)
                await client.rset()
        except NeedsPerson as error:
            raise Misconfigured(error.message) from error
        except TryLater as error:
            if error.code == OWNER_HAS_TO_MEND:
                raise Misconfigured(error.message) from error
            raise

    async def _hand_over(self, client: SMTP, content: bytes, claim: Claim) -> str:
        """DATA; what the server said when it took the mail."""
        start = await client.execute_command(b"DATA")
        if start.code != 354:
            raise SMTPResponseException(start.code, start.message)
        await claim()
        protocol = client.protocol
        if protocol is None or not client.is_connected:
            raise SMTPServerDisconnected("It hung up before the mail was written.")
        protocol.write(_DOT_AT_START.sub(b"..", content) + b".\r\n")
        try:
            answer = await protocol.read_response(timeout=self._server.timeout * _AFTER_DOT)
        except (SMTPException, OSError, TimeoutError) as error:
            raise InDoubt(
                f"{self._server.host} took the mail and did not say whether it sends it: the mail may or may not have left."
            ) from error
        if answer.code // 100 == 2:
            return provider_words(answer.message)
        if answer.code // 100 in {4, 5}:
            raise SMTPResponseException(answer.code, answer.message)
        raise InDoubt(
            f"{self._server.host} answered {answer.code}, which means nothing here: the mail may or may not have left."
        )

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        """A connection that is signed in. Whatever goes wrong on it before the mail is out is one of our errors."""
        server = self._server
        login = await self._sign_in_with()
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls=server.tls is Tls.STARTTLS,
            timeout=server.timeout,
            local_hostname=self._address.rpartition("@")[2],
        )
        try:
            await client.connect()
            await self._sign_in(client, login)
            yield client
            _say_goodbye(client)
        except (SMTPException, OSError, TimeoutError) as error:
            raise self._in_words(error, login) from error
        finally:
            client.close()

    async def _sign_in_with(self) -> Login | None:
        try:
            return await self._get_login()
        except NeedsPerson as error:
            raise self._to_mend(error.message) from error

    async def _sign_in(self, client: SMTP, login: Login | None) -> None:
        if login is None:
            return
        await client.ehlo()
        offered = client.server_auth_methods
        if login.is_token:
            if "xoauth2" not in offered:
                raise SMTPNotSupported("it takes no access tokens (XOAUTH2).")
            await client.auth_xoauth2(login.user, login.secret)
        elif "plain" in offered:  # the library's login() would offer a wrong password by every method in turn
            await client.auth_plain(login.user, login.secret)
        else:
            await client.login(login.user, login.secret)

    def _in_words(self, error: Exception, login: Login | None) -> PasokhError:
        """What went wrong, where nothing has left."""
        host, certificate = self._server.host, _certificate_error(error)
        if certificate is not None:
            reason = certificate.verify_message.rstrip(".")
            return self._to_mend(f"The certificate of {host} is not to be trusted ({reason}).")
        if isinstance(error, SMTPResponseException) and error.code > 0:
            return self._refusal(error, login)
        if isinstance(error, SMTPServerDisconnected | aiosmtplib.SMTPConnectError | OSError):
            return TryLater(
                f"{host} cannot be reached on port {self._server.port}, or hung up.", service=SERVICE
            )
        if isinstance(error, SMTPException) and not isinstance(error, SMTPResponseException):
            return self._to_mend(f"{host} cannot do what is asked: {reason_given(error.message)}")
        return TryLater(f"{host} does not answer as a mail server does.", service=SERVICE)

    def _refusal(self, error: SMTPResponseException, login: Login | None) -> PasokhError:
        """A 4xx or 5xx, by what it was said to."""
        host, said = self._server.host, _said(error, login)
        is_for_now = error.code < 500 or _QUOTA.search(said) is not None
        if is_for_now:
            return TryLater(f"{host} takes no mail just now ({error.code}): {said}", service=SERVICE)
        if isinstance(error, SMTPAuthenticationError):
            return self._to_mend(f"{host} refuses our sign-in ({error.code}): {said}")
        if isinstance(error, SMTPSenderRefused) and error.code != _TOO_BIG:
            return self._to_mend(f"{host} refuses our sender ({error.code}): {said}")
        if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPHeloError):
            return TryLater(f"{host} lets nobody in ({error.code}): {said}", service=SERVICE)
        whom = "the recipient" if isinstance(error, SMTPRecipientRefused) else "this mail"
        return NeedsPerson(f"{host} does not take {whom} ({error.code}): {said}", code="provider_refused")

    def _to_mend(self, sentence: str) -> TryLater:
        return TryLater(
            f"{sentence.rstrip('.')}. Mail waits until this is mended.",
            service=SERVICE,
            code=OWNER_HAS_TO_MEND,
        )


def _say_goodbye(client: SMTP) -> None:
    """QUIT, without waiting for its answer (RFC 5321, 4.1.1.10 would have us).

    Who waits can be called off, and takes for unknown what the server has said of the mail.
    """
    if client.protocol is not None:
        with contextlib.suppress(SMTPException, OSError):
            client.protocol.write(b"QUIT\r\n")


def _said(error: SMTPResponseException, login: Login | None) -> str:
    """The server's own words, without addresses, and without the secret should it have repeated it."""
    words = error.message.encode("utf-8", "replace").decode()
    if login is not None:
        for form in (login.secret, base64.b64encode(login.secret.encode()).decode()):
            words = words.replace(form, "…") if form else words
    return reason_given(words)


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__
    return None
