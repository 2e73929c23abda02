from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.address import Address
from app.mail.inbound.lookalikes import find_disguises
from tests.mail.samples import read_mail

OWN = ("support@saffron-and-clay.example", "shop.owner@gmail.com")
NAMES = ("Saffron & Clay", "زعفران و سفال")


def disguises(sender: str) -> list[bool]:
    found = find_disguises(read_mail(from_=sender), own_addresses=OWN, own_names=NAMES)
    assert all(one.reason.endswith(".") for one in found)
    return [one.is_impersonation for one in found]


@pytest.mark.parametrize(
    "sender",
    [
        '"support@saffron-and-clay.example" <evil@strange.example>',
        "Support <support@saffron-and-c1ay.example>",
        "Support <support@saffr0n-and-clay.example>",
        "Support <support@sаffron-and-clay.example>",  # Cyrillic а
        "Support <support@mail.xn--sffron-and-clay-8nk.example>",
        "Ann <ann@gmai1.com>",
        "Ann <ann@grnail.com>",
        "Ann <ann@оutlооk.com>",
        "Ann <ann@ехаmрlе.example>",
    ],
)
def test_who_poses_as_the_shop_or_under_a_look_alike_domain_is_an_impostor(sender):
    assert True in disguises(sender)


@pytest.mark.parametrize(
    "sender",
    [
        "Saffron & Clay <evil@strange.example>",
        "SAFFRON & CLAY Support Team <evil@strange.example>",
        "Sаffrоn & Сlаy <evil@strange.example>",  # Cyrillic а, о, С
        "Ｓａｆｆｒｏｎ ＆ Ｃｌａｙ <evil@strange.example>",
        "پشتیبانی زعفران و سفال <evil@strange.example>",
        "SAFFRON AND CLAY <evil@strange.example>",
        "Saffron&Clay GmbH via mail <evil@strange.example>",
        "Orders at saffron-and-clay.example <evil@strange.example>",
        "Support <support@saffronandclay.example>",
        "Support <support@saffron-and-clay.shop>",
        '"ceo@other.example" <evil@strange.example>',
        '"Ann (ann@work.example)" <ann@home.example>',
    ],
)
def test_a_name_that_does_not_fit_is_told_and_no_more(sender):
    assert disguises(sender) == [False]


@pytest.mark.parametrize(
    "sender",
    [
        "Ann Beck <ann@customer.example>",
        "Clay <clay@customer.example>",
        "Ann <ann@customer.example>",
        '"ann@customer.example" <Ann@Customer.example>',
        "Jörg <joerg@müller.example>",
        "Jörg <joerg@xn--mller-kva.example>",
        "Ann <ann@gmail.com>",
        "Ann <ann@yahoo.co.uk>",
        "Ann <ann@corner.example>",
        "Ann at gmail.com <ann@customer.example>",
        "Ann <ann@clay.example>",
        "مینا <mina@customer.example>",
        "Иван <ivan@почта.рф>",
        "support@saffron-and-clay.example",
        "Saffron & Clay <no-reply@mail.saffron-and-clay.example>",
        "",
    ],
)
def test_ordinary_senders_are_not_suspected(sender):
    found = disguises(sender)
    assert found == ([False] if "no-reply" in sender else [])


def test_without_own_names_and_addresses_nothing_is_compared_with_them():
    assert find_disguises(read_mail(from_="Saffron & Clay <a@b.example>")) == ()


_LETTERS = st.text(st.one_of(st.characters(codec=None), st.sampled_from("@.-xn0аο ")), max_size=60)


@given(name=_LETTERS, local=_LETTERS, domain=st.one_of(_LETTERS, _LETTERS.map("xn--{}.example".format)))
def test_whatever_a_sender_is_called_it_is_compared(name, local, domain):
    mail = replace(read_mail(), from_=Address(name, f"{local}@{domain}"))
    for one in find_disguises(mail, own_addresses=OWN, own_names=NAMES):
        assert one.reason
