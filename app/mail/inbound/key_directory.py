"""Public keys of DKIM in DNS: TXT records, bounded in time, answers kept for as long as they say."""

from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from app.mail.inbound.dkim_signatures import KeyNotReachable

_KEPT_ANSWERS = 1_000


class DnsKeys:
    """A `KeyDirectory` over DNS.

    Args:
        servers: Address and port of name servers. Empty: those that this machine is set to.
        timeout: Seconds for one question, all tries included.
    """

    def __init__(self, servers: Sequence[tuple[str, int]] = (), *, timeout: float = 3) -> None:
        self._servers = tuple(dns.nameserver.Do53Nameserver(*one) for one in servers)
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
