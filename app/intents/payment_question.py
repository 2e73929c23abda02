"""How can I pay? What the shop's terms say, and the wallets that its checkout takes."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.passages import PAYMENT, about
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import Situation, WaysToPayFacts
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.statuses import DigitalWallet
from app.tools import get_policy, get_storefront
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

INTENT = Intent.PAYMENT_QUESTION
TOOLS = (get_policy.NAME, get_storefront.NAME)
SITUATIONS = ("payment_methods",)
DEFAULT_MODE = Mode.DRAFT

# As they call themselves today; Shopify keeps older names.
_WALLETS: Mapping[DigitalWallet, str] = {
    DigitalWallet.AMAZON_PAY: "Amazon Pay",
    DigitalWallet.ANDROID_PAY: "Google Pay",
    DigitalWallet.APPLE_PAY: "Apple Pay",
    DigitalWallet.FACEBOOK_PAY: "Meta Pay",
    DigitalWallet.GOOGLE_PAY: "Google Pay",
    DigitalWallet.SHOPIFY_PAY: "Shop Pay",
}


async def resolve(
    request: Request,  # noqa: ARG001  every intent has one signature; the ways to pay are the same for everybody
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  as above
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    policy_args, shop_args = get_policy.Args(policy="terms"), get_storefront.Args()
    terms = await get_policy.run(shop, asker, policy_args)
    front = await get_storefront.run(shop, asker, shop_args)
    lookups = (
        Lookup.of(get_policy.NAME, policy_args, terms),
        Lookup.of(get_storefront.NAME, shop_args, front),
    )
    return Resolution(situation_of(terms, front), lookups=lookups)


def situation_of(terms: get_policy.Result, front: get_storefront.Result) -> Situation:
    """What to say, given the shop's terms and its checkout. Shopify tells apps of wallets, not of cards and banks."""
    wallets = _wallets(front)
    paragraphs = about(terms.paragraphs, PAYMENT)
    if not wallets and not paragraphs:
        return Situation(INTENT, None, None, "The customer asks how to pay. The shop's terms do not say it.")
    has_terms = terms.policy is not None and bool(paragraphs)
    facts = WaysToPayFacts(
        wallets,
        terms.policy.title if terms.policy and has_terms else None,
        terms.policy.url or None if terms.policy and has_terms else None,
        paragraphs,
    )
    person = None if has_terms else "Shopify names wallets alone: add cards and other ways to pay."
    return Situation(INTENT, "payment_methods", facts, person)


def _wallets(front: get_storefront.Result) -> tuple[str, ...]:
    if front.storefront is None:
        return ()
    found = front.storefront.payment_settings.supported_digital_wallets
    return tuple(dict.fromkeys(_WALLETS[wallet] for wallet in found if wallet in _WALLETS))


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
