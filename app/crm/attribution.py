"""How a person came to know the shop: from what the shop's journey data says of their first visit.

Sources are Shopify's `CustomerVisit`: `sourceType` (a `MarketingTactic`), `source` (a name it recognised), the
referrer, and the UTM parameters of the landing page. A website is a method of getting in touch, never a source.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.vocabulary import LeadSource

_PAID = frozenset(
    {"cpc", "ppc", "cpm", "paid", "paidsearch", "paid_social", "paidsocial", "display", "ad", "ads", "banner"}
)
_MAIL = frozenset({"email", "e-mail", "newsletter", "mail"})
_TACTICS = {
    "AD": LeadSource.AD,
    "RETARGETING": LeadSource.AD,
    "SEO": LeadSource.SEARCH,
    "NEWSLETTER": LeadSource.EMAIL,
    "ABANDONED_CART": LeadSource.EMAIL,
    "TRANSACTIONAL": LeadSource.EMAIL,
    "AFFILIATE": LeadSource.REFERRAL,
    "POST": LeadSource.REFERRAL,
    "MESSAGE": LeadSource.SOCIAL,
}
"""The tactics that tell a source; LINK, LOYALTY, NOTIFICATION and STOREFRONT_APP do not."""
_SEARCH = ("google", "bing", "duckduckgo", "yahoo", "ecosia", "yandex", "baidu", "startpage", "qwant")
_SOCIAL = (
    "facebook", "instagram", "pinterest", "tiktok", "twitter", "t.co", "youtube", "reddit", "linkedin", "telegram",
    "whatsapp", "snapchat", "threads",
)  # fmt: skip


@dataclass(frozen=True)
class FirstVisit:
    """What the shop knows of somebody's first visit. Empty strings where it knows nothing."""

    source: str = ""
    source_type: str = ""
    referrer: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""


def lead_source(visit: FirstVisit | None) -> LeadSource:
    """The lead source of a first visit. What the shop's owner tagged (UTM) outranks what was observed."""
    if visit is None:
        return LeadSource.UNKNOWN
    tagged = _by_utm(visit)
    if tagged is not None:
        return tagged
    tactic = _TACTICS.get(visit.source_type.upper())
    if tactic is not None:
        return tactic
    return _by_name(visit.source) or _by_name(urlsplit(visit.referrer).hostname or "") or _otherwise(visit)


def _by_utm(visit: FirstVisit) -> LeadSource | None:
    medium = visit.utm_medium.lower()
    if medium in _PAID:
        return LeadSource.AD
    if medium in _MAIL:
        return LeadSource.EMAIL
    return _by_name(visit.utm_source)


def _by_name(name: str) -> LeadSource | None:
    words = name.lower().split(".")
    plain = name.lower()
    if any(word in words or plain == word for word in _SEARCH):
        return LeadSource.SEARCH
    if any(word in words or plain == word for word in _SOCIAL):
        return LeadSource.SOCIAL
    return LeadSource.EMAIL if plain in _MAIL else None


def _otherwise(visit: FirstVisit) -> LeadSource:
    if visit.source.lower() == "direct":
        return LeadSource.DIRECT
    if visit.referrer or visit.utm_source or visit.source:
        return LeadSource.REFERRAL
    return LeadSource.DIRECT
