"""The languages that replies are written in, and how each writes dates, money, numbers and lists.

Babel (CLDR) knows the ways; Persian differs in three that CLDR leaves to the writer: the Jalali calendar, Persian
digits, and a currency named in words, since a symbol beside digits jumps about in a right-to-left line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

import babel
import jdatetime
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_name, get_currency_precision

from app.intents.situation import Money

LATIN_DIGITS = "0123456789"
PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"

_CURRENCY = re.compile(r"[A-Z]{3}")
_CODE_BESIDE_NUMBER = re.compile(
    r"(?<=[A-Z]{3})(?=[-\d])"
)  # CLDR: `alphaNextToNumber`, which Babel does not know
# No line ends between a day and its month; and one that began with "29. Oktober" would be a numbered list in Markdown.
_DAY_FIRST = re.compile(r"^(\S*\d\S*) ")
_SOUNDS_LIKE_I = re.compile(r"[ií]|h[ií](?![aeo])", re.IGNORECASE)


@dataclass(frozen=True)
class Locale:
    """A language of replies. `code` names its folder of templates and is a CLDR locale.

    Attributes:
        code: As in BCP 47: `fa`.
        person_word: What a customer answers with to reach a person.
        more_items: How a list of items that was cut says so; `{count}` is at least 2.
        digits: The ten digits that dates, money and counts are written with.
        first_day: How a date says the first of a month: `1er`.
        joints: What stands between the parts of a list, before the last, and before a last one that begins with an i:
            where CLDR does not have it as it is written.
        is_jalali: Whether dates are in the solar Hijri calendar.
        currency_words: None: money is written with symbols. Else with names, and these replace CLDR's.
    """

    code: str
    person_word: str
    more_items: str
    digits: str = LATIN_DIGITS
    first_day: str = "1"
    joints: tuple[str, str, str] | None = None
    is_jalali: bool = False
    currency_words: dict[str, str] | None = field(default=None, hash=False)

    @cached_property
    def babel(self) -> babel.Locale:
        return babel.Locale.parse(self.code)

    @property
    def rtl(self) -> bool:
        return self.babel.character_order == "right-to-left"

    def number(self, value: int) -> str:
        return self._own_digits(format_decimal(value, locale=self.babel, numbering_system="default"))

    def plural(self, count: int, one: str, other: str) -> str:
        """The form of a word that stands behind this count: CLDR's `one`, else `other`."""
        return one if self.babel.plural_form(abs(count)) == "one" else other

    def date(self, day: date) -> str:
        """Day, month in words, year: never a form in which day and month could be taken for one another."""
        if not self.is_jalali:
            written = re.sub(r"^1(?= )", self.first_day, format_date(day, "long", locale=self.babel))
            return _DAY_FIRST.sub("\\1\u00a0", written)
        jalali = jdatetime.date.fromgregorian(date=day)
        month = jdatetime.date.j_months_fa[jalali.month - 1]
        return self._own_digits(f"{jalali.day} {month} {jalali.year}")

    def money(self, money: Money) -> str:
        """The amount in full: CLDR's number of decimals, more if rounding would change it.

        Raises:
            ValueError: The currency is not an ISO 4217 code, or the amount is not a number.
        """
        if not _CURRENCY.fullmatch(money.currency) or not money.amount.is_finite():
            raise ValueError("money needs an ISO 4217 code and a number")
        rounds = _rounds(money)
        if self.currency_words is None:
            written = format_currency(
                money.amount,
                money.currency,
                locale=self.babel,
                currency_digits=not rounds,
                decimal_quantization=not rounds,
                numbering_system="default",
            )
            return _CODE_BESIDE_NUMBER.sub("\u00a0", written)
        decimals = max(get_currency_precision(money.currency), _decimals(money.amount) if rounds else 0)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        amount = format_decimal(money.amount, pattern, locale=self.babel, numbering_system="default")
        return f"{self._own_digits(amount)} {self.currency_word(money.currency)}"

    def currency_word(self, currency: str) -> str:
        words = self.currency_words or {}
        return words.get(currency) or get_currency_name(currency, locale=self.babel)

    def join(self, parts: Sequence[str]) -> str:
        """`a, b and c`."""
        if self.joints is None:
            return format_list(parts, locale=self.babel)
        *first, last = parts
        comma, conjunction, before_i = self.joints
        return (
            f"{comma.join(first)}{before_i if _SOUNDS_LIKE_I.match(last) else conjunction}{last}"
            if first
            else last
        )

    def _own_digits(self, text: str) -> str:
        return text.translate(str.maketrans(LATIN_DIGITS, self.digits))


def _rounds(money: Money) -> bool:
    return _decimals(money.amount) > get_currency_precision(money.currency)


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


LOCALES: dict[str, Locale] = {
    locale.code: locale
    for locale in (
        Locale("en", person_word="person", more_items="{count} more items"),
        Locale("de", person_word="Mensch", more_items="{count} weitere Artikel"),
        Locale("fr", person_word="conseiller", more_items="{count} autres articles", first_day="1er"),
        Locale("es", person_word="persona", more_items="{count} artículos más", joints=(", ", " y ", " e ")),
        Locale(
            "fa",
            person_word="همکار",
            more_items="{count} کالای دیگر",
            digits=PERSIAN_DIGITS,
            is_jalali=True,
            joints=("، ", " و ", " و "),
            currency_words={"IRR": "ریال", "USD": "دلار آمریکا"},
        ),
    )
}
LAST_RESORT = "en"


def find_locale(language: str | None) -> Locale | None:
    """The locale of a language tag in any spelling (`fa-IR`, `DE_at`, `en`), or None if replies know it not."""
    primary = (language or "").strip().replace("_", "-").split("-")[0].casefold()
    return LOCALES.get(primary)


def choose_locale(language: str | None, default: str) -> Locale:
    """The customer's language if replies know it, else the store's, else English."""
    return find_locale(language) or find_locale(default) or LOCALES[LAST_RESORT]
