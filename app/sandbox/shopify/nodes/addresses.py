"""Postal addresses."""

from babel import Locale

from app.sandbox.shopify.context import Node
from app.sandbox.shopify.nodes.registry import Registry
from app.sandbox.shopify.records import AddressRecord

_COUNTRY_NAMES = Locale("en").territories


def country_name(code: str) -> str:
    """The English name of an ISO 3166 code, as Shopify gives it."""
    return str(_COUNTRY_NAMES.get(code, code))


def postal_fields(record: AddressRecord) -> Node:
    """What every kind of address of the schema has."""
    return {
        "address1": record.address1,
        "address2": record.address2,
        "city": record.city,
        "company": record.company,
        "province": record.province,
        "zip": record.zip,
        "phone": record.phone,
        "countryCodeV2": record.country,
        "country": country_name(record.country),
    }


def mailing_address(
    registry: Registry, record: AddressRecord, first_name: str | None, last_name: str | None
) -> Node:
    """A `MailingAddress`; the names are those of the customer, where the address has none of its own."""
    first = record.first_name or first_name
    last = record.last_name or last_name
    name = " ".join(part for part in (first, last) if part) or None
    fields = postal_fields(record)
    lines = [
        record.address1,
        record.address2,
        " ".join(part for part in (record.zip, record.city, record.province_code) if part),
        fields["country"],
    ]

    def formatted(_context: object, *, withCompany: bool, withName: bool) -> list[str]:  # noqa: N803  the schema's names
        head = [name if withName else None, record.company if withCompany else None]
        return [line for line in (*head, *lines) if line]

    return registry.add(
        "MailingAddress",
        {
            **fields,
            "firstName": first,
            "lastName": last,
            "name": name,
            "provinceCode": record.province_code,
            "formatted": formatted,
            "formattedArea": ", ".join(part for part in (record.city, fields["country"]) if part) or None,
        },
    )
