"""What must not leave or be logged: card numbers in text, whole addresses in logs."""

import re
import unicodedata

CARD_MARK = "[card number removed]"

# Up to three separators between digits: people write 4111-1111, 4111 1111, "4111 - 1111". Invisible format
# characters and no-break spaces count as separators too, as do line breaks inside a wrapped number.
_SEPARATOR = "[\\s\\-._·•/|,\u2010-\u2015\u2212\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*+:]"
_RUN = re.compile(rf"\d(?:{_SEPARATOR}{{0,3}}\d){{12,}}")
_GROUP = re.compile(r"\d+")
_MIN, _MAX = 13, 19
# Of long order numbers every tenth passes Luhn; they are called by their name, and look like no network's.
_CALLED_ORDER = re.compile(
    r"(?:\b(?:orders?|purchases?|bestell\w*|auftrag\w*|commandes?|achats?|pedidos?|[oó]rden(?:es)?|compras?|encomendas?"
    r"|ordin[ei]|acquist[oi]|sipari[sş]\w*)|سفارش\w*|(?:ال)?طلب\w*|#)"
    r"(?:\s+(?:number|no|nr|id|nummer|num[eé]ro|n[uú]mero|شماره|رقم)\b)?[\s.:#]{0,4}\Z",
    re.IGNORECASE,
)
# What card networks use (ISO/IEC 7812): first digits, and how many digits follow them in all.
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]|2[2-7])\d{14}"  # Mastercard, Mir
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14,17}"  # American Express, Diners Club, JCB
    r"|(?:5[06-9]|6\d)\d{11,17}"  # Maestro, Discover, UnionPay, RuPay, Shetab
    r"|(?:8[12]|9[0-9])\d{14}"  # RuPay, Troy, Napas
)


def blank_cards(text: str) -> str:
    """Replace every payment card number by a mark: 13 to 19 digits of any script that pass the Luhn check.

    Digits that stand alone need only that check. Inside a longer row (an order number beside a card, a card
    and its expiry date) whole groups of digits are tried, and must also look like a card network's: of
    random digits every tenth row passes Luhn, and a parcel's tracking number must survive. So must look what
    the writer calls an order's number.
    """
    return _RUN.sub(lambda match: _blank_run(match.group(), is_order=_is_called_order(match)), text)


def _is_called_order(match: re.Match[str]) -> bool:
    return _CALLED_ORDER.search(match.string, max(0, match.start() - 40), match.start()) is not None


def _blank_run(run: str, *, is_order: bool) -> str:
    groups = list(_GROUP.finditer(run))
    values = ["".join(str(unicodedata.decimal(char)) for char in group.group()) for group in groups]
    if _is_card("".join(values), alone=not is_order):
        return CARD_MARK
    pieces: list[str] = []
    position = index = 0
    while index < len(groups):
        length = _groups_of_card(values, index, is_order=is_order)
        if length:
            pieces += [run[position : groups[index].start()], CARD_MARK]
            position = groups[index + length - 1].end()
        index += length or 1
    return "".join((*pieces, run[position:]))


def _groups_of_card(values: list[str], first: int, *, is_order: bool) -> int:
    """How many groups from `first` on are a card number, 0 for none; the longest that fits is taken."""
    longest, digits = 0, ""
    for count, value in enumerate(values[first : first + _MAX], start=1):
        digits += value
        if len(digits) > _MAX:
            break
        if _is_card(digits, alone=count == 1 and not is_order):
            longest = count
    return longest


def _is_card(digits: str, *, alone: bool) -> bool:
    if not _MIN <= len(digits) <= _MAX or not (alone or _NETWORKS.fullmatch(digits)):
        return False
    return digits.strip("0") != "" and _passes_luhn([int(digit) for digit in digits])


def _passes_luhn(digits: list[int]) -> bool:
    doubled = (2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def redact_address(address: str) -> str:
    """An address as logs may hold it: "ann.b@shop.example" becomes "a…@shop.example"."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local:
        return "…"
    return f"{local[0]}…@{domain}"
