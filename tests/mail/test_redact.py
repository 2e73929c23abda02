import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.redact import CARD_MARK, blank_cards, redact_address


def with_check_digit(digits: str) -> str:
    total = sum(
        n * 2 - 9 * (n > 4) if place % 2 == 0 else n for place, n in enumerate(map(int, reversed(digits)))
    )
    return digits + str(-total % 10)


ZEROS = ["0", "\u0660", "\u06f0", "\u0966", "\uff10"]  # Latin, Arabic, Persian, Devanagari, full width


@given(
    st.text(alphabet="0123456789", min_size=12, max_size=18).filter(lambda digits: digits.strip("0")),
    st.sampled_from(["", " ", "-", ".", " - ", "\u00a0", "\u200c", "\u2013", "/", "\n"]),
    st.sampled_from(ZEROS),
    st.sampled_from(["", "my card is ", "کارت من: "]),
)
def test_no_card_number_survives(digits, separator, zero, before):
    number = with_check_digit(digits)
    written = separator.join(chr(ord(zero) + int(digit)) for digit in number)

    assert blank_cards(f"{before}{written} thanks") == f"{before}{CARD_MARK} thanks"


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("1001 4111 1111 1111 1111 12/27 123", f"1001 {CARD_MARK} 12/27 123"),
        ("my order 4111 1111 1111 1111", f"my order {CARD_MARK}"),
        ("order 1001, card 113542617735902", f"order 1001, card {CARD_MARK}"),
        ("4111111111111111 4242424242424242", f"{CARD_MARK} {CARD_MARK}"),
        ("3782 822463 10005", CARD_MARK),
        (with_check_digit("603799711111111"), CARD_MARK),
        ("**4111 1111 1111 1111**", f"**{CARD_MARK}**"),
    ],
)
def test_a_card_beside_other_numbers_is_found(text, blanked):
    assert blank_cards(text) == blanked


# The order numbers pass Luhn's check by chance.
@pytest.mark.parametrize(
    "text",
    [
        "cancel order 113542617735902 please",
        "Bestellung Nr. 113542617735902",
        "سفارش شماره ۱۱۳۵۴۲۶۱۷۷۳۵۹۰۲",
        "# 113542617735902",
        "order #1001 of 2026-11-02 10:00",
        "tracking 9400 1000 0000 0000 0000 00",
        "call +49 30 1234567",
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "1Z999AA10123456784",
        "",
    ],
)
def test_what_is_no_card_stays(text):
    assert blank_cards(text) == text


@given(st.text())
def test_text_without_digits_stays(text):
    plain = "".join(char for char in text if not char.isdecimal())

    assert blank_cards(plain) == plain


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ann.b@shop.example", "a…@shop.example"),
        ("@shop.example", "…"),
        ("nobody", "…"),
        ("", "…"),
        ("ü@x", "ü…@x"),
    ],
)
def test_a_log_shows_an_address_only_in_part(address, shown):
    assert redact_address(address) == shown
