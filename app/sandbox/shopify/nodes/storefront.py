"""The shop itself: its name, domain, address, policies, languages and the app that looks at it."""

from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale

from app.sandbox.shopify.context import Context, Node
from app.sandbox.shopify.nodes.addresses import postal_fields
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import AppRecord, PolicyRecord, ShopRecord


def shop_node(registry: Registry, record: ShopRecord) -> Node:
    """`Shop`."""
    url = f"https://{record.host}"
    return registry.add(
        "Shop",
        {
            "name": record.name,
            "description": record.description,
            "email": record.email,
            "contactEmail": record.contact_email,
            "shopOwnerName": record.owner,
            "myshopifyDomain": record.myshopify_domain,
            "primaryDomain": registry.add("Domain", {"host": record.host, "sslEnabled": True, "url": url}),
            "url": url,
            "currencyCode": record.currency,
            "enabledPresentmentCurrencies": record.presentment_currencies,
            "orderNumberFormatPrefix": record.order_prefix,
            "orderNumberFormatSuffix": record.order_suffix,
            "paymentSettings": {"supportedDigitalWallets": record.digital_wallets},
            "customerAccountsV2": {
                "customerAccountsVersion": "CLASSIC"
                if record.has_classic_accounts
                else "NEW_CUSTOMER_ACCOUNTS",
                "loginLinksVisibleOnStorefrontAndCheckout": record.accounts_url is not None,
                "loginRequiredAtCheckout": False,
                "url": record.accounts_url,
            },
            "shopAddress": registry.add("ShopAddress", postal_fields(record.address)),
            "shopPolicies": [_policy(registry, url, policy) for policy in record.policies],
            "shipsToCountries": record.ships_to,
            "taxesIncluded": True,
            "taxShipping": True,
            "unitSystem": "METRIC_SYSTEM",
            "weightUnit": "GRAMS",
            "createdAt": record.created,
            "updatedAt": record.created,
            **_time_zone(ZoneInfo(record.timezone)),
        },
        number=record.id,
    )


def _time_zone(zone: ZoneInfo) -> Node:
    def minutes(context: Context) -> int:
        offset = context.now.astimezone(zone).utcoffset()
        assert offset is not None  # a ZoneInfo always has one
        return int(offset.total_seconds() // 60)

    return {
        "ianaTimezone": zone.key,
        "timezoneAbbreviation": lambda context: context.now.astimezone(zone).strftime("%Z"),
        "timezoneOffset": lambda context: context.now.astimezone(zone).strftime("%z"),
        "timezoneOffsetMinutes": minutes,
    }


def _policy(registry: Registry, url: str, record: PolicyRecord) -> Node:
    return registry.add(
        "ShopPolicy",
        {
            "type": record.type,
            "title": record.title,
            "body": record.body,
            "url": f"{url}/policies/{record.type.lower().replace('_', '-')}",
            "createdAt": record.updated,
            "updatedAt": record.updated,
        },
    )


def locale_nodes(record: ShopRecord) -> list[Node]:
    """`ShopLocale`s, the primary one first."""
    return [
        {
            "locale": locale.locale,
            "name": Locale.parse(locale.locale, sep="-").get_display_name("en"),
            "primary": position == 0,
            "published": locale.published,
        }
        for position, locale in enumerate(record.locales)
    ]


def location_node(registry: Registry, record: ShopRecord) -> Node:
    """The one `Location`, from which everything is sent."""
    address = postal_fields(record.address)
    return registry.add(
        "Location",
        {
            "name": record.location,
            "address": {**address, "countryCode": record.address.country},
            "isActive": True,
            "fulfillsOnlineOrders": True,
            "shipsInventory": True,
            "createdAt": record.created,
            "updatedAt": record.created,
        },
    )


def app_node(registry: Registry, record: AppRecord) -> Node:
    """The `App` whose token is used."""
    return registry.add(
        "App",
        {
            "title": record.title,
            "handle": record.handle,
            "apiKey": record.api_key,
            "developerName": record.developer,
            "embedded": False,
        },
    )


def installation_node(registry: Registry, app: Node, host: str) -> Node:
    """The `AppInstallation`; its scopes are those that the request's token has."""

    def scopes(context: Context) -> list[dict[str, Any]]:
        return [
            {"handle": scope, "description": scope.replace("_", " ").capitalize()}
            for scope in context.access.scopes
        ]

    return registry.add(
        "AppInstallation",
        {"app": app, "accessScopes": scopes, "launchUrl": f"https://{host}/admin/apps/{app['handle']}"},
    )
