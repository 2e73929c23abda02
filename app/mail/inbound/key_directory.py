"""Public keys of DKIM in DNS: TXT records, bounded in time, answers kept for as long as they say."""

from collections.abc import Sequence
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from app.mail.inbound.signatures import KeyNotReachable

_KEPT_ANSWERS = 1_000
_PORT = 53


class DnsKeys:
    """A `KeyDirectory` over DNS.

    Args:
        servers: Name servers, each `address` or `address:port`, an IPv6 address with a port in brackets. Empty: those
            that this machine is set to.
        timeout: Seconds for one question, all tries included.
    """

    def __init__(self, servers: Sequence[str] = (), *, timeout: float = 3) -> None:
        self._servers = tuple(_server(one) for one in servers)
        self._timeout = timeout
        self._resolver: dns.asyncresolver.Resolver | None = None

    async def find_text(self, name: str) -> bytes | None:
        """The record's strings joined, or None where there is none. See `KeyDirectory`."""
        try:
            asked = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return None  # nobody can have published a key there
        try:
            answer = await self._open().resolve(
                asked, dns.rdatatype.TXT, search=False, lifetime=self._timeout, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return None
        except (dns.exception.DNSException, OSError) as error:
            raise KeyNotReachable(type(error).__name__) from error
        return next((b"".join(record.strings) for record in answer.rrset or ()), None)

    def _open(self) -> dns.asyncresolver.Resolver:
        """Made at the first question: a machine without any name server is no reason not to start."""
        if self._resolver is None:
            resolver = dns.asyncresolver.Resolver(configure=not self._servers)
            if self._servers:
                resolver.nameservers = [*self._servers]
            resolver.cache = dns.resolver.LRUCache(_KEPT_ANSWERS)
            self._resolver = resolver
        return self._resolver


def _server(text: str) -> dns.nameserver.Nameserver:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.

    Raises:
        ValueError: It is none of these.
    """
    address, _, port = text.strip().rpartition(":")
    if not address or (":" in address and not address.startswith("[")):
        address, port = text.strip(), str(_PORT)
    return dns.nameserver.Do53Nameserver(str(ip_address(address.strip("[]"))), int(port))
