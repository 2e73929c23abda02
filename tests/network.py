"""No test leaves this machine: an audit hook that stops every socket but loopback and Unix ones.

The interpreter raises these events for each connection and each name look-up of its own `socket` module, asyncio's
included, also for UDP and `connect_ex`, which patching the module would miss. libpq's sockets and other processes are
not seen: databases of the tests are local by their fixture.
"""

import ipaddress
import socket
import sys
from typing import Any

_LOCAL_NAMES = {"", "localhost", "testserver", socket.gethostname()}


class NetworkBanned(
    RuntimeError
):  # no OSError: code that bears with a network that is down must not bear with this
    """A test tried to leave this machine."""


def ban_network() -> None:
    """From now on, to the end of the process: there is no way to take an audit hook out again."""
    sys.addaudithook(_look)


def _look(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        sock, address = args
        if sock.family != getattr(socket, "AF_UNIX", None) and address and not _is_local(address[0]):
            raise NetworkBanned(f"A test wanted to reach {address}. Only loopback is open to tests.")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and not _is_local(args[0]):
        raise NetworkBanned(f"A test wanted to look up {args[0]!r}. Only loopback is open to tests.")


def _is_local(host: object) -> bool:
    """Whether a host is this machine: a loopback address, or a name for one. None listens on all addresses."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
