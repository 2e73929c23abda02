"""`Authentication-Results` and `ARC-Authentication-Results` (RFC 8601, RFC 8617): what a receiving host found.

The header is text like any other: a stranger may have put it there. So a header counts only where its authserv-id is
one that the mailbox's owner trusts, and where it stands in that host's part of the mail (`believed`).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from app.mail.domains import organisational_domain

_LONGEST = 16_000
"""Characters of one header that are read; real ones have a few hundred."""

_SPECIAL = re.compile(r'[\\"();]')
_ARC_INSTANCE = re.compile(r"^\s*i\s*=\s*\d{1,3}\s*;")
_METHOD = re.compile(r"^\s*([a-z][a-z0-9-]{0,30})\s*(?:/\s*\d{1,3}\s*)?=\s*([a-z]{1,30})", re.IGNORECASE)
# A value may go on behind a quoted part: `"a@b.example"@c.example` is an address at c.example.
_PROPERTY = re.compile(
    r"\b(smtp|header|body|policy)\s*\.\s*([a-z0-9-]{1,40})\s*=\s*((?:\"(?:[^\"\\]|\\.){0,500}\"|[^\s;\"])+)",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)

# Hosts that trace themselves under another name than they sign with: Exchange Online's authserv-id, in its
# ARC-Authentication-Results, is mx.microsoft.com, and its hosts are called ….outlook.com.
_TRACES_AS = {"microsoft.com": "outlook.com"}


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method's result: `dkim=pass header.d=shop.example`.

    Attributes:
        method: Lower case: spf, dkim, dmarc, arc …
        result: Lower case: pass, fail, none, neutral, temperror …
        properties: `ptype.property` in lower case to its value.
    """

    method: str
    result: str
    properties: dict[str, str]

    def domain(self) -> str:
        """The domain that the result is about; empty where the host does not say."""
        for name in _ABOUT.get(self.method, ()):
            value = self.properties.get(name, "").rpartition("@")[2].strip("<>. ").lower()
            if value:
                return value
        return ""


# helo stands for the sender only where MAIL FROM is empty (RFC 7208, 2.4), and then nothing else is given.
_ABOUT = {
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole header: who says it, and each result. A host that checked nothing says `none`: no results."""

    authserv_id: str
    results: tuple[MethodResult, ...]


def parse(header: str) -> Statement:
    """Read an unfolded header value; what is no result is left out. Linear in its length.

    Hosts repeat what the sender called himself, in comments too, and `"a) dmarc=pass ("@b.example` is an address: behind
    its bracket the comment ends for whoever reads it. So where a comment holds a quotation mark, no `pass` is taken.
    """
    (first, *others), is_doubtful = _split(_ARC_INSTANCE.sub("", header[:_LONGEST]))
    authserv_id = (first.split() or [""])[0].strip('"').lower()
    found = [one for text in others if (one := _result(text)) is not None]
    return Statement(authserv_id, tuple(one for one in found if not (is_doubtful and one.result == "pass")))


def believed(headers: Sequence[tuple[str, str]], trusted_hosts: Collection[str]) -> tuple[MethodResult, ...]:
    """What trusted hosts found, from the top headers of a mail in their order; nothing where none is trusted.

    Each host writes above what it received, so all that stands above the topmost `Received` comes from our own side.
    Some hosts (Gmail, many milters) write their results just below their own `Received`: of these the first
    one counts, and only if that `Received` is the trusted host's. Anything further down, the sender may have written.
    The host is to take forged results with its own name out (RFC 8601, section 5).
    """
    trusted = {host.strip().rstrip(".").lower() for host in trusted_hosts} - {""}
    for name in ("authentication-results", "arc-authentication-results"):
        found = [*_trusted_statements(headers, name, trusted)] if trusted else []
        if found:
            return tuple(result for statement in found for result in statement.results)
    return ()


def _trusted_statements(
    headers: Sequence[tuple[str, str]], name: str, trusted: Collection[str]
) -> Iterator[Statement]:
    received: list[str] = []
    is_above = False  # such a host writes above its own Received, so what stands below is not from it
    is_traced = any(key.lower() == "received" for key, _ in headers)
    for key, value in headers:
        lower = key.lower()
        if lower == "received":
            if is_above:
                return
            received.append(value)
        if lower != name or (statement := parse(value)).authserv_id not in trusted:
            continue
        if received or not is_traced:
            # The topmost one alone, and only in the trusted host's own part.
            if not received or _is_own_part(received, statement.authserv_id):
                yield statement
            return
        yield statement
        is_above = True
        if name.startswith("arc-"):
            return  # those further down are of hosts before this one


def _is_own_part(received: Sequence[str], authserv_id: str) -> bool:
    """Whether the trusted host's topmost `Received` is the one just above: lower parts are not its own."""
    own = organisational_domain(authserv_id) or authserv_id
    names = {own, _TRACES_AS.get(own, own)}
    hosts = [(_BY.search(value) or ("", ""))[1].strip(".").lower() for value in received]
    is_own = [host == authserv_id or organisational_domain(host) in names for host in hosts]
    if not is_own[-1]:
        return False
    # Exchange Online passes a mail on within its own house before it writes its results: several lines in a row.
    return is_own.count(True) == 1 or (own in _TRACES_AS and all(is_own[is_own.index(True) :]))


def _result(text: str) -> MethodResult | None:
    method = _METHOD.match(text)
    if method is None:
        return None
    found = [(f"{ptype}.{name}".lower(), _unquoted(value)) for ptype, name, value in _PROPERTY.findall(text)]
    properties = dict(found)
    # Named twice, it tells nothing: one of the two may be the sender's text.
    if len(properties) < len(found) and method[2].lower() == "pass":
        return None
    return MethodResult(method[1].lower(), method[2].lower(), properties)


def _unquoted(value: str) -> str:
    is_quoted = value.startswith('"') and value.endswith('"')
    return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL) if is_quoted else value


def _split(text: str) -> tuple[list[str], bool]:
    """At the semicolons that stand outside of comments and quoted strings; comments are left out (RFC 5322, 3.2.2).

    With it, whether a quotation mark stood in a comment.
    """
    parts: list[str] = [""]
    depth, is_quoted, is_doubtful, position = 0, False, False, 0
    while (special := _SPECIAL.search(text, position)) is not None:
        mark, start = special.group(), special.start()
        step = 2 if mark == "\\" else 1  # a quoted pair hides what follows
        if depth == 0:
            parts[-1] += text[position:start]
        is_doubtful = is_doubtful or (mark == '"' and depth > 0)
        if mark == "\\" and depth == 0:
            parts[-1] += text[start : start + 2]
        elif mark == '"' and depth == 0:
            is_quoted = not is_quoted
            parts[-1] += mark
        elif is_quoted:
            parts[-1] += mark
        elif mark == "(":
            depth += 1
            parts[-1] += " " if depth == 1 else ""
        elif mark == ")":
            depth = max(0, depth - 1)
        elif mark == ";" and depth == 0:
            parts.append("")
        position = start + step
    return [*parts[:-1], parts[-1] + (text[position:] if depth == 0 else "")], is_doubtful
