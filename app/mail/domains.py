"""Whose an address is: the organisation behind its domain, and the one mailbox behind its spellings."""

from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

# Labels of companies that let everybody have a mailbox, under many country domains: yahoo.co.uk, gmx.at …
_LABELS = """
    aol gmail gmx googlemail hotmail live mail mailbox msn outlook proton protonmail rocketmail
    tutanota yahoo yandex ymail zoho"""
# With them the services that give everybody as many addresses as they like, Apple's "Hide My Email" above all.
_HOSTS = """
    126.com 139.com 163.com 189.cn 21cn.com 8alias.com abv.bg addy.io aleeas.com alice.it aliyun.com
    anonaddy.com anonaddy.me aon.at appleid.com arcor.de atlas.cz att.net azet.sk bbox.fr bell.net bellsouth.net
    biglobe.ne.jp bigmir.net bigpond.com bk.ru bluewin.ch blueyonder.co.uk bol.com.br bredband.net btinternet.com
    btopenworld.com caiway.nl casema.nl centrum.cz centrum.sk centurylink.net charter.net chello.at chello.nl
    chmail.ir citromail.hu club-internet.fr cogeco.ca comcast.net comhem.se cox.net daum.net docomo.ne.jp duck.com
    earthlink.net eastlink.ca eircom.ie eircom.net elisanet.fi email.com email.cz email.it embarqmail.com
    ezweb.ne.jp fastmail.com fastmail.fm fastwebnet.it forthnet.gr foxmail.com free.fr freemail.hu freenet.de
    frontier.com frontiernet.net gazeta.pl globo.com hanmail.net hetnet.nl hey.com hispeed.ch home.nl hushmail.com
    i.ua icloud.com ig.com.br iinet.net.au inbox.lv inbox.ru inet.fi interia.pl on.net inwind.it iol.it
    jubii.dk juno.com kabelmail.de kakao.com kolumbus.fi kpnmail.nl laposte.net libero.it list.ru luukku.com mac.com
    mail.com mail.dk mail.ee mail.ru mchsi.com me.com meta.ua mozmail.com mynet.com nate.com naver.com netcabo.pt
    netzero.net neuf.fr nifty.com ntlworld.com numericable.fr o2.pl ocn.ne.jp onet.pl online.de online.nl online.no
    ono.com op.pl optimum.net optonline.net optusnet.com.au orange.fr orcon.net.nz otenet.gr outlook.com
    passinbox.com passmail.net planet.nl plus.com pm.me poczta.fm posteo.de posteo.net proton.me proximus.be ptd.net
    qq.com quicknet.nl r7.com rambler.ru rediffmail.com rogers.com rr.com sapo.pt sasktel.net sbcglobal.net
    scarlet.be seznam.cz sfr.fr shaw.ca simplelogin.com sina.com siol.net sky.com skynet.be slmail.me softbank.jp
    sohu.com spray.se stofanet.dk sunrise.ch sympatico.ca t-online.de talktalk.net telenet.be telia.com telus.net
    terra.com.br tim.it tin.it tiscali.it tlen.pl tpg.com.au tutamail.com ukr.net uol.com.br upcmail.nl verizon.net
    videotron.ca virgilio.it virginmedia.com vodafone.de vodafonemail.de voila.fr volny.cz voo.be vp.pl walla.co.il
    wanadoo.fr web.de westnet.com.au windstream.net wp.pl xs4all.nl xtra.co.nz yeah.net ziggo.nl zoznam.sk"""
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
    return bool(organisation) and encoded(organisation) == encoded(organisational_domain(other))


def is_mailbox_provider(domain: str) -> bool:
    """Whether unrelated people have addresses there, so that many mails from it tell nothing."""
    organisation = organisational_domain(domain)
    return organisation in _PROVIDERS or organisation.partition(".")[0] in _PROVIDER_LABELS


def canonical_address(address: str) -> str:
    """One spelling for all that reach the same mailbox: lower case, without a plus-tag, at Gmail without dots, as DNS has it.

    For counting, never for sending: a few hosts do give `a+b@` to another person than `a@`.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    domain = encoded(domain.rstrip("."))
    name = local.strip('"').partition("+")[0] or local
    if domain in _DOTLESS:
        name, domain = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{domain}"


def encoded(domain: str) -> str:
    """As DNS has it: a signature names `xn--mller-kva.example` where From may say `müller.example`.

    By IDNA 2008 (RFC 5891), to which `straße.example` is not `strasse.example`: somebody else may own that.
    """
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:
        return domain


@cache
def provider_domains() -> frozenset[str]:
    """Well-known mailbox providers, for whoever compares a look-alike with them."""
    return _PROVIDERS | {f"{label}.com" for label in _PROVIDER_LABELS}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
