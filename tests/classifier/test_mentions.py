import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.mentions import Mentions, find_mentions, may_be_tracking, tracking_carrier


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("1Z999AA10123456784", "UPS"),
        ("1z 999 aa1 01 2345 6784", "UPS"),
        ("RA123456785GB", "postal service (UPU S10)"),
        ("TBA123456789012", "Amazon Logistics"),
        ("JJD000390007827543210", "DHL"),
        ("9400111899223818218407", "USPS"),
        ("986578788855", "FedEx"),
        ("۹۸۶۵۷۸۷۸۸۸۵۵", "FedEx"),
    ],
)
def test_a_tracking_number_tells_its_carrier(number, carrier):
    assert tracking_carrier(number) == carrier


@pytest.mark.parametrize(
    "number", ["1Z999AA10123456785", "RA123456784GB", "986578788856", "1001", "", "hello"]
)
def test_a_wrong_check_digit_or_another_shape_tells_none(number):
    assert tracking_carrier(number) is None


def test_an_order_number_is_no_tracking_number():
    assert not may_be_tracking("1001")
    assert not may_be_tracking("please help")
    assert may_be_tracking("0034 0434 1611 2233")


def test_a_mail_tells_what_it_mentions():
    found = find_mentions(
        "My parcel 1Z 999 AA1 01 2345 6784 never came. I ordered as Ann.B@Mail.example, call +49 151 23456789 "
        "or 020 7946 0958. Orders 1001 1002 1003.",
        country="GB",
    )
    assert found == Mentions(
        (("1Z999AA10123456784", "UPS"),), ("ann.b@mail.example",), ("+4915123456789", "+442079460958")
    )


def test_digits_of_other_scripts_are_read():
    assert find_mentions("شماره ۰۹۱۲ ۳۴۵ ۶۷۸۹ و سفارش ۱۰۰۱", country="IR").phones == ("+989123456789",)


@given(st.text(max_size=400))
def test_any_text_comes_through(text):
    find_mentions(text)
