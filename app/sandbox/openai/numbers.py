"""Order and tracking numbers in a text, in the wording of several languages and the shapes of the big carriers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.sandbox.openai.normal import ascii_digits

_FLAGS: Final = re.IGNORECASE | re.VERBOSE

# Longest digits first within a cue: "order no. 1001" must not stop at "no".
_CUE = r"""(?:
    orders? | purchases? | reorder | (?:order|purchase|reference|confirmation)[ -]?(?:id|no|nr|number|ref|code)
  | (?:be)?stell(?:ung(?:en|s)?|nr|nummer)? | bestell(?:ungs)?[ -]?(?:nr|nummer|id) | auftr[aä]g(?:e|s)?(?:nr|nummer)?
  | kauf | einkauf | vorgang(?:snummer)?
  | commandes? | cde | achats? | pedidos? | [oó]rden(?:es)? | compras? | encomendas? | ordin[ei] | acquisto
  | bestelling(?:en)? | bestelnummer | sipari[sş]\w* | سفارش\S{0,4} | خرید\S{0,3} | (?:ال)?طلب\S{0,3} | 注文(?:番号)?
)"""
_WEAK_CUE = (
    r"""(?:invoice|bill|receipt|rechnung|facture|factura|فاکتور|parcel|package|delivery|item|ticket|case)"""
)
_FILLER = r"""(?:
    [\s:;,.=()\[\]"'«»„“”*_\u200c-] | \#
  | \b(?:number|numbers|num|no|nr|nummer|id|code|ref|reference|is|was|with|the|my|of|under|called|corresponding|to|which|has
      |mit|der|die|das|dem|lautet|ist|unter|von|num[eé]ro|n|est|porte|le|la|el|los|es|con|du|de|del|que|tiene|con
      |numero|n[uú]mero|ordine|nummer|is|met|numarası|numarali|numaralı|no'lu|nolu)\b
  | n[°ºo]\.? | № | شماره\S{0,3} | کد | به | با | رقم | من | ام | مون | را | رو | は | の | 番号
){0,14}?"""
_CODE = r"(?<![\w/])(?:[A-Z]{1,6}[-_]?)?\d{3,18}(?:[-_][0-9A-Z]{1,8})*(?![\w%€$£]|[.,:/]\d)"
_JOINED = rf"(?:\s*(?:,|;|&|/|\+|and|und|et|y|e|en|و|or|oder|ou|o|یا)\s*\#?\s*{_CODE})*"
_UNIT = (
    r"(?!\s*(?:€|\$|£|%|eur\b|euros?\b|usd\b|gbp\b|dollars?\b|pounds?\b|toman|تومان|ریال|یورو|دلار|ml\b|kg\b|g\b|cm\b|mm\b|days?\b"
    r"|weeks?\b|tage?\b|wochen?\b|jours?\b|d[ií]as?\b|روز|هفته|times\b|pieces\b|stück\b|st\.|people\b|uhr\b))"
)

_HASHED = re.compile(
    r"(?<![\w&/])\#\s?(?P<number>(?:[A-Z]{1,6}[-_]?)?\d{2,18}(?:[-_][0-9A-Z]{1,8})*)(?!\w)", _FLAGS
)
_CUED = re.compile(rf"(?<!\w){_CUE}{_FILLER}(?P<first>{_CODE}){_UNIT}(?P<more>{_JOINED})", _FLAGS)
_WEAKLY_CUED = re.compile(rf"(?<!\w){_WEAK_CUE}{_FILLER}(?P<first>{_CODE}){_UNIT}", _FLAGS)
_ONE = re.compile(_CODE, _FLAGS)
_BARE = re.compile(
    rf"(?<![+$€£\w.,/:@-])(?:[A-Z]{{1,3}}-?(?=\d{{5}}))?\d{{4,18}}(?![\w%€$£@]|[.,:/-]\d){_UNIT}", _FLAGS
)
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d\Z")
_NOT_AN_ORDER = re.compile(
    r"""(?:(?<!\w)(?:tel|telefon|telephone|phone|mobile|mobil|handy|call|fax|whatsapp|تلفن|موبایل|تماس|zip|postcode|plz|postal|street|road|avenue
    |rue|calle|کد\ پستی|پلاک|sku|isbn|iban|vat|ust|card|karte|carte|tarjeta|کارت|version|model|modell)(?:nummer)?(?!\w)
    |str\.|stra(?:ß|ss)e(?!\w))\W{0,4}(?:\w+\W{1,3}){0,4}\Z""",
    _FLAGS,
)
# "Elm Lane 3, 10115 Berlin": what follows a street and a house number before a place is the postcode.
_STREET_BEFORE = re.compile(r"\w{3,}\.?,?\s\d{1,4}\s?[a-z]?\s*[,\n]\s*\Z", re.IGNORECASE)
_PLACE_AFTER = re.compile(r"\s+[^\W\d_]{2,}")
_ADDRESSED = re.compile(
    r"\s+(?:\w+\s+)?(?:street|st\b|road|rd\b|avenue|ave\b|lane|drive|straße|strasse|platz|weg\b)", _FLAGS
)
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]+", _FLAGS)

_TRACKING_CUE = (
    r"(?:track(?:ing)?|trace|sendung\w*|paketnummer|paket-?nr|suivi|colis|seguimiento|gu[ií]a|env[ií]o|رهگیری|مرسوله|tracciamento|rastreio"
    r"|ups|dhl|usps|dpd|gls|hermes|evri|fedex|royal\s?mail|la\s?poste|colissimo|chronopost|correos|seur|parcel(?:\s(?:no|number))?)"
)
_TRACKING_FILLER = (
    r"(?:[\s:\#.=(]|\b(?:number|no|nr|code|id|is|nummer|num[eé]ro|n[uú]mero|de|with|under|the|lautet|ist|est|es"
    r"|شماره|کد|پستی)\b|n[°º]){0,8}"
)
_TRACKING: Final = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?<!\w)1Z(?:[ ]?[0-9A-Z]){16}(?!\w)",  # UPS
        r"(?<!\w)9[1-5](?:[ ]?\d){18,24}(?!\w)",  # USPS
        r"(?<!\w)[A-Z]{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}[ ]?[A-Z]{2}(?!\w)",  # UPU S10: Royal Mail, La Poste, Correos …
        r"(?<!\w)J[JV]?D(?:[ ]?\d){16,20}(?!\w)",  # DHL
        r"(?<!\w)00340(?:[ ]?\d){15}(?!\w)",  # DHL Germany
        r"(?<!\w)TBA\d{10,14}(?!\w)",  # Amazon Logistics
        r"(?<!\w)[68][A-Z]\d{11}(?!\w)",  # Colissimo
        r"(?<!\w)(?:0\d{13}|1[5-6]\d{12})(?!\w)",  # DPD
        # Any carrier, where the writer says what it is.
        rf"(?<!\w){_TRACKING_CUE}{_TRACKING_FILLER}(?P<code>(?=[A-Z]*\d)[0-9A-Z]{{9,30}})(?!\w)",
    )
)


@dataclass(frozen=True)
class Found:
    """A number as it is looked up (ASCII digits, `#` and spaces gone) and where the mail has it."""

    value: str
    start: int
    end: int


def find_tracking_numbers(text: str) -> list[Found]:
    """In order of appearance; each place once, the shapes of a known carrier first."""
    folded = ascii_digits(text)
    found: list[Found] = []
    orders = [Found("", *span) for span in _named(folded)]
    for pattern in _TRACKING:
        is_said = "code" in pattern.groupindex
        for match in pattern.finditer(folded):
            start, end = match.span("code" if is_said else 0)
            # Plain digits of a carrier's length are an order number where the writer calls them one.
            taken = [*found, *orders] if match[0].isdigit() else found
            if not _overlaps(start, end, taken):
                found.append(Found(re.sub(r"\s", "", folded[start:end]).upper(), start, end))
    return sorted(found, key=lambda one: one.start)


def find_order_numbers(text: str, tracking: Iterable[Found] = ()) -> list[Found]:
    """In order of appearance.

    A number counts if it has a `#` or stands by a word for an order; where the text has none such, a number by a
    word for an invoice or parcel; where it has none such either, any bare number of four digits or more that is no
    year, price, measure, phone or house number.

    Args:
        text: A mail or a part of one.
        tracking: Places that are taken already.
    """
    folded = ascii_digits(text)
    taken = [*tracking, *(Found("", *match.span()) for match in _LINK.finditer(folded))]
    for search in (_named, _weakly_named, _bare):
        found: list[Found] = []
        for start, end in search(folded):
            if not _overlaps(start, end, [*taken, *found]) and not _DATE.match(folded[start:end]):
                found.append(Found(folded[start:end].upper(), start, end))
        if found:
            return sorted(found, key=lambda one: one.start)
    return []


def _named(text: str) -> Iterator[tuple[int, int]]:
    for match in _HASHED.finditer(text):
        yield match.span("number")
    for match in _CUED.finditer(text):
        yield match.span("first")
        for more in _ONE.finditer(text, match.start("more"), match.end("more")):
            yield more.span()


def _weakly_named(text: str) -> Iterator[tuple[int, int]]:
    for match in _WEAKLY_CUED.finditer(text):
        yield match.span("first")


def _bare(text: str) -> Iterator[tuple[int, int]]:
    for match in _BARE.finditer(text):
        before, after = text[max(0, match.start() - 45) : match.start()], text[match.end() : match.end() + 20]
        if _YEAR.match(match[0]) or _NOT_AN_ORDER.search(before) or _ADDRESSED.match(after):
            continue
        if re.match(r"[ /-]\d{2,}", after) or re.search(r"\d[ /-]\Z", before):
            continue  # a phone number or a card, written in groups
        if _STREET_BEFORE.search(before) and _PLACE_AFTER.match(after):
            continue
        yield match.span()


def _overlaps(start: int, end: int, taken: Iterable[Found]) -> bool:
    return any(start < one.end and one.start < end for one in taken)
