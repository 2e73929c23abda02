import pytest

from app.mail.inbound.authentication import is_aligned, judge
from app.mail.inbound.message import Transport
from app.vocabulary import Authenticity
from tests.mail.samples import read_mail

GOOD, NONE, BAD = Authenticity.AUTHENTICATED, Authenticity.UNAUTHENTICATED, Authenticity.FAILED


@pytest.mark.parametrize(
    ("spf", "dkim", "envelope_from", "result"),
    [
        ("pass", None, "ann@customer.example", GOOD),
        ("pass", None, "bounce@mail.customer.example", GOOD),
        ("pass", None, "bounce@other.example", NONE),
        ("pass", None, "", NONE),
        (None, "{@customer.example : pass}", None, GOOD),
        ("none", "{@other.example : pass, @customer.example : pass}", None, GOOD),
        ("softfail", "{@other.example : pass}", "x@customer.example", NONE),
        ("fail", "none", "ann@customer.example", BAD),
        ("fail", "{@customer.example : pass}", "ann@customer.example", GOOD),
        ("pass", "{@customer.example : fail}", "ann@customer.example", GOOD),
        ("none", "{@customer.example : fail}", "ann@customer.example", BAD),
        ("fail", None, "x@other.example", NONE),
        (None, None, None, NONE),
    ],
)
def test_sendgrids_results_count_where_they_are_aligned(spf, dkim, envelope_from, result):
    judgement = judge(read_mail(), Transport(spf=spf, dkim=dkim, envelope_from=envelope_from))

    assert judgement.result == result
    assert judgement.reasons


@pytest.mark.parametrize(
    ("header", "result"),
    [
        ("mx.host.example; spf=pass smtp.mailfrom=ann@customer.example", GOOD),
        ("mx.host.example 1; dkim=pass (2048-bit key; x) header.d=customer.example header.s=a", GOOD),
        (
            "mx.host.example; dmarc=fail (p=none) header.from=customer.example; spf=pass smtp.mailfrom=customer.example",
            BAD,
        ),
        ("mx.host.example; dmarc=pass header.from=customer.example", GOOD),
        ("mx.host.example; dkim=pass header.i=@evil.example", NONE),
        ("mx.host.example; none", NONE),
        ("forged.example; dmarc=pass header.from=customer.example", NONE),
    ],
)
def test_authentication_results_count_only_of_hosts_that_are_trusted(header, result):
    mail = read_mail(authentication_results=header)

    assert judge(mail, trusted_hosts={"MX.host.example"}).result == result
    assert judge(mail).result == NONE


def test_nothing_known_is_said_so():
    judgement = judge(read_mail())

    assert (judgement.spf, judgement.dkim, judgement.dmarc) == (None, None, None)
    assert judgement.result == NONE


@pytest.mark.parametrize(
    ("one", "other", "aligned"),
    [
        ("shop.example", "shop.example", True),
        ("shop.example", "Mail.Shop.Example.", True),
        ("a.shop.example", "b.shop.example", True),
        ("a.github.io", "b.github.io", False),
        ("shop.co.uk", "co.uk", False),
        ("shop.co.uk", "mail.shop.co.uk", True),
        ("shop.example", "evilshop.example", False),
        ("example", "shop.example", False),
        ("", "", False),
    ],
)
def test_alignment_is_never_wider_than_one_organisation(one, other, aligned):
    assert is_aligned(one, other) is is_aligned(other, one) is aligned
