"""What a mail mentions besides words: tracking numbers by their carriers' shapes, email addresses, phone numbers.

Found by code in the customer's text alone, for staff to see and for checking what the model claims to have read.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

from app.classifier.evidence import fold

_LONGEST_TEXT = 20_000
_MOST = 10


@dataclass(frozen=True)
class Mentions:
    """In the order of the text, each once.

    Attributes:
        tracking_numbers: Number (upper case, without spaces) and carrier, of those whose shape and check digit tell it.
        emails: Lower case.
        phones: E.164, such as `+4915123456789`.
    """

    tracking_numbers: tuple[tuple[str, str], ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def find_mentions(text: str, *, country: str | None = None) -> Mentions:
    """What a text mentions. `country` (ISO 3166 alpha-2) is where a phone number without its country's code is from."""
    folded = fold(text[:_LONGEST_TEXT])
    phones = phonenumbers.PhoneNumberMatcher(folded, country)
    e164 = (phonenumbers.format_number(one.number, phonenumbers.PhoneNumberFormat.E164) for one in phones)
    return Mentions(
        tracking_numbers=tuple(dict.fromkeys(_tracked(folded)))[:_MOST],
        emails=tuple(dict.fromkeys(_EMAIL.findall(folded)))[:_MOST],
        phones=tuple(dict.fromkeys(e164))[:_MOST],
    )


def _tracked(folded: str) -> Iterator[tuple[str, str]]:
    """Numbers are printed in groups; short ones in groups are too easily something else, three order numbers perhaps."""
    groups = _GROUP.findall(folded.upper())
    for start, first in enumerate(groups):
        if not any(char.isdigit() for char in first):
            continue
        number = ""
        for count, group in enumerate(groups[start : start + _MOST_GROUPS], start=1):
            number += group
            if len(number) > _LONGEST_NUMBER:
                break
            is_printed = count == 1 or len(number) >= _SHORTEST_IN_GROUPS
            if is_printed and (carrier := tracking_carrier(number)) is not None:
                yield number, carrier


def tracking_carrier(number: str) -> str | None:
    """The carrier whose numbers look like this and whose check digit, where it has one, is right; None for any other."""
    plain = re.sub(r"[\s-]", "", fold(number)).upper()
    for shape, carrier, is_right in _SHAPES:
        if shape.fullmatch(plain) and is_right(plain):
            return carrier
    return None


def may_be_tracking(number: str) -> bool:
    """Whether a number can be a parcel's at all. Hundreds of carriers have no check digit: 8 to 40 characters, 6 digits."""
    plain = re.sub(r"[\s.-]", "", fold(number))
    return 8 <= len(plain) <= 40 and plain.isalnum() and sum(char.isdigit() for char in plain) >= 6


def _always(_: str) -> bool:
    return True


def _is_s10(number: str) -> bool:
    """UPU S10: weights 8 6 4 2 3 5 9 7, check digit 11 - (sum mod 11), where 10 counts as 0 and 11 as 5."""
    digits = [int(char) for char in number[2:11]]
    check = 11 - sum(d * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=False)) % 11
    return digits[8] == {10: 0, 11: 5}.get(check, check)


def _is_ups(number: str) -> bool:
    """UPS 1Z: letters count 2, 3 … from A on, mod 10; every second of the fifteen counts double."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:]]
    total = sum(values[0:15:2]) + 2 * sum(values[1:15:2])
    return (10 - total % 10) % 10 == values[15]


def _is_mod10_3_1(number: str) -> bool:
    """USPS and SSCC (GS1): from the right, before the check digit, digits count 3 and 1 in turn."""
    digits = [int(char) for char in number]
    total = 3 * sum(digits[-2::-2]) + sum(digits[-3::-2])
    return (10 - total % 10) % 10 == digits[-1]


def _is_fedex(number: str) -> bool:
    """FedEx Express, 12 digits: weights 3 1 7 from the left, sum mod 11 mod 10."""
    digits = [int(char) for char in number]
    return sum(d * w for d, w in zip(digits[:11], (3, 1, 7) * 4, strict=False)) % 11 % 10 == digits[11]


_Check = Callable[[str], bool]
_SHAPES: tuple[tuple[re.Pattern[str], str, _Check], ...] = (
    (re.compile(r"1Z[0-9A-Z]{16}"), "UPS", _is_ups),
    (re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}"), "postal service (UPU S10)", _is_s10),
    (re.compile(r"TB[ACM]\d{12}"), "Amazon Logistics", _always),
    (re.compile(r"J?JD\d{16,20}"), "DHL", _always),
    (re.compile(r"3S[A-Z0-9]{9,15}"), "PostNL", _always),
    (re.compile(r"00\d{18}"), "DHL or another (SSCC)", _is_mod10_3_1),
    (re.compile(r"9[1-5]\d{20}|420\d{5}9[1-5]\d{20}"), "USPS", _is_mod10_3_1),
    (re.compile(r"\d{12}"), "FedEx", _is_fedex),
)
_GROUP = re.compile(r"[0-9A-Z]+")
_MOST_GROUPS, _LONGEST_NUMBER, _SHORTEST_IN_GROUPS = 8, 34, 13
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w-])")
