"""The ban on leaving this machine holds for each way there is to leave it."""

import asyncio
import socket

import httpx
import pytest

from tests.network import NetworkBanned

ELSEWHERE = ("192.0.2.1", 9)  # TEST-NET-1, RFC 5737: belongs to nobody


def test_a_connection_to_another_machine_is_banned():
    with socket.socket() as sock, pytest.raises(NetworkBanned):
        sock.connect(ELSEWHERE)


def test_a_connection_that_reports_errors_as_numbers_is_banned():
    with socket.socket() as sock, pytest.raises(NetworkBanned):
        sock.connect_ex(ELSEWHERE)


def test_a_datagram_to_another_machine_is_banned():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        with pytest.raises(NetworkBanned):
            sock.sendto(b"x", ELSEWHERE)
        with pytest.raises(NetworkBanned):
            sock.sendmsg([b"x"], [], 0, ELSEWHERE)


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", b"example.com"])
def test_a_look_up_of_another_machine_is_banned(host):
    with pytest.raises(NetworkBanned):
        socket.getaddrinfo(host, 443)


def test_an_old_fashioned_look_up_is_banned():
    with pytest.raises(NetworkBanned):
        socket.gethostbyname("example.com")


async def test_asyncio_is_banned_too():
    with pytest.raises(NetworkBanned):
        await asyncio.open_connection(*ELSEWHERE)


async def test_an_http_client_is_banned_too():
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(NetworkBanned):
            await client.get("http://example.com/")


async def test_loopback_is_open():
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "localhost", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(server.sockets[0].getsockname()[0], port)
        assert await reader.read() == b"hello"
        writer.close()
        await writer.wait_closed()
