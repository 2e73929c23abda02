import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intents.situation import Money
from app.mail.outbound.markdown import render_markdown
from app.replies.locales import LOCALES, choose_locale, find_locale
from app.replies.tokens import Token, TokenKind, date_tokens, tokens

DAY = date(2026, 10, 5)
every_locale = pytest.mark.parametrize("code", LOCALES)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "October 5, 2026"),
        ("de", "5.\u00a0Oktober 2026"),
        ("fr", "5\u00a0octobre 2026"),
        ("es", "5\u00a0de octubre de 2026"),
        ("fa", "۱۳ مهر ۱۴۰۵"),
    ],
)
def test_a_day_is_written_the_locales_way(code, written):
    assert LOCALES[code].date(DAY) == written


def test_no_line_of_a_mail_ends_inside_an_amount_a_day_or_a_count():
    """In the HTML part as in the text: what the locale writes is what leaves."""
    torn = []
    for code in ("de", "fr", "es"):
        locale = LOCALES[code]
        written = [locale.date(DAY), locale.money(Money(Decimal("1234.50"), "EUR"))]
        for part in render_markdown(" | ".join(written), rtl=False, lang=code):
            torn += [(code, one) for one in written if one not in part]
        torn += [(code, one) for one in written if re.search(r"\d \D|\D \d", one.removesuffix(" 2026"))]
    assert torn == []


def test_french_has_a_first_day_of_a_month():
    assert LOCALES["fr"].date(date(2026, 5, 1)) == "1er\u00a0mai 2026"
    assert LOCALES["fr"].date(date(2026, 5, 11)) == "11\u00a0mai 2026"


@pytest.mark.parametrize(
    ("code", "amount", "currency", "written"),
    [
        ("en", "1234.50", "EUR", "€1,234.50"),
        ("de", "1234.50", "EUR", "1.234,50\u00a0€"),
        ("fr", "1234.50", "EUR", "1\u202f234,50\u00a0€"),
        ("es", "1234.50", "EUR", "1.234,50\u00a0€"),
        ("fa", "1234.50", "EUR", "۱٬۲۳۴٫۵۰ یورو"),
        ("fa", "2450000.00", "IRR", "۲٬۴۵۰٬۰۰۰ ریال"),
        ("en", "1200.00", "JPY", "¥1,200"),
        ("en", "2450000", "IRR", "IRR\u00a02,450,000"),
        ("de", "12", "USD", "12,00\u00a0$"),
    ],
)
def test_money_is_written_the_locales_way(code, amount, currency, written):
    assert LOCALES[code].money(Money(Decimal(amount), currency)) == written


@every_locale
def test_no_amount_is_rounded_away(code):
    locale = LOCALES[code]
    for amount, currency in (("10.125", "EUR"), ("1234.5", "JPY"), ("99.99", "IRR")):
        assert tokens(locale.money(Money(Decimal(amount), currency)), locale) == {
            Token(TokenKind.MONEY, f"{Decimal(amount).normalize():f} {currency}")
        }


@every_locale
@given(
    amount=st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False),
    currency=st.sampled_from(["EUR", "USD", "GBP", "IRR", "CHF", "CAD", "AED", "TRY", "SEK"]),
)
def test_what_a_locale_writes_is_read_back(code, amount, currency):
    locale = LOCALES[code]
    assert tokens(locale.money(Money(amount, currency)), locale) == {
        Token(TokenKind.MONEY, f"{amount.normalize():f} {currency}")
    }


@every_locale
@given(day=st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_is_read_back_in_every_locale(code, day):
    locale = LOCALES[code]
    assert tokens(locale.date(day), locale) == {Token(TokenKind.DATE, day.isoformat())}
    assert tokens(locale.date(day), locale) <= date_tokens(day)


def test_a_locale_is_found_by_any_spelling_of_its_tag():
    for tag in ("fa", "FA", "fa-IR", "fa_IR", " fa-Arab-IR "):
        assert find_locale(tag) is LOCALES["fa"]
    for unknown in ("", None, "xx", "-", "english", "far"):
        assert find_locale(unknown) is None
    assert choose_locale("xx", "de").code == "de"
    assert choose_locale("xx", "yy").code == "en"


@every_locale
def test_lists_follow_the_locale(code):
    locale = LOCALES[code]
    assert locale.join(["a"]) == "a"
    assert LOCALES["de"].join(["a", "b", "c"]) == "a, b und c"
    assert LOCALES["fr"].join(["a", "b", "c"]) == "a, b et c"
    assert LOCALES["fa"].join(["a", "b", "c"]) == "a، b و c"
    assert LOCALES["es"].join(["a", "b", "c"]) == "a, b y c"
    assert LOCALES["es"].join(["Camisa", "Impermeable"]) == "Camisa e Impermeable"
    assert LOCALES["es"].join(["Té", "Hielo"]) == "Té y Hielo"


def test_a_word_follows_its_count():
    forms = {
        code: "".join(
            "1" if locale.plural(count, "one", "other") == "one" else "n" for count in (0, 1, 2, 5, 21)
        )
        for code, locale in LOCALES.items()
    }
    assert forms == {"en": "n1nnn", "de": "n1nnn", "es": "n1nnn", "fr": "11nnn", "fa": "11nnn"}
