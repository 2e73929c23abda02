import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.openai.numbers import find_order_numbers, find_tracking_numbers

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WORDINGS = [
    "Where is #{}?",
    "where is order {}",
    "My order number is {}.",
    "Order no. {} has not come",
    "order #{}, please",
    "I cancelled purchase {} yesterday",
    "Bestellung Nr. {} fehlt",
    "Meine Bestellnummer lautet {}",
    "Auftrag {} bitte stornieren",
    "la commande n° {} n'est pas là",
    "ma commande {}",
    "mi pedido {} no llega",
    "Número de pedido: {}",
    "il mio ordine {}",
    "mijn bestelling {}",
    "siparişim {} nerede",
    "سفارش شماره {} کجاست؟",
    "سفارش {} نرسیده",
    "شماره سفارش: {}",
    "أين الطلب رقم {}؟",
]


def orders(text):
    return [found.value for found in find_order_numbers(text, find_tracking_numbers(text))]


@given(st.sampled_from(WORDINGS), st.integers(1000, 10**12), st.sampled_from([{}, PERSIAN, ARABIC]))
def test_an_order_number_is_found_in_any_wording_and_digits(wording, number, digits):
    assert orders(wording.format(str(number).translate(digits))) == [str(number)]


@given(st.sampled_from(WORDINGS), st.from_regex(r"[A-Z]{2,4}-[1-9][0-9]{3,5}", fullmatch=True))
def test_a_shop_prefix_stays_part_of_the_number(wording, code):
    assert orders(wording.format(code)) == [code]


@given(st.text())
def test_any_text_can_be_searched_and_what_is_found_stands_there(text):
    for found in [*find_order_numbers(text), *find_tracking_numbers(text)]:
        assert 0 <= found.start < found.end <= len(text)
        assert found.value.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "I ordered 2 weeks ago",
        "I paid 1200 euros for my order",
        "my order from 2024-11-05 has not come",
        "order placed on 12/11/2025",
        "Please call me: +44 20 7946 0000",
        "my phone is 0171 5554433",
        "I live at 4821 Cedar Street",
        "the postcode should be 90210",
        "My telephone number: 5554433",
        "to Elm Lane 3, 10115 Springfield",
        "Ahornallee 3b\n10115 Berlin",
        "we met in 2019",
        "see https://shop.example/orders/123456",
        "anna1984@example.com",
        "1.234.567",
    ],
)
def test_other_numbers_are_not_order_numbers(text):
    assert orders(text) == []


def test_several_numbers_are_found_in_order():
    assert orders("Where are orders 1001, 1002 and #1003?") == ["1001", "1002", "1003"]


def test_a_bare_number_counts_only_where_nothing_better_stands():
    assert orders("77120?") == ["77120"]
    assert orders("Order 1001, my customer number is 88213") == ["1001"]


def test_words_that_only_begin_like_telephone_hide_no_number():
    assert orders("can you tell me where 1052 is?") == ["1052"]
    assert orders("I called about 1052 twice") == ["1052"]


def test_the_postcode_of_a_new_address_is_no_second_order():
    assert orders("Please send 1059 to Ahornallee 3, 10115 Berlin.") == ["1059"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("UPS 1Z999AA10123456784 says label created", "1Z999AA10123456784"),
        ("it is 1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
        ("USPS 9400 1000 0000 0000 0000 00", "9400100000000000000000"),
        ("Royal Mail: AB123456785GB", "AB123456785GB"),
        ("DHL JJD000390007882215672", "JJD000390007882215672"),
        ("Sendungsnummer 00340434161094042557", "00340434161094042557"),
        ("DPD 01234567890123", "01234567890123"),
        ("tracking number: 7489123456", "7489123456"),
        ("numéro de suivi 8R00012345678", "8R00012345678"),
        ("کد رهگیری ۱۲۳۴۵۶۷۸۹۰۱۲", "123456789012"),
    ],
)
def test_tracking_numbers_are_known_by_their_carriers_shape_or_by_name(text, number):
    assert [found.value for found in find_tracking_numbers(text)] == [number]
    assert number not in orders(text)


def test_a_long_number_called_an_order_is_an_order():
    assert orders("order 01234567890123") == ["01234567890123"]
