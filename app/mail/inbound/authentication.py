"""Whether SPF, DKIM or DMARC back the address in From (RFC 7208, 6376, 7489, 8601).

Only what our own receiving side says is believed: SendGrid's form fields, and `Authentication-Results` of
hosts that the mailbox's owner trusts. The same header from anybody else is just text in a stranger's mail.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from app.mail.inbound.message import InboundMail, Transport
from app.vocabulary import Authenticity

_SENDGRID_DKIM = re.compile(r"@([^\s:,{}]{1,253})\s*:\s*([a-zA-Z]+)")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_METHOD = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(?:smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]+)"
)
_SHARED_SECOND_LEVELS = frozenset(
    {"ac", "co", "com", "edu", "go", "gov", "gob", "ltd", "me", "mil", "ne", "net", "or", "org"}
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to believe From.

    Attributes:
        spf, dkim, dmarc: The best known result of each ("pass", "fail", "none" …) or None where nothing is known.
        reasons: Sentences for a person.
    """

    result: Authenticity
    spf: str | None
    dkim: str | None
    dmarc: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    domain: str
    source: str


def judge(
    mail: InboundMail, transport: Transport | None = None, *, trusted_hosts: Collection[str] = ()
) -> Judgement:
    """Judge the From address by what the receiving side found.

    `trusted_hosts` are the authserv-ids (RFC 8601, 2.5) whose `Authentication-Results` count.
    A pass counts only where it is aligned with the From domain; a fail likewise, as anybody may fail for a
    domain of his own. DMARC, where the receiver gives it, has the last word.
    """
    known = [*_from_transport(transport), *_from_headers(mail, trusted_hosts)]
    domain = mail.from_.domain
    aligned = [one for one in known if one.method == "dmarc" or is_aligned(domain, one.domain)]
    result, reasons = _decide(domain, known, aligned)
    best = {method: _best(method, aligned) or _best(method, known) for method in ("spf", "dkim", "dmarc")}
    return Judgement(result, best["spf"], best["dkim"], best["dmarc"], tuple(reasons))


def is_aligned(from_domain: str, other: str) -> bool:
    """Relaxed alignment without the Public Suffix List: equal, or one is a subdomain of the other.

    This is narrower than DMARC's (two siblings below one organisation do not align), never wider, as long as
    the shorter domain is not itself a public suffix; the usual ones of two labels (co.uk) are excluded.
    """
    shorter, longer = sorted((from_domain.lower().strip("."), other.lower().strip(".")), key=len)
    labels = shorter.split(".")
    if len(labels) < 2 or not all(labels) or (len(labels) == 2 and labels[0] in _SHARED_SECOND_LEVELS):
        return False
    return longer == shorter or longer.endswith("." + shorter)


def _decide(domain: str, known: list[_Result], aligned: list[_Result]) -> tuple[Authenticity, list[str]]:
    for verdict, result in (("fail", Authenticity.FAILED), ("pass", Authenticity.AUTHENTICATED)):
        if any(one.method == "dmarc" and one.result == verdict for one in aligned):
            return result, [f"DMARC of {domain}: {verdict}."]
    if passed := [one for one in aligned if one.result == "pass"]:
        return Authenticity.AUTHENTICATED, [f"{_names(passed)} passed for {domain}."]
    if failed := [one for one in aligned if one.result in {"fail", "hardfail"}]:
        return Authenticity.FAILED, [
            f"{_names(failed)} failed for {domain}, and nothing else vouches for it."
        ]
    return Authenticity.UNAUTHENTICATED, [_nothing_known(domain, known)]


def _nothing_known(domain: str, known: list[_Result]) -> str:
    if not domain:
        return "From holds no address that could be checked."
    if any(one.result == "pass" for one in known):
        return f"What passed was checked for another domain than {domain}."
    if known:
        return f"Neither SPF nor DKIM passed for {domain}."
    return "The receiving side gave no SPF, DKIM or DMARC result."


def _names(results: list[_Result]) -> str:
    return " and ".join(sorted({one.method.upper() for one in results}, reverse=True))


def _best(method: str, results: list[_Result]) -> str | None:
    found = [one.result for one in results if one.method == method]
    return "pass" if "pass" in found else next(iter(found), None)


def _from_transport(transport: Transport | None) -> list[_Result]:
    if transport is None:
        return []
    found = [
        _Result("dkim", result.lower(), domain.lower(), "SendGrid")
        for domain, result in _SENDGRID_DKIM.findall(transport.dkim or "")
    ]
    if transport.spf:
        sender = (transport.envelope_from or "").rpartition("@")[2]
        found.append(_Result("spf", transport.spf, sender.strip("<> "), "SendGrid"))
    return found


def _from_headers(mail: InboundMail, trusted_hosts: Collection[str]) -> list[_Result]:
    """The results of the topmost trusted header: the last host that wrote one is the nearest to us."""
    trusted = {host.lower() for host in trusted_hosts}
    for header in mail.all_headers("Authentication-Results"):
        host, *statements = _COMMENT.sub(" ", header).split(";")
        authserv_id = (host.split() or [""])[0].lower()
        if authserv_id in trusted:
            return [found for one in statements if (found := _statement(one, authserv_id)) is not None]
    return []


def _statement(text: str, authserv_id: str) -> _Result | None:
    method = _METHOD.match(text)
    if method is None:
        return None
    about = _PROPERTY.search(text)
    domain = about[1].rpartition("@")[2].lower() if about else ""
    return _Result(method[1].lower(), method[2].lower(), domain, authserv_id)
