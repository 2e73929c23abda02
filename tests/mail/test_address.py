import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.address import Address, parse_addresses
from app.mail.inbound.headers import decode_words

CASES = {
    "Ann <a@b.example>, c@d.example": [("Ann", "a@b.example"), ("", "c@d.example")],
    '"Doe, Jane" <j@x.example>': [("Doe, Jane", "j@x.example")],
    "Doe, Jane <j@x.example>": [("Doe, Jane", "j@x.example")],
    "undisclosed-recipients:;": [],
    "Team: Ann <a@b.example>, c@d.example;": [("Ann", "a@b.example"), ("", "c@d.example")],
    "=?utf-8?q?J=C3=B6rg?= <j@x.example>": [("Jörg", "j@x.example")],
    '"=?utf-8?q?J=C3=B6rg?=" <j@x.example>': [("Jörg", "j@x.example")],
    "=?utf-8?q?Ann_=3Ca=40b.example=3E?=": [("Ann", "a@b.example")],
    "a@b.example (Ann)": [("Ann", "a@b.example")],
    "<mailto:a@b.example>": [("", "a@b.example")],
    "'a@b.example' <a@b.example>": [("", "a@b.example")],
    '"boss@shop.example" <thief@x.example>': [("boss@shop.example", "thief@x.example")],
    "=?utf-8?q?a=40b=2Eexample=2C?= <c@d.example>": [("a@b.example,", "c@d.example")],
    "nobody": [],
    "Ann <>": [],
    "Ann\u202e <a@b.example>": [("Ann", "a@b.example")],
    "Ann <a@b.example> Bob Doe <c@d.example>": [("Ann", "a@b.example"), ("Bob Doe", "c@d.example")],
    "<a@b.example><c@d.example>": [("", "a@b.example"), ("", "c@d.example")],
    "Ann <a@b.example> Ltd": [("Ann Ltd", "a@b.example")],
}


@pytest.mark.parametrize(("header", "expected"), CASES.items())
def test_address_lists_are_read_as_people_write_them(header, expected):
    assert [(one.name, one.address) for one in parse_addresses(header, decode_words)] == expected


def test_addresses_are_compared_without_regard_to_case():
    assert Address("", "Ann@Shop.Example").key == "ann@shop.example"
    assert Address("", "Ann@Shop.Example").domain == "shop.example"


@given(st.text(alphabet=st.sampled_from('ab@.<>"\\,;:() =?\r\n\x00é'), max_size=80))
def test_what_is_found_is_always_one_address_on_one_line(header):
    for one in parse_addresses(header, decode_words):
        assert "@" in one.address
        assert not set(one.address + one.name) & set("\r\n\x00")
        assert " " not in one.address
