"""Senders that want to be taken for somebody else: another address as display name, letters that look like others.

SPF, DKIM and DMARC prove a domain, and nobody reads domains. What an agent reads is the display name, and a domain of
which one letter is Cyrillic (Unicode Technical Standard 39, section 4: two texts look alike if their skeletons are equal).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from disarm import skeleton_key

from app.mail.address import Address, parse_addresses
from app.mail.domains import is_mailbox_provider, organisational_domain, provider_domains
from app.mail.inbound.message import InboundMail

_LONGEST = 200
_SHORTEST_NAME, _SHORTEST_LABEL = 3, 6
_ADDRESS_IN_NAME = re.compile(r"[^\s<>()\"',;:]{1,64}@[^\s<>()\"',;:@]{1,255}\.[^\s<>()\"',;:@.]{2,63}")
_PUNYCODE = re.compile(r"(?:^|\.)xn--", re.IGNORECASE)

# What one can add to a shop's name and still be taken for the shop.
_AROUND_A_NAME = (
    "care customer desk help helpdesk info mail no noreply official orders reply sales service shop store support team the via "
    "kundenservice kundendienst پشتیبانی فروشگاه ab ag bv gmbh inc llc ltd sarl srl and e en et och og und y و"
)
_FILLERS = frozenset(map(skeleton_key, _AROUND_A_NAME.split()))
# UTS 39 maps these too; in host names they are what is registered most (paypa1, rnicrosoft).
_LATIN_PAIRS = (("rn", "m"), ("vv", "w"), ("1", "l"), ("0", "o"))


@dataclass(frozen=True, slots=True)
class Disguise:
    """A sign that a sender is not who they seem to be.

    Attributes:
        is_impersonation: They pose as the shop, or under a domain that is made to be misread. Otherwise it is
            only a name that does not fit, which honest people have too.
        reason: A sentence for a person.
    """

    is_impersonation: bool
    reason: str


def find_disguises(
    mail: InboundMail, *, own_addresses: Collection[str] = (), own_names: Collection[str] = ()
) -> tuple[Disguise, ...]:
    """What is misleading about the sender of a mail; nothing for the shop's own mailer that brings a contact form.

    Args:
        mail: As read.
        own_addresses: Those that the store receives at and sends from.
        own_names: The store's name, and those that its mails bear in From.
    """
    sender = mail.customer if mail.is_contact_form else mail.from_
    own = {one.casefold() for one in own_addresses}
    if not sender.address or sender.key in own:
        return ()
    domains = {address.rpartition("@")[2] for address in own}
    return (*_of_domain(sender.domain, domains), *_of_name(sender, own, own_names))


def skeleton(text: str) -> str:
    """What a text looks like (UTS 39), whatever letters and invisible characters it is made of; for comparing alone."""
    # Broken encodings leave lone surrogates, which the library does not take.
    return skeleton_key(text[:_LONGEST].encode("utf-8", "replace").decode("utf-8"))


def _of_domain(domain: str, own_domains: Collection[str]) -> Iterator[Disguise]:
    registered = organisational_domain(_readable(domain)) or _readable(domain)
    own = {organisational_domain(one) or one for one in own_domains}
    if registered in own:
        return
    look = _look(registered)
    for one in own:
        if not is_mailbox_provider(one) and look == _look(one):
            yield Disguise(
                is_impersonation=True,
                reason=f"Its domain {registered} is made to look like your own {one}.",
            )
            return
    if registered not in provider_domains() and (provider := _provider_looks().get(look)):
        yield Disguise(
            is_impersonation=True, reason=f"Its domain {registered} is made to look like {provider}."
        )
    elif resembled := next((one for one in own if _resembles(registered, one)), None):
        yield Disguise(
            is_impersonation=False, reason=f"Its domain {registered} resembles your own {resembled}."
        )
    elif not registered.isascii() and skeleton(registered).isascii():
        yield Disguise(
            is_impersonation=True,
            reason=f"Its domain {registered} is written in foreign letters that read as {skeleton(registered)}.",
        )


def _resembles(domain: str, own: str) -> bool:
    """Whether it is one's own domain with other hyphens, or below another ending: the shop may own that, too."""
    label, other = (_look(one.partition(".")[0]).replace("-", "") for one in (domain, own))
    return len(other) >= _SHORTEST_LABEL and label == other and not is_mailbox_provider(own)


def _of_name(
    sender: Address, own_addresses: Collection[str], own_names: Collection[str]
) -> Iterator[Disguise]:
    named = {found.casefold() for found in _ADDRESS_IN_NAME.findall(sender.name[:_LONGEST])}
    if named & set(own_addresses):
        yield Disguise(
            is_impersonation=True,
            reason=f"It bears your own address as its name, but comes from {sender.address}.",
        )
    elif others := sorted(named - {sender.key}):
        yield Disguise(
            is_impersonation=False,
            reason=f"It bears the address {others[0]} as its name, but comes from {sender.address}.",
        )
    name, plain = _bare(sender.name), sender.name[:_LONGEST].casefold()
    own_domains = {one.rpartition("@")[2] for one in own_addresses}
    bears_domain = not named and any(one in plain for one in own_domains if not is_mailbox_provider(one))
    if bears_domain or (len(name) >= _SHORTEST_NAME and name in {_bare(one) for one in own_names}):
        yield Disguise(
            is_impersonation=False, reason=f"It bears your shop's name, but comes from {sender.address}."
        )


def _bare(name: str) -> str:
    """A name's skeleton without what may stand around a shop's name, and without its spaces."""
    words = re.findall(r"[\w']+", skeleton(name))
    return "".join(word for word in words if word not in _FILLERS)


def _readable(domain: str) -> str:
    """The domain as mail programs show it: punycode decoded where it can be."""
    if not _PUNYCODE.search(domain):
        return domain
    labels = [_decoded(label) for label in domain.split(".")]
    return ".".join(labels)


def _decoded(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except UnicodeError:
        return label


def _look(domain: str) -> str:
    look = skeleton(domain)
    for pair, letter in _LATIN_PAIRS:
        look = look.replace(pair, letter)
    return look


@cache
def _provider_looks() -> dict[str, str]:
    return {_look(domain): domain for domain in sorted(provider_domains())}


def reply_to_elsewhere(mail: InboundMail) -> str | None:
    """A sentence where answers are asked to another organisation than the sender's; the sender's own sites are one."""
    if mail.is_contact_form:
        return None
    for one in mail.reply_to:
        if one.key != mail.customer.key:
            return f"It asks for answers to {one.address}, but comes from {mail.customer.address}."
    return None


def senders(mail: InboundMail) -> int:
    """How many addresses From names. RFC 5322 allows several; nobody's mail program shows or checks them all."""
    return sum(max(1, len(parse_addresses(value))) for value in mail.all_headers("From"))
