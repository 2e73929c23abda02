"""However somebody writes an order number, there is one name for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.shopify.schemas import Shop
from app.tools.order_number import find_order_number, order_names


def shop(prefix="#", suffix=""):
    return Shop.model_validate(
        {
            "name": "Saffron",
            "myshopifyDomain": "saffron.myshopify.com",
            "primaryDomain": {"url": "https://saffron.example"},
            "contactEmail": "help@saffron.example",
            "currencyCode": "EUR",
            "ianaTimezone": "Europe/Berlin",
            "orderNumberFormatPrefix": prefix,
            "orderNumberFormatSuffix": suffix,
        }
    )


@pytest.mark.parametrize(
    ("written", "prefix", "suffix", "name"),
    [
        ("1001", "#", "", "#1001"),
        ("#1001", "#", "", "#1001"),
        (" # 1001. ", "#", "", "#1001"),
        ("#۱۰۰۱", "#", "", "#1001"),  # Persian
        ("١٠٠١", "#", "", "#1001"),  # Arabic
        ("१००१", "#", "", "#1001"),  # Devanagari
        ("\uff03\uff11\uff10\uff10\uff11", "#", "", "#1001"),  # full width
        ("\u200f#1001\u200f", "#", "", "#1001"),
        ("„1001“", "#", "", "#1001"),
        ("№1001", "#", "", "#1001"),
        ("1001", "", "", "1001"),
        ("#1001", "", "", "1001"),
        ("1001", "EN", "", "EN1001"),
        ("en1001", "EN", "", "EN1001"),
        ("#EN1001", "EN", "", "EN1001"),
        ("EN-1001", "EN-", "", "EN-1001"),
        ("W2378156", "#W", "", "#W2378156"),
        ("#w2378156", "#W", "", "#W2378156"),
        ("2378156", "#W", "", "#W2378156"),
        ("1001-A", "#", "-A", "#1001-A"),
        ("#1001-a", "#", "-A", "#1001-A"),
        ("1001", "#", "-A", "#1001-A"),
        ("#1001-F1", "#", "", "#1001-F1"),
    ],
)
def test_a_written_number_becomes_the_orders_name(written, prefix, suffix, name):
    assert order_names(written, shop(prefix, suffix))[0] == name


@pytest.mark.parametrize("written", ["", "#", "my order", "  ", "EN"])
def test_what_holds_no_digit_is_no_number(written):
    assert order_names(written, shop("EN")) == ()


@given(
    st.integers(1, 10**9), st.sampled_from(["", "#", "EN", "#W", "SC-"]), st.sampled_from(["", "-A", "/24"])
)
def test_a_name_names_itself(number, prefix, suffix):
    name = f"{prefix}{number}{suffix}"
    assert order_names(name, shop(prefix, suffix)) == (name,)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("TG-2201", ("#TG-2201", "TG-2201")),
        ("#900", ("SC-900", "#900")),
        ("SC-900", ("SC-900",)),
        ("900.", ("#900", "900")),
    ],
)
def test_what_was_written_may_be_the_whole_name_of_an_older_order(written, names):
    assert order_names(written, shop("SC-" if names[0].startswith("SC") else "#")) == names


@given(st.text(max_size=64))
def test_nothing_that_somebody_types_breaks_it(written):
    assert all(any(c.isdigit() for c in name) for name in order_names(written, shop()))


FOUND = (
    ("Where is my order #1035?", "1035"),
    ("Bestellung Nr. 1033 fehlt", "1033"),
    ("Ma commande n'arrive pas, numéro de commande : EN1001", "EN1001"),
    ("mi pedido número 1044", "1044"),
    ("سفارش ۱۰۵۱ من کجاست؟", "۱۰۵۱"),
    ("سفارش شماره ۱۰۵۱", "۱۰۵۱"),
    ("№ 1001", "1001"),
    ("I paid 1035 euros on 2026-11-02 for the order", None),
    ("Call me: 0151 2345678", None),
    ("", None),
)


def test_a_number_is_found_behind_a_mark_or_a_word_for_an_order_and_nowhere_else():
    assert [find_order_number(text) for text, _ in FOUND] == [number for _, number in FOUND]


@given(st.text(alphabet="# №order123 \n۱", max_size=400))
def test_what_is_found_stands_in_the_text(text):
    found = find_order_number(text)
    assert found is None or found in text
