"""The IMAP client: TLS that checks, plain text to nobody else, OAuth as providers have it, errors that are help."""

import asyncio
import base64
import contextlib
import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import BadRequest
from app.mail.inbound.imap import Connection, Login, Server, ServerDown, SignInRefused, Tls, Unusable
from app.mail.inbound.oauth import Grant, refresh
from app.mail.inbound.providers import PROVIDERS, find_provider
from tests.intake.imap_server import PASSWORD, USER, run_server, run_wire
from tests.intake.token_server import TokenServer, run_tokens


@dataclass
class Certificate:
    """One that signed itself, for 127.0.0.1 or whom it is made for; files in a folder."""

    cert: str
    key: str

    @property
    def context(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificate(folder, address="127.0.0.1"):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pasokh test")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(str(folder / "cert.pem"), str(folder / "key.pem"))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return found


RIGHT = Login(USER, PASSWORD)


def use(server, login=RIGHT):
    """Sign in and look into INBOX, in a thread."""

    def work():
        connection = Connection(server)
        try:
            connection.sign_in(login)
            return connection.open("INBOX").exists
        finally:
            connection.sign_out()

    return asyncio.to_thread(work)


@pytest.fixture
def trusted(monkeypatch):
    def trust(certificate):
        monkeypatch.setenv("SSL_CERT_FILE", certificate.cert)

    return trust


async def test_implicit_tls_works_where_the_certificate_is_known_and_the_hosts(tmp_path, trusted):
    certificate = make_certificate(tmp_path)
    async with run_server() as server, run_wire(server.port, tls=certificate.context) as wire:
        with pytest.raises(Unusable, match=r"certificate of 127\.0\.0\.1"):
            await use(Server("127.0.0.1", wire.port))
        trusted(certificate)
        assert await use(Server("127.0.0.1", wire.port)) == 0


async def test_a_certificate_of_another_host_is_refused(tmp_path, trusted):
    certificate = make_certificate(tmp_path, "127.0.0.9")
    trusted(certificate)
    async with run_server() as server, run_wire(server.port, tls=certificate.context) as wire:
        with pytest.raises(Unusable, match="not to be trusted"):
            await use(Server("127.0.0.1", wire.port))


async def test_starttls_checks_the_certificate_before_the_password_is_sent(tmp_path, trusted):
    certificate = make_certificate(tmp_path)
    async with (
        run_server(has_tls=True, ssl_context=certificate.context) as server,
        run_wire(server.port) as wire,
    ):
        with pytest.raises(Unusable, match="certificate"):
            await use(Server("127.0.0.1", wire.port, Tls.STARTTLS))
        trusted(certificate)
        assert await use(Server("127.0.0.1", wire.port, Tls.STARTTLS)) == 0
        assert PASSWORD.encode() not in wire.heard


async def test_a_server_without_starttls_never_gets_the_password():
    async with run_server() as server, run_wire(server.port) as wire:
        with pytest.raises(Unusable, match="STARTTLS"):
            await use(Server("127.0.0.1", wire.port, Tls.STARTTLS))
        assert b"LOGIN" not in wire.heard


@pytest.mark.parametrize("host", ["imap.shop.example", "192.168.1.10", "10.0.0.1", "127.0.0.1.shop.example"])
def test_plain_text_goes_to_this_machine_alone(host):
    with pytest.raises(BadRequest, match="in the clear"):
        Server(host, 143, Tls.NONE)
    assert Server("localhost", 143, Tls.NONE).port == Server("::1", 143, Tls.NONE).port


async def test_a_refused_password_is_told_in_the_servers_words():
    async with run_server() as server:
        with pytest.raises(SignInRefused) as refused:
            await use(Server("127.0.0.1", server.port, Tls.NONE), Login(USER, "hunter2"))
    assert refused.value.message == (
        "127.0.0.1 answered: “[AUTHENTICATIONFAILED] Invalid authentication credentials.”."
    )


async def test_a_server_that_is_busy_has_refused_nobody():
    async with run_server() as server, run_wire(server.port) as wire:
        wire.change = lambda data: data.replace(b"[AUTHENTICATIONFAILED] Invalid", b"[UNAVAILABLE] Later:")
        with pytest.raises(ServerDown, match="just now"):
            await use(Server("127.0.0.1", wire.port, Tls.NONE), Login(USER, "hunter2"))


async def test_a_password_beyond_ascii_works():
    async with run_server() as server:
        await server.change_password("pässwört")
        assert await use(Server("127.0.0.1", server.port, Tls.NONE), Login(USER, "pässwört")) == 0


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"* BYE too many\r\n", b"\xff" * 50]
)
async def test_what_is_no_imap_server_is_down(answer):
    async def serve(_reader, writer):
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        with pytest.raises(ServerDown):
            await use(Server("127.0.0.1", server.sockets[0].getsockname()[1], Tls.NONE))


async def test_a_server_that_says_nothing_is_down():
    async def serve(reader, writer):
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        with pytest.raises(ServerDown, match=r"within 0\.2 seconds"):
            await use(Server("127.0.0.1", server.sockets[0].getsockname()[1], Tls.NONE, timeout=0.2))


@contextlib.asynccontextmanager
async def run_script(answers):
    """A server that answers a command by its first word with these lines. Its port, and all that it was told."""
    told: list[bytes] = []

    async def serve(reader, writer):
        writer.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        with contextlib.closing(writer), contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).strip():
                told.append(line)
                tag, _, command = line.partition(b" ")
                word = command.removeprefix(b"UID ").split(b" ")[0]
                *untagged, end = {b"CAPABILITY": (b"* CAPABILITY IMAP4rev1", b"OK done"), **answers}.get(
                    word, (b"OK done",)
                )
                writer.write(b"".join(one + b"\r\n" for one in (*untagged, tag + b" " + end)))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield Server("127.0.0.1", server.sockets[0].getsockname()[1], Tls.NONE, timeout=2), told


def search(server):
    connection = Connection(server)
    try:
        connection.sign_in(RIGHT)
        return [*connection.uids_after(7, connection.open("INBOX"))]
    finally:
        connection.sign_out()


@pytest.mark.parametrize(
    ("exists", "last", "searches"),
    [(5, 100_007, 1), (70_000, 100_007, 4), (100_000, 100_007, 5), (30_000, 4_000_000_007, 2)],
)
async def test_gaps_of_millions_of_uids_cost_no_search_each(exists, last, searches):
    opened = (
        b"* %d EXISTS" % exists,
        b"* OK [UIDVALIDITY 1] a",
        b"* OK [UIDNEXT %d] b" % (last + 1),
        b"OK done",
    )
    answers = {b"EXAMINE": opened, b"SEARCH": (b"* SEARCH %d" % last, b"OK done")}
    async with run_script(answers) as (server, told):
        assert set(await asyncio.to_thread(search, server)) == {last}
    assert sum(b"SEARCH" in line for line in told) == searches


async def test_a_folder_that_is_busy_is_not_missing():
    async with run_script({b"EXAMINE": (b"NO [INUSE] Try again later",)}) as (server, _):
        with pytest.raises(ServerDown):
            await use(server)
    async with run_script({b"EXAMINE": (b"NO [NONEXISTENT] Unknown mailbox",)}) as (server, _):
        with pytest.raises(Unusable, match="Unknown mailbox"):
            await use(server)


async def test_a_server_that_repeats_the_password_as_it_hangs_up_is_not_quoted():
    async with run_script({b"LOGIN": (f"* BYE what is {PASSWORD}?".encode(), b"NO x")}) as (server, _):
        with pytest.raises(SignInRefused, match="what is …") as refused:
            await use(server)
    assert PASSWORD not in refused.value.message


async def test_a_server_that_answers_nothing_to_a_question_makes_no_sense():
    async with run_script({b"CAPABILITY": (b"OK done",), b"LOGIN": (b"OK done",)}) as (server, _):
        with pytest.raises(ServerDown, match="make sense"):
            await asyncio.to_thread(search, server)


@contextlib.asynccontextmanager
async def run_xoauth2(token):
    """A server that takes nothing but XOAUTH2, as Google documents it. Its port, and what it was told."""
    told: list[bytes] = []

    async def serve(reader, writer):
        writer.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hello\r\n")
        while line := (await reader.readline()).strip():
            tag, _, command = line.partition(b" ")
            if command.startswith(b"AUTHENTICATE"):
                writer.write(b"+ \r\n")
                told.append(base64.b64decode(await reader.readline()))
                if told[-1] == f"user={USER}\1auth=Bearer {token}\1\1".encode():
                    writer.write(tag + b" OK in\r\n")
                    continue
                writer.write(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
                told.append((await reader.readline()).strip())
                writer.write(tag + b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")
            elif command.startswith(b"EXAMINE"):
                writer.write(
                    b"* 5 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] a\r\n" + tag + b" OK done\r\n"
                )
            elif command.startswith(b"LOGOUT"):
                writer.write(b"* BYE\r\n" + tag + b" OK bye\r\n")
                break
            else:
                writer.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], told


async def test_a_token_is_shown_as_xoauth2_and_a_refusal_is_acknowledged():
    async with run_xoauth2("good") as (port, told):
        server = Server("127.0.0.1", port, Tls.NONE)
        assert await use(server, Login(USER, "good", is_token=True)) == 5
        with pytest.raises(SignInRefused, match="Invalid credentials") as refused:
            await use(server, Login(USER, "stale", is_token=True))
        assert told[-1] == b""
        assert "stale" not in refused.value.message


@pytest.fixture
async def tokens():
    async with run_tokens() as found:
        yield found


async def ask(tokens):
    async with httpx.AsyncClient(trust_env=False) as http:
        return await refresh(http, Grant(tokens.url, "id", "hunter2", "old", "mail"))


async def test_a_refresh_token_is_changed_for_an_access_token(tokens):
    tokens.answer = {"access_token": "a", "expires_in": 3600}
    token = await ask(tokens)
    assert (token.access_token, token.refresh_token) == ("a", "old")
    assert tokens.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "id",
            "client_secret": "hunter2",
            "refresh_token": "old",
            "scope": "mail",
        }
    ]


async def test_a_provider_that_replaces_the_refresh_token_is_followed(tokens):
    tokens.answer = {"access_token": "a", "refresh_token": "new"}
    assert (await ask(tokens)).refresh_token == "new"


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "hunter2"}, SignInRefused),
        (401, {"error": "invalid_client"}, SignInRefused),
        (400, b"nonsense", ServerDown),
        (200, {"expires_in": 1}, ServerDown),
        (200, ["a"], ServerDown),
        (503, {"error": "temporarily_unavailable"}, ServerDown),
        (429, b"", ServerDown),
    ],
)
async def test_what_a_token_endpoint_says_decides_what_happens_next(tokens, status, answer, error):
    tokens.status, tokens.answer = status, answer
    with pytest.raises(error) as raised:
        await ask(tokens)
    assert "hunter2" not in raised.value.message


async def test_a_token_endpoint_that_is_down_is_tried_again():
    with pytest.raises(ServerDown):
        await ask(TokenServer("http://127.0.0.1:1/token"))


def test_a_token_endpoint_is_asked_over_tls_alone():
    with pytest.raises(BadRequest, match="https://"):
        Grant("http://token.example/", "id", "secret", "refresh")


def test_secrets_show_in_no_repr():
    grant = Grant("https://token.example/", "id", "hunter2", "hunter2")
    assert "hunter2" not in repr(grant) + repr(Login("u", "hunter2")) + str(Login("u", "hunter2"))


def test_providers_are_known_by_their_domains():
    found = find_provider("Ann@GMail.com")
    assert found is PROVIDERS["gmail"]
    assert find_provider("ann@shop.example") is None
    for provider in PROVIDERS.values():
        assert provider.sign_in
        assert provider.takes_passwords or provider.oauth_url
