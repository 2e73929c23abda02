"""Whose an address is: the organisation behind its domain, and the one mailbox behind its spellings."""

from functools import cache

from publicsuffixlist import PublicSuffixList

# Labels of companies that let everybody have a mailbox, under many country domains: yahoo.co.uk, gmx.at …
_LABELS = """
    aol gmail gmx googlemail hotmail live mail mailbox msn outlook proton protonmail rocketmail
    tutanota yahoo yandex ymail zoho"""
_HOSTS = """
    126.com 139.com 163.com alice.it arcor.de att.net bellsouth.net bigpond.com bk.ru blueyonder.co.uk bol.com.br
    btinternet.com caiway.nl centurylink.net charter.net chello.at chello.nl comcast.net cox.net daum.net
    duck.com earthlink.net eircom.net email.com email.cz fastmail.com fastmail.fm foxmail.com free.fr freenet.de
    frontier.com hanmail.net hey.com hushmail.com icloud.com ig.com.br inbox.lv inbox.ru interia.pl internode.on.net
    kpnmail.nl laposte.net libero.it list.ru mac.com mail.com mail.ee mail.ru me.com naver.com neuf.fr
    ntlworld.com o2.pl online.de online.no onet.pl optimum.net optonline.net optusnet.com.au orange.fr outlook.com
    pm.me posteo.de posteo.net proton.me ptd.net qq.com rambler.ru rediffmail.com rogers.com sbcglobal.net seznam.cz
    sfr.fr shaw.ca sina.com skynet.be sky.com sohu.com sympatico.ca t-online.de talktalk.net telenet.be telia.com
    telus.net terra.com.br tim.it tiscali.it tutamail.com ukr.net uol.com.br upcmail.nl verizon.net videotron.ca
    virgilio.it virginmedia.com voila.fr vodafone.de vodafonemail.de wanadoo.fr web.de windstream.net wp.pl
    xs4all.nl xtra.co.nz yeah.net ziggo.nl"""
_PROVIDER_LABELS, _PROVIDERS = frozenset(_LABELS.split()), frozenset(_HOSTS.split())

# Hosts whose mailboxes bear any number of dots in their names (support.google.com/mail/answer/7436150).
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def organisational_domain(domain: str) -> str:
    """The domain that somebody registered: the public suffix and one label (RFC 7489, 3.2), or an empty string.

    A domain below no known suffix counts its last label as one; a public suffix itself is nobody's.
    """
    name = domain.strip().strip(".").lower()
    # A lone surrogate cannot be encoded, and stands in no domain.
    if not name or not all(name.split(".")) or not name.isprintable():
        return ""
    return _suffixes().privatesuffix(name) or ""


def is_aligned(from_domain: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): both domains are of one organisation."""
    organisation = organisational_domain(from_domain)
    return bool(organisation) and _encoded(organisation) == _encoded(organisational_domain(other))


def is_mailbox_provider(domain: str) -> bool:
    """Whether unrelated people have addresses there, so that many mails from it tell nothing."""
    organisation = organisational_domain(domain)
    return organisation in _PROVIDERS or organisation.partition(".")[0] in _PROVIDER_LABELS


def canonical_address(address: str) -> str:
    """One spelling for all that reach the same mailbox: lower case, without a plus-tag, at Gmail without dots.

    For counting, never for sending: a few hosts do give `a+b@` to another person than `a@`.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    name = local.strip('"').partition("+")[0] or local
    if domain in _DOTLESS:
        name, domain = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{domain}"


@cache
def provider_domains() -> frozenset[str]:
    """Well-known mailbox providers, for whoever compares a look-alike with them."""
    return _PROVIDERS | {f"{label}.com" for label in _PROVIDER_LABELS}


def _encoded(domain: str) -> str:
    """As DNS has it: a signature names `xn--mller-kva.example` where From may say `müller.example`."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
