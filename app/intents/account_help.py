"""Signing in and registering is explained; changing an account is a person's, and deleting data always is."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity import Identity
from app.intents.acknowledgment import TOOLS as BACKGROUND_TOOLS
from app.intents.acknowledgment import read_background, received
from app.intents.request import Request
from app.intents.resolution import Resolution
from app.intents.situation import AccountFacts, Situation
from app.intents.spec import IntentSpec
from app.shopify.client import ShopifyClient
from app.shopify.statuses import AccountsVersion
from app.tools import get_storefront
from app.tools.lookup import Lookup
from app.vocabulary import Intent, Mode

INTENT = Intent.ACCOUNT_HELP
TOOLS = (*BACKGROUND_TOOLS, get_storefront.NAME)
SITUATIONS = ("account_code", "account_password", "account_deletion")
DEFAULT_MODE = Mode.DRAFT

_NAMES: Mapping[AccountsVersion, str] = {
    AccountsVersion.NEW_CUSTOMER_ACCOUNTS: "account_code",
    AccountsVersion.CLASSIC: "account_password",
}
_ASKS_DELETION = re.compile(
    r"delet|remov|eras|clos(e|ing)|deactivat|terminat|get rid of|forget me|don'?t want (an|my|the) account"
    r"|lösch|entfern|schließ|kündig|deaktivier"
    r"|حذف|پاک کن|بستن|ببندید|غیرفعال"
    r"|supprim|effac|fermer|clôtur|désactiv"
    r"|elimin|borr|cerrar|cancelar|dar de baja|desactiv",
    re.IGNORECASE,
)
_ASKS_SIGN_IN = re.compile(
    r"log(ging)?[- ]?(in|on)|sign(ing)?[- ]?(in|on|up)|regist|password|(creat|open|mak|set)\w* .*account|access|get into"
    r"|anmeld|einlogg|registrier|passwort|kennwort|konto (an|er|eröffn)|zugang"
    r"|ورود|وارد|ثبت ?نام|رمز|گذرواژه|پسورد|(ساخت|باز).*حساب|لاگین"
    r"|connect|inscri|mot de passe|identifi|créer .*compte|accéder"
    r"|iniciar sesión|contraseña|registr|crear .*cuenta|entrar|acceder|acceso",
    re.IGNORECASE,
)


async def resolve(
    request: Request,
    shop: ShopifyClient,
    asker: Identity,
    *,
    now: datetime,  # noqa: ARG001  every intent has one signature; nothing is dated here
    timezone: ZoneInfo,  # noqa: ARG001  as above
) -> Resolution:
    background = await read_background(request, shop, asker)
    args = get_storefront.Args()
    found = await get_storefront.run(shop, asker, args)
    lookups = (*background.lookups, Lookup.of(get_storefront.NAME, args, found))
    return Resolution(situation_of(request, found), background.ownership, lookups, background.orders)


def situation_of(request: Request, found: get_storefront.Result) -> Situation:
    """What to say, given where shoppers sign in. Deleting data has its own law: whoever asks gets a person."""
    asked = request.evidence or request.text
    if _ASKS_DELETION.search(asked):
        return received(
            request,
            "account_deletion",
            "The customer may want an account or data deleted: check who asks, and what the law wants kept.",
        )
    accounts = found.storefront.customer_accounts if found.storefront else None
    name = _NAMES.get(accounts.version) if accounts else None
    if accounts is None or name is None or accounts.url is None or not accounts.is_offered:
        why = "Shopify names no page where customers sign in." if found.storefront else found.outcome
        return Situation(INTENT, None, None, f"The customer needs help with an account. {why}")
    person = (
        None if _ASKS_SIGN_IN.search(asked) else "The customer seems to want something else than to sign in."
    )
    return Situation(INTENT, name, AccountFacts(accounts.url), person)


SPEC = IntentSpec(INTENT, TOOLS, SITUATIONS, DEFAULT_MODE, resolve)
