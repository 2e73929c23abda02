"""A mail provider's question whether mail may be forwarded to our mailbox: its code and link, for the owner.

Nothing here follows a link. A link is shown only where it is https and leads to the provider's own hosts: anybody can
write a mail that looks like such a question.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.mail.inbound.message import InboundMail

_MAX_TEXT = 32 * 1024
_LINK = re.compile(r"https://[^\s<>\"'\\\])]{1,1000}")
_CODE = re.compile(
    r"\(#\s?(\d{6,12})\)|(?:code|código|codice|kod|kód|код|κωδικός|کد|رمز|קוד|コード|代码|代碼|코드|รหัส|mã)[^\d\n]{0,60}+\n?+[^\d\n]{0,20}+\b([0-9]{4,12})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ForwardingCheck:
    """A mail provider asks whether forwarding to our mailbox is wanted: shown to the owner, never followed by us."""

    code: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who asks, and how its question is known.

    Attributes:
        sender: The addresses that it asks from.
        subject: What the subject says; senders that write about nothing else need none.
        hosts: Domains whose links, also of their sub-domains, are its own.
        path: What its link's path and query hold, where it says which of several links is meant.
    """

    name: str
    sender: re.Pattern[str]
    hosts: tuple[str, ...]
    subject: re.Pattern[str] | None = None
    path: re.Pattern[str] | None = None


_ASKS = re.compile(
    r"forward|weiterleit|transfert|réachemin|reenv|encaminh|inoltr|doorst|vidarebefordr|videresend|viderekoble|edelleenläh|przekierow|přepos|továbbít|"
    r"redirecțion|пересыл|переадрес|yönlendir|προώθησ|هدایت|إعادة توجيه|העבר|転送|转发|轉寄|전달|chuyển tiếp|ส่งต่อ|meneruskan",
    re.IGNORECASE,
)
_VERIFY = re.compile(r"verif|confirm|bestätig|vérifi|activat|approve", re.IGNORECASE)

PROVIDERS = (
    # https://support.google.com/mail/answer/10957
    Provider(
        "Gmail",
        re.compile(r"^forwarding-noreply@google\.com$"),
        ("mail.google.com", "mail-settings.google.com"),
        path=re.compile(r"/mail/"),
    ),
    Provider(
        "Outlook",
        re.compile(
            r"@(?:[a-z0-9-]+\.)*(?:microsoft\.com|outlook\.com|live\.com|office365\.com|office\.com)$"
        ),
        (
            "outlook.live.com",
            "outlook.office.com",
            "outlook.office365.com",
            "account.live.com",
            "account.microsoft.com",
        ),
        subject=_ASKS,
    ),
    # https://www.zoho.com/mail/help/email-forwarding.html
    Provider(
        "Zoho",
        re.compile(
            r"@(?:[a-z0-9-]+\.)*(?:zoho\.(?:com|eu|in|com\.au|jp|sa)|zohomail\.com|zohocorp\.com|zohoaccounts\.com)$"
        ),
        ("zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zoho.jp", "zohomail.com"),
        subject=re.compile(
            f"(?=.*(?:{_ASKS.pattern})).*(?:{_VERIFY.pattern})|zoho mail.*verif", re.IGNORECASE
        ),
    ),
    Provider(
        "Yahoo",
        re.compile(r"@(?:[a-z0-9-]+\.)*(?:yahoo-inc\.com|yahoo\.com|yahooinc\.com|aol\.com)$"),
        ("yahoo.com", "aol.com"),
        subject=re.compile(rf"{_ASKS.pattern}|verify (?:your|an?) (?:email|address)", re.IGNORECASE),
    ),
    Provider(
        "iCloud",
        re.compile(r"@(?:[a-z0-9-]+\.)*(?:apple\.com|icloud\.com|me\.com)$"),
        ("www.icloud.com", "appleid.apple.com", "account.apple.com"),
        subject=_ASKS,
    ),
    Provider(
        "Fastmail",
        re.compile(r"@(?:[a-z0-9-]+\.)*(?:fastmail\.com|fastmailteam\.com|messagingengine\.com)$"),
        ("fastmail.com", "fastmail.help"),
        subject=re.compile(rf"{_ASKS.pattern}|{_VERIFY.pattern}", re.IGNORECASE),
    ),
    Provider(
        "GMX or WEB.DE",
        re.compile(
            r"@(?:[a-z0-9-]+\.)*(?:gmxnet\.de|gmx\.(?:net|de|com|at|ch)|web\.de|1und1\.de|ionos\.(?:de|com))$"
        ),
        ("gmx.net", "gmx.de", "gmx.com", "web.de", "ionos.de", "ionos.com"),
        subject=_ASKS,
    ),
    Provider(
        "Yandex or Mail.ru",
        re.compile(r"@(?:[a-z0-9-]+\.)*(?:yandex\.(?:ru|com)|yandex-team\.ru|corp\.mail\.ru|mail\.ru)$"),
        ("yandex.ru", "yandex.com", "mail.ru"),
        subject=_ASKS,
    ),
    Provider(
        "Proton",
        re.compile(r"@(?:[a-z0-9-]+\.)*(?:proton\.me|protonmail\.com)$"),
        ("proton.me",),
        subject=_ASKS,
    ),
)
_PERSONAL = frozenset(
    {
        "gmx.net",
        "gmx.de",
        "gmx.com",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "outlook.com",
        "live.com",
        "yahoo.com",
        "aol.com",
        "icloud.com",
    }
    | {
        "me.com",
        "fastmail.com",
        "zoho.com",
        "zohomail.com",
        "yandex.ru",
        "yandex.com",
        "mail.ru",
        "proton.me",
        "protonmail.com",
    }
)
"""Customers have addresses there, so only the provider's own local parts speak for it."""
_SPEAKERS = re.compile(
    r"^(?:.*[-_.])?(?:no[-_.]?reply|donotreply|account-security-noreply|accounts?|team|support|forwarding|verify|verification|"
    r"microsoftexchange[0-9a-f]*|postmaster|notifications?|mail-?service|service|mailer|welcome)(?:[-_.].*)?$"
)


def find_forwarding_check(mail: InboundMail) -> tuple[str, ForwardingCheck] | None:
    """Who asks, with code and link, or None where the mail is no such question."""
    sender = mail.from_
    if not sender.address:
        return None
    key = sender.key
    for provider in PROVIDERS:
        if provider.sender.search(key) and _is_asking(provider, mail):
            link = _find_link(provider, mail)
            code = _find_code(mail)
            if provider.subject is None or link or code:
                return provider.name, ForwardingCheck(code=code, link=link)
    return None


def _is_asking(provider: Provider, mail: InboundMail) -> bool:
    """Whether the provider itself wrote from there, and about forwarding."""
    sender = mail.from_
    if sender.domain in _PERSONAL and not _SPEAKERS.match(sender.local_part):
        return False
    return provider.subject is None or provider.subject.search(mail.subject) is not None


def _find_code(mail: InboundMail) -> str | None:
    found = _CODE.search(mail.subject) or _CODE.search(mail.text[:_MAX_TEXT])
    return (found[1] or found[2]) if found else None


def _find_link(provider: Provider, mail: InboundMail) -> str | None:
    """The first link to the provider's own hosts; what its path has to hold comes first, then what it says of itself."""
    texts = (mail.text[:_MAX_TEXT], (mail.html or "")[:_MAX_TEXT].replace("&amp;", "&"))
    links = [one.group().rstrip(".,;") for text in texts for one in _LINK.finditer(text)]
    own = [one for one in links if _is_own(provider, one)]
    if provider.path is not None:
        own = [one for one in own if provider.path.search(one)]
    telling = (
        one for one in own if re.search(r"verif|confirm|forward|/vf-|approve|activat", one, re.IGNORECASE)
    )
    return next(telling, own[0] if own else None)


def _is_own(provider: Provider, link: str) -> bool:
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or port not in {None, 443}:
        return False
    return any(host == own or host.endswith(f".{own}") for own in provider.hosts)
