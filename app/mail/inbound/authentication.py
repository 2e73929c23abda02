"""Whether SPF, DKIM or DMARC back the address in From (RFC 7208, 6376, 7489, 8601).

Only what our own receiving side says is believed: SendGrid's form fields, and `Authentication-Results` of
hosts that the mailbox's owner trusts. Where it says nothing, our own check of the DKIM signature counts. The same
header from anybody else is just text in a stranger's mail. See docs/adr/0019-who-wrote-it.md.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.mail.domains import is_aligned
from app.mail.inbound.authentication_results import believed
from app.mail.inbound.dkim_signatures import CheckedSignature
from app.mail.inbound.lookalikes import Disguise, find_disguises, reply_to_elsewhere, senders
from app.mail.inbound.message import InboundMail, Transport
from app.vocabulary import Authenticity

_SENDGRID_DKIM = re.compile(r"@([^\s:,{}]{1,253})\s*:\s*([a-zA-Z]+)")
_METHODS = ("spf", "dkim", "dmarc")
_FAILS = frozenset({"fail", "hardfail"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether to believe From.

    Attributes:
        spf, dkim, dmarc: The best known result of each ("pass", "fail", "none" …) or None where nothing is known.
        reasons: Sentences for a person; the first says what decided.
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


def judge(
    mail: InboundMail,
    transport: Transport | None = None,
    *,
    trusted_hosts: Collection[str] = (),
    own_addresses: Collection[str] = (),
    own_names: Collection[str] = (),
    signatures: Sequence[CheckedSignature] = (),
) -> Judgement:
    """Judge the From address by what the receiving side found.

    `trusted_hosts` are the authserv-ids (RFC 8601, 2.5) whose `Authentication-Results` count; `signatures` what
    `app.mail.inbound.dkim_signatures` found where they said nothing; own addresses and names tell who poses as the shop.
    A pass counts only where it is aligned with the From domain; a fail likewise, as anybody may fail for a
    domain of his own. DMARC, where the receiver gives it, has the last word.
    """
    domain = mail.from_.domain
    known = _known(mail, transport, trusted_hosts)
    checked = [_Result("dkim", one.result, one.domain) for one in signatures]
    about = [one for one in (*known, *checked) if _is_about(one, domain)]
    result, reason = _decide(domain, known, about)
    if result is Authenticity.UNAUTHENTICATED and signatures and not known:
        reason = signatures[0].reason
    result, doubts = _doubted(
        mail, result, find_disguises(mail, own_addresses=own_addresses, own_names=own_names)
    )
    spf, dkim, dmarc = (_best(method, about) or _best(method, known) for method in _METHODS)
    return Judgement(result, spf, dkim, dmarc, (reason, *doubts))


def is_vouched_for(
    mail: InboundMail, transport: Transport | None = None, *, trusted_hosts: Collection[str] = ()
) -> bool:
    """Whether the receiving side has checked signatures: then there is nothing left that we could check."""
    return any(one.method in {"dkim", "dmarc"} for one in _known(mail, transport, trusted_hosts))


def _known(mail: InboundMail, transport: Transport | None, trusted_hosts: Collection[str]) -> list[_Result]:
    stated = believed(mail.headers, trusted_hosts)
    found = [_Result(one.method, one.result, one.domain()) for one in stated if one.method in _METHODS]
    return [*_from_transport(transport), *found]


def _from_transport(transport: Transport | None) -> list[_Result]:
    if transport is None:
        return []
    found = [
        _Result("dkim", result.lower(), domain.lower())
        for domain, result in _SENDGRID_DKIM.findall(transport.dkim or "")
    ]
    if transport.spf:
        sender = (transport.envelope_from or "").rpartition("@")[2]
        found.append(_Result("spf", transport.spf, sender.strip("<> ")))
    return found


def _is_about(result: _Result, from_domain: str) -> bool:
    """DMARC is always about a From domain; where the host names another one, it read another From than we did."""
    return (result.method == "dmarc" and not result.domain) or is_aligned(from_domain, result.domain)


def _decide(domain: str, known: Sequence[_Result], about: Sequence[_Result]) -> tuple[Authenticity, str]:
    for verdict, result in (("fail", Authenticity.FAILED), ("pass", Authenticity.AUTHENTICATED)):
        if any(one.method == "dmarc" and one.result == verdict for one in about):
            return result, f"DMARC of {domain}: {verdict}."
    if passed := [one for one in about if one.result == "pass"]:
        return Authenticity.AUTHENTICATED, f"{_names(passed)} passed for {domain}."
    # A signature that we found broken ourselves proves no forgery (RFC 6376, 6.1): it may have been broken on its way.
    if failed := [one for one in known if one in about and one.result in _FAILS]:
        return Authenticity.FAILED, f"{_names(failed)} failed for {domain}, and nothing else vouches for it."
    return Authenticity.UNAUTHENTICATED, _nothing_known(domain, known)


def _nothing_known(domain: str, known: Sequence[_Result]) -> str:
    if not domain:
        return "From holds no address that could be checked."
    if any(one.result == "temperror" for one in known):
        return f"The receiving side could not check {domain} at that moment."
    if any(one.result == "pass" for one in known):
        return f"What passed was checked for another domain than {domain}."
    if known:
        return f"Neither SPF nor DKIM passed for {domain}."
    return "The receiving side gave no SPF, DKIM or DMARC result."


def _doubted(
    mail: InboundMail, result: Authenticity, disguises: Sequence[Disguise]
) -> tuple[Authenticity, list[str]]:
    """What takes away from a good result; and what does not, but is to be seen."""
    reasons = [one.reason for one in disguises]
    if senders(mail) > 1:
        reasons.append("From names several senders, so none of them is proven.")
    if mail.is_contact_form:
        reasons.append(
            "The shop's contact form brought it: nothing proves that the address typed there is the writer's."
        )
    if reasons and result is Authenticity.AUTHENTICATED:
        result = Authenticity.UNAUTHENTICATED
    if any(one.is_impersonation for one in disguises):
        result = Authenticity.FAILED
    elsewhere = reply_to_elsewhere(mail)
    return result, [*reasons, *([elsewhere] if elsewhere else [])]


def _names(results: Sequence[_Result]) -> str:
    return " and ".join(sorted({one.method.upper() for one in results}, reverse=True))


def _best(method: str, results: Sequence[_Result]) -> str | None:
    if not results:
        return None
    found = [one.result for one in results if one.method == method]
    return "pass" if "pass" in found else next(iter(found), None)
